import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeLot, type LotItems, type LotJob, LotReader } from './messages-lot.ts'

const uint32 = fc.nat({ max: 0xffffffff })
const uint16 = fc.nat({ max: 0xffff })
const job = fc.record<LotJob>({
  ref: fc.nat({ max: 2 ** 40 }),
  jobId: fc.string(),
  subscription: fc.string({ unit: 'grapheme' }),
  objectType: fc.string(),
  action: fc.constantFrom('create', 'update', 'delete'),
  partitionBy: fc.constantFrom('item', 'job', '/data/shop'),
  deadlineAtMs: fc.option(fc.nat()),
})
const item = fc.record({
  line: fc.string({ unit: 'grapheme' }),
  job: fc.nat(),
  index: uint32,
  chunk: uint32,
  itemHandle: uint32,
  attempt: uint16,
  throttled: uint16,
  apart: fc.boolean(),
})
type Item = typeof item extends fc.Arbitrary<infer T> ? T : never

/** Lines one after another in one body, or each in a body of its own. */
function columns(items: readonly Item[], jobs: number): LotItems {
  const lines = items.map(({ line }) => Buffer.from(line))
  const shared = Buffer.concat(lines)
  let at = 0
  const places = items.map(({ apart }, n) => {
    const start = at
    at += lines[n]!.length
    return apart
      ? { body: Buffer.concat([Buffer.from('#'), lines[n]!]), start: 1, end: 1 + lines[n]!.length }
      : { body: shared, start, end: at }
  })
  return {
    count: items.length,
    jobs: items.map((each) => each.job % jobs),
    indexes: items.map(({ index }) => index),
    chunks: items.map(({ chunk }) => chunk),
    itemHandles: items.map(({ itemHandle }) => itemHandle),
    attempts: items.map(({ attempt }) => attempt),
    throttled: items.map(({ throttled }) => throttled),
    bodies: places.map(({ body }) => body),
    starts: places.map(({ start }) => start),
    ends: places.map(({ end }) => end),
  }
}

describe('encodeLot', () => {
  it('makes a buffer that reads as what it was made of', () => {
    fc.assert(
      fc.property(fc.array(job, { minLength: 1, maxLength: 4 }), fc.array(item, { maxLength: 30 }), (jobs, items) => {
        const reader = new LotReader(encodeLot(jobs, columns(items, jobs.length)))
        expect(reader.count).toBe(items.length)
        expect(reader.jobs).toEqual(jobs)
        items.forEach((each, n) => {
          expect(reader.job(n)).toBe(each.job % jobs.length)
          expect(reader.index(n)).toBe(each.index)
          expect(reader.chunk(n)).toBe(each.chunk)
          expect(reader.itemHandle(n)).toBe(each.itemHandle)
          expect(reader.attempt(n)).toBe(each.attempt)
          expect(reader.throttled(n)).toBe(each.throttled)
          expect(reader.line(n)).toBe(Buffer.from(each.line).toString())
        })
      }),
    )
  })

  it('reports whether a text is in any line', () => {
    const jobs: LotJob[] = [
      {
        ref: 1,
        jobId: '"action"',
        subscription: 's',
        objectType: 'o',
        action: 'update',
        partitionBy: 'item',
        deadlineAtMs: null,
      },
    ]
    const lot = (line: string): LotReader =>
      new LotReader(
        encodeLot(
          jobs,
          columns([{ line, job: 0, index: 0, chunk: 0, itemHandle: 0, attempt: 1, throttled: 0, apart: false }], 1),
        ),
      )
    expect(lot('{"id":"a"}').anyLineHolds('"action"')).toBe(false)
    expect(lot('{"id":"a","action":"delete"}').anyLineHolds('"action"')).toBe(true)
  })
})
