import { beforeEach, describe, expect, it } from 'vitest'
import { type AuditEntry, AuditSeqs } from '../model/audit.ts'
import { AuditTallies } from './audit-tallies.ts'

const T0 = 1_800_000_000_000
const MINUTE = 60_000

let tallies: AuditTallies
beforeEach(() => {
  const seqs = new AuditSeqs(0)
  tallies = new AuditTallies((wallMs) => seqs.take(wallMs, 1))
})

function entryOf(members: Partial<AuditEntry> = {}): AuditEntry {
  return {
    actor: { kind: 'anonymous', tokenId: null, tokenName: null },
    ...{ subscription: null, action: 'getJob', resource: { job: 'job_1', channel: null, others: {} } },
    ...{ address: '192.0.2.1', requestId: 'req_1', status: 401, code: 'unauthenticated', count: 1 },
    ...members,
  }
}

describe('tallies', () => {
  it('count requests alike, and show what they have in common', () => {
    tallies.add('requests', entryOf(), T0)
    tallies.add('requests', entryOf({ requestId: 'req_2', resource: { job: 'job_2', channel: null, others: {} } }), T0)
    tallies.add('requests', entryOf({ action: 'getItem' }), T0)
    expect(tallies.take(10)).toMatchObject([
      { action: 'getJob', address: '192.0.2.1', requestId: null, resource: { job: null }, count: 2 },
      { action: 'getItem', requestId: 'req_1', resource: { job: 'job_1' }, count: 1 },
    ])
    expect(tallies.take(10)).toEqual([])
  })

  it('are written with what is new, again if that failed, and forgotten with their period', () => {
    tallies.add('refusals', entryOf(), T0)
    const [first] = tallies.take(10)
    tallies.add('refusals', entryOf(), T0)
    tallies.giveBack([first!])
    expect(tallies.take(10)).toMatchObject([{ seq: first!.seq, count: 2 }])
    tallies.forget(T0 + MINUTE)
    expect(tallies.size).toBe(0)
    tallies.add('refusals', entryOf(), T0 + MINUTE)
    expect(tallies.take(10)[0]!.seq).toBeGreaterThan(first!.seq)
  })

  it('of refusals from any number of addresses are few, and lose none', () => {
    let written = 0
    let counted = 0
    for (let n = 0; n < 100_000; n++) {
      tallies.add('refusals', entryOf({ address: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` }), T0 + n * 36)
      if (n % 1000 !== 999) continue
      for (const { count } of tallies.take(1e6)) counted += count
      tallies.forget(T0 + n * 36)
      written = Math.max(written, tallies.size)
    }
    expect([counted, written]).toEqual([100_000, expect.toSatisfy((size: number) => size < 150)])
  })

  const callOf = (subscription: string | null, n: number) => {
    const actor = { kind: 'token', tokenId: `tok_${n}`, tokenName: 'x' } as AuditEntry['actor']
    return entryOf({ actor, subscription, status: 200, code: null })
  }

  it('are bounded for callers, too', () => {
    for (let n = 0; n < 30_000; n++) tallies.add('requests', callOf(`tenant-${n % 6000}`, n), T0)
    expect(tallies.size).toBeLessThanOrEqual(15_001)
    expect(tallies.take(1e6).reduce((sum, { count }) => sum + count, 0)).toBe(30_000)
    tallies.forget(T0 + 60 * MINUTE)
    expect(tallies.size).toBe(0)
  })

  it('of a subscription beyond its share are one entry of its own, and those of others are whole', () => {
    for (let n = 0; n < 30_000; n++) tallies.add('requests', callOf('greedy', n), T0)
    for (let n = 0; n < 20; n++) tallies.add('requests', callOf('other', n), T0)
    const entries = tallies.take(1e6)
    const greedy = entries.filter(({ subscription }) => subscription === 'greedy')
    expect(greedy).toHaveLength(1001)
    expect(greedy.at(-1)).toMatchObject({ actor: { kind: 'anonymous', tokenId: null }, address: null, count: 29_000 })
    const others = entries.filter(({ subscription }) => subscription === 'other')
    expect(others.map(({ actor, count }) => [actor.tokenId, count])).toEqual(
      Array.from({ length: 20 }, (_, n) => [`tok_${n}`, 1]),
    )
    // Its share is free again when its entries are over.
    tallies.forget(T0 + 60 * MINUTE)
    tallies.add('requests', callOf('greedy', 7), T0 + 60 * MINUTE)
    expect(tallies.take(10)).toMatchObject([{ actor: { tokenId: 'tok_7' }, count: 1 }])
  })

  it('of many subscriptions that use up all of it still name the subscription', () => {
    for (let n = 0; n < 12_000; n++) tallies.add('requests', callOf(`tenant-${n % 12}`, n), T0)
    for (let n = 0; n < 5; n++) tallies.add('requests', callOf('late', n), T0)
    const late = tallies.take(1e6).filter(({ subscription }) => subscription === 'late')
    expect(late).toMatchObject([{ actor: { kind: 'anonymous' }, count: 5 }])
  })
})
