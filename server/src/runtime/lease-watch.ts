import type { Lease } from './lease.ts'

/** The main thread's side of a lease: shows that its event loop turns, and reports when the lease was lost and when it is held again. */
export class LeaseWatch {
  readonly #lease: Lease
  readonly #lookMs: number
  readonly #onChange: () => void
  #held = false
  #timer: NodeJS.Timeout | null = null

  /** @param options.lookMs a fraction of the time between two beats */
  constructor(lease: Lease, options: { readonly lookMs: number; readonly onChange: () => void }) {
    this.#lease = lease
    this.#lookMs = options.lookMs
    this.#onChange = options.onChange
  }

  start(): void {
    this.#lease.move()
    this.#timer = setInterval(() => this.#look(), this.#lookMs)
    this.#timer.unref()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  #look(): void {
    this.#lease.move()
    // A gap between two looks leaves nobody waiting.
    const wasRefused = this.#lease.takeRefused()
    const holds = this.#lease.holds()
    if (holds === this.#held && !(holds && wasRefused)) return
    this.#held = holds
    this.#onChange()
  }
}
