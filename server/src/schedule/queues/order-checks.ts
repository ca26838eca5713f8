import type { JobLine } from './lines.ts'

/** An item by its job and index. */
interface Placed {
  readonly job: JobLine
  readonly index: number
}

/** The evidence of order: each time that a key's turn passes on, the next item must be later in the order than the one that left (ORD-2, ORD-5). */
export class OrderChecks {
  checks = 0
  violations = 0
  #taken = 0

  passed(left: Placed, next: Placed): void {
    this.checks++
    if (!isLater(next, left)) this.violations++
  }

  /** Violations since the last call. */
  takeViolations(): number {
    const count = this.violations - this.#taken
    this.#taken = this.violations
    return count
  }
}

function isLater(next: Placed, left: Placed): boolean {
  if (next.job === left.job) return next.index > left.index
  return next.job.live.record.eligibleSeq >= left.job.live.record.eligibleSeq
}
