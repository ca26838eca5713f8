import { describe, expect, it } from 'vitest'
import { adoptionDelayMs, lookDelayMs, RIGHT_FOR_MS } from './ownership-delays.ts'
import { groupOwners, type OwnerRow, placementOf, type SeenServer } from './ownership-look.ts'
import { NO_MEMORY, type OwnershipLook, type OwnershipMemory, planOwnership } from './plan-ownership.ts'

const LEASE_MS = 10_000
const CHANNELS = Array.from({ length: 40 }, (_, n) => `channel-${n}`)
const ALL = new Set(CHANNELS)

function server(id: number, options: Partial<SeenServer> = {}): SeenServer {
  return { id, address: `10.0.0.${id}:7071`, channels: ALL, draining: false, isDead: false, ...options }
}

function row(channel: string, owner: number | null, options: Partial<OwnerRow> = {}): OwnerRow {
  return { channel, owner, term: 5, losses: 0, isHandedOver: false, ...options }
}

interface World {
  readonly servers: readonly SeenServer[]
  readonly rows?: readonly OwnerRow[]
  readonly channels?: readonly string[]
}

function lookOf({ servers, rows = [], channels = [] }: World, options: Partial<OwnershipLook> = {}): OwnershipLook {
  const me = options.me ?? 1
  const running = new Map(
    rows.filter(({ owner }) => owner === me).map(({ channel }) => [channel, { sinceMs: 0, term: 5 }]),
  )
  return {
    ...{ me, nowMs: 0, leaseMs: LEASE_MS, servers, placement: placementOf(servers, null) },
    ...{ owners: groupOwners(rows, channels), running, adopting: new Set(), releasing: new Map(), given: new Map() },
    random: 0,
    ...options,
  }
}

/** Plans at each of these times with what is kept from one to the next. */
function planAt(look: OwnershipLook, times: readonly number[]) {
  let memory: OwnershipMemory = NO_MEMORY
  return times.map((nowMs) => {
    const planned = planOwnership({ ...look, nowMs }, memory)
    memory = planned.memory
    return planned.plan
  })
}

const THREE = [server(1), server(2), server(3)]
const rightIs = (id: number, servers: readonly SeenServer[] = THREE): string[] =>
  CHANNELS.filter((channel) => placementOf(servers, null).rightOf(channel)?.id === id)

