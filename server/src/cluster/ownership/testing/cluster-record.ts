/** A time in which no server could call a channel, or several channels at once. */
export interface Gap {
  /** `lease`: its owner could not show a sign of life, and kept it. */
  readonly cause: 'lost' | 'moved' | 'lease'
  readonly channels: number
  /** Until an owner answered for it, ms. */
  readonly readableMs: number
  /** Until an owner could call for it, ms. */
  readonly callableMs: number
}

interface Down {
  readonly uncalledMs: number
  /** Null: its owner still answers for it. */
  readonly unreadMs: number | null
  readonly cause: 'lost' | 'moved'
}

/** Statements that reach the database, as the server sends them: in transactions with their BEGIN, time-outs and COMMIT. */
export const STATEMENTS = {
  look: 2,
  owners: 1,
  beat: 1,
  fence: 8,
  claim: 7,
  load: 3,
  handOver: 6,
  sound: 5,
  state: 4,
} as const

export type Kind = keyof typeof STATEMENTS

/** Counts of a simulation, by seconds of its time. */
export class ClusterRecord {
  readonly gaps: Gap[] = []
  readonly statements: number[] = []
  readonly claims: number[] = []
  readonly moves: number[] = []
  readonly byKind: Record<Kind, number> = {
    look: 0,
    owners: 0,
    beat: 0,
    fence: 0,
    claim: 0,
    load: 0,
    handOver: 0,
    sound: 0,
    state: 0,
  }
  readonly #nowMs: () => number
  readonly #down = new Map<string, Down>()

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  sent(kind: Kind, times = 1): void {
    this.byKind[kind] += STATEMENTS[kind] * times
    add(this.statements, this.#nowMs(), STATEMENTS[kind] * times)
  }

  claimed(channels: number): void {
    add(this.claims, this.#nowMs(), channels)
  }

  moved(channels: number): void {
    add(this.moves, this.#nowMs(), channels)
  }

  /** Its owner starts no call of it any more, and still answers for it. */
  stopped(channel: string): void {
    if (!this.#down.has(channel)) this.#down.set(channel, { uncalledMs: this.#nowMs(), unreadMs: null, cause: 'moved' })
  }

  /** Nobody answers for it. */
  down(channel: string, cause: 'lost' | 'moved', sinceMs = this.#nowMs()): void {
    const before = this.#down.get(channel)
    if (before === undefined || before.unreadMs === null)
      this.#down.set(channel, { uncalledMs: before?.uncalledMs ?? sinceMs, unreadMs: sinceMs, cause })
  }

  /** An owner runs it, and may call after `quietMs`. */
  up(channel: string, quietMs: number): void {
    const down = this.#down.get(channel)
    if (down === undefined) return
    this.#down.delete(channel)
    const { cause, uncalledMs, unreadMs } = down
    const nowMs = this.#nowMs()
    const readableMs = nowMs - (unreadMs ?? nowMs)
    this.gaps.push({ cause, channels: 1, readableMs, callableMs: nowMs - uncalledMs + quietMs })
  }

  lapsed(channels: number, forMs: number): void {
    if (channels > 0) this.gaps.push({ cause: 'lease', channels, readableMs: forMs, callableMs: forMs })
  }
}

function add(buckets: number[], atMs: number, count: number): void {
  const at = Math.floor(atMs / 1000)
  while (buckets.length <= at) buckets.push(0)
  buckets[at]! += count
}
