import { byMostItems } from '@waybill/spec/rules'
import type { Channel } from '../limits/channel-registry.ts'
import type { JobId } from '../model/ids.ts'
import type { WaitingCount } from '../model/item.ts'
import type { LiveJob } from '../model/live-job.ts'
import type { ChannelBacklogs } from './channel-backlogs.ts'
import { allowedItemsPerSecond, estimate, type EtaFacts, standsStill } from './eta.ts'
import type { UnmetDependency } from './job-problem.ts'
import type { JobFacts } from './job-view.ts'
import type { RateMeter } from './rate-meter.ts'

export interface LiveFactsOptions {
  readonly reasons: readonly WaitingCount[]
  readonly nowMs: number
  /** The job's measured rates: the speed that is shown, and the one from which its ETA is computed. */
  readonly watch: { readonly rate: RateMeter; readonly etaRate: RateMeter }
  readonly backlogs: Pick<ChannelBacklogs, 'itemsPerSecond' | 'itemsOfOthers'>
  readonly channel: Pick<Channel, 'config'> | undefined
  /** When another job is expected to end, wall ms; null: not known. */
  readonly endOf: (id: JobId) => number | null
  readonly unmet: UnmetDependency | null
}

/** A live job's numbers now: counts from memory, its speed, when it is expected to end, and what it waits for, most items first. */
export function liveFacts(job: LiveJob, options: LiveFactsOptions): JobFacts {
  const { reasons, nowMs, watch, unmet } = options
  const { seconds, decidedBy } = estimate(etaFacts(job, options))
  const endMs = seconds === null ? null : Math.ceil(nowMs + seconds * 1000)
  return {
    succeeded: job.succeeded,
    failed: job.failed,
    cancelled: job.cancelled,
    waiting: job.retrying + job.parked,
    running: job.inFlight,
    startedAtMs: job.startedAtMs,
    lastProgressAtMs: job.lastProgressAtMs,
    itemsPerSecond: standsStill(reasons, job.inFlight) || isSilent(watch.rate, nowMs) ? 0 : watch.rate.perSecond(nowMs),
    etaSeconds: seconds,
    decidedBy,
    reasons: reasons.map((line) => withEnd(line, { endMs, endOf: options.endOf })).sort(byMostItems),
    unmet,
  }
}

/** Nothing has ended for this long, and for this multiple of an item's time: the rate is outdated. */
const SILENT_MS = 20_000
const SILENT_ITEMS = 5

function isSilent(rate: RateMeter, nowMs: number): boolean {
  const expectedMs = rate.lastPerSecond > 0 ? (SILENT_ITEMS * 1000) / rate.lastPerSecond : 0
  return nowMs - rate.lastAddedAtMs > Math.max(SILENT_MS, expectedMs)
}

/** The facts of a job's estimate: one of which nothing is measured yet shares its channel with others of its subscription, at the rate of all of them. */
export function etaFacts(
  job: LiveJob,
  {
    reasons,
    nowMs,
    watch,
    backlogs,
    channel,
  }: Pick<LiveFactsOptions, 'reasons' | 'nowMs' | 'watch' | 'backlogs' | 'channel'>,
): EtaFacts {
  const { envelope, total, subscription } = job.record
  const remaining = total - job.succeeded - job.failed - job.cancelled
  const isMeasured = job.startedAtMs !== null
  const itemsPerSecond = isMeasured
    ? watch.etaRate.perSecond(nowMs)
    : backlogs.itemsPerSecond(envelope.channel, subscription)
  return {
    nowMs,
    remaining: isMeasured ? remaining : remaining + backlogs.itemsOfOthers(job),
    itemsPerSecond,
    lastItemsPerSecond: isMeasured ? watch.etaRate.lastPerSecond : itemsPerSecond,
    allowedItemsPerSecond: channel === undefined ? Infinity : allowedItemsPerSecond(channel.config),
    reasons,
    deadlineAtMs: envelope.deadlineAtMs,
  }
}

/** Adds the expected end of a wait: for a turn, the job's own end; for other jobs, the end of the last of them. */
function withEnd(
  line: WaitingCount,
  { endMs, endOf }: { endMs: number | null; endOf: LiveFactsOptions['endOf'] },
): WaitingCount {
  if (line.untilMs !== null) return line
  if (line.reason === 'backlog' || line.reason === 'concurrency' || line.reason === 'partition')
    return { ...line, untilMs: endMs }
  if (line.reason !== 'dependency' || line.jobs === undefined || line.jobs.length === 0) return line
  const ends = line.jobs.map(endOf)
  return ends.includes(null) ? line : { ...line, untilMs: Math.max(...(ends as number[])) }
}
