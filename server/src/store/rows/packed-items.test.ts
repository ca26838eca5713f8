import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JobId } from '../../model/ids.ts'
import type { Verdict } from '../../model/outcome-batch.ts'
import type { StoredAttempt, StoredItem, StoredReplacement } from '../item-store.ts'
import { ItemsPacker, unpackItems } from './packed-items.ts'

const bytes = fc.uint8Array({ maxLength: 20 })
const maybeBytes = fc.option(bytes)
const timeMs = fc.integer({ min: 1, max: 2 ** 45 })
const verdict = fc.integer({ min: 0, max: 6 }) as fc.Arbitrary<Verdict>
const small = fc.integer({ min: 0, max: 65_535 })

const attempt: fc.Arbitrary<StoredAttempt> = fc.record({
  ...{ attempt: small, epoch: small, startedAtMs: timeMs, endedAtMs: timeMs, verdict, httpStatus: small },
  ...{ retryAtMs: timeMs, detail: maybeBytes },
})
const replacement: fc.Arbitrary<StoredReplacement> = fc.record({
  ...{ attempt: small, atMs: timeMs, by: fc.string(), byteLength: small, line: maybeBytes },
})
const item: fc.Arbitrary<StoredItem> = fc.record({
  ...{ index: small, line: bytes, verdict, attempt: small, throttled: small, startedAtMs: fc.option(timeMs) },
  ...{
    endedAtMs: fc.option(timeMs),
    retryAtMs: fc.option(timeMs),
    log: fc.array(attempt, { maxLength: 3 }),
    detail: maybeBytes,
    replacements: fc.array(replacement, { maxLength: 2 }),
    retriedAs: fc.option(fc.constantFrom('job_a' as JobId, 'job_b' as JobId)),
  },
})

describe('packed items', () => {
  it('come out as they went in', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 10 }), fc.option(small), (items, nextIndex) => {
        const packer = new ItemsPacker()
        for (const one of items) packer.add(one)
        expect(packer.count).toBe(items.length)
        const { release, ...page } = unpackItems(packer.finish(nextIndex))
        expect(page).toEqual({ items, nextIndex })
        release!()
        expect(page.items.every(({ line, detail }) => line.length === 0 && (detail ?? line).length === 0)).toBe(true)
      }),
    )
  })

  it('give back what they were cut out of, once it is copied', () => {
    const packer = new ItemsPacker()
    const [body, shared] = [Uint8Array.of(1, 2, 10), new Uint8Array(new ArrayBuffer(8), 2, 3)]
    for (const source of [body, shared]) packer.cutFrom(source)
    packer.add({ ...EMPTY, line: body.subarray(0, 2) })
    const { items } = unpackItems(packer.finish(null))
    expect(items[0]!.line).toEqual(Uint8Array.of(1, 2))
    expect(body.buffer.detached).toBe(true)
    // Others may have the rest of it.
    expect(shared.buffer.detached).toBe(false)
  })
})

const EMPTY: StoredItem = {
  ...{ index: 0, line: new Uint8Array(), verdict: 0, attempt: 0, throttled: 0, startedAtMs: null, endedAtMs: null },
  ...{ retryAtMs: null, retriedAs: null, log: [], detail: null, replacements: [] },
}
