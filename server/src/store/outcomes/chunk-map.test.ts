import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type OutcomeRecord, OutcomeView, OutcomeWriter, Verdict } from '../../model/outcome-batch.ts'
import { ENTRY_WORDS, entryVerdict, isPlain, readPlain, writePlain, writeVerdict } from './chunk-map.ts'

const base = { epoch: 3, baseMs: 1_800_000_000_000 }
const place = { ref: 5, chunk: 2, index: 2001 }

const plainCall: OutcomeRecord = {
  ...{
    jobRef: 5,
    chunk: 2,
    index: 2001,
    itemHandle: 0,
    epoch: 3,
    attempt: 1,
    httpStatus: 200,
    verdict: Verdict.succeeded,
  },
  ...{
    flags: 0,
    throttled: 0,
    startedAtMs: base.baseMs + 0x01020304,
    endedAtMs: base.baseMs + 0x01020304 + 77,
    retryAtMs: 0,
  },
}

function viewOf(record: OutcomeRecord): OutcomeView {
  const writer = new OutcomeWriter()
  writer.add(record)
  return new OutcomeView(writer.take()!)
}

function write(record: OutcomeRecord): { entries: Uint32Array; fits: boolean } {
  const entries = new Uint32Array(ENTRY_WORDS * 2)
  return { entries, fits: writePlain(entries, 1, base, viewOf(record), 0) }
}

describe('outcome entry', () => {
  // Maps on disk hold these bytes: a change of the layout is a migration, never an edit of this test.
  it('has the frozen layout', () => {
    const { entries } = write(plainCall)
    expect(Buffer.from(entries.buffer).toString('hex')).toBe('0000000000000000' + '04030201' + '11992600')
    writeVerdict(entries, 0, Verdict.throttled)
    expect(Buffer.from(entries.buffer, 0, 8).toString('hex')).toBe('0000000004000000')
    const largest = {
      ...plainCall,
      httpStatus: 1023,
      startedAtMs: base.baseMs + 0xffff_ffff,
      endedAtMs: base.baseMs + 0xffff_ffff + 0x1ffff,
    }
    expect(Buffer.from(write(largest).entries.buffer, 8).toString('hex')).toBe('fffffffff1ffffff')
  })

  it('gives back every call that fits, in whole ms', () => {
    const calls = fc.record({
      httpStatus: fc.integer({ min: 0, max: 1023 }),
      offsetMs: fc.integer({ min: 0, max: 0xffff_ffff }),
      durationMs: fc.integer({ min: 0, max: 0x1ffff }),
      fraction: fc.double({ min: 0, max: 0.99, noNaN: true }),
    })
    fc.assert(
      fc.property(calls, ({ httpStatus, offsetMs, durationMs, fraction }) => {
        const startedAtMs = base.baseMs + offsetMs
        const call = { ...plainCall, httpStatus, startedAtMs, endedAtMs: startedAtMs + durationMs }
        const { entries, fits } = write({
          ...call,
          startedAtMs: startedAtMs + fraction / 2,
          endedAtMs: call.endedAtMs + fraction,
        })
        expect(fits && isPlain(entries, 1) && entryVerdict(entries, 1) === Verdict.succeeded).toBe(true)
        expect(readPlain(entries, 1, base, place)).toEqual(call)
      }),
    )
  })

  it.each<[string, Partial<OutcomeRecord>]>([
    ['a failure', { verdict: Verdict.failed }],
    ['a second call', { attempt: 2 }],
    ['a call of another epoch', { epoch: 4 }],
    ['a detail', { detail: Buffer.from('{}') }],
    ['a throttled call before', { throttled: 1 }],
    ['a start before the base', { startedAtMs: base.baseMs - 1 }],
    ['a start too late', { startedAtMs: base.baseMs + 2 ** 32, endedAtMs: base.baseMs + 2 ** 32 }],
    ['a call too long', { endedAtMs: plainCall.startedAtMs + 0x20000 }],
    ['a clock set back', { endedAtMs: plainCall.startedAtMs - 1 }],
    ['a status beyond ten bits', { httpStatus: 1024 }],
    ['no time', { startedAtMs: NaN }],
  ])('does not take %s', (_, members) => {
    const { entries, fits } = write({ ...plainCall, ...members })
    expect(fits).toBe(false)
    expect([...entries]).toEqual([0, 0, 0, 0])
  })
})
