/** Keeps what waits, by caller. Callers take turns: each has one after every other one that waits (round robin). */
export class CallerRing<One> {
  /** In the order of their turns. */
  readonly #lines = new Map<string, One[]>()

  add(caller: string, one: One): void {
    const line = this.#lines.get(caller)
    if (line === undefined) this.#lines.set(caller, [one])
    else line.push(one)
  }

  /** Returns the first one of the caller whose turn it is. Null: nobody waits who may have one. @param mayHave whether a caller may have its turn now */
  take(mayHave: (caller: string) => boolean): { readonly caller: string; readonly one: One } | null {
    for (const [caller, line] of this.#lines) {
      if (!mayHave(caller)) continue
      const one = line.shift()!
      this.#lines.delete(caller)
      if (line.length > 0) this.#lines.set(caller, line)
      return { caller, one }
    }
    return null
  }
}
