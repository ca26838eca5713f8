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
    for (const notify of [...this.#waiting]) notify()
  }

  /** Resolves with the next report, or when the time is over. */
  changed(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const notify = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(notify)
        resolve()
      }
      const timer = setTimeout(notify, timeoutMs)
      this.#waiting.add(notify)
    })
  }
}
