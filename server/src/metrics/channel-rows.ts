import { MAX_CHANNELS, OTHER } from './metric-table.ts'

/** Label of channels that the server makes for itself. */
const HIDDEN = 'webhooks'
export const OTHER_ROW = MAX_CHANNELS
export const HIDDEN_ROW = MAX_CHANNELS + 1
export const ROWS = MAX_CHANNELS + 2

/** Channels without a row whose work is counted; more than exist in any server that we know. */
const MAX_CANDIDATES = 20_000
/** The busiest are looked for anew this often. */
const RANK_EVERY_MS = 60_000
/** A channel takes the row of another one that had less than this share of its work. */
const DISPLACED_SHARE = 0.5

/** Whether a channel or a subscription is one that the server made for itself. */
export function isInternal(name: string): boolean {
  return name.startsWith('~')
}

/** Returns a fixed row for channels that never have one of their own: internal ones (`~`), and any whose name is one of the fixed labels. */
function fixedRow(channel: string): number | null {
  if (isInternal(channel) || channel === HIDDEN) return HIDDEN_ROW
  return channel === OTHER ? OTHER_ROW : null
}

/**
 * Bounds the label `channel`: 200 channels have a row of their own in every table of counts, the others share one. Rows are given to
 * whoever comes first, then to the busiest. A row that changes hands begins at 0 for its new channel, and what was counted of the old one is dropped: no
 * series ever shows work of two channels, and `other` never rises by work that was shown before.
 */
export class ChannelRows {
  readonly #rowOf = new Map<string, number>()
  readonly #labels: (string | undefined)[] = Array.from({ length: ROWS })
  /** Items and jobs since the last ranking, and half of what was before. */
  readonly #work = new Float64Array(ROWS)
  readonly #candidates = new Map<string, number>()
  readonly #onFreed: ((row: number) => void)[] = []
  #rankedAtMs = -Infinity

  constructor() {
    this.#labels[OTHER_ROW] = OTHER
    this.#labels[HIDDEN_ROW] = HIDDEN
  }

  /** Calls back with each row that changes hands: its counts are to be set to 0. */
  onFreed(listener: (row: number) => void): void {
    this.#onFreed.push(listener)
  }

  /** The row in which a channel is counted. @param work how much this is for its rank. @default 0 */
  rowOf(channel: string, work = 0): number {
    const row = this.#rowOf.get(channel) ?? fixedRow(channel) ?? this.#take(channel)
    if (row === OTHER_ROW && work > 0) this.#noteCandidate(channel, work)
    else this.#work[row]! += work
    return row
  }

  /** The row that a channel has; null: none of its own. */
  find(channel: string): number | null {
    return this.#rowOf.get(channel) ?? null
  }

  /** The label of a row; undefined: no channel has it. */
  label(row: number): string | undefined {
    return this.#labels[row]
  }

  /** Rows that have a channel, and those of the fixed labels. */
  *used(): Generator<number> {
    for (let row = 0; row < ROWS; row++) if (this.#labels[row] !== undefined) yield row
  }

  /** Gives the rows of channels that are gone, or had less to do, to busier ones; at most once a minute. */
  rank(nowMs: number, exists: (channel: string) => boolean): void {
    if (nowMs - this.#rankedAtMs < RANK_EVERY_MS) return
    this.#rankedAtMs = nowMs
    const idlest = [...this.#rowOf.values()].sort((a, b) => this.#rankOf(a, exists) - this.#rankOf(b, exists))
    // Of thousands of candidates only those that may take a row are sorted.
    const least = idlest[0] === undefined ? Infinity : this.#rankOf(idlest[0], exists)
    const busiest: (readonly [string, number])[] = []
    for (const one of this.#candidates) if (one[1] * DISPLACED_SHARE > least && exists(one[0])) busiest.push(one)
    busiest.sort((a, b) => b[1] - a[1])
    for (const [n, [channel, work]] of busiest.slice(0, MAX_CHANNELS).entries()) {
      const row = idlest[n]
      if (row === undefined || this.#rankOf(row, exists) >= work * DISPLACED_SHARE) break
      this.#rowOf.delete(this.#labels[row]!)
      for (const listener of this.#onFreed) listener(row)
      this.#give(row, channel)
      this.#work[row] = work
      this.#candidates.delete(channel)
    }
    this.#age()
  }

  /** Of a channel that is gone: below any other. */
  #rankOf(row: number, exists: (channel: string) => boolean): number {
    return exists(this.#labels[row]!) ? this.#work[row]! : -1
  }

  #take(channel: string): number {
    if (this.#rowOf.size === MAX_CHANNELS) return OTHER_ROW
    return this.#give(this.#rowOf.size, channel)
  }

  #give(row: number, channel: string): number {
    this.#rowOf.set(channel, row)
    this.#labels[row] = channel
    return row
  }

  #noteCandidate(channel: string, work: number): void {
    const before = this.#candidates.get(channel)
    if (before === undefined && this.#candidates.size >= MAX_CANDIDATES) return
    this.#candidates.set(channel, (before ?? 0) + work)
  }

  #age(): void {
    for (let row = 0; row < ROWS; row++) this.#work[row]! /= 2
    for (const [channel, work] of this.#candidates) {
      if (work < 1) this.#candidates.delete(channel)
      else this.#candidates.set(channel, work / 2)
    }
  }
}
