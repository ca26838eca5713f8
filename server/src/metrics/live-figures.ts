import type { Channel, ChannelRegistry } from '../limits/channel-registry.ts'
import type { TermOf } from '../model/channel-term.ts'
import type { JobStatus } from '../model/job.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import type { WaitingCount, WaitingReason } from '../model/item.ts'
import { recordStatus } from '../progress/job-status.ts'
import type { Progress } from '../progress/progress.ts'
import type { Clock } from '../runtime/clock.ts'
import { TimeSlice } from '../runtime/time-slice.ts'
import { type ChannelRows, isInternal, OTHER_ROW, ROWS } from './channel-rows.ts'
import { endpointStates, liveItemStatuses, liveJobStatuses, waitingReasons } from './metric-table.ts'
import type { RateUse } from './rate-use.ts'
import { RowCounter } from './row-counter.ts'

/** The stages that are asked for what is live. */
export interface LivePorts {
  readonly clock: Clock
  readonly liveJobs: Pick<LiveJobs, 'values' | 'runs'>
  readonly channels: Pick<ChannelRegistry, 'all' | 'get'>
  readonly progress: Pick<Progress, 'missesDeadline'>
  readonly explainWaiting: {
    job(job: LiveJob): readonly WaitingCount[]
    channel(channel: string, subscription: string): readonly WaitingCount[]
  }
  readonly firstParkedExpiryMs: (channel: string) => number | null
  readonly termOf: TermOf
}

/** Everything live at one time, by row of the channels; NaN: nothing to show. */
export class LiveFigures {
  readonly items = new RowCounter(ROWS, liveItemStatuses)
  readonly waiting = new RowCounter<WaitingReason>(ROWS, waitingReasons)
  readonly jobs = new RowCounter<JobStatus>(1, liveJobStatuses)
  readonly endpoints = new RowCounter(1, endpointStates)
  readonly oldestSeconds = new Float64Array(ROWS)
  readonly parkedExpirySeconds = new Float64Array(ROWS).fill(NaN)
  readonly rateUsed = new Float64Array(ROWS).fill(NaN)
  readonly paused = new Float64Array(ROWS)
  readonly circuitOpen = new Float64Array(ROWS)
  readonly deadlineAtRisk = new Float64Array(ROWS)
  readonly terms = new Float64Array(ROWS).fill(NaN)
  channelsOwned = 0
  channelsOwnerless = 0
}

/** Looks at all jobs and channels, in slices: the event loop is held for 2 ms at a time, however many there are. */
export async function takeFigures(
  ports: LivePorts,
  { rows, rateUse }: { readonly rows: ChannelRows; readonly rateUse: RateUse },
): Promise<LiveFigures> {
  const { channels, liveJobs, explainWaiting, clock } = ports
  const figures = new LiveFigures()
  const slice = new TimeSlice('metrics')
  rows.rank(clock.nowMs(), (name) => channels.get(name) !== undefined)
  for (const channel of channels.all()) {
    if (slice.over) await slice.next()
    addChannel(channel, { ports, figures, row: rows.rowOf(channel.name), rateUse })
  }
  const users = new Map<string, Set<string>>()
  for (const job of liveJobs.values()) {
    if (slice.over) await slice.next()
    addJob(job, { ports, figures, row: rows.rowOf(job.record.envelope.channel) })
    if (job.record.phase === 'eligible') noteUser(users, job)
  }
  for (const [channel, subscriptions] of users) {
    const row = rows.rowOf(channel)
    for (const subscription of subscriptions) {
      if (slice.over) await slice.next()
      addReasons(figures, row, explainWaiting.channel(channel, subscription))
    }
    const expiryMs = ports.firstParkedExpiryMs(channel)
    if (expiryMs === null) continue
    const seconds = Math.max(0, (expiryMs - clock.nowMs()) / 1000)
    const first = figures.parkedExpirySeconds[row]!
    figures.parkedExpirySeconds[row] = Number.isNaN(first) ? seconds : Math.min(first, seconds)
  }
  return figures
}

interface At {
  readonly ports: LivePorts
  readonly figures: LiveFigures
  readonly row: number
}

function addChannel(channel: Channel, { ports, figures, row, rateUse }: At & { readonly rateUse: RateUse }): void {
  const nowUs = ports.clock.monotonicUs()
  if (channel.origin === 'webhook') figures.endpoints.add(0, channel.gate.paused ? 'disabled' : 'enabled', 1)
  if (channel.gate.paused) figures.paused[row]!++
  if (channel.circuit.state(nowUs) !== 'closed') figures.circuitOpen[row]!++
  const term = ports.termOf(channel.name)
  if (term > 0) figures.channelsOwned++
  if (!ports.liveJobs.runs(channel.name)) figures.channelsOwnerless++
  if (row >= OTHER_ROW) return
  figures.rateUsed[row] = rateUse.look(row, channel.gate, nowUs) ?? NaN
  if (term > 0) figures.terms[row] = term
}

function addJob(job: LiveJob, { ports, figures, row }: At): void {
  const { record } = job
  const nowMs = ports.clock.nowMs()
  if (!isInternal(record.subscription)) figures.jobs.add(0, recordStatus(record, job, nowMs), 1)
  const left = record.total - job.succeeded - job.failed - job.cancelled
  const running = Math.min(job.inFlight, left)
  const waiting = Math.min(job.retrying + job.parked, left - running)
  figures.items.add(row, 'running', running)
  figures.items.add(row, 'waiting', waiting)
  figures.items.add(row, 'pending', left - running - waiting)
  if (record.stop !== null) return
  if (record.phase === 'waiting') addReasons(figures, row, ports.explainWaiting.job(job))
  if (record.phase !== 'eligible') return
  if (left > 0 && job.eligibleAtMs !== null) {
    const seconds = (nowMs - job.eligibleAtMs) / 1000
    figures.oldestSeconds[row] = Math.max(figures.oldestSeconds[row]!, seconds)
  }
  if (record.envelope.deadlineAtMs !== null && ports.progress.missesDeadline(job)) figures.deadlineAtRisk[row]!++
}

function addReasons(figures: LiveFigures, row: number, counts: readonly WaitingCount[]): void {
  for (const { reason, items } of counts) figures.waiting.add(row, reason, items)
}

function noteUser(users: Map<string, Set<string>>, { record }: LiveJob): void {
  const { channel } = record.envelope
  let subscriptions = users.get(channel)
  if (subscriptions === undefined) users.set(channel, (subscriptions = new Set()))
  subscriptions.add(record.subscription)
}
