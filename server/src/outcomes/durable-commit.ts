import type { OutcomeBatch } from '../model/outcome-batch.ts'

/** A commit that is durable. */
export interface DurableCommit {
  /** As they were handed over. */
  readonly batches: readonly OutcomeBatch[]
  /** As they were committed: the same but for those that the store refused. */
  readonly committed: readonly OutcomeBatch[]
  /** From the hand-over to the store until it was durable. */
  readonly durationMs: number
}
