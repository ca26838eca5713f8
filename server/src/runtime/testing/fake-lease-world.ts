import { BeatJudge, type BeatLook } from '../beat-judge.ts'
import { isBefore, type LeaseTime, leaseUntil } from '../lease.ts'

/** The lease of all servers, in ms of true time. */
export const TTL_MS = 1000
const BEAT_MS = TTL_MS / 3
const TICK_MS = TTL_MS / 12
const LOOK_MS = TTL_MS / 5

/** A seeded bug. */
export type LeaseBug =
  /** The lease ends by the wall clock alone. */
  | 'wall_only'
  /** A beat of a fenced server succeeds. */
  | 'beat_wins'
  /** A beat extends the lease when it is sent. */
  | 'no_success'
  /** The fence does not look at the beat again. */
  | 'blind_fence'

export interface LeaseWorldOptions {
  readonly seed: number
  readonly bug?: LeaseBug | null
  /** Processes that are frozen, and wall clocks that are set. @default true */
  readonly faults?: boolean
  /** Times in which the database cannot be reached. @default true */
  readonly outages?: boolean
  /** The longest time of a message of one way, ms. @default half a lease */
  readonly maxDelayMs?: number
}

/** Messages that may take so long; the others take a tenth of it at most. */
const SLOW_SHARE = 0.3

interface Event {
  readonly atMs: number
  readonly run: () => void
}

class Server {
  /** Rows of the database; a server that was fenced starts again as another one. */
  id: number
  isActive = false
  until: LeaseTime = { monotonicUs: 0, wallMs: 0 }
  frozenUntilMs = 0
  wallOffsetMs = 0
  judge = new BeatJudge(TTL_MS)
  /** A look, or a take, has no answer yet. */
  isAsking = false
  beatSent: number | null = null
  lastBeatMs = -Infinity
  readonly rate: number
  readonly #offsetMs: number

  constructor(id: number, rate: number, offsetMs: number) {
    this.id = id
    this.rate = rate
    this.#offsetMs = offsetMs
  }

  monotonicMs(atMs: number): number {
    return atMs * this.rate + this.#offsetMs
  }

  time(atMs: number): LeaseTime {
    return { monotonicUs: this.monotonicMs(atMs) * 1000, wallMs: atMs + this.wallOffsetMs }
  }
}

/**
 * Servers of one database with a lease, in a time of its own: clocks that run at different speeds and are set, messages that are late or lost, processes that are
 * frozen, and a database that cannot be reached for a while.
 */
export class FakeLeaseWorld {
  readonly servers: readonly Server[]
  /** Servers that took the place of another one. */
  takeovers = 0
  /** Moments at which two servers held the lease. */
  overlaps = 0
  readonly #options: Required<LeaseWorldOptions>
  readonly #events: Event[] = []
  #random: number
  #nowMs = 0
  #ids = 0
  #awayUntilMs = 0
  /** The rows of the database. */
  readonly #beats = new Map<number, number>()
  #owner: number | null = null