describe('planOwnership', () => {
  it('claims at once, four at a time, channels without an owner whose right server it is', () => {
    const look = lookOf({ servers: THREE, channels: CHANNELS })
    const [plan] = planAt(look, [0])
    expect(plan!.claim).toHaveLength(4)
    for (const channel of plan!.claim) expect(rightIs(1)).toContain(channel)
    const claimedWhile = (adopting: number): number =>
      planAt({ ...look, adopting: new Set(plan!.claim.slice(0, adopting)) }, [0])[0]!.claim.length
    expect([0, 1, 2, 3, 4].map(claimedWhile)).toEqual([4, 3, 2, 0, 0])
  })

  it('claims nothing of a server that lives, or is dead and not fenced', () => {
    const rows = CHANNELS.map((channel) => row(channel, 2))
    for (const isDead of [false, true]) {
      const look = lookOf({ servers: [server(1), server(2, { isDead }), server(3)], rows })
      for (const { claim } of planAt(look, [0, 5000, 60_000, 600_000])) expect(claim).toEqual([])
    }
  })

  it('claims those of a server whose row is gone: its own at once, others after two leases, one server after the other', () => {
    const servers = [server(1), server(3)]
    const own = rightIs(1, servers)[0]!
    const other = rightIs(3, servers)[0]!
    const look = lookOf({ servers, rows: [row(own, 2), row(other, 2)] })
    expect(planAt(look, [0, 19_999, 20_000]).map(({ claim }) => claim)).toEqual([[own], [own], [own, other]])
    const four = [server(1), server(3), server(4), server(5)]
    const due = four.map(({ id }) => {
      const times = Array.from({ length: 50 }, (_, n) => n * 1000)
      const plans = planAt(lookOf({ servers: four, rows: [row(other, 2)] }, { me: id }), times)
      return plans.findIndex(({ claim }) => claim.length > 0)
    })
    expect(due.toSorted((a, b) => a - b)).toEqual([0, 20, 21, 22])
  })

  it('claims only channels of its configuration', () => {
    const servers = [server(1, { channels: new Set(['channel-1']) }), server(2, { channels: new Set() })]
    const look = lookOf({ servers, rows: [row('channel-1', 9), row('channel-2', 9)] })
    for (const { claim } of planAt(look, [0, 100_000])) expect(claim).toEqual(['channel-1'])
  })

  it('claims first what it was given, also when another server should have it', () => {
    const rows = [row(rightIs(2)[0]!, 1, { isHandedOver: true }), ...rightIs(1).map((channel) => row(channel, 9))]
    const look = lookOf({ servers: THREE, rows }, { running: new Map() })
    expect(planAt(look, [0])[0]!.claim[0]).toBe(rows[0]!.channel)
    // Read before it was handed over by this server.
    expect(planAt({ ...look, given: new Map([[rows[0]!.channel, 5]]) }, [0])[0]!.claim).not.toContain(rows[0]!.channel)
  })

  it('adopts a channel that cost several owners in a row with a growing delay, and reports it', () => {
    const channel = rightIs(1)[0]!
    const planned = [0, 1, 2, 3].map((losses) => {
      const look = lookOf({ servers: THREE, rows: [row(channel, 9, { losses })] })
      const times = Array.from({ length: 100 }, (_, n) => n * 1000)
      const plans = planAt(look, times)
      return { atSecond: plans.findIndex(({ claim }) => claim.length > 0), suspected: plans[0]!.suspected }
    })
    expect(planned.map(({ atSecond }) => atSecond)).toEqual([0, 10, 20, 40])
    expect(planned[1]!.suspected).toEqual([{ channel, losses: 2, forMs: 10_000 }])
    expect(planned[0]!.suspected).toEqual([])
    // The last server had it on paper only; one that stopped lost nothing.
    for (const one of [row(channel, 9, { losses: 1, isHandedOver: true }), row(channel, null, { losses: 1 })])
      expect(planAt(lookOf({ servers: THREE, rows: [one] }), [0])[0]!.claim).toEqual([channel])
  })

  it('sets the count of lost owners back when it has run a channel for a minute', () => {
    const channel = rightIs(1)[0]!
    const look = lookOf({ servers: THREE, rows: [row(channel, 1, { losses: 2 })] })
    expect(planAt(look, [59_000, 60_000]).map(({ sound }) => sound)).toEqual([[], [channel]])
  })

  it('gives away one channel in three seconds, when another server has been its right one for half a minute', () => {
    const rows = CHANNELS.map((channel) => row(channel, 1))
    const look = lookOf({ servers: THREE, rows })
    const times = [0, RIGHT_FOR_MS - 1, RIGHT_FOR_MS, RIGHT_FOR_MS + 2999, RIGHT_FOR_MS + 3000]
    const released = planAt(look, times).map(({ release }) => release)
    expect(released.map(({ length }) => length)).toEqual([0, 0, 1, 0, 1])
    const { channel, to } = released[2]![0]!
    expect(rightIs(to!)).toContain(channel)
  })

  it('begins the half minute anew when the right server is another one', () => {
    const channel = rightIs(2)[0]!
    const rows = [row(channel, 1)]
    const with2 = lookOf({ servers: THREE, rows })
    const without = lookOf({ servers: [server(1), server(2, { isDead: true })], rows })
    const { memory } = planOwnership(with2, NO_MEMORY)
    const { memory: later } = planOwnership({ ...without, nowMs: 20_000 }, memory)
    const { plan, memory: back } = planOwnership({ ...with2, nowMs: 31_000 }, later)
    expect(plan.release).toEqual([])
    expect(planOwnership({ ...with2, nowMs: 61_000 }, back).plan.release).toEqual([{ channel, to: 2 }])
  })

  it('gives all away when it drains, as many as each server can take, and claims nothing', () => {
    const servers = [server(1, { draining: true }), server(2), server(3)]
    const many = Array.from({ length: 200 }, (_, n) => `many-${n}`)
    const having = servers.map((one) => ({ ...one, channels: new Set(many) }))
    const rows = many.map((channel) => row(channel, 1))
    const [plan] = planAt(lookOf({ servers: having, rows: [...rows, row('channel-1', 9)] }), [0])
    expect(plan!.claim).toEqual([])
    expect([2, 3].map((id) => plan!.release.filter(({ to }) => to === id).length)).toEqual([40, 40])
    const full = rows.map((one, n) => (n < 80 ? { ...one, owner: 2 + (n % 2), isHandedOver: true } : one))
    expect(planAt(lookOf({ servers: having, rows: full }), [0])[0]!.release).toEqual([])
  })

  it('leaves a channel to nobody when it drains and no other server has it', () => {
    const servers = [server(1, { draining: true }), server(2, { channels: new Set() })]
    const [plan] = planAt(lookOf({ servers, rows: [row('channel-1', 1)] }), [0])
    expect(plan!.release).toEqual([{ channel: 'channel-1', to: null }])
  })

  it('fences a dead server in an order: one at once, the next a second later', () => {
    const servers = [server(1), server(2), server(3), server(4, { isDead: true })]
    const times = Array.from({ length: 12 }, (_, n) => n * 1000)
    const at = [1, 2, 3].map((me) =>
      planAt(lookOf({ servers }, { me }), times).findIndex(({ fence }) => fence.length > 0),
    )
    expect(at.toSorted()).toEqual([0, 1, 2])
  })

  it('does nothing when it is fenced itself', () => {
    const [plan] = planAt(lookOf({ servers: [server(2)], channels: CHANNELS }), [0])
    expect(plan).toEqual({ fence: [], claim: [], release: [], sound: [], suspected: [] })
  })
})

describe('adoptionDelayMs', () => {
  it('doubles from the second lost owner on, up to ten minutes', () => {
    expect([0, 1, 2, 3, 4, 8, 9, 50].map(adoptionDelayMs)).toEqual([
      ...[0, 0, 10_000, 20_000, 40_000, 600_000, 600_000, 600_000],
    ])
  })
})

describe('lookDelayMs', () => {
  it('is about half a second, and grows to two while looks fail, half of it random', () => {
    expect([0, 1].map((random) => lookDelayMs(0, random))).toEqual([450, 550])
    expect([1, 2, 3, 9].map((failures) => [lookDelayMs(failures, 0), lookDelayMs(failures, 1)])).toEqual([
      ...[
        [500, 1000],
        [1000, 2000],
        [1000, 2000],
        [1000, 2000],
      ],
    ])
  })
})
