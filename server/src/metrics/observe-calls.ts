import { isEnded, OutcomeView, Verdict } from '../model/outcome-batch.ts'
import type { CalledItems } from '../runtime/telemetry.ts'
import type { RowHistogram } from './row-histogram.ts'

/** The histograms of calls and of the items called, by row of their channel. */
export interface CallHistograms {
  readonly wait: RowHistogram
  readonly delivery: RowHistogram
  readonly duration: RowHistogram
}

/**
 * Adds what the records of one batch say of times: one pass, nothing is made for an item.
 * @param eligibleAtMs when each job became eligible, by its number
 */
export function observeCalls(
  called: CalledItems,
  eligibleAtMs: ReadonlyMap<number, number | null>,
  { row, histograms }: { readonly row: number; readonly histograms: CallHistograms },
): void {
  const { itemsPerCall, uncalled } = called
  const { wait, delivery, duration } = histograms
  const view = new OutcomeView(called)
  let lastRef = -1
  let sinceMs: number | null = null
  let inCall = 0
  for (let n = 0; n < view.count; n++) {
    if (uncalled !== null && uncalled.has(n)) continue
    const ref = view.jobRef(n)
    if (ref !== lastRef) {
      lastRef = ref
      sinceMs = eligibleAtMs.get(ref) ?? null
    }
    const startedAtMs = view.startedAtMs(n)
    const endedAtMs = view.endedAtMs(n)
    if (inCall > 0 && inCall < itemsPerCall && view.isSameCall(n)) inCall++
    else {
      inCall = 1
      duration.observeMs(row, Math.max(0, endedAtMs - startedAtMs))
    }
    if (sinceMs === null) continue
    if (view.attempt(n) === 1) wait.observeMs(row, Math.max(0, startedAtMs - sinceMs))
    const verdict = view.verdict(n)
    if (isEnded(verdict) && verdict !== Verdict.cancelled) delivery.observeMs(row, Math.max(0, endedAtMs - sinceMs))
  }
}
