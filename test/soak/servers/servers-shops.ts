import type { Random } from '../../support/random.ts'
import type { CallAnswer } from '../../support/recording-connector.ts'
import { isBad, openShop, type Shop, TAKE_ALL } from '../shops.ts'

/** No call takes longer: a server that takes over from one that may be alive waits for so long, and a grace. */
export const TIMEOUT_MS = 3000
const retry = { maxAttempts: 100, backoff: { initialMs: 20, factor: 1.5, maxMs: 400 } }
/** Calls of a frozen server time out together: that is no outage of the shop. */
const patient = { timeoutMs: TIMEOUT_MS, retry, circuit: { failureRatio: 0.5, minCalls: 20, openMs: 1000 } }
/** At once that many after an idle time: much more than a busy machine can pile up by being late. */
const RATE = { limit: 25, periodMs: 1000, burst: 50, unit: 'calls' }

/** Many times what a busy machine is late: calls in between are seen. */
const BLOCK_SECONDS = 3

/** The shops: one refuses calls of earlier terms, one takes them and counts them, one throttles, one takes batches and resets connections. */
export async function openServersShops(random: Random): Promise<Shop[]> {
  const tryAgain = (): CallAnswer => ({
    kind: 'items',
    delayMs: 5,
    answer: ({ partitionKey, attempt }) =>
      isBad(partitionKey) && attempt < 3 ? { kind: 'retry' } : { kind: 'succeeded' },
  })
  return await Promise.all([
    openShop('refusing', {
      channel: { ...patient, concurrency: 32 },
      refusesEarlierTerms: true,
      answer: tryAgain,
    }),
    openShop('taking', { channel: { ...patient, concurrency: 64 }, answer: tryAgain }),
    openShop('throttling', {
      channel: { ...patient, rateLimit: RATE, concurrency: 16 },
      highestRate: RATE,
      maxItems: 40,
      answer: () =>
        random.chance(0.01) ? { kind: 'status', status: 429, retryAfterSeconds: BLOCK_SECONDS } : TAKE_ALL,
    }),
    openShop('batching', {
      channel: { ...patient, batchSize: 100, concurrency: 16 },
      answer: () => (random.chance(0.02) ? { kind: 'reset' } : TAKE_ALL),
    }),
  ])
}

/** A shop whose first calls last until they are released, as long as their time-out. */
export interface HeldShop {
  readonly shop: Shop
  /** Calls that last. */
  readonly holding: number
  /** Calls of other items of their keys: with a quarantine there are none before they end. */
  readonly overtaking: number
  /** They end, and no further call lasts. */
  release(): void
}

const HELD_TIMEOUT_MS = 120_000
const MAX_HELD = 8

export async function openHeldShop(): Promise<HeldShop> {
  const heldItems = new Map<string, number>()
  let overtaking = 0
  let release = (): void => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  let firstTerm = 0
  const shop = await openShop('held', {
    channel: { ...patient, timeoutMs: HELD_TIMEOUT_MS, concurrency: 16 },
    answer: ({ jobId, items: [item] }): CallAnswer => {
      const { latestTerm } = shop.connector
      firstTerm ||= latestTerm
      const key = `${jobId} ${item!.partitionKey}`
      if (latestTerm > firstTerm && heldItems.has(key) && heldItems.get(key) !== item!.index) overtaking++
      if (heldItems.size >= MAX_HELD || latestTerm > firstTerm) return TAKE_ALL
      heldItems.set(key, item!.index)
      return { ...TAKE_ALL, after: released }
    },
  })
  return {
    shop,
    get holding() {
      return heldItems.size
    },
    get overtaking() {
      return overtaking
    },
    release,
  }
}
