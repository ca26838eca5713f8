import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'

/** A time without drops this long ends what one line of the log stands for. */
const QUIET_MS = 60_000

/** Logs that spans are dropped: once, until none were for a minute. */
export class DropLog {
  readonly #clock: Pick<Clock, 'monotonicUs'>
  readonly #logger: Pick<Logger, 'info' | 'warn'>
  #count = 0
  #lastAtMs = 0

  constructor({ clock, logger }: { readonly clock: Pick<Clock, 'monotonicUs'>; readonly logger: Logger }) {
    this.#clock = clock
    this.#logger = logger
  }

  dropped(reason: string, count: number): void {
    this.#lastAtMs = this.#clock.monotonicUs() / 1000
    if (this.#count === 0) this.#logger.warn({ reason, count }, 'Spans are dropped: they are counted from now on')
    this.#count += count
  }

  /** The collector took some. */
  exported(): void {
    if (this.#count === 0 || this.#clock.monotonicUs() / 1000 - this.#lastAtMs < QUIET_MS) return
    this.#logger.info({ count: this.#count }, 'Spans are exported again')
    this.#count = 0
  }
}
