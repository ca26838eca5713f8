import { OrderChecks } from './order-checks.ts'

/** Counts over the backlogs of all channels of a process. */
export interface BacklogCounts {
  /** Items admitted or announced, not ended, and of no stopped job unless they run. */
  pendingItems: number
  readonly order: OrderChecks
}

export function newBacklogCounts(): BacklogCounts {
  return { pendingItems: 0, order: new OrderChecks() }
}
