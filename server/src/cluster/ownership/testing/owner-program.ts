import { leaseUntil } from '../../../runtime/lease.ts'
import { HANDOVER_GAP_MS } from '../ownership-delays.ts'
import type { SeenServer } from '../ownership-look.ts'
import { type OwnershipLook, type OwnershipPlan, planOwnership } from '../plan-ownership.ts'
import type { Placement } from '../rendezvous.ts'
import { CLOCK_DRIFT, type FakeClusterOptions, LEASE_MS, TICK_MS } from './cluster-options.ts'
import type { ClusterRecord, Kind } from './cluster-record.ts'
import type { FakeMachine, FakeOwner, RunningChannel } from './fake-owner.ts'
import type { Claimed, FakeOwnerTables, TablesLook } from './fake-owner-tables.ts'
import { faultyPlan } from './policy-bugs.ts'
import type { VirtualTime } from './virtual-time.ts'

const BEAT_MS = LEASE_MS / 3
/** Loading a channel: an estimate for some thousand pending items. */
const LOAD_MS = { from: 20, to: 80 }
/** A process that has ended by itself is started again by its supervisor. */
const RESTART_MS = 1000

/** All that a process reaches: time, the tables over a network, and its supervisor. */
export interface ProgramWorld {
  readonly time: VirtualTime
  readonly tables: FakeOwnerTables
  readonly record: ClusterRecord
  readonly options: Required<FakeClusterOptions>
  readonly broken: string[]
  /** Does work of a process later: when its machine is not frozen, and not after its end. */
  of(owner: FakeOwner, delayMs: number, work: () => void): void
  /** Asks the database: it answers later, or the answer is lost, or the question is. */
  ask<Answer>(owner: FakeOwner, kind: Kind, work: () => Answer, onAnswer: (answer: Answer | 'failed') => void): void
  placementOf(servers: readonly SeenServer[]): Placement
  ownerOf(id: number): FakeOwner | undefined
  kill(machine: FakeMachine, restartMs: number | null): void
  poisoned(owner: FakeOwner): void
  callMs(): number
}

/** The program of one process: it beats, looks, plans by the policy, and carries out the plan. */
export class OwnerProgram {
  readonly #owner: FakeOwner
  readonly #world: ProgramWorld

  constructor(owner: FakeOwner, world: ProgramWorld) {
    this.#owner = owner
    this.#world = world
  }

  get nowMs(): number {
    return this.#world.time.nowMs
  }

