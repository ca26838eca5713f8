import { leaseUntil } from '../../../runtime/lease.ts'
import { HANDOVER_GAP_MS, lookDelayMs, MAX_ADOPTIONS } from '../ownership-delays.ts'
import { type OwnershipLook, type OwnershipPlan, planOwnership } from '../plan-ownership.ts'
import { placementOf, type SeenServer } from '../ownership-look.ts'
import { Placement } from '../rendezvous.ts'
import { ClusterRecord } from './cluster-record.ts'
import { FakeMachine, FakeOwner, type RunningChannel } from './fake-owner.ts'
import { type Claimed, FakeOwnerTables, type TablesLook } from './fake-owner-tables.ts'
import { VirtualTime } from './virtual-time.ts'

export const LEASE_MS = 10_000
const BEAT_MS = LEASE_MS / 3
const TICK_MS = LEASE_MS / 12
/** Calls of a fenced server may run for so long, `timeoutMs` of the channels. */
export const LONGEST_CALL_MS = 10_000
/** Most calls take less than this. */
const USUAL_CALL_MS = 500
/** The longest call, and the margin of the quiet time. */
const QUIET_MS = LONGEST_CALL_MS + 2000
const CALL_EVERY_MS = 400
/** A process that drains ends after so long, whatever it still has. */
const DRAIN_LIMIT_MS = 60_000
/** The slowest clock runs at this share of true time. */
const CLOCK_DRIFT = 0.99
/** Loading a channel: an estimate for some thousand pending items. */
const LOAD_MS = { from: 20, to: 80 }

/** A seeded fault of the policy. */
export type PolicyBug =
  /** Claims a channel of a living server, where it is the right one. */
  | 'steals'
  /** Adopts a channel at once, however many owners it has cost. */
  | 'no_delay'
  /** The right server is the one at a place of the list. */
  | 'list_position'
  /** Times of the policy are those of the wall clock. */
  | 'wall_clock'
  /** All fence, and all claim, as soon as they can. */
  | 'no_order'

export interface FakeClusterOptions {
  readonly seed: number
  readonly bug?: PolicyBug | null
  /** One way to the database or back, ms. @default 1 */
  readonly maxDelayMs?: number
  /** Share of answers that are lost. @default 0 */
  readonly lostShare?: number
  /** Whether calls are made and compared: costs time. @default false */
  readonly calls?: boolean
  /** How long calls of a fenced server are waited for, ms. @default its longest call and 2 s */
  readonly quietMs?: number
  /** A channel that ends its owner so long after it runs. */
  readonly poisoned?: { readonly channel: string; readonly afterMs: number } | null
}

/** Servers that own channels of one database, by the policy of this folder, in a time of its own. */
export class FakeCluster {
  readonly time: VirtualTime
  readonly tables: FakeOwnerTables
  readonly record: ClusterRecord
  readonly machines: FakeMachine[] = []
  /** Promises that were broken. */
  readonly broken: string[] = []
  /** Processes that a poisoned channel has ended. */
  poisonings = 0
  readonly #options: Required<FakeClusterOptions>
  readonly #owners = new Map<number, FakeOwner>()
  readonly #lastCalls = new Map<string, { readonly owner: number; readonly endMs: number }>()
  #awayUntilMs = 0
  #placement: Placement | null = null

