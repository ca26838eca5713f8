import { setTimeout as sleep } from 'node:timers/promises'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { submit } from '../support/submit.ts'
import { isBad } from './shops.ts'

const HEALTHY_KEYS = 40
/** Duration of a call: a key, not a core, limits the run. */
const CALL_MS = 25
/** Not measured: threads start, the first bad items fail. */
const WARM_UP_MS = 1500

/** Runs of each kind, in turns: what else the machine does takes from either, and least from the best. */
const MAX_ROUNDS = 3
const MIN_ROUND_MS = 5000

/**
 * ORD-6: delivers to a shop whose keys are all healthy, and to one that has as many bad ones beside them, whose items always fail and
 * are tried again.
 * @param runMs all runs of one kind together
 * @returns items per second on healthy keys, in the best run of each kind
 */
export async function measureHealthyKeys(runMs: number): Promise<{ control: number; besideBadKeys: number }> {
  let control = 0
  let besideBadKeys = 0
  const rounds = Math.max(1, Math.min(MAX_ROUNDS, Math.floor(runMs / MIN_ROUND_MS)))
  for (let round = 0; round < rounds; round++) {
    control = Math.max(control, await measure(runMs / rounds, false))
    besideBadKeys = Math.max(besideBadKeys, await measure(runMs / rounds, true))
  }
  return { control, besideBadKeys }
}

async function measure(runMs: number, withBadKeys: boolean): Promise<number> {
  const connector = new RecordingConnector({
    answer: () => ({
      kind: 'items',
      delayMs: CALL_MS,
      answer: ({ partitionKey }) => (isBad(partitionKey) ? { kind: 'retry' } : { kind: 'succeeded' }),
    }),
  })
  await connector.start()
  const server = await ServerProcess.create({
    config: {
      channels: {
        shop: {
          connector: { type: 'http', url: connector.url },
          concurrency: 4 * HEALTHY_KEYS,
          retry: { maxAttempts: 100, backoff: { initialMs: 500, factor: 2, maxMs: 2000 } },
        },
      },
    },
  })
  try {
    await server.start()
    const count = Math.ceil(((runMs + WARM_UP_MS) / CALL_MS) * HEALTHY_KEYS)
    // Even numbers are healthy keys, odd ones bad.
    const key = (n: number) => `key-${withBadKeys ? n % (2 * HEALTHY_KEYS) : 2 * (n % HEALTHY_KEYS)}`
    const items = Array.from({ length: withBadKeys ? 2 * count : count }, (_, n) => ({
      id: `${n}`,
      partitionKey: key(n),
    }))
    await submit(server, { channel: 'shop' }, items)
    await sleep(WARM_UP_MS)
    const from = performance.now()
    await sleep(runMs)
    const until = performance.now()
    const taken = connector.calls.filter(
      (call) => call.answer === 'succeeded' && call.endMs >= from && call.endMs < until,
    )
    return (taken.length / (until - from)) * 1000
  } finally {
    await server.remove()
    await connector.stop()
  }
}
