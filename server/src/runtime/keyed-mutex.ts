/**
 * Runs work that concerns the same keys one after another, in the order in which it was asked for; work on other keys is not held up. Nothing is kept
 * of keys that nobody works on.
 */
export class KeyedMutex<Key> {
  /** The last work on each key; resolved when it has ended, however it went. */
  readonly #last = new Map<Key, Promise<void>>()

  /** Whether work on a key runs or waits. */
  isHeld(key: Key): boolean {
    return this.#last.has(key)
  }

  /**
   * Runs work after all that was asked for before on any of these keys; at once when there is none.
   * @returns what the work returns
   * @throws what the work throws; work behind it runs all the same
   */
  async run<Result>(keys: readonly Key[], work: () => Promise<Result>): Promise<Result> {
    const before = keys.flatMap((key) => this.#last.get(key) ?? [])
    const result = before.length === 0 ? work() : Promise.all(before).then(work)
    const ended = result.then(ignore, ignore)
    for (const key of keys) this.#last.set(key, ended)
    try {
      return await result
    } finally {
      for (const key of keys) if (this.#last.get(key) === ended) this.#last.delete(key)
    }
  }
}

function ignore(): void {}
