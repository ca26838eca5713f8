import type { Channel } from './channel-registry.ts'

/** Why no call of a channel may start now. */
export interface ChannelHold {
  /** The end of a sentence. */
  readonly reason: string
  /** When it ends by itself, monotonic µs; null: nobody knows. */
  readonly untilUs: number | null
}

/** Returns why no call of a channel may start now; null: one may, as far as its rate limit allows. */
export function holdOf({ gate, circuit }: Channel, nowUs: number): ChannelHold | null {
  if (gate.paused) return { reason: 'it is paused', untilUs: null }
  if (gate.blockedUntilUs > nowUs) return { reason: 'a Retry-After has not passed', untilUs: gate.blockedUntilUs }
  const state = circuit.state(nowUs)
  if (state === 'open') return { reason: 'its circuit is open', untilUs: circuit.openUntilUs }
  if (state === 'half_open') return { reason: 'its circuit is half-open and waits for a probe', untilUs: null }
  return null
}

/** Returns why no call of a channel got a unit of its rate limit. */
export function rateHoldOf(channel: Channel, nowUs: number): ChannelHold {
  const opensAtUs = channel.gate.opensAtUs(1, nowUs)
  const untilUs = Number.isFinite(opensAtUs) && opensAtUs > nowUs ? opensAtUs : null
  return holdOf(channel, nowUs) ?? { reason: 'its rate limit is used up', untilUs }
}