  constructor(options: FakeClusterOptions) {
    this.#options = {
      bug: null,
      maxDelayMs: 1,
      lostShare: 0,
      calls: false,
      poisoned: null,
      quietMs: QUIET_MS,
      ...options,
    }
    this.time = new VirtualTime(options.seed)
    this.record = new ClusterRecord(() => this.time.nowMs)
    this.tables = new FakeOwnerTables({ nowMs: () => this.time.nowMs, quietMs: this.#options.quietMs })
  }

  get nowMs(): number {
    return this.time.nowMs
  }

  run(forMs: number): void {
    this.time.runUntil(this.nowMs + forMs)
  }

  /** Adds a machine; its process starts now. */
  join(address: string, channels: ReadonlySet<string>): FakeMachine {
    const rate = this.time.draw() < 0.5 ? CLOCK_DRIFT : 2 - CLOCK_DRIFT
    const machine = new FakeMachine(address, channels, { rate, offsetMs: this.time.draw() * 1e6 })
    this.machines.push(machine)
    this.#start(machine)
    return machine
  }

  /** The process ends without a word. @param restartMs null: it stays away */
  kill(machine: FakeMachine, restartMs: number | null): void {
    const { owner } = machine
    if (owner !== null) {
      for (const channel of owner.running.keys())
        this.record.down(channel, 'lost', Math.min(this.nowMs, machine.endOf(owner.until)))
      machine.owner = null
    }
    if (restartMs !== null) this.time.after(restartMs, () => this.#start(machine))
  }

  freeze(machine: FakeMachine, forMs: number): void {
    machine.frozenUntilMs = Math.max(machine.frozenUntilMs, this.nowMs + forMs)
  }

  /** The machine does not reach the database for a while. */
  cut(machine: FakeMachine, forMs: number): void {
    machine.cutUntilMs = Math.max(machine.cutUntilMs, this.nowMs + forMs)
  }

  /** Nobody reaches the database for a while. */
  away(forMs: number): void {
    this.#awayUntilMs = Math.max(this.#awayUntilMs, this.nowMs + forMs)
  }

  /** SIGTERM. @param restartMs after its end; null: it stays away */
  drain(machine: FakeMachine, restartMs: number | null): void {
    const { owner } = machine
    if (owner === null || owner.isDraining) return
    owner.isDraining = true
    this.#ask(
      owner,
      'state',
      () => this.tables.drain(owner.id),
      (answer) => this.#exitIf(owner, answer),
    )
    const end = (): void => {
      owner.isStopping = true
      for (const channel of owner.running.keys()) this.record.down(channel, 'moved')
      // Its calls have ended by then.
      this.#of(owner, LONGEST_CALL_MS, () =>
        this.#ask(
          owner,
          'state',
          () => this.tables.stop(owner.id),
          () => {
            machine.owner = null
            if (restartMs !== null) this.time.after(restartMs, () => this.#start(machine))
          },
        ),
      )
    }
    const limitMs = this.nowMs + DRAIN_LIMIT_MS
    const look = (): void => {
      const isEmpty = owner.running.size + owner.adopting.size + owner.releasing.size === 0
      if (isEmpty || this.nowMs >= limitMs) end()
      else this.#of(owner, TICK_MS, look)
    }
    this.#of(owner, 2 * TICK_MS, look)
  }

