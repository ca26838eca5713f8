import { type CallAnswer, type Delivery, RecordingConnector } from '../support/recording-connector.ts'
import type { Random } from '../support/random.ts'

/** Half the keys of every channel are bad: those with an odd number. */
export function isBad(key: string | null): boolean {
  return key !== null && Number(key.slice(key.lastIndexOf('-') + 1)) % 2 === 1
}

/** A payload that shows whether it came whole. */
export function payloadOf(bytes: number): { readonly bytes: number; readonly text: string } {
  return { bytes, text: 'x'.repeat(bytes) }
}

function isWhole(data: unknown): boolean {
  const { bytes, text } = data as ReturnType<typeof payloadOf>
  return text.length === bytes
}

/** An operator's channel and the shop behind it. */
export interface Shop {
  readonly name: string
  readonly connector: RecordingConnector
  /** As the config file or the API takes it. */
  readonly channel: object
  /** Made over the API, where its limits can be changed. */
  readonly isSettable: boolean
  /** Answers may come too late to be heard: what it took may be called once more. */
  readonly mayRepeat: boolean
  /** Of one job, so that what is left at the end is soon delivered. */
  readonly maxItems: number
  /** The limit for RAT-1: the highest that is ever set. */
  readonly highestRate: { readonly limit: number; readonly periodMs: number; readonly burst: number } | null
  /** As of `RecordingConnectorOptions`. */
  readonly refusesEarlierTerms: boolean
  /** Items that did not come whole. */
  readonly cut: string[]
  /** An outage: every connection is reset until then (`performance.now()`). */
  outageUntilMs: number
}

interface ShopOptions {
  readonly channel: object
  readonly answer: (delivery: Delivery, shop: Shop) => CallAnswer
  readonly isSettable?: boolean
  readonly mayRepeat?: boolean
  readonly maxItems?: number
  readonly highestRate?: Shop['highestRate']
  /** As of `RecordingConnectorOptions`. */
  readonly refusesEarlierTerms?: boolean
}

export const TAKE_ALL: CallAnswer & { readonly kind: 'items' } = {
  kind: 'items',
  answer: () => ({ kind: 'succeeded' }),
  delayMs: 3,
}
const patient = { maxAttempts: 100, backoff: { initialMs: 20, factor: 1.5, maxMs: 400 } }
/** After this many attempts the failing shop's items have failed. */
const FAILING_ATTEMPTS = 3

/** The shops: one refuses half its keys, one throttles, one hangs, one resets connections, one requires decisions, one has its limits changed. */
export async function openShops(random: Random): Promise<Shop[]> {
  const rate = { limit: 150, periodMs: 1000, burst: 20, unit: 'calls' }
  return Promise.all([
    openShop('failing', {
      channel: {
        concurrency: 32,
        retry: { maxAttempts: FAILING_ATTEMPTS, backoff: { initialMs: 50, factor: 2, maxMs: 100 } },
      },
      answer: () => ({
        kind: 'items',
        delayMs: 3,
        answer: ({ partitionKey, attempt }) => {
          if (!isBad(partitionKey)) return { kind: 'succeeded' }
          return attempt >= FAILING_ATTEMPTS ? { kind: 'failed', code: 'busy' } : { kind: 'retry' }
        },
      }),
    }),
    openShop('throttling', {
      channel: { rateLimit: rate, concurrency: 16, retry: patient },
      highestRate: rate,
      maxItems: 80,
      answer: () => (random.chance(0.005) ? { kind: 'status', status: 429, retryAfterSeconds: 1 } : TAKE_ALL),
    }),
    openShop('hanging', {
      channel: {
        timeoutMs: 500,
        concurrency: 32,
        retry: patient,
        circuit: { failureRatio: 0.5, minCalls: 20, openMs: 1000 },
      },
      mayRepeat: true,
      answer: () => (random.chance(0.02) ? { kind: 'hang' } : TAKE_ALL),
    }),
    openShop('resetting', {
      channel: {
        batchSize: 100,
        concurrency: 32,
        retry: patient,
        circuit: { failureRatio: 0.5, minCalls: 20, openMs: 1000 },
      },
      answer: (_, shop) =>
        performance.now() < shop.outageUntilMs || random.chance(0.02) ? { kind: 'reset' } : TAKE_ALL,
    }),
    openShop('parking', {
      channel: { batchSize: 5, concurrency: 16, retry: { ...patient, rules: [{ code: ['ask'], then: 'park' }] } },
      answer: () => ({
        kind: 'items',
        delayMs: 3,
        answer: ({ index, attempt }) =>
          index % 50 === 7 && attempt === 1 ? { kind: 'retry', code: 'ask' } : { kind: 'succeeded' },
      }),
    }),
    openShop('changing', {
      channel: { batchSize: 1000, concurrency: 8, retry: patient },
      isSettable: true,
      answer: () => ({
        kind: 'items',
        delayMs: 3,
        answer: ({ attempt }) => (attempt === 1 && random.chance(0.03) ? { kind: 'retry' } : { kind: 'succeeded' }),
      }),
    }),
  ])
}

export async function openShop(name: string, options: ShopOptions): Promise<Shop> {
  const cut: string[] = []
  const connector = new RecordingConnector({
    refusesEarlierTerms: options.refusesEarlierTerms ?? false,
    answer: (delivery) => {
      for (const { index, data } of delivery.items) if (!isWhole(data)) cut.push(`${delivery.jobId}/${index} was cut`)
      return options.answer(delivery, shop)
    },
  })
  await connector.start()
  const {
    batchSize = 1,
    timeoutMs = 10_000,
    ...settings
  } = options.channel as { batchSize?: number; timeoutMs?: number }
  const shop: Shop = {
    name,
    connector,
    channel: { connector: { type: 'http', url: connector.url, batchSize, timeoutMs }, ...settings },
    isSettable: options.isSettable ?? false,
    mayRepeat: options.mayRepeat ?? false,
    maxItems: options.maxItems ?? 300,
    highestRate: options.highestRate ?? null,
    refusesEarlierTerms: options.refusesEarlierTerms ?? false,
    cut,
    outageUntilMs: 0,
  }
  return shop
}
