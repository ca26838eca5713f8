import type { Clock } from '../runtime/clock.ts'

/** Failed calls of a channel that have spans within a second. */
const FAILURES_PER_SECOND = 10
/** Of so long a time the slowest call of each channel has a span. */
const SLOWEST_OF_MS = 10_000
/** Channels that are sampled apart from each other; further ones share one sample. */
const MAX_CHANNELS = 1000
const OTHERS = '\n'

/** A sample of one channel. */
interface ChannelSample<Call> {
  failures: number
  refilledAtMs: number
  slowest: { readonly call: Call; readonly durationMs: number } | null
}

/**
 * Chooses calls after they ended: failures, up to 10 a second and channel, and the slowest of each 10 s. Keeps one call of a channel at most.
 */
export class CallSample<Call> {
  readonly #clock: Pick<Clock, 'monotonicUs' | 'after'>
  readonly #onSlowest: (call: Call) => void
  readonly #channels = new Map<string, ChannelSample<Call>>()
  #cancel: (() => void) | null = null

  /** @param onSlowest called once for the slowest call of each channel and 10 s, after these */
  constructor(clock: Pick<Clock, 'monotonicUs' | 'after'>, onSlowest: (call: Call) => void) {
    this.#clock = clock
    this.#onSlowest = onSlowest
  }

  /** Whether a failed call of the channel has a span; counts it as one that has. @param nowMs of the monotonic clock */
  takeFailure(channel: string, nowMs: number): boolean {
    const sample = this.#of(channel)
    const refilled = sample.failures + ((nowMs - sample.refilledAtMs) * FAILURES_PER_SECOND) / 1000
    sample.failures = Math.min(FAILURES_PER_SECOND, refilled)
    sample.refilledAtMs = nowMs
    if (sample.failures < 1) return false
    sample.failures--
    return true
  }

  /** Beyond this duration a call of the channel is the slowest so far. */
  slowestMs(channel: string): number {
    return this.#of(channel).slowest?.durationMs ?? -1
  }

  noteSlowest(channel: string, call: Call, durationMs: number): void {
    this.#of(channel).slowest = { call, durationMs }
    this.#cancel ??= this.#clock.after(SLOWEST_OF_MS, () => {
      this.flush()
    })
  }

  /** Ends the 10 s. */
  flush(): void {
    this.#cancel?.()
    this.#cancel = null
    for (const sample of this.#channels.values()) {
      if (sample.slowest !== null) this.#onSlowest(sample.slowest.call)
      sample.slowest = null
    }
  }

  #of(channel: string): ChannelSample<Call> {
    const name = this.#channels.has(channel) || this.#channels.size < MAX_CHANNELS ? channel : OTHERS
    let sample = this.#channels.get(name)
    if (sample === undefined) {
      sample = { failures: FAILURES_PER_SECOND, refilledAtMs: this.#clock.monotonicUs() / 1000, slowest: null }
      this.#channels.set(name, sample)
    }
    return sample
  }
}
