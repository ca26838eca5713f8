import { expect, it } from 'vitest'
import { OutcomeView, OutcomeWriter, readBatch, recordBytes, Verdict } from '../../model/outcome-batch.ts'
import { channelSegments } from './channel-segments.ts'

/** Refs by channel; 9 is of no job. */
const CHANNELS: Readonly<Record<number, string>> = { 1: 'shop', 2: 'b2b', 3: 'shop' }

function batchOf(refs: readonly number[]) {
  const writer = new OutcomeWriter()
  for (const [index, jobRef] of refs.entries()) {
    writer.add({
      ...{ jobRef, chunk: 0, index, itemHandle: 0, epoch: 1, attempt: 1, httpStatus: 200, flags: 0, throttled: 0 },
      ...{ verdict: Verdict.succeeded, startedAtMs: 1000, endedAtMs: 1001, retryAtMs: 0 },
      detail: Buffer.from(JSON.stringify({ of: index })),
    })
  }
  return writer.take()!
}

function segmentsOf(refs: readonly number[]) {
  const batch = batchOf(refs)
  const segment = { seq: 5, records: recordBytes(batch), details: batch.details }
  return channelSegments(segment, (ref) => CHANNELS[ref] ?? null).map(({ channel, seq, records, details }) => {
    const view = new OutcomeView(readBatch(records, details))
    const items = Array.from({ length: view.count }, (_, n) => {
      const { jobRef, index, detail } = view.record(n)
      return [jobRef, index, Buffer.from(detail!).toString()]
    })
    return { channel, seq, items }
  })
}

it('a segment is divided by channel, each in its order, with its details', () => {
  expect(segmentsOf([1, 1, 2, 3, 2])).toEqual([
    {
      ...{ channel: 'b2b', seq: 5 },
      items: [
        [2, 2, '{"of":2}'],
        [2, 4, '{"of":4}'],
      ],
    },
    {
      ...{ channel: 'shop', seq: 5 },
      items: [
        [1, 0, '{"of":0}'],
        [1, 1, '{"of":1}'],
        [3, 3, '{"of":3}'],
      ],
    },
  ])
})

it('outcomes of jobs that are gone are left out', () => {
  expect(segmentsOf([9, 2, 9]).map(({ channel, items }) => [channel, items.length])).toEqual([['b2b', 1]])
  expect(segmentsOf([9])).toEqual([])
})
