import type { ChannelConfig } from '../model/channel.ts'

/** What an estimate of the remaining time stands on. */
export interface EtaFacts {
  /** Items not ended. */
  readonly remaining: number
  /** Measured items per second; 0: nothing measured yet. */
  readonly itemsPerSecond: number
  /** Items per second that the channel's rate limit allows; Infinity: no limit. */
  readonly allowedItemsPerSecond: number
  /** When the last waiting retry is due, ms from now; 0: none. */
  readonly lastRetryInMs: number
}

/** Seconds until the job ends (PRG-2), `max(remaining / measured, remaining / allowed, last retry)`; null while nothing is known. */
export function etaSeconds(facts: EtaFacts): number | null {
  if (facts.remaining === 0) return 0
  const byRate = facts.itemsPerSecond > 0 ? facts.remaining / facts.itemsPerSecond : 0
  const byLimit = facts.remaining / facts.allowedItemsPerSecond
  const seconds = Math.max(byRate, byLimit, facts.lastRetryInMs / 1000)
  return seconds > 0 ? seconds : null
}

/** Items per second that a channel's rate limit allows when every call is full. */
export function allowedItemsPerSecond(config: ChannelConfig): number {
  const limit = config.rateLimit
  if (limit === null) return Infinity
  const itemsPerUnit = limit.unit === 'items' || config.connector.type === 'sandbox' ? 1 : config.connector.batchSize
  return (limit.limit * itemsPerUnit * 1000) / limit.periodMs
}
