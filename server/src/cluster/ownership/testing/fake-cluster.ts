import { leaseUntil } from '../../../runtime/lease.ts'
import { lookDelayMs } from '../ownership-delays.ts'
import { placementOf, type SeenServer } from '../ownership-look.ts'
import type { Placement } from '../rendezvous.ts'
import {
  CLOCK_DRIFT,
  type FakeClusterOptions,
  LEASE_MS,
  LONGEST_CALL_MS,
  QUIET_MS,
  TICK_MS,
  USUAL_CALL_MS,
} from './cluster-options.ts'
import { ClusterRecord, type Kind } from './cluster-record.ts'
import { FakeMachine, FakeOwner } from './fake-owner.ts'
import { type Claimed, FakeOwnerTables } from './fake-owner-tables.ts'
import { OwnerProgram, type ProgramWorld } from './owner-program.ts'
import { ListPlacement } from './policy-bugs.ts'
import { VirtualTime } from './virtual-time.ts'

const CALL_EVERY_MS = 400
/** A process that drains ends after so long, whatever it still has. */
const DRAIN_LIMIT_MS = 60_000

/** Servers that own channels of one database, by the policy of this folder, in a time of its own. */
export class FakeCluster implements ProgramWorld {
  readonly time: VirtualTime
  readonly tables: FakeOwnerTables
  readonly record: ClusterRecord
  readonly machines: FakeMachine[] = []
  /** Promises that were broken. */
  readonly broken: string[] = []
  /** Processes that a poisoned channel has ended. */
  poisonings = 0
  readonly options: Required<FakeClusterOptions>
  readonly #owners = new Map<number, FakeOwner>()
  readonly #lastCalls = new Map<string, { readonly owner: number; readonly endMs: number }>()
  #awayUntilMs = 0
  #placement: Placement | null = null

  constructor(options: FakeClusterOptions) {
    this.options = {
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
    this.tables = new FakeOwnerTables({ nowMs: () => this.time.nowMs, quietMs: this.options.quietMs })
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
    this.ask(
      owner,
      'state',
      () => this.tables.drain(owner.id),
      (answer) => {
        if (answer === 'fenced') this.kill(machine, restartMs)
      },
    )
    const end = (): void => {
      owner.isStopping = true
      for (const channel of owner.running.keys()) this.record.down(channel, 'moved')
      // Its calls have ended by then.
      this.of(owner, LONGEST_CALL_MS, () =>
        this.ask(
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
      else this.of(owner, TICK_MS, look)
    }
    this.of(owner, 2 * TICK_MS, look)
  }

  /** Gives each channel to its right server, as after a long quiet time. */
  warm(): void {
    const owners = this.machines.flatMap(({ owner }) => owner ?? [])
    const placement = this.placementOf(this.tables.look().servers.map((row) => ({ ...row, isDead: false })))
    const byId = new Map(owners.map((owner) => [owner.id, owner]))
    for (const channel of new Set(this.machines.flatMap((machine) => [...machine.channels]))) {
      const right = placement.rightOf(channel)
      const owner = right === null ? undefined : byId.get(right.id)
      if (owner === undefined) continue
      const [claimed] = this.tables.claim(owner.id, [channel]) as Claimed[]
      owner.running.set(channel, new OwnerProgram(owner, this).running(claimed!))
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
    const placement = this.placementOf(this.tables.look().servers.map((row) => ({ ...row, isDead: false })))
    const owners = this.machines.flatMap(({ owner }) => owner ?? [])
    return owners.flatMap(({ id, running }) => [...running.keys()].filter((one) => placement.rightOf(one)?.id !== id))
      .length
  }

  ownerOf(id: number): FakeOwner | undefined {
    return this.#owners.get(id)
  }

  poisoned({ machine }: FakeOwner): void {
    this.poisonings++
    this.kill(machine, LEASE_MS / 2)
  }

  placementOf(servers: readonly SeenServer[]): Placement {
    const shared = placementOf(servers, this.#placement)
    this.#placement = shared
    return this.options.bug === 'list_position' ? new ListPlacement(shared.candidates) : shared
  }

  #start(machine: FakeMachine): void {
    if (machine.owner !== null) return
    const id = this.tables.register(machine.address, machine.channels)
    const owner = new FakeOwner(id, machine)
    this.#owners.set(id, owner)
    machine.owner = owner
    const program = new OwnerProgram(owner, this)
    owner.until = leaseUntil(machine.time(this.nowMs), LEASE_MS)
    owner.lastBeatMs = this.nowMs
    this.#every(
      owner,
      () => TICK_MS,
      () => program.beat(),
    )
    this.#every(
      owner,
      () => lookDelayMs(owner.failedLooks, this.time.draw()),
      () => program.look(),
    )
    if (this.options.calls)
      this.#every(
        owner,
        () => CALL_EVERY_MS * this.time.draw(),
        () => this.#call(owner),
      )
  }

  #every(owner: FakeOwner, delayMs: () => number, work: () => void): void {
    this.of(owner, delayMs(), () => {
      work()
      this.#every(owner, delayMs, work)
    })
  }

  /** Work of a process: it runs when its machine is not frozen, and not after its end. */
  of(owner: FakeOwner, delayMs: number, work: () => void): void {
    this.time.after(delayMs, () => {
      const { machine } = owner
      if (machine.owner !== owner) return
      const leftMs = machine.frozenUntilMs - this.nowMs
      if (leftMs > 0) this.of(owner, leftMs, work)
      else work()
    })
  }

  /** Asks the database: it answers later, or the answer is lost, or the question is. */
  ask<Answer>(owner: FakeOwner, kind: Kind, work: () => Answer, onAnswer: (answer: Answer | 'failed') => void): void {
    this.time.after(this.#delay(), () => {
      const isAway = this.nowMs < Math.max(this.#awayUntilMs, owner.machine.cutUntilMs)
      if (!isAway) this.record.sent(kind)
      const answer = isAway ? 'failed' : work()
      const isLost = this.time.draw() < this.options.lostShare
      this.of(owner, this.#delay(), () => onAnswer(isLost ? 'failed' : answer))
    })
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
      const endMs = this.nowMs + this.callMs()
      running.callsEndMs = Math.max(running.callsEndMs, endMs)
      const isLater = last === undefined || last.owner !== owner.id || last.endMs < endMs
      if (isLater) this.#lastCalls.set(channel, { owner: owner.id, endMs })
    }
  }

  callMs(): number {
    return this.time.draw() * (this.time.draw() < 0.1 ? LONGEST_CALL_MS : USUAL_CALL_MS)
  }

  #delay(): number {
    return this.time.draw() * this.options.maxDelayMs * (this.time.draw() < 0.2 ? 1 : 0.2)
  }
}
