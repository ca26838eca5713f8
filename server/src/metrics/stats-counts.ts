import type { WaitingReason } from '../model/item.ts'
import type { CallResult, Telemetry, TelemetryEvents } from '../runtime/telemetry.ts'
import { ChannelRows, HIDDEN_ROW, isInternal, OTHER_ROW, ROWS } from './channel-rows.ts'
import { callResults, itemOutcomes, waitingReasons } from './metric-table.ts'
import { MAX_STEPS, StepRings } from './step-rings.ts'

type Outcome = (typeof itemOutcomes)[number]

/** The columns of a row, in this order. */
const columnNames = [
  ...callResults.map((result) => `calls ${result}` as const),
  ...itemOutcomes.map((outcome) => `ended ${outcome}` as const),
  ...waitingReasons.map((reason) => `waiting ${reason}` as const),
]
type ColumnName = (typeof columnNames)[number]
const columnOf = new Map<ColumnName, number>(columnNames.map((name, column) => [name, column]))

export const callColumns = callResults.map((result) => [result, columnOf.get(`calls ${result}`)!] as const)
export const endedColumns = itemOutcomes.map((outcome) => [outcome, columnOf.get(`ended ${outcome}`)!] as const)
const callColumnOf = new Map<CallResult, number>(callColumns)
const endedColumnOf = new Map<Outcome, number>(endedColumns)
export const waitingColumns = waitingReasons.map((reason) => [reason, columnOf.get(`waiting ${reason}`)!] as const)
/** Columns of which each step has a sum. */
export const countedColumns: readonly number[] = [...callColumns, ...endedColumns].map(([, column]) => column)

/** Of how many subscriptions is known that figures of them are missing. */
const MAX_INCOMPLETE = 1000

/** A subscription's work in a channel. */
export interface Lane {
  readonly channel: string
  readonly subscription: string
}

/** A row of the counts, with its name. */
export interface NamedRow {
  readonly channel: string
  readonly row: number
}

/**
 * Figures of the last hour: of each channel of all subscriptions, and of each subscription in a channel. Both are bounded as metrics are: 200 have
 * rows of their own, the busiest. 402 rows of 20 columns and 361 steps are 11.6 MB, if there is something to count for each.
 */
export class StatsCounts {
  readonly #channels = new ChannelRows()
  readonly #lanes = new ChannelRows()
  readonly #ofChannels = new StepRings(ROWS, columnNames.length)
  readonly #ofLanes = new StepRings(ROWS, columnNames.length)
  readonly #stepNow: () => number
  /** The lane that was counted last, and the name of its row: a commit counts it several times. */
  #lastLane: { readonly lane: Lane; readonly key: string } | null = null
  /** When something of a subscription (null: of a channel) was left out last. */
  readonly #leftOutAt = new Map<string | null, number>()

  /** @param stepNow the number of the step that runs */
  constructor(stepNow: () => number) {
    this.#stepNow = stepNow
    this.#channels.onFreed((row) => {
      this.#ofChannels.clear(row)
      this.#leaveOut(null)
    })
    this.#lanes.onFreed((row) => {
      this.#ofLanes.clear(row)
      this.#leaveOut(laneOf(this.#lanes.label(row)!).subscription)
    })
  }

  /** Counts every event from now on. Returns how to stop. */
  listen(telemetry: Telemetry): () => void {
    const stops = [
      telemetry.on('items.rejected', (event) => {
        this.#add(event, endedColumnOf.get('failed')!, { count: event.count, step: this.#stepNow() })
      }),
      telemetry.on('outcomes.committed', (event) => this.#committed(event)),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }

  /** Adds items that wait, as they are at the end of a step. */
  addWaiting(
    lane: Lane,
    { reason, items }: { readonly reason: WaitingReason; readonly items: number },
    step: number,
  ): void {
    this.#add(lane, columnOf.get(`waiting ${reason}`)!, { count: items, step })
  }

  /** Gives rows to the busiest; at most once a minute. */
  rank(nowMs: number, exists: (channel: string) => boolean): void {
    this.#channels.rank(nowMs, exists)
    this.#lanes.rank(nowMs, (key) => exists(laneOf(key).channel))
  }

  /** The rings of all subscriptions (null) or of one, and their rows. */
  of(subscription: string | null): { readonly rings: StepRings; readonly rows: readonly NamedRow[] } {
    const rows: NamedRow[] = []
    if (subscription === null) {
      for (const row of this.#channels.used()) rows.push({ channel: this.#channels.label(row)!, row })
      return { rings: this.#ofChannels, rows }
    }
    for (const row of this.#lanes.used()) {
      if (row >= OTHER_ROW) continue
      const lane = laneOf(this.#lanes.label(row)!)
      if (lane.subscription === subscription) rows.push({ channel: lane.channel, row })
    }
    return { rings: this.#ofLanes, rows }
  }

  /** Whether nothing of a subscription (null: of all) was left out in the last hour. */
  isComplete(subscription: string | null): boolean {
    return (this.#leftOutAt.get(subscription) ?? -Infinity) < this.#stepNow() - MAX_STEPS
  }

  #committed({ ended, calls }: TelemetryEvents['outcomes.committed']): void {
    const step = this.#stepNow()
    for (const entry of ended) this.#add(entry, endedColumnOf.get(entry.outcome)!, { count: entry.count, step })
    for (const entry of calls) this.#add(entry, callColumnOf.get(entry.result)!, { count: entry.count, step })
  }

  #add(
    { channel, subscription }: Lane,
    column: number,
    counted: { readonly count: number; readonly step: number },
  ): void {
    const { count } = counted
    this.#ofChannels.add(this.#channels.rowOf(channel, count), column, counted)
    if (isInternal(channel) || isInternal(subscription)) return
    const row = this.#lanes.rowOf(this.#keyOf(channel, subscription), count)
    if (row === OTHER_ROW) this.#leaveOut(subscription)
    else if (row !== HIDDEN_ROW) this.#ofLanes.add(row, column, counted)
  }

  #keyOf(channel: string, subscription: string): string {
    const last = this.#lastLane
    if (last !== null && last.lane.channel === channel && last.lane.subscription === subscription) return last.key
    const key = `${subscription}\n${channel}`
    this.#lastLane = { lane: { channel, subscription }, key }
    return key
  }

  #leaveOut(subscription: string | null): void {
    const step = this.#stepNow()
    this.#leftOutAt.delete(subscription)
    this.#leftOutAt.set(subscription, step)
    for (const [oldest, at] of this.#leftOutAt) {
      if (at >= step - MAX_STEPS && this.#leftOutAt.size <= MAX_INCOMPLETE) break
      this.#leftOutAt.delete(oldest)
    }
  }
}

function laneOf(key: string): Lane {
  const end = key.indexOf('\n')
  return { subscription: key.slice(0, end), channel: key.slice(end + 1) }
}
