import type { Keys } from '../load.ts'
import { findOrderFaults, type OrderFaults } from './start-order.ts'

/** The work of a run, the same for everybody. */
export interface Work {
  readonly items: number
  readonly keys: Keys
  /** A delivery that takes longer ends here, and counts for what it delivered. */
  readonly maxSeconds: number
}

/** One measured run: everything is taken in first, then delivered. */
export interface Run extends OrderFaults {
  readonly items: number
  readonly intakeMs: number
  readonly deliveryMs: number
  /** Items delivered within `deliveryMs`: fewer than `items` if time was up. */
  readonly delivered: number
}

/** Makes a run of what was measured. @param starts the numbers of the items in the order of their starts */
export function toRun(
  work: Work,
  measured: { readonly intakeMs: number; readonly deliveryMs: number; readonly starts: Iterable<number> },
): Run {
  const starts = [...measured.starts]
  const faults = findOrderFaults(starts, work.keys)
  return {
    items: work.items,
    intakeMs: measured.intakeMs,
    deliveryMs: measured.deliveryMs,
    delivered: starts.length - faults.repeats,
    ...faults,
  }
}

/** Items per second from the start of the delivery to the last durable completion. */
export function deliveryRate({ delivered, deliveryMs }: Run): number {
  return (delivered * 1000) / deliveryMs
}

/** Items per second with the time of their intake added. */
export function totalRate(run: Run): number {
  return 1000 / (run.intakeMs / run.items + run.deliveryMs / run.delivered)
}
