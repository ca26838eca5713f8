import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Ring, type RingMember } from './fair-queue.ts'

class Member implements RingMember<Member> {
  readonly name: string
  readonly weight: number
  credit = 0
  before: Member | null = null
  after: Member | null = null

  constructor(name: string, weight = 1) {
    this.name = name
    this.weight = weight
  }
}

function serve(ring: Ring<Member>, turns: number, cost: (member: Member) => number = () => 1): Map<string, number> {
  const served = new Map<string, number>()
  for (let n = 0; n < turns; n++) {
    const member = ring.current()!
    served.set(member.name, (served.get(member.name) ?? 0) + cost(member))
    ring.charge(member, cost(member))
  }
  return served
}

describe('Ring', () => {
  test('FAIR-1: shares turns by weight, whatever they cost', () => {
    const member = fc.record({
      weight: fc.integer({ min: 1, max: 5 }),
      cost: fc.double({ min: 0.1, max: 16, noNaN: true }),
    })
    fc.assert(
      fc.property(
        fc.array(member, { minLength: 2, maxLength: 6 }),
        fc.integer({ min: 1, max: 10 }),
        (members, quantum) => {
          const ring = new Ring<Member>(quantum)
          const costs = new Map<string, number>()
          members.forEach(({ weight, cost }, n) => {
            costs.set(`${n}`, cost)
            ring.add(new Member(`${n}`, weight))
          })
          const served = serve(ring, 20_000, ({ name }) => costs.get(name)!)
          const shares = members.map(({ weight }, n) => (served.get(`${n}`) ?? 0) / weight)
          const slack = (2 * 16) / Math.min(...shares) + (2 * quantum) / Math.min(...shares)
          expect(Math.max(...shares) / Math.min(...shares)).toBeLessThan(1 + slack)
        },
      ),
      { numRuns: 50 },
    )
  })

  test('FAIR-2: serves a newcomer within one round', () => {
    const ring = new Ring<Member>(10)
    for (let n = 0; n < 5; n++) ring.add(new Member(`old ${n}`))
    serve(ring, 777)
    ring.add(new Member('new'))
    const served = serve(ring, 5 * 10 + 1)
    expect(served.get('new')).toBeGreaterThanOrEqual(1)
  })

  test('serves a member in a row as far as its credit goes', () => {
    const ring = new Ring<Member>(3)
    ring.add(new Member('a'))
    ring.add(new Member('b'))
    const order: string[] = []
    for (let n = 0; n < 12; n++) {
      const member = ring.current()!
      order.push(member.name)
      ring.charge(member, 1)
    }
    expect(order.join('')).toBe('aaabbbaaabbb')
  })

  test('gives no credit for time away, and forgives no debt', () => {
    const ring = new Ring<Member>(1)
    const away = new Member('away')
    const other = new Member('other')
    ring.add(away)
    ring.add(other)
    ring.charge(away, 8)
    ring.remove(away)
    serve(ring, 1000)
    ring.add(away)
    const served = serve(ring, 20)
    expect(served.get('away') ?? 0).toBeLessThanOrEqual(7)
    expect(served.get('other')).toBeGreaterThanOrEqual(13)
  })

  test('lets a refund undo a charge, but hoards nothing', () => {
    const ring = new Ring<Member>(2)
    const member = new Member('a')
    ring.add(member)
    ring.current()
    ring.charge(member, 2)
    ring.refund(member, 2)
    expect(member.credit).toBe(2)
    ring.refund(member, 100)
    expect(member.credit).toBe(2)
  })

  test('keeps its members straight however they come and go', () => {
    const step = fc.record({ name: fc.integer({ min: 0, max: 5 }), add: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const ring = new Ring<Member>()
        const members = Array.from({ length: 6 }, (_, n) => new Member(`${n}`))
        const inside = new Set<Member>()
        for (const { name, add } of steps) {
          const member = members[name]!
          if (add) ring.add(member)
          else ring.remove(member)
          if (add) inside.add(member)
          else inside.delete(member)
          expect(ring.size).toBe(inside.size)
          const served = ring.size === 0 ? new Map() : serve(ring, 40)
          expect([...served.keys()].sort()).toEqual([...inside].map((each) => each.name).sort())
        }
      }),
    )
  })

  test('has nobody to serve when empty', () => {
    expect(new Ring<Member>().current()).toBeNull()
  })
})
