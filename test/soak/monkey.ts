import { setTimeout as sleep } from 'node:timers/promises'
import type { PersistentClient } from '../support/persistent-client.ts'
import type { Random } from '../support/random.ts'
import type { ServerProcess } from '../support/server-process.ts'
import type { Shop } from './shops.ts'

/** The actions on the server. */
export interface Mischief {
  kills: number
  stops: number
  freezes: number
  outages: number
  changes: number
}

/** Where a kind of mischief begins in [0, 1); the last that is not above the number drawn is done. */
const kinds: readonly (readonly [from: number, kind: keyof Mischief])[] = [
  [0, 'kills'],
  [0.25, 'stops'],
  [0.3, 'freezes'],
  [0.5, 'outages'],
  [0.65, 'changes'],
]

/** Does to a server what happens to servers, at random times until the signal: ends it, stops it, freezes it, resets a shop, changes limits. */
export async function runMonkey(
  deps: { server: ServerProcess; client: PersistentClient; shops: readonly Shop[]; random: Random },
  signal: AbortSignal,
): Promise<Mischief> {
  const { server, client, shops, random } = deps
  const done: Mischief = { kills: 0, stops: 0, freezes: 0, outages: 0, changes: 0 }
  while (!signal.aborted) {
    await sleep(random.whole(500, 2500), undefined, { signal }).catch(() => {})
    if (signal.aborted) break
    // Each kind once, however short the run is; then as it comes.
    const drawn = random.next()
    const kind = kinds.find(([, one]) => done[one] === 0)?.[1] ?? kinds.findLast(([from]) => from <= drawn)![1]
    done[kind]++
    switch (kind) {
      case 'kills':
        await server.kill()
        await client.up()
        break
      case 'stops':
        await client.stop()
        await client.up()
        break
      case 'freezes':
        server.freeze('SIGSTOP')
        await sleep(random.whole(100, 2500))
        server.freeze('SIGCONT')
        break
      case 'outages':
        shops.find((shop) => shop.name === 'resetting')!.outageUntilMs = performance.now() + random.whole(500, 3000)
        break
      case 'changes':
        await changeLimits(deps)
        break
    }
  }
  return done
}

/** Other limits for the channel that was made over the API, or a pause. */
async function changeLimits({
  client,
  shops,
  random,
}: {
  client: PersistentClient
  shops: readonly Shop[]
  random: Random
}) {
  const shop = shops.find((one) => one.isSettable)!
  const path = `/v1/channels/${shop.name}`
  if (random.chance(0.3)) {
    await client.call('POST', `${path}/pause`)
    await sleep(random.whole(50, 500))
    await client.call('POST', `${path}/resume`)
    return
  }
  const limit = random.pick([null, 20, 50, 200])
  const rateLimit = limit === null ? null : { limit, periodMs: 1000, burst: random.whole(1, 10), unit: 'calls' }
  const { connector } = shop.channel as { connector: object }
  const batchSize = random.pick([1, 10, 100, 1000])
  const json = {
    ...shop.channel,
    connector: { ...connector, batchSize },
    rateLimit,
    concurrency: random.whole(1, 32),
  }
  const { status, body } = await client.call('PUT', path, { json })
  if (status !== 200)
    throw new Error(`Cannot change limits of ${shop.name}, wanted 200: ${status} ${JSON.stringify(body)}`)
}
