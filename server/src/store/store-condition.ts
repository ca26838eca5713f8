/** `low`: new work is refused, so that accepted work finds room. `none`: half of what was kept for that is used, too: no further call should start. */
export type StoreRoom = 'ample' | 'low' | 'none'

/** `damaged`: what is stored is not what was written; new work is refused and no further call should start, until a backup is restored. */
export type StoreCondition = StoreRoom | 'damaged'

/** Reports what the store can take. */
export interface ConditionSource {
  /** What the store can take, as of its last look at most a second ago. `damaged` is for good. */
  readonly condition: StoreCondition

  /** Calls back whenever the condition has changed. */
  onCondition(listener: () => void): void
}
