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

type Kind = keyof typeof STATEMENTS

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
  readonly #down = new Map<string, { readonly sinceMs: number; readonly cause: 'lost' | 'moved' }>()

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

  down(channel: string, cause: 'lost' | 'moved', sinceMs = this.#nowMs()): void {
    if (!this.#down.has(channel)) this.#down.set(channel, { sinceMs, cause })
  }

  /** An owner runs it, and may call after `quietMs`. */
  up(channel: string, quietMs: number): void {
    const down = this.#down.get(channel)
    if (down === undefined) return
    this.#down.delete(channel)
    const readableMs = this.#nowMs() - down.sinceMs
    this.gaps.push({ cause: down.cause, channels: 1, readableMs, callableMs: readableMs + quietMs })
  }

  lapsed(channels: number, forMs: number): void {
    if (channels > 0) this.gaps.push({ cause: 'lease', channels, readableMs: forMs, callableMs: forMs })
  }

  /** Channels that no server runs now. */
  get downNow(): number {
    return this.#down.size
  }
}

function add(buckets: number[], atMs: number, count: number): void {
  const at = Math.floor(atMs / 1000)
  while (buckets.length <= at) buckets.push(0)
  buckets[at]! += count
}
