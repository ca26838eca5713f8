import type { JobRef } from '../model/ids.ts'
import type { StopMark } from '../model/job.ts'
import type { LiveJob } from '../model/live-job.ts'
import type { CountMoving, ExplainWaiting } from '../model/ports.ts'
import type { ParkedDecision, ParkedPlace, ParkedQuery } from '../schedule/parked/parking.ts'
import type { ChunkKeys } from '../schedule/queues/admission.ts'
import { liveJobsOf, ownerUnavailable } from '../store/find-job.ts'
import type { ChannelRuntime } from './channel-runtime.ts'
import type { StagesOfChannels } from './stages-of-channels.ts'

/** The runtimes of a process. */
export interface Runtimes {
  readonly shared: StagesOfChannels
  /** The runtime that has a job; null: its channel was released, and what is asked of it is of no use any more. */
  of(job: LiveJob): ChannelRuntime | null
  ofChannel(name: string): ChannelRuntime | undefined
}

export type ChannelPorts = ReturnType<typeof channelPorts>

/**
 * The stages of all channels as one of each, for those who have a job of any channel: each call goes to the runtime of the job. What is said of a job
 * that is not live any more is passed over: its change is durable, and its channel's next adoption finds it.
 */
export function channelPorts({ shared, of, ofChannel }: Runtimes) {
  const { liveJobs, reads, commits, backlogs, calendars, versions } = shared
  const ofRef = (ref: JobRef): ChannelRuntime | null => {
    const job = liveJobs.byRef(ref)
    return job === undefined ? null : of(job)
  }
  const countMoving: CountMoving = (ref, items, counts) =>
    ofRef(ref)?.scheduler.waiting.countMoving(ref, items, counts) ?? 0
  const explainWaiting: ExplainWaiting = {
    job: (job) => of(job)?.explainWaiting.job(job) ?? [],
    channel: (channel, subscription) => ofChannel(channel)?.explainWaiting.channel(channel, subscription) ?? [],
    item: (ref, index) => ofRef(ref)?.explainWaiting.item(ref, index) ?? null,
    turns: (ref, indexes) => ofRef(ref)?.explainWaiting.turns(ref, indexes) ?? NO_TURNS,
    followers: (ref, index) => ofRef(ref)?.explainWaiting.followers(ref, index) ?? null,
    isRunning: (ref, index) => ofRef(ref)?.explainWaiting.isRunning(ref, index) ?? false,
  }
  const scheduler = {
    /** Items accepted and not ended, without those a stop mark has cancelled. */
    get pendingItems(): number {
      return backlogs.pendingItems
    },
    order: backlogs.order,
    countMoving,
    firstParkedExpiryMs: (channel: string) =>
      ofChannel(channel)?.scheduler.waiting.firstParkedExpiryMs(channel) ?? null,
    admitJob: (job: LiveJob, chunks: readonly ChunkKeys[]) => of(job)?.scheduler.admitJob(job, chunks),
    stopJob: (job: LiveJob) => of(job)?.scheduler.stopJob(job),
    pauseJob: (job: LiveJob) => of(job)?.scheduler.pauseJob(job),
    resumeJob: (job: LiveJob) => of(job)?.scheduler.resumeJob(job),
    retryNow: (channel: string) => ofChannel(channel)?.scheduler.retryNow(channel),
    resolveParked: (ref: JobRef, index: number, decision: ParkedDecision): boolean =>
      ofRef(ref)?.scheduler.resolveParked(ref, index, decision) ?? false,
    /** Parked items of a subscription, by job and index, a page at a time. */
    parkedItems(query: ParkedQuery): readonly ParkedPlace[] {
      const channels = new Set<string>()
      for (const { parked, record } of liveJobsOf(liveJobs, query.subscription))
        if (parked > 0) channels.add(record.envelope.channel)
      const places = [...channels].flatMap((name) => ofChannel(name)?.scheduler.parkedItems(query) ?? [])
      if (channels.size > 1) places.sort((a, b) => a.jobRef - b.jobRef || a.index - b.index)
      return places.slice(0, query.limit)
    },
  }
  const calendar = {
    /** Items of jobs that wait. */
    get waitingItems(): number {
      return calendars.waitingItems
    },
    add: (job: LiveJob, chunks: readonly ChunkKeys[]) => of(job)?.calendar.add(job, chunks),
    release: (job: LiveJob) => of(job)?.calendar.release(job),
    drop: (job: LiveJob): boolean => of(job)?.calendar.drop(job) ?? false,
  }
  const outcomes = {
    endJob: (job: LiveJob, reason: StopMark['reason'] | null) => of(job)?.outcomes.endJob(job, reason),
    restoreOutages: (...[job, items]: Parameters<ChannelRuntime['outcomes']['restoreOutages']>) =>
      of(job)?.outcomes.restoreOutages(job, items),
    /** As that of the commits. @param channel whose decisions must be durable. @throws ProblemError `owner_unavailable`: they never will be */
    async durable(channel: string) {
      const runtime = ofChannel(channel)
      await commits.durable()
      if (runtime?.outcomes.isLost === true) throw ownerUnavailable(channel)
    },
  }
  const progress = {
    track: (job: LiveJob) => of(job)?.progress.track(job),
    changed: (job: LiveJob) => of(job)?.progress.changed(job),
    controlled: (job: LiveJob) => of(job)?.progress.controlled(job),
    itemsPerSecond: (job: LiveJob): number => of(job)?.progress.itemsPerSecond(job) ?? 0,
    missesDeadline: (job: LiveJob): boolean => of(job)?.progress.missesDeadline(job) ?? false,
    itemsPerSecondOf: (channel: string, subscription: string): number =>
      ofChannel(channel)?.progress.itemsPerSecondOf(channel, subscription) ?? 0,
    nextVersion: (channel: string): number => versions.next(shared.terms.lastTermOf(channel)),
    first: reads.first.bind(reads),
    snapshot: reads.snapshot.bind(reads),
    look: reads.look.bind(reads),
    shown: reads.shown.bind(reads),
  }
  const deadlines = { watch: (job: LiveJob) => of(job)?.deadlines.watch(job) }
  return { liveJobs, scheduler, calendar, outcomes, progress, deadlines, explainWaiting }
}

const NO_TURNS: ReturnType<ExplainWaiting['turns']> = new Map()
