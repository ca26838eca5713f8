import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isEnded, OutcomeView, Verdict } from '../model/outcome-batch.ts'
import type { CalledItems } from '../runtime/telemetry.ts'
import { observeCalls } from './observe-calls.ts'
import { RowHistogram } from './row-histogram.ts'
import { recordsOf } from './testing/fake-world.ts'

const BOUNDS = [0.001, 0.01, 0.1]
const ELIGIBLE = new Map([
  [1, 1000],
  [2, null],
])

function histograms() {
  const make = () => new RowHistogram(1, BOUNDS)
  return { wait: make(), delivery: make(), duration: make() }
}

/** As `observeCalls`, a record at a time. */
function observeEach(called: CalledItems, to: ReturnType<typeof histograms>): void {
  const view = new OutcomeView(called)
  let inCall = 0
  for (let n = 0; n < view.count; n++) {
    if (called.uncalled?.has(n) === true) continue
    const [startedAtMs, endedAtMs, verdict] = [view.startedAtMs(n), view.endedAtMs(n), view.verdict(n)]
    if (inCall > 0 && inCall < called.itemsPerCall && view.isSameCall(n)) inCall++
    else {
      inCall = 1
      to.duration.observeMs(0, endedAtMs - startedAtMs)
    }
    const sinceMs = ELIGIBLE.get(view.jobRef(n)) ?? null
    if (sinceMs === null) continue
    if (view.attempt(n) === 1) to.wait.observeMs(0, startedAtMs - sinceMs)
    if (isEnded(verdict) && verdict !== Verdict.cancelled) to.delivery.observeMs(0, endedAtMs - sinceMs)
  }
}

const call = fc.record({
  ref: fc.constantFrom(1, 1, 2, 3),
  attempt: fc.constantFrom(1, 1, 2),
  verdict: fc.constantFrom(Verdict.succeeded, Verdict.succeeded, Verdict.failed, Verdict.retry, Verdict.cancelled),
  startedAtMs: fc.constantFrom(1000, 1000, 1004),
  endedAtMs: fc.constantFrom(1010, 1010, 1200),
})

test('observeCalls counts neighbours that are alike as it would count each', () => {
  fc.assert(
    fc.property(
      fc.array(call, { minLength: 1, maxLength: 30 }),
      fc.constantFrom(1, 2, 3, 10),
      fc.option(fc.array(fc.nat(29), { maxLength: 4 })),
      (calls, itemsPerCall, uncalled) => {
        const called: CalledItems = {
          ...{ channel: 'shop', itemsPerCall, count: calls.length, details: null },
          records: recordsOf(calls.map((one, index) => ({ ...one, index }))),
          uncalled: uncalled === null ? null : new Set(uncalled),
        }
        const [together, each] = [histograms(), histograms()]
        observeCalls(called, ELIGIBLE, { row: 0, histograms: together })
        observeEach(called, each)
        for (const name of ['wait', 'delivery', 'duration'] as const) {
          const round = (histogram: RowHistogram) =>
            Array.from(histogram.samples(0, {}), ({ labels, value, suffix }) => [labels, value.toFixed(6), suffix])
          expect(round(together[name])).toEqual(round(each[name]))
        }
      },
    ),
    { numRuns: 300 },
  )
})