  constructor(options: LeaseWorldOptions) {
    this.#options = { bug: null, faults: true, outages: true, maxDelayMs: TTL_MS / 2, ...options }
    this.#random = options.seed >>> 0
    this.servers = Array.from(
      { length: 3 },
      () => new Server(++this.#ids, this.#draw() < 0.5 ? 0.95 : 1.05, this.#draw() * 1e6),
    )
    for (const server of this.servers) this.#tick(server, this.#draw() * LOOK_MS)
    this.#environment()
  }

  run(untilMs: number): void {
    for (;;) {
      const event = this.#events.shift()
      if (event === undefined || event.atMs > untilMs) return
      this.#nowMs = event.atMs
      event.run()
      if (this.servers.filter((server) => this.#holds(server)).length > 1) this.overlaps++
    }
  }

  #holds(server: Server): boolean {
    const now = server.time(this.#nowMs)
    if (this.#options.bug === 'wall_only') return now.wallMs < server.until.wallMs
    return isBefore(now, server.until)
  }

  #environment(): void {
    const { faults, outages } = this.#options
    this.#after(this.#draw() * 2 * TTL_MS, () => {
      const active = this.#draw() < 0.7 ? this.servers.find((one) => one.isActive) : undefined
      const server = active ?? this.servers[Math.floor(this.#draw() * this.servers.length)]!
      const kind = this.#draw()
      if (faults && kind < 0.5) server.frozenUntilMs = this.#nowMs + this.#draw() * 3 * TTL_MS
      else if (faults && kind < 0.8) server.wallOffsetMs += (this.#draw() - 0.5) * 10 * TTL_MS
      else if (outages) this.#awayUntilMs = this.#nowMs + this.#draw() * 3 * TTL_MS
      this.#environment()
    })
  }

  /** Work of a server: it runs when the server is not frozen. */
  #of(server: Server, delayMs: number, work: () => void): void {
    this.#after(delayMs, () => {
      const leftMs = server.frozenUntilMs - this.#nowMs
      if (leftMs > 0) this.#of(server, leftMs, work)
      else work()
    })
  }

  #tick(server: Server, delayMs: number): void {
    this.#of(server, delayMs, () => {
      if (server.isActive) this.#beat(server)
      else if (!server.isAsking) this.#look(server)
      this.#tick(server, (server.isActive ? TICK_MS : LOOK_MS) / server.rate)
    })
  }

  /** Asks the database: it answers later, or never, or the message fails. */
  #ask<Answer>(server: Server, work: () => Answer, onAnswer: (answer: Answer | 'failed') => void): void {
    const delayMs = this.#delay()
    this.#after(delayMs, () => {
      const isAway = this.#nowMs < this.#awayUntilMs
      const answer = isAway ? 'failed' : work()
      const backMs = this.#delay()
      // Lost on the way back: it was carried out all the same.
      const isLost = this.#options.faults && this.#draw() < 0.05
      this.#of(server, backMs, () => onAnswer(isLost ? 'failed' : answer))
    })
  }

  #beat(server: Server): void {
    if (server.beatSent !== null || this.#nowMs - server.lastBeatMs < BEAT_MS) return
    const { id } = server
    const sent = server.time(this.#nowMs)
    const sentMs = this.#nowMs
    const extend = (): void => {
      server.until = leaseUntil(sent, TTL_MS)
      server.lastBeatMs = sentMs
    }
    server.beatSent = sentMs
    if (this.#options.bug === 'no_success') extend()
    this.#ask(
      server,
      () => {
        const isFenced = this.#owner !== id
        if (isFenced && this.#options.bug !== 'beat_wins') return 'fenced'
        this.#beats.set(id, (this.#beats.get(id) ?? 0) + 1)
        return 'done'
      },
      (answer) => {
        if (server.id !== id) return
        server.beatSent = null
        if (answer === 'done') extend()
        else if (answer === 'fenced') this.#restart(server)
      },
    )
  }

  /** As a supervisor does. */
  #restart(server: Server): void {
    server.id = ++this.#ids
    server.isActive = false
    server.until = { monotonicUs: 0, wallMs: 0 }
    server.judge = new BeatJudge(TTL_MS)
    server.isAsking = false
    server.beatSent = null
  }

  #look(server: Server): void {
    const { id } = server
    const sentMs = server.monotonicMs(this.#nowMs)
    server.isAsking = true
    this.#ask(
      server,
      () => (this.#owner === null ? null : { owner: this.#owner, beat: this.#beats.get(this.#owner) ?? 0 }),
      (answer) => {
        if (server.id !== id) return
        server.isAsking = false
        if (answer === 'failed') server.judge.failed()
        else if (answer === null) this.#take(server, null)
        else if (this.#isDead(server, answer, sentMs)) this.#take(server, answer)
      },
    )
  }

  #isDead(server: Server, { owner, beat }: { owner: number; beat: number }, sentMs: number): boolean {
    const receivedMs = server.monotonicMs(this.#nowMs)
    const seen: BeatLook = { sentMs, receivedMs, beat: owner * 1e6 + beat }
    return server.judge.look(seen)
  }

  #take(server: Server, dead: { readonly owner: number; readonly beat: number } | null): void {
    const { id } = server
    const sent = server.time(this.#nowMs)
    // Another row each time: the beats of one that was taken, without an answer, are nothing of the next.
    const row = ++this.#ids
    server.isAsking = true
    this.#ask(
      server,
      () => {
        const isBlind = this.#options.bug === 'blind_fence'
        const isSame = dead === null || isBlind || (this.#beats.get(dead.owner) ?? 0) === dead.beat
        if (this.#owner !== (dead?.owner ?? null) || !isSame) return 'lost'
        if (dead !== null) this.takeovers++
        this.#owner = row
        this.#beats.set(row, 0)
        return 'taken'
      },
      (answer) => {
        if (server.id !== id) return
        server.isAsking = false
        server.judge.failed()
        // One whose answer is lost does not know that it has it: its row shows no sign of life, and another one takes it.
        if (answer !== 'taken') return
        server.id = row
        server.isActive = true
        server.until = leaseUntil(sent, TTL_MS)
        server.lastBeatMs = this.#nowMs
      },
    )
  }

  #delay(): number {
    return this.#draw() * this.#options.maxDelayMs * (this.#draw() < SLOW_SHARE ? 1 : 0.1)
  }

  #after(delayMs: number, run: () => void): void {
    const atMs = this.#nowMs + delayMs
    let at = this.#events.length
    while (at > 0 && this.#events[at - 1]!.atMs > atMs) at--
    this.#events.splice(at, 0, { atMs, run })
  }

  /** 0 up to 1 (mulberry32). */
  #draw(): number {
    this.#random = (this.#random + 0x6d2b79f5) >>> 0
    let t = this.#random
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
