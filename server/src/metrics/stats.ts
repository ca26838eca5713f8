import type { WaitingReason } from '../model/item.ts'
import type { LiveJobs } from '../model/live-job.ts'
import type { ExplainWaiting } from '../model/ports.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Service } from '../runtime/service.ts'
import type { CallResult, EndedItems, Telemetry } from '../runtime/telemetry.ts'
import { TimeSlice } from '../runtime/time-slice.ts'
import {
  callColumns,
  countedColumns,
  endedColumns,
  type NamedRow,
  StatsCounts,
  waitingColumns,
} from './stats-counts.ts'
import { MAX_STEPS, STEP_SECONDS, type StepRings, type StepWindow } from './step-rings.ts'

const STEP_MS = STEP_SECONDS * 1000

export interface StatsOptions {
  readonly clock: Clock
  readonly telemetry: Telemetry
  readonly liveJobs: Pick<LiveJobs, 'values' | 'size'>
  readonly channels: { get(name: string): unknown }
  readonly explainWaiting: Pick<ExplainWaiting, 'job' | 'channel'>
  /** False: nothing is counted. */
  readonly counted: boolean
}

export interface StatsQuery {
  /** Whose figures; null: those of all subscriptions together. */
  readonly subscription: string | null
  readonly channels: readonly string[] | undefined
  readonly windowSeconds: number
  readonly stepSeconds: number
  /** The one in whose turns of the event loop they are read. */
  readonly caller: string
}

/** The figures of a channel: a number for each step. */
export interface ChannelFigures {
  readonly channel: string
  readonly calls: Record<CallResult, number[]>
  readonly ended: Record<EndedItems['outcome'], number[]>
  readonly waiting: { readonly reason: WaitingReason; readonly items: number[] }[]
}

/** Figures of channels, with times as RFC 3339. */
export interface Figures {
  readonly since: string
  readonly from: string
  readonly to: string
  readonly stepSeconds: number
  readonly steps: number
  readonly subscriptions: 'own' | 'all'
  readonly complete: boolean
  readonly channels: ChannelFigures[]
}

/**
 * Figures of channels over the last hour, in memory: counted per commit from events, what waits looked up every 10 s, in slices. Lost when the
 * server stops. Made by the composition root; nobody but HTTP calls it.
 */
export class Stats implements Service {
  readonly #options: StatsOptions
  readonly #counts = new StatsCounts(() => this.#stepNow())
  readonly #sinceMs: number
  /** Of the wall clock at 0 of the monotonic one: steps follow the monotonic clock, and a wall clock that was set forward. */
  #originMs: number
  #stopListening: () => void = () => {}
  #cancelTimer: () => void = () => {}
  #stopped = false
  /** The last step at whose end it was looked up what waits. */
  #lookedAt: number

  /** Counts from here on: recovery is counted, too. */
  constructor(options: StatsOptions) {
    this.#options = options
    const { clock, telemetry, counted } = options
    this.#sinceMs = clock.nowMs()
    this.#originMs = this.#sinceMs - clock.monotonicUs() / 1000
    this.#lookedAt = this.#stepNow() - 1
    if (counted) this.#stopListening = this.#counts.listen(telemetry)
  }

