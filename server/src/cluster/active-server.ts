/** The server that has the database. */
export interface Active {
  readonly serverId: number
  /** The address of its peer port. */
  readonly address: string
}

/** Where a standby forwards to, as the database reports it. */
export class ActiveServer {
  #current: Active | null = null
  readonly #waiting = new Set<() => void>()

  /** Null: no server is active at present. */
  get current(): Active | null {
    return this.#current
  }

  set(active: Active | null): void {
    this.#current = active
    for (const wake of [...this.#waiting]) wake()
  }

  /** Resolves with the next report, or when the time is over. */
  changed(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, timeoutMs)
      this.#waiting.add(wake)
    })
  }
}
