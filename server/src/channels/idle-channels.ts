import type { Clock } from '../runtime/clock.ts'

/** After so long without a job a channel counts as idle: its lanes have let go of their threads. */
export const IDLE_MS = 30_000
/** Channels reported in one turn of the event loop, and when the next turn is. */
const MAX_AT_ONCE = 100
const NEXT_TURN_MS = 10

export interface IdleChannelsOptions {
  readonly clock: Pick<Clock, 'monotonicUs' | 'after'>
  /** Receives each channel once after the end of its last job. It may have jobs again. */
  readonly onIdle: (channel: string) => void
}

/** Channels without a job, and one timer for all of them: a job that ends costs two steps in a map. */
export class IdleChannels {
  readonly #options: IdleChannelsOptions
  /** When the last job ended, monotonic µs; the earliest first. */
  readonly #sinceUs = new Map<string, number>()
  #cancelTimer: (() => void) | null = null
  #stopped = false

  constructor(options: IdleChannelsOptions) {
    this.#options = options
  }

  /** The last live job of a channel ended. */
  lastJobEnded(channel: string): void {
    this.#sinceUs.delete(channel)
    this.#sinceUs.set(channel, this.#options.clock.monotonicUs())
    this.#look(IDLE_MS)
  }

  /** Reports no channel any more. */
  stop(): void {
    this.#stopped = true
    this.#cancelTimer?.()
    this.#sinceUs.clear()
  }

  #look(inMs: number): void {
    if (this.#stopped) return
    this.#cancelTimer ??= this.#options.clock.after(inMs, () => {
      this.#cancelTimer = null
      this.#report()
    })
  }

  #report(): void {
    const { clock, onIdle } = this.#options
    const dueUs = clock.monotonicUs() - IDLE_MS * 1000
    let left = MAX_AT_ONCE
    for (const [channel, sinceUs] of this.#sinceUs) {
      if (sinceUs > dueUs || left-- === 0) {
        this.#look(Math.max(NEXT_TURN_MS, (sinceUs - dueUs) / 1000))
        return
      }
      this.#sinceUs.delete(channel)
      onIdle(channel)
    }
  }
}
