import { describe, expect, test } from 'vitest'
import { Gate } from '../limits/gate.ts'
import type { Channel } from '../limits/channel-registry.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import type { Adoption, ChannelRelease, HandoverNote } from '../store/owner-store.ts'
import { StoreError, staleTerm } from '../store/store-error.ts'
import { ChannelTerms, continueGate, noteOf } from './channel-terms.ts'

const SECOND_US = 1_000_000

function world() {
  const clock = new FakeClock(1000)
  const calls: string[] = []
  const notes = new Map<string, HandoverNote>()
  const releases: ChannelRelease[] = []
  const warned: string[] = []
  const taken = new Set<string>()
  const gates = new Map<string, Gate>()
  let term = 6
  let failure: StoreError | null = null
  const refuse = (): boolean => failure !== null
  const terms = new ChannelTerms({
    store: {
      async adoptChannels(names) {
        calls.push(names.join(' '))
        await Promise.resolve()
        if (refuse()) throw failure!
        return names.map((channel): Adoption => ({ channel, term: ++term, note: notes.get(channel) ?? null }))
      },
      async releaseChannels(list) {
        await Promise.resolve()
        if (refuse()) throw failure!
        const stale = list.filter(({ channel }) => taken.has(channel))
        if (stale.length > 0) throw staleTerm(stale)
        releases.push(...list)
      },
    },
    clock,
    channels: {
      get: (name) => {
        const gate = gates.get(name)
        return gate === undefined ? undefined : ({ gate } as unknown as Channel)
      },
    },
    logger: { warn: (_, message) => warned.push(message) },
  })
  const fail = (code: 'unavailable' | null): void => {
    failure = code === null ? null : new StoreError(code, 'away')
  }
  /** Another server adopts channels. */
  const takeOver = (...names: string[]): void => {
    for (const name of names) taken.add(name)
  }
  return { clock, terms, calls, notes, releases, warned, gates, fail, takeOver }
}

describe('ChannelTerms', () => {
  test('adopts each channel once, however many ask for it at once', async () => {
    const { terms, calls } = world()
    expect(terms.termOf('a')).toBe(0)
    await Promise.all([terms.adoptChannels(['a', 'b', 'a']), terms.adoptChannel('b'), terms.adoptChannels(['c', 'a'])])
    expect(calls).toEqual(['a b', 'c'])
    await terms.adoptChannels(['a', 'b', 'c'])
    expect([terms.termOf('a'), terms.termOf('b'), terms.termOf('c'), calls.length]).toEqual([7, 8, 9, 2])
  })

  test('owns nothing after an adoption that was refused, and adopts again when it is asked', async () => {
    const { terms, calls, fail } = world()
    fail('unavailable')
    const both = Promise.allSettled([terms.adoptChannel('a'), terms.adoptChannel('a')])
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect([terms.termOf('a'), calls.length]).toEqual([0, 1])
    fail(null)
    await terms.adoptChannel('a')
    expect(terms.termOf('a')).toBe(7)
  })

  test('RAT-1 RAT-2 leaves what is owed and blocked to the next owner, whose gate begins with it', async () => {
    const { terms, releases, gates, clock, notes } = world()
    const gate = new Gate()
    gates.set('shop', gate)
    gate.configure({ limit: 10, periodMs: 1000, burst: 10, unit: 'calls' }, clock.monotonicUs())
    await terms.adoptChannels(['shop', 'gone'])
    expect(gate.tryTake(4, clock.monotonicUs())).toBe(0)
    gate.blockUntil(clock.monotonicUs() + 30 * SECOND_US)
    clock.advance(100)
    await terms.stop()
    const blockedUntilMs = clock.nowMs() + 29_900
    expect(releases).toEqual([
      { channel: 'shop', term: 7, note: { owedUnits: 3, blockedUntilMs } },
      { channel: 'gone', term: 8, note: { owedUnits: 0, blockedUntilMs: null } },
    ])
    expect(terms.termOf('shop')).toBe(0)

    // As after a restart: what may have been taken counts as taken, until the note says how much was.
    const next = new Gate()
    next.configure({ limit: 10, periodMs: 1000, burst: 10, unit: 'calls' }, clock.monotonicUs())
    next.startEmpty(clock.monotonicUs())
    gates.set('shop', next)
    notes.set('shop', releases[0]!.note)
    await terms.adoptChannel('shop')
    expect(next.blockedUntilUs).toBe(clock.monotonicUs() + 29_900_000)
    next.unblock()
    expect(next.tryTake(7, clock.monotonicUs())).toBe(0)
    expect(next.tryTake(1, clock.monotonicUs())).toBeGreaterThan(0)
  })

  test('RAT-1 owes at most a burst of the limit of today, and leaves the gate of a slow channel to its durable TAT', () => {
    const clock = new FakeClock(1000)
    const note = { owedUnits: 50, blockedUntilMs: null }
    const smaller = new Gate()
    smaller.configure({ limit: 1, periodMs: 1000, burst: 2, unit: 'calls' }, clock.monotonicUs())
    continueGate(smaller, note, clock)
    expect(noteOf(smaller, clock)).toEqual({ owedUnits: 2, blockedUntilMs: null })
    const slow = new Gate()
    slow.restore({ tatUs: clock.monotonicUs() + 7 * SECOND_US, unitUs: SECOND_US, isDurable: true })
    slow.configure({ limit: 1, periodMs: 1000, burst: 100, unit: 'calls' }, clock.monotonicUs())
    continueGate(slow, note, clock)
    expect(slow.tatUs).toBe(clock.monotonicUs() + 7 * SECOND_US)
    const free = new Gate()
    continueGate(free, note, clock)
    expect(noteOf(free, clock)).toEqual({ owedUnits: 0, blockedUntilMs: null })
  })

  test('REC-2 leaves no note of a channel that another server owns by then, and those of the others', async () => {
    const { terms, releases, takeOver } = world()
    await terms.adoptChannels(['a', 'b', 'c', 'd'])
    takeOver('b', 'd')
    await terms.release('b')
    expect([terms.termOf('b'), terms.lastTermOf('b'), releases]).toEqual([0, 8, []])
    await terms.stop()
    expect(releases.map(({ channel }) => channel)).toEqual(['a', 'c'])
  })

  test('loses a channel once, and shows its jobs in the order of the term that it had', async () => {
    const { terms } = world()
    await terms.adoptChannel('a')
    expect([terms.lose('b'), terms.lose('a'), terms.lose('a')]).toEqual([false, true, false])
    expect([terms.termOf('a'), terms.lastTermOf('a')]).toEqual([0, 7])
    await terms.adoptChannel('a')
    expect([terms.termOf('a'), terms.lastTermOf('a')]).toEqual([8, 8])
  })

  test('stops without notes when the store takes none', async () => {
    const { terms, warned, fail } = world()
    await terms.stop()
    await terms.adoptChannel('a')
    fail('unavailable')
    await terms.stop()
    expect(warned).toEqual(['Cannot leave notes for the next start'])
  })
})
