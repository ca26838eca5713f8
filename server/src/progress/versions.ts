/** Versions per term; gaps are normal. */
const VERSIONS_PER_TERM = 1e9

/** The versions of all snapshots of a process: of each channel they only grow, over its adoptions and over restarts too. */
export class Versions {
  #last = 0

  /** @param term of the channel whose job is shown */
  next(term: number): number {
    return term * VERSIONS_PER_TERM + ++this.#last
  }
}
