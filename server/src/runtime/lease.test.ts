import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { BeatJudge } from './beat-judge.ts'
import { Lease, leaseNow, leaseUntil } from './lease.ts'
import { FakeLeaseWorld, type LeaseBug, TTL_MS } from './testing/fake-lease-world.ts'

const SPAN_MS = 40 * TTL_MS

describe('servers of one database', () => {
  test('never two hold the lease, whatever clocks, messages, processes and the database do', () => {
    let takeovers = 0
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const world = new FakeLeaseWorld({ seed })
        world.run(SPAN_MS)
        takeovers += world.takeovers
        expect(world.overlaps).toBe(0)
      }),
      { numRuns: 60 },
    )
    expect(takeovers).toBeGreaterThan(60)
  })

  test.each<LeaseBug>(['wall_only', 'beat_wins', 'no_success', 'blind_fence'])(
    'the model finds the seeded bug %s',
    (bug) => {
      const { failed } = fc.check(
        fc.property(fc.integer(), (seed) => {
          const world = new FakeLeaseWorld({ seed, bug })
          world.run(SPAN_MS)
          return world.overlaps === 0
        }),
        { numRuns: 300, endOnFailure: true, seed: 1 },
      )
      expect(failed).toBe(true)
    },
  )

  test('a span that is measured from the sending of the first look ends before the lease of a beat that came before its answer', () => {
    // The first look is slow, and a beat is carried out right before it; then the server is frozen.
    const beatSentMs = 440
    const leaseEndMs = leaseUntil({ monotonicUs: beatSentMs * 1000, wallMs: beatSentMs }, TTL_MS).wallMs
    const looks = [{ sentMs: 0, receivedMs: 490 }, ...[495, 800, 1000, 1200, 1400, 1500].map(answeredAtOnce)]
    const judgedAt = (receiptOfFirstMs: number): number => {
      const judge = new BeatJudge(TTL_MS)
      const first = { ...looks[0]!, receivedMs: receiptOfFirstMs }
      return [first, ...looks.slice(1)].find((look) => judge.look({ ...look, beat: 7 }))!.sentMs
    }
    expect(judgedAt(490)).toBeGreaterThan(leaseEndMs)
    expect(judgedAt(0)).toBeLessThan(leaseEndMs)
  })

  test('nobody is presumed dead after the database was away, however long', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const world = new FakeLeaseWorld({ seed, faults: false, maxDelayMs: TTL_MS / 50 })
        world.run(SPAN_MS)
        expect(world.takeovers).toBe(0)
      }),
      { numRuns: 25 },
    )
  })
})

function answeredAtOnce(sentMs: number) {
  return { sentMs, receivedMs: sentMs + 1 }
}

describe('leaseUntil', () => {
  it('ends 2 s before others may take it, and a fifth before if it is short', () => {
    const sent = { monotonicUs: 5e6, wallMs: 1000 }
    expect(leaseUntil(sent, 10_000)).toEqual({ monotonicUs: 13e6, wallMs: 9000 })
    expect(leaseUntil(sent, 60_000)).toEqual({ monotonicUs: 63e6, wallMs: 59_000 })
    expect(leaseUntil(sent, 1000)).toEqual({ monotonicUs: 5.8e6, wallMs: 1800 })
  })
})

describe('BeatJudge', () => {
  const look = (sentMs: number, beat = 1, receivedMs = sentMs + 1) => ({ sentMs, receivedMs, beat })

  it('judges by the time from the receipt of the first look to the sending of the last', () => {
    const judge = new BeatJudge(1000)
    expect([0, 400, 800, 1000].map((atMs) => judge.look(look(atMs)))).toEqual([false, false, false, false])
    expect(judge.look(look(1001))).toBe(true)
  })

  it('begins anew with another beat, after a failed look, and after a late one', () => {
    const judge = new BeatJudge(1000)
    for (const atMs of [0, 400, 800]) judge.look(look(atMs))
    expect(judge.look(look(1100, 2))).toBe(false)
    for (const atMs of [1500, 1900]) expect(judge.look(look(atMs, 2))).toBe(false)
    judge.failed()
    for (const atMs of [2200, 2600, 3000]) expect(judge.look(look(atMs, 2))).toBe(false)
    expect(judge.look(look(3100, 2, 3700))).toBe(false)
    for (const atMs of [3800, 4200, 4600]) expect(judge.look(look(atMs, 2))).toBe(false)
    expect(judge.look(look(5200, 2))).toBe(false)
    for (const atMs of [5600, 6000]) expect(judge.look(look(atMs, 2))).toBe(false)
    expect(judge.look(look(6202, 2))).toBe(true)
  })
})

describe('Lease', () => {
  it('is held by every thread until the end that was set, by either clock', () => {
    const lease = Lease.create()
    const other = Lease.attach(lease.shared)
    expect([lease.holds(), lease.remainingMs()]).toEqual([false, 0])
    lease.extend(leaseUntil(leaseNow(), 60_000))
    expect(other.holds()).toBe(true)
    expect(other.remainingMs()).toBeGreaterThan(50_000)
    const { monotonicUs, wallMs } = leaseNow()
    lease.extend({ monotonicUs: monotonicUs + 1e9, wallMs: wallMs - 1 })
    expect([other.holds(), other.remainingMs()]).toEqual([false, 0])
    lease.extend({ monotonicUs: monotonicUs - 1, wallMs: wallMs + 1e6 })
    expect(other.holds()).toBe(false)
    lease.extend(leaseUntil(leaseNow(), 60_000))
    lease.end()
    expect(other.holds()).toBe(false)
  })

  it('reports once that it was refused, and counts the moves of the main thread', () => {
    const lease = Lease.create()
    expect([lease.takeRefused(), lease.holds(), lease.takeRefused(), lease.takeRefused()]).toEqual([
      ...[false, false, true, false],
    ])
    Lease.attach(lease.shared).move()
    expect(lease.moves).toBe(1)
  })

  it('of a store of one server is always held', () => {
    const lease = Lease.permanent()
    lease.end()
    expect([lease.holds(), lease.remainingMs(), lease.shared, lease.takeRefused()]).toEqual([
      ...[true, Infinity, null, false],
    ])
  })
})