  beat(): void {
    const { machine } = this.#owner
    if (this.#owner.isBeating || this.nowMs - this.#owner.lastBeatMs < BEAT_MS) return
    const sentMs = this.nowMs
    this.#owner.isBeating = true
    this.#ask(
      'beat',
      () => this.#world.tables.beat(this.#owner.id),
      (answer) => {
        this.#owner.isBeating = false
        if (this.#exitIf(answer) || answer !== 'done') return
        const lapsedMs = sentMs - machine.endOf(this.#owner.until)
        if (lapsedMs > 0)
          this.#world.record.lapsed(this.#owner.running.size, this.nowMs - machine.endOf(this.#owner.until))
        this.#owner.until = leaseUntil(machine.time(sentMs), LEASE_MS)
        this.#owner.lastBeatMs = sentMs
      },
    )
  }

  look(): void {
    const { machine } = this.#owner
    const sentMs = machine.monotonicMs(this.nowMs)
    this.#ask(
      'look',
      () => this.#world.tables.look(),
      (answer) => {
        if (answer === 'failed') {
          this.#owner.failedLooks++
          for (const judge of this.#owner.judges.values()) judge.failed()
          return
        }
        this.#owner.failedLooks = 0
        if (this.#owner.look?.changes !== answer.changes) this.#world.record.sent('owners')
        const receivedMs = machine.monotonicMs(this.nowMs)
        for (const { id, beat } of answer.servers) {
          if (id === this.#owner.id) continue
          const isDead = this.#owner.judgeOf(id, LEASE_MS).look({ sentMs, receivedMs, beat })
          this.#owner.beats.set(id, beat)
          if (isDead) this.#owner.dead.add(id)
          else this.#owner.dead.delete(id)
        }
        if (this.#owner.look?.changes !== answer.changes) this.#dropLost(answer)
        this.#owner.look = answer
        this.#plan()
      },
    )
  }

  /** Channels whose term another server has taken. */
  #dropLost({ rows }: TablesLook): void {
    for (const [channel, { term }] of this.#owner.running) {
      const row = rows.get(channel)
      if (row === undefined || row.term < term || (row.term === term && row.owner === this.#owner.id)) continue
      if (row.term === term && this.#owner.given.get(channel) !== term && this.#owner.releasing.has(channel)) continue
      this.#owner.running.delete(channel)
      this.#world.record.down(channel, 'moved')
    }
  }

  #plan(): void {
    const seen = this.#owner.look
    if (seen === null) return
    const { machine } = this.#owner
    const servers = seen.servers.map((row) => ({ ...row, isDead: this.#owner.dead.has(row.id) }))
    const placement = this.#world.placementOf(servers)
    const { bug } = this.#world.options
    const isWall = bug === 'wall_clock'
    const nowMs = isWall ? this.nowMs + machine.wallOffsetMs : machine.monotonicMs(this.nowMs)
    const look: OwnershipLook = {
      ...{ me: this.#owner.id, nowMs, leaseMs: LEASE_MS, servers, placement, owners: seen.owners },
      ...{
        running: this.#owner.running,
        adopting: this.#owner.adopting,
        releasing: this.#owner.releasing,
        given: this.#owner.given,
      },
      random: this.#world.time.draw(),
    }
    const { plan, memory } = planOwnership(look, this.#owner.memory)
    this.#owner.memory = memory
    this.#carryOut(bug === null ? plan : faultyPlan(bug, plan, look))
  }

  #carryOut(plan: OwnershipPlan): void {
    const fence = plan.fence.filter((id) => !this.#owner.fencing.has(id))
    if (fence.length > 0) this.#fence(fence)
    if (plan.claim.length > 0) this.#claim(plan.claim)
    if (plan.sound.length > 0)
      this.#ask(
        'sound',
        () => this.#world.tables.sound(this.#owner.id, plan.sound),
        () => null,
      )
    for (const { channel, to } of plan.release) this.#release(channel, to)
  }

  #fence(fence: readonly number[]): void {
    const judged = new Map(fence.map((id) => [id, this.#owner.beats.get(id)!]))
    for (const id of fence) this.#owner.fencing.add(id)
    this.#ask(
      'fence',
      () => this.#world.tables.fence(this.#owner.id, judged),
      (answer) => {
        for (const id of fence) this.#owner.fencing.delete(id)
        this.#exitIf(answer)
      },
    )
  }

  #claim(channels: readonly string[]): void {
    for (const channel of channels) this.#owner.adopting.add(channel)
    this.#ask(
      'claim',
      () => {
        const claimed = this.#world.tables.claim(this.#owner.id, channels)
        if (claimed !== 'fenced') {
          this.#world.record.claimed(claimed.length)
          this.#world.record.moved(claimed.filter(({ term }) => term > 1).length)
        }
        return claimed
      },
      (answer) => {
        if (answer === 'fenced') this.#exit()
        const claimed = typeof answer === 'string' ? [] : answer
        const names = new Set(claimed.map(({ channel }) => channel))
        for (const channel of channels) if (!names.has(channel)) this.#owner.adopting.delete(channel)
        for (const one of claimed) this.#load(one, this.nowMs)
      },
    )
  }

  #load(claimed: Claimed, receivedMs: number): void {
    const { channel } = claimed
    this.#world.record.sent('load')
    this.#of(LOAD_MS.from + this.#world.time.draw() * (LOAD_MS.to - LOAD_MS.from), () => {
      this.#owner.adopting.delete(channel)
      const running = this.running(claimed, receivedMs)
      const before = claimed.fencedOwner === null ? undefined : this.#world.ownerOf(claimed.fencedOwner)
      if (before !== undefined)
        this.#world.record.down(channel, 'lost', Math.min(this.nowMs, before.machine.endOf(before.until)))
      this.#owner.running.set(channel, running)
      this.#world.record.up(channel, Math.max(0, running.quietUntilMs - this.#owner.machine.monotonicMs(this.nowMs)))
      const { poisoned } = this.#world.options
      if (channel === poisoned?.channel)
        this.#of(poisoned.afterMs, () => {
          if (!this.#owner.running.has(channel)) return
          this.#world.poisoned(this.#owner)
        })
      this.#plan()
    })
  }

  running({ term, quietForMs }: Claimed, receivedMs = this.nowMs): RunningChannel {
    const { machine } = this.#owner
    const isWall = this.#world.options.bug === 'wall_clock'
    const sinceMs = isWall ? this.nowMs + machine.wallOffsetMs : machine.monotonicMs(this.nowMs)
    return { sinceMs, term, quietUntilMs: machine.monotonicMs(receivedMs) + quietForMs, callsEndMs: 0 }
  }

  #release(channel: string, to: number | null): void {
    const running = this.#owner.running.get(channel)
    const term = running?.term ?? this.#owner.look?.rows.get(channel)?.term
    if (term === undefined || this.#owner.releasing.has(channel)) return
    this.#owner.releasing.set(channel, to)
    if (running !== undefined) this.#world.record.stopped(channel)
    if (!this.#owner.isDraining) this.#checkGap()
    const callsMs = this.#world.options.calls ? (running?.callsEndMs ?? 0) - this.nowMs : this.#world.callMs()
    this.#of(callsMs, () => this.#handOver({ channel, term, to }))
  }

  #checkGap(): void {
    if (this.nowMs - this.#owner.lastHandoverMs < HANDOVER_GAP_MS * CLOCK_DRIFT)
      this.#world.broken.push('handovers too close')
    this.#owner.lastHandoverMs = this.nowMs
  }

  #handOver(given: { channel: string; term: number; to: number | null }): void {
    const { channel, term } = given
    this.#ask(
      'handOver',
      () => this.#world.tables.handOver(this.#owner.id, given),
      (answer) => {
        if (this.#exitIf(answer)) return
        // In doubt: asked again until it is known.
        if (answer === 'failed') return this.#of(TICK_MS, () => this.#handOver(given))
        this.#owner.releasing.delete(channel)
        if (answer === 'conflict') return this.#world.record.up(channel, 0)
        if (this.#owner.running.delete(channel)) this.#world.record.down(channel, 'moved')
        this.#owner.given.set(channel, term)
      },
    )
  }

  /** @returns whether the process has ended, as it is fenced */
  #exitIf(answer: unknown): boolean {
    if (answer !== 'fenced') return false
    this.#exit()
    return true
  }

  #exit(): void {
    this.#world.kill(this.#owner.machine, RESTART_MS)
  }

  #of(delayMs: number, work: () => void): void {
    this.#world.of(this.#owner, delayMs, work)
  }

  #ask<Answer>(kind: Kind, work: () => Answer, onAnswer: (answer: Answer | 'failed') => void): void {
    this.#world.ask(this.#owner, kind, work, onAnswer)
  }
}
