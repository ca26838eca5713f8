import { describe, expect, it } from 'vitest'
import {
  mergeBatches,
  type OutcomeBatch,
  OutcomeView,
  OutcomeWriter,
  readView,
  recordBytes,
  Verdict,
  wholeBuffer,
} from './outcome-batch.ts'

function batchOf(...indexes: number[]): OutcomeBatch {
  const writer = new OutcomeWriter()
  for (const index of indexes) {
    const detail = index % 2 === 0 ? Buffer.from(`detail ${index}`) : undefined
    writer.add({
      ...{
        jobRef: 1,
        chunk: 0,
        index,
        itemHandle: 4711,
        epoch: 1,
        attempt: 1,
        httpStatus: 0,
        verdict: Verdict.failed,
        flags: 0,
      },
      ...{ throttled: 0, startedAtMs: 1, endedAtMs: 2, retryAtMs: 0, detail },
    })
  }
  return writer.take() ?? { count: 0, records: new ArrayBuffer(0), details: null }
}

function contentOf(view: OutcomeView): unknown[] {
  return Array.from({ length: view.count }, (_, n) => {
    const detail = view.detail(n)
    return [view.index(n), view.itemHandle(n), detail && Buffer.from(detail).toString()]
  })
}

describe('mergeBatches', () => {
  it.each([
    ['one batch', [batchOf(1, 2)]],
    ['several, some empty or without details', [batchOf(1, 2), batchOf(), batchOf(3), batchOf(4, 5, 6)]],
  ])('keeps the records and details of %s in order, without their item handles', (_, batches) => {
    const expected = batches.flatMap((batch) =>
      contentOf(new OutcomeView(batch)).map((content) => {
        const [index, , detail] = content as [number, number, string | null]
        return [index, 0, detail]
      }),
    )
    const merged = mergeBatches(batches)!
    expect(contentOf(new OutcomeView(merged))).toEqual(expected)
    expect(contentOf(readView(recordBytes(merged), merged.details))).toEqual(expected)
  })

  it('is nothing without a record', () => {
    expect(mergeBatches([])).toBeNull()
    expect(mergeBatches([batchOf()])).toBeNull()
  })
})

describe('wholeBuffer', () => {
  it('copies a part, and no whole', () => {
    const bytes = Uint8Array.from([1, 2, 3, 4])
    expect(wholeBuffer(bytes)).toBe(bytes.buffer)
    expect(new Uint8Array(wholeBuffer(bytes.subarray(1, 3)))).toEqual(Uint8Array.from([2, 3]))
  })
})
