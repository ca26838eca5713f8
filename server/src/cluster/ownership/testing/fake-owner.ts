import { BeatJudge } from '../../../runtime/beat-judge.ts'
import { isBefore, type LeaseTime } from '../../../runtime/lease.ts'
import { NO_MEMORY, type OwnershipMemory } from '../plan-ownership.ts'
import type { TablesLook } from './fake-owner-tables.ts'
import type { Placement } from '../rendezvous.ts'

export interface RunningChannel {
  readonly sinceMs: number
  readonly term: number
  /** The own monotonic clock. */
  readonly quietUntilMs: number
  /** When the last of its calls ends. */
  callsEndMs: number
}

/** One process of a server: its row, its lease, and all that it knows. */
export class FakeOwner {
  readonly id: number
  readonly machine: FakeMachine
  until: LeaseTime = { monotonicUs: 0, wallMs: 0 }
  isBeating = false
  lastBeatMs = -Infinity
  isDraining = false
  isStopping = false
  readonly judges = new Map<number, BeatJudge>()
  readonly beats = new Map<number, number>()
  readonly dead = new Set<number>()
  failedLooks = 0
  look: TablesLook | null = null
  placement: Placement | null = null
  memory: OwnershipMemory = NO_MEMORY
  readonly fencing = new Set<number>()
  readonly running = new Map<string, RunningChannel>()
  readonly adopting = new Set<string>()
  readonly releasing = new Map<string, number | null>()
  readonly given = new Map<string, number>()
  /** When it gave its last channel while it stayed, true time. */
  lastHandoverMs = -Infinity

  constructor(id: number, machine: FakeMachine) {
    this.id = id
    this.machine = machine
  }

  judgeOf(id: number, leaseMs: number): BeatJudge {
    const judge = this.judges.get(id) ?? new BeatJudge(leaseMs)
    this.judges.set(id, judge)
    return judge
  }

  /** Whether it may start a call of the channel at this true time. */
  mayCall(channel: string, atMs: number): boolean {
    const running = this.running.get(channel)
    if (running === undefined || this.isStopping || this.releasing.has(channel)) return false
    return isBefore(this.machine.time(atMs), this.until) && this.machine.monotonicMs(atMs) >= running.quietUntilMs
  }
}

/** A machine with clocks of its own, on which one process runs at a time. */
export class FakeMachine {
  readonly address: string
  readonly channels: ReadonlySet<string>
  owner: FakeOwner | null = null
  frozenUntilMs = 0
  /** It does not reach the database until then. */
  cutUntilMs = 0
  wallOffsetMs = 0
  readonly #rate: number
  readonly #offsetMs: number

  constructor(
    address: string,
    channels: ReadonlySet<string>,
    clock: { readonly rate: number; readonly offsetMs: number },
  ) {
    this.address = address
    this.channels = channels
    this.#rate = clock.rate
    this.#offsetMs = clock.offsetMs
  }

  monotonicMs(atMs: number): number {
    return atMs * this.#rate + this.#offsetMs
  }

  time(atMs: number): LeaseTime {
    return { monotonicUs: this.monotonicMs(atMs) * 1000, wallMs: atMs + this.wallOffsetMs }
  }

  /** True time of the end of a lease. */
  endOf({ monotonicUs, wallMs }: LeaseTime): number {
    return Math.min((monotonicUs / 1000 - this.#offsetMs) / this.#rate, wallMs - this.wallOffsetMs)
  }
}
