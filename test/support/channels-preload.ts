import { writeSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isMainThread } from 'node:worker_threads'
import { CHANNELS_LISTENER, type ChannelSwitch } from '../../server/src/runtime/failpoint.ts'

/*
 * Loaded into a server that runs from source: `POST /adopt/{channel}` and `POST /release/{channel}` of a port of its own, which it writes as a
 * line of JSON on stderr, answer when that is done; `POST /memory` with the bytes of the main thread that are in use after a collection.
 */

if (isMainThread) {
  Object.assign(globalThis, {
    [Symbol.for(CHANNELS_LISTENER)](channels: ChannelSwitch): void {
      const server = createServer((request, response) => {
        const [, verb, channel = ''] = (request.url ?? '').split('/')
        const done =
          verb === 'adopt' ? channels.adopt(channel) : verb === 'release' ? channels.release(channel) : memory()
        void done.then(
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