  /** Gives each channel to its right server, as after a long quiet time. */
  warm(): void {
    const owners = this.machines.flatMap(({ owner }) => owner ?? [])
    const placement = this.#placementOf(this.tables.look().servers.map((row) => ({ ...row, isDead: false })))
    const byId = new Map(owners.map((owner) => [owner.id, owner]))
    for (const channel of new Set(this.machines.flatMap((machine) => [...machine.channels]))) {
      const right = placement.rightOf(channel)
      const owner = right === null ? undefined : byId.get(right.id)
      if (owner === undefined) continue
      const [claimed] = this.tables.claim(owner.id, [channel]) as Claimed[]
      owner.running.set(channel, this.#running(owner, claimed!))
    }
  }

  /** Channels that each living process runs. */
  loads(): number[] {
    return this.machines.flatMap(({ owner }) => (owner === null ? [] : [owner.running.size]))
  }

  /** Channels of these that no living process runs with the term of the tables. */
  ownerless(channels: Iterable<string>): string[] {
    const { rows } = this.tables.look()
    return [...channels].filter((channel) => {
      const row = rows.get(channel)
      const owner = row === undefined || row.owner === null ? undefined : this.#owners.get(row.owner)
      return owner?.machine.owner !== owner || owner?.running.get(channel)?.term !== row?.term
    })
  }

  /** Channels that another server than their right one runs. */
  misplaced(): number {
    const placement = this.#placementOf(this.tables.look().servers.map((row) => ({ ...row, isDead: false })))
    const owners = this.machines.flatMap(({ owner }) => owner ?? [])
    return owners.flatMap(({ id, running }) => [...running.keys()].filter((one) => placement.rightOf(one)?.id !== id))
      .length
  }

  #placementOf(servers: readonly SeenServer[]): Placement {
    const shared = placementOf(servers, this.#placement)
    this.#placement = shared
    return this.#options.bug === 'list_position' ? new ListPlacement(shared.candidates) : shared
  }

  #start(machine: FakeMachine): void {
    if (machine.owner !== null) return
    const id = this.tables.register(machine.address, machine.channels)
    const owner = new FakeOwner(id, machine)
    this.#owners.set(id, owner)
    machine.owner = owner
    owner.until = leaseUntil(machine.time(this.nowMs), LEASE_MS)
    owner.lastBeatMs = this.nowMs
    this.#every(
      owner,
      () => TICK_MS,
      () => this.#beat(owner),
    )
    this.#every(
      owner,
      () => lookDelayMs(owner.failedLooks, this.time.draw()),
      () => this.#look(owner),
    )
    if (this.#options.calls)
      this.#every(
        owner,
        () => CALL_EVERY_MS * this.time.draw(),
        () => this.#call(owner),
      )
  }

  #every(owner: FakeOwner, delayMs: () => number, work: () => void): void {
    this.#of(owner, delayMs(), () => {
      work()
      this.#every(owner, delayMs, work)
    })
  }

  /** Work of a process: it runs when its machine is not frozen, and not after its end. */
  #of(owner: FakeOwner, delayMs: number, work: () => void): void {
    this.time.after(delayMs, () => {
      const { machine } = owner
      if (machine.owner !== owner) return
      const leftMs = machine.frozenUntilMs - this.nowMs
      if (leftMs > 0) this.#of(owner, leftMs, work)
      else work()
    })
  }

  /** Asks the database: it answers later, or the answer is lost, or the question is. */
  #ask<Answer>(
    owner: FakeOwner,
    kind: Parameters<ClusterRecord['sent']>[0],
    work: () => Answer,
    onAnswer: (answer: Answer | 'failed') => void,
  ): void {
    this.time.after(this.#delay(), () => {
      const isAway = this.nowMs < Math.max(this.#awayUntilMs, owner.machine.cutUntilMs)
      if (!isAway) this.record.sent(kind)
      const answer = isAway ? 'failed' : work()
      const isLost = this.time.draw() < this.#options.lostShare
      this.#of(owner, this.#delay(), () => onAnswer(isLost ? 'failed' : answer))
    })
  }

  #beat(owner: FakeOwner): void {
    const { machine } = owner
    if (owner.isBeating || this.nowMs - owner.lastBeatMs < BEAT_MS) return
    const sentMs = this.nowMs
    owner.isBeating = true
    this.#ask(
      owner,
      'beat',
      () => this.tables.beat(owner.id),
      (answer) => {
        owner.isBeating = false
        if (this.#exitIf(owner, answer) || answer !== 'done') return
        const lapsedMs = sentMs - machine.endOf(owner.until)
        if (lapsedMs > 0) this.record.lapsed(owner.running.size, this.nowMs - machine.endOf(owner.until))
        owner.until = leaseUntil(machine.time(sentMs), LEASE_MS)
        owner.lastBeatMs = sentMs
      },
    )
  }

  #look(owner: FakeOwner): void {
    const { machine } = owner
    const sentMs = machine.monotonicMs(this.nowMs)
    this.#ask(
      owner,
      'look',
      () => this.tables.look(),
      (answer) => {
        if (answer === 'failed') {
          owner.failedLooks++
          for (const judge of owner.judges.values()) judge.failed()
          return
        }
        owner.failedLooks = 0
        if (owner.look?.changes !== answer.changes) this.record.sent('owners')
        const receivedMs = machine.monotonicMs(this.nowMs)
        for (const { id, beat } of answer.servers) {
          if (id === owner.id) continue
          const isDead = owner.judgeOf(id, LEASE_MS).look({ sentMs, receivedMs, beat })
          owner.beats.set(id, beat)
          if (isDead) owner.dead.add(id)
          else owner.dead.delete(id)
        }
        if (owner.look?.changes !== answer.changes) this.#dropLost(owner, answer)
        owner.look = answer
        this.#plan(owner)
      },
    )
  }

  /** Channels whose term another server has taken. */
  #dropLost(owner: FakeOwner, { rows }: TablesLook): void {
    for (const [channel, { term }] of owner.running) {
      const row = rows.get(channel)
      if (row === undefined || row.term < term || (row.term === term && row.owner === owner.id)) continue
      if (row.term === term && owner.given.get(channel) !== term && owner.releasing.has(channel)) continue
      owner.running.delete(channel)
      this.record.down(channel, 'moved')
    }
  }

  #plan(owner: FakeOwner): void {
    const seen = owner.look
    if (seen === null) return
    const { machine } = owner
    const servers = seen.servers.map((row) => ({ ...row, isDead: owner.dead.has(row.id) }))
    const placement = this.#placementOf(servers)
    const isWall = this.#options.bug === 'wall_clock'
    const nowMs = isWall ? this.nowMs + machine.wallOffsetMs : machine.monotonicMs(this.nowMs)
    const look: OwnershipLook = {
      ...{ me: owner.id, nowMs, leaseMs: LEASE_MS, servers, placement, owners: seen.owners },
      ...{ running: owner.running, adopting: owner.adopting, releasing: owner.releasing, given: owner.given },
      random: this.time.draw(),
    }
    const { plan, memory } = planOwnership(look, owner.memory)
    owner.memory = memory
    this.#carryOut(owner, this.#options.bug === null ? plan : this.#faulty(plan, look))
  }

  #faulty(plan: OwnershipPlan, { me, owners, placement, running, adopting, servers }: OwnershipLook): OwnershipPlan {
    const seen = new Set(servers.map(({ id }) => id))
    const rows = [...owners.byServer].flatMap(([id, all]) => all.map((row) => ({ row, isLiving: seen.has(id) })))
    const isOpen = (channel: string): boolean => !running.has(channel) && !adopting.has(channel)
    const more = rows.filter(({ row, isLiving }) => {
      if (row.owner === me || !isOpen(row.channel)) return false
      const isRight = placement.rightOf(row.channel)?.id === me
      if (this.#options.bug === 'steals') return isLiving && isRight
      if (this.#options.bug === 'no_delay') return !isLiving && isRight
      return this.#options.bug === 'no_order' && !isLiving
    })
    const claim = [...new Set([...plan.claim, ...more.map(({ row }) => row.channel)])].slice(0, MAX_ADOPTIONS)
    const dead = servers.filter(({ isDead }) => isDead).map(({ id }) => id)
    return { ...plan, claim, fence: this.#options.bug === 'no_order' ? dead : plan.fence }
  }

  #carryOut(owner: FakeOwner, plan: OwnershipPlan): void {
    const fence = plan.fence.filter((id) => !owner.fencing.has(id))
    if (fence.length > 0) this.#fence(owner, fence)
    if (plan.claim.length > 0) this.#claim(owner, plan.claim)
    if (plan.sound.length > 0)
      this.#ask(
        owner,
        'sound',
        () => this.tables.sound(owner.id, plan.sound),
        () => null,
      )
    for (const { channel, to } of plan.release) this.#release(owner, channel, to)
  }

  #fence(owner: FakeOwner, fence: readonly number[]): void {
    const judged = new Map(fence.map((id) => [id, owner.beats.get(id)!]))
    for (const id of fence) owner.fencing.add(id)
    this.#ask(
      owner,
      'fence',
      () => this.tables.fence(owner.id, judged),
      (answer) => {
        for (const id of fence) owner.fencing.delete(id)
        this.#exitIf(owner, answer)
      },
    )
  }

  #claim(owner: FakeOwner, channels: readonly string[]): void {
    for (const channel of channels) owner.adopting.add(channel)
    this.#ask(
      owner,
      'claim',
      () => {
        const claimed = this.tables.claim(owner.id, channels)
        if (claimed !== 'fenced') {
          this.record.claimed(claimed.length)
          this.record.moved(claimed.filter(({ term }) => term > 1).length)
        }
        return claimed
      },
      (answer) => {
        if (answer === 'fenced') this.#exit(owner)
        const claimed = typeof answer === 'string' ? [] : answer
        const names = new Set(claimed.map(({ channel }) => channel))
        for (const channel of channels) if (!names.has(channel)) owner.adopting.delete(channel)
        for (const one of claimed) this.#load(owner, one, this.nowMs)
      },
    )
  }

  #load(owner: FakeOwner, claimed: Claimed, receivedMs: number): void {
    const { channel } = claimed
    this.record.sent('load')
    this.#of(owner, LOAD_MS.from + this.time.draw() * (LOAD_MS.to - LOAD_MS.from), () => {
      owner.adopting.delete(channel)
      const running = this.#running(owner, claimed, receivedMs)
      const before = claimed.fencedOwner === null ? undefined : this.#owners.get(claimed.fencedOwner)
      if (before !== undefined)
        this.record.down(channel, 'lost', Math.min(this.nowMs, before.machine.endOf(before.until)))
      owner.running.set(channel, running)
      this.record.up(channel, Math.max(0, running.quietUntilMs - owner.machine.monotonicMs(this.nowMs)))
      const { poisoned } = this.#options
      if (channel === poisoned?.channel)
        this.#of(owner, poisoned.afterMs, () => {
          if (!owner.running.has(channel)) return
          this.poisonings++
          this.kill(owner.machine, LEASE_MS / 2)
        })
      this.#plan(owner)
    })
  }

  #running({ machine }: FakeOwner, { term, quietForMs }: Claimed, receivedMs = this.nowMs): RunningChannel {
    const isWall = this.#options.bug === 'wall_clock'
    const sinceMs = isWall ? this.nowMs + machine.wallOffsetMs : machine.monotonicMs(this.nowMs)
    return { sinceMs, term, quietUntilMs: machine.monotonicMs(receivedMs) + quietForMs, callsEndMs: 0 }
  }

  #release(owner: FakeOwner, channel: string, to: number | null): void {
    const running = owner.running.get(channel)
    const term = running?.term ?? owner.look?.rows.get(channel)?.term
    if (term === undefined || owner.releasing.has(channel)) return
    owner.releasing.set(channel, to)
    if (running !== undefined) this.record.down(channel, 'moved')
    if (!owner.isDraining) this.#checkGap(owner)
    const callsMs = this.#options.calls ? (running?.callsEndMs ?? 0) - this.nowMs : this.#callMs()
    this.#of(owner, callsMs, () => this.#handOver(owner, { channel, term, to }))
  }

  #checkGap(owner: FakeOwner): void {
    if (this.nowMs - owner.lastHandoverMs < HANDOVER_GAP_MS * CLOCK_DRIFT) this.broken.push('handovers too close')
    owner.lastHandoverMs = this.nowMs
  }

  #handOver(owner: FakeOwner, given: { channel: string; term: number; to: number | null }): void {
    const { channel, term } = given
    this.#ask(
      owner,
      'handOver',
      () => this.tables.handOver(owner.id, given),
      (answer) => {
        if (this.#exitIf(owner, answer)) return
        // In doubt: asked again until it is known.
        if (answer === 'failed') return this.#of(owner, TICK_MS, () => this.#handOver(owner, given))
        owner.releasing.delete(channel)
        if (answer === 'conflict') return this.record.up(channel, 0)
        owner.running.delete(channel)
        owner.given.set(channel, term)
      },
    )
  }

  #call(owner: FakeOwner): void {
    for (const [channel, running] of owner.running) {
      if (!owner.mayCall(channel, this.nowMs)) continue
      for (const { owner: other } of this.machines)
        if (other !== null && other !== owner && other.mayCall(channel, this.nowMs))
          this.broken.push(`two owners may call ${channel}`)
      const last = this.#lastCalls.get(channel)
      if (last !== undefined && last.owner !== owner.id && last.endMs > this.nowMs)
        this.broken.push(`calls of two owners of ${channel} overlap`)
      const endMs = this.nowMs + this.#callMs()
      running.callsEndMs = Math.max(running.callsEndMs, endMs)
      const isLater = last === undefined || last.owner !== owner.id || last.endMs < endMs
      if (isLater) this.#lastCalls.set(channel, { owner: owner.id, endMs })
    }
  }

  /** @returns whether the process has ended, as it is fenced */
  #exitIf(owner: FakeOwner, answer: unknown): boolean {
    if (answer !== 'fenced') return false
    this.#exit(owner)
    return true
  }

  #exit({ machine }: FakeOwner): void {
    this.kill(machine, 1000)
  }

  #callMs(): number {
    return this.time.draw() * (this.time.draw() < 0.1 ? LONGEST_CALL_MS : USUAL_CALL_MS)
  }

  #delay(): number {
    return this.time.draw() * this.#options.maxDelayMs * (this.time.draw() < 0.2 ? 1 : 0.2)
  }
}

/** A seeded fault: every server that joins or leaves moves nearly all channels. */
class ListPlacement extends Placement {
  override rightOf(channel: string) {
    const having = this.candidates.filter((one) => one.channels.has(channel))
    const at = [...channel].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % Math.max(1, having.length)
    return having[at] ?? null
  }
}
