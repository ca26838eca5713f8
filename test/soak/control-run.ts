import { setTimeout as sleep } from 'node:timers/promises'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { submit } from '../support/submit.ts'
import { isBad } from './shops.ts'

const HEALTHY_KEYS = 40
/** What a call takes: a key, not a core, is what limits it. */
const CALL_MS = 25
/** Not measured: threads start, the first bad items fail. */
const WARM_UP_MS = 1500

/**
 * ORD-6: delivers to a shop whose keys are all healthy, then to one that has as many bad ones beside them, whose items always fail and
 * are tried again.
 * @returns items per second on healthy keys, in each of the runs
 */
export async function measureHealthyKeys(runMs: number): Promise<{ control: number; besideBadKeys: number }> {
  const control = await measure(runMs, false)
  return { control, besideBadKeys: await measure(runMs, true) }
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
