import { writeSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isMainThread } from 'node:worker_threads'
import type { AdoptedChannels } from '../../server/src/channels/adopted-channels.ts'
import { CHANNELS_LISTENER, type ChannelSwitch } from '../../server/src/runtime/failpoint.ts'

/*
 * Loaded into a server that runs from source: `POST /adopt/{channel}` and `POST /release/{channel}` of a port of its own, which it writes as a
 * line of JSON on stderr, answer when that is done; `POST /take/{channels}` adopts several in the store alone, as another server does;
 * `POST /memory` answers with the bytes of the main thread that are in use after a collection.
 */

if (isMainThread) {
  Object.assign(globalThis, {
    [Symbol.for(CHANNELS_LISTENER)](channels: ChannelSwitch): void {
      const server = createServer((request, response) => {
        const [, verb, channel = ''] = (request.url ?? '').split('/')
        void carryOut(channels, { verb, channel }).then(
          (answer) => response.end(JSON.stringify(answer ?? null)),
          (error: unknown) => response.writeHead(500).end(String(error)),
        )
      })
      server.listen(0, '127.0.0.1', () => {
        writeSync(2, `${JSON.stringify({ channelsPort: (server.address() as AddressInfo).port })}\n`)
      })
      server.unref()
    },
  })
}

function carryOut(
  channels: ChannelSwitch,
  { verb, channel }: { readonly verb: string | undefined; readonly channel: string },
): Promise<unknown> {
  if (verb === 'adopt') return channels.adopt(channel)
  if (verb === 'release') return channels.release(channel)
  if (verb === 'memory') return memory()
  return (channels as AdoptedChannels).shared.store.adoptChannels(channel.split(','))
}

async function memory(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let n = 0; n < 4; n++) {
    collect()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
