import { setTimeout as sleep } from 'node:timers/promises'
import type { PersistentClient } from '../support/persistent-client.ts'
import type { Random } from '../support/random.ts'
import type { ServerProcess } from '../support/server-process.ts'
import type { Shop } from './shops.ts'

/** What was done to the server. */
export interface Mischief {
  kills: number
  stops: number
  freezes: number
  outages: number
  changes: number
}

/** Does to a server what happens to servers, at random times until the signal: ends it, stops it, freezes it, resets a shop, changes limits. */
export async function runMonkey(
  parts: { server: ServerProcess; client: PersistentClient; shops: readonly Shop[]; random: Random },
  signal: AbortSignal,
): Promise<Mischief> {
  const { server, client, shops, random } = parts
  const done: Mischief = { kills: 0, stops: 0, freezes: 0, outages: 0, changes: 0 }
  while (!signal.aborted) {
    await sleep(random.whole(500, 2500), undefined, { signal }).catch(() => {})
    if (signal.aborted) break
    const what = random.next()
    if (what < 0.25) {
      done.kills++
      await server.kill()
      await client.up()
    } else if (what < 0.3) {
      done.stops++
      await client.stop()
      await client.up()
    } else if (what < 0.5) {
      done.freezes++
      server.freeze('SIGSTOP')
      await sleep(random.whole(100, 2500))
      server.freeze('SIGCONT')
    } else if (what < 0.65) {
      done.outages++
      shops.find((shop) => shop.name === 'resetting')!.outageUntilMs = performance.now() + random.whole(500, 3000)
    } else {
      done.changes++
      await changeLimits(parts)
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
  const json = { ...shop.channel, rateLimit, concurrency: random.whole(1, 32) }
  const { status, body } = await client.call('PUT', path, { json })
  if (status !== 200)
    throw new Error(`Cannot change limits of ${shop.name}, wanted 200: ${status} ${JSON.stringify(body)}`)
}
