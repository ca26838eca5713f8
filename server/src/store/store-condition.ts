/** `low`: new work is refused, so that accepted work has space. `none`: half of the reserve for accepted work is used, too: no further call should start. */
export type StoreCapacity = 'ample' | 'low' | 'none'

/** `damaged`: what is stored is not what was written; new work is refused and no further call should start, until a backup is restored. */
export type StoreCondition = StoreCapacity | 'damaged'

/** Reports what the store can take. */
export interface ConditionSource {
  /** The store's condition, measured at most a second ago. `damaged` is permanent. */
  readonly condition: StoreCondition

  /** Calls back whenever the condition has changed. */
  onCondition(listener: () => void): void
}
