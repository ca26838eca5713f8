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
 * Adds what the records of one batch say of times: one pass, nothing is made for an item. Neighbours that are alike, most of them where calls
 * are fast, are counted together.
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
  const { count } = view
  let inCall = 0
  let next: number
  for (let n = 0; n < count; n = next) {
    next = n + 1
    if (uncalled !== null && uncalled.has(n)) continue
    let calls = 0
    if (inCall > 0 && inCall < itemsPerCall && view.isSameCall(n)) inCall++
    else [calls, inCall] = [1, 1]
    while (next < count && view.isLikeBefore(next) && (uncalled === null || !uncalled.has(next))) {
      if (inCall < itemsPerCall) inCall++
      else {
        calls++
        inCall = 1
      }
      next++
    }
    const startedAtMs = view.startedAtMs(n)
    const endedAtMs = view.endedAtMs(n)
    if (calls > 0) duration.observeMs(row, Math.max(0, endedAtMs - startedAtMs), calls)
    const sinceMs = eligibleAtMs.get(view.jobRef(n)) ?? null
    if (sinceMs === null) continue
    if (view.attempt(n) === 1) wait.observeMs(row, Math.max(0, startedAtMs - sinceMs), next - n)
    const verdict = view.verdict(n)
    if (isEnded(verdict) && verdict !== Verdict.cancelled)
      delivery.observeMs(row, Math.max(0, endedAtMs - sinceMs), next - n)
  }
}