  start(): void {
    if (this.#options.counted) this.#lookLater()
  }

  stop(): void {
    this.#stopped = true
    this.#stopListening()
    this.#cancelTimer()
  }

  /** Figures of complete steps. */
  async read(query: StatsQuery): Promise<Figures> {
    const { subscription, channels, stepSeconds } = query
    const window = this.#windowOf(query)
    const { rings, rows } = this.#counts.of(subscription)
    const slice = new TimeSlice(query.caller)
    const shown: ChannelFigures[] = []
    for (const named of rows.toSorted(byName)) {
      if (channels?.includes(named.channel) === false) continue
      const view = viewOf(rings, named, window)
      if (view !== null) shown.push(view)
      if (slice.over) await slice.next()
    }
    return {
      since: timeOf(this.#sinceMs),
      from: timeOf(window.fromStep * STEP_MS),
      to: timeOf((window.fromStep + window.steps * window.stepsEach) * STEP_MS),
      stepSeconds,
      steps: window.steps,
      subscriptions: subscription === null ? 'all' : 'own',
      complete: this.#counts.isComplete(subscription),
      channels: shown,
    }
  }

  #windowOf({ windowSeconds, stepSeconds }: StatsQuery): StepWindow {
    const stepsEach = stepSeconds / STEP_SECONDS
    const end = this.#stepNow()
    const known = end - Math.floor(this.#sinceMs / STEP_MS)
    const wanted = Math.min(Math.ceil(windowSeconds / stepSeconds), Math.floor(MAX_STEPS / stepsEach))
    const steps = Math.min(wanted, Math.floor(known / stepsEach))
    return { fromStep: end - steps * stepsEach, steps, stepsEach }
  }

  #stepNow(): number {
    const { clock } = this.#options
    const monotonicMs = clock.monotonicUs() / 1000
    const aheadMs = clock.nowMs() - (this.#originMs + monotonicMs)
    // The machine slept, or its clock was set: what is counted from now on has the right time.
    if (aheadMs > STEP_MS) this.#originMs += aheadMs
    return Math.floor((this.#originMs + monotonicMs) / STEP_MS)
  }

  #lookLater(): void {
    const { clock } = this.#options
    const delayMs = STEP_MS - ((this.#originMs + clock.monotonicUs() / 1000) % STEP_MS)
    this.#cancelTimer = clock.after(delayMs, () => void this.#look())
  }

  /** Looks up what waits, for the steps that ended since the last look. */
  async #look(): Promise<void> {
    const { clock, channels, liveJobs } = this.#options
    const first = Math.max(this.#lookedAt + 1, this.#stepNow() - MAX_STEPS)
    const last = this.#stepNow() - 1
    if (last > this.#lookedAt) {
      this.#lookedAt = last
      this.#counts.rank(clock.nowMs(), (name) => channels.get(name) !== undefined)
      if (liveJobs.size > 0) await this.#addWaiting(first, last)
    }
    if (!this.#stopped) this.#lookLater()
  }

  async #addWaiting(firstStep: number, lastStep: number): Promise<void> {
    const { liveJobs, explainWaiting } = this.#options
    const slice = new TimeSlice('stats')
    const users = new Map<string, Set<string>>()
    const add = (channel: string, subscription: string, lines: ReturnType<ExplainWaiting['job']>): void => {
      for (const line of lines)
        for (let step = firstStep; step <= lastStep; step++)
          this.#counts.addWaiting({ channel, subscription }, line, step)
    }
    for (const job of liveJobs.values()) {
      if (slice.over) await slice.next()
      const { phase, stop, subscription, envelope } = job.record
      if (stop !== null) continue
      if (phase === 'waiting') add(envelope.channel, subscription, explainWaiting.job(job))
      if (phase !== 'eligible') continue
      const subscriptions = users.get(envelope.channel)
      if (subscriptions === undefined) users.set(envelope.channel, new Set([subscription]))
      else subscriptions.add(subscription)
    }
    for (const [channel, subscriptions] of users) {
      for (const subscription of subscriptions) {
        if (slice.over) await slice.next()
        add(channel, subscription, explainWaiting.channel(channel, subscription))
      }
    }
  }
}

/** Returns null where there is nothing to show. */
function viewOf(rings: StepRings, { channel, row }: NamedRow, window: StepWindow): ChannelFigures | null {
  const sums = <Name extends string>(columns: readonly (readonly [Name, number])[]): Record<Name, number[]> =>
    Object.fromEntries(columns.map(([name, column]) => [name, rings.sums(row, column, window)])) as never
  const waiting = waitingColumns
    .map(([reason, column]) => ({ reason, items: rings.lasts(row, column, window) }))
    .filter(({ items }) => items.some((count) => count > 0))
  if (waiting.length === 0 && !rings.hasAny(row, countedColumns, window)) return null
  return { channel, calls: sums(callColumns), ended: sums(endedColumns), waiting }
}

function byName(a: NamedRow, b: NamedRow): number {
  return a.channel < b.channel ? -1 : 1
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
