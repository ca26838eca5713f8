import type { StopMark } from '../model/job.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import type { ChunkKeys } from '../schedule/queues/admission.ts'

/** A job that is durable, and the keys of its items. */
export interface EnteringJob {
  readonly job: LiveJob
  /** Empty for an open job. */
  readonly chunks: readonly ChunkKeys[]
}

/** The stages that give a job its place. */
export interface EnterJobPorts {
  readonly liveJobs: Pick<LiveJobs, 'byRef'>
  readonly calendar: { add(job: LiveJob, chunks: readonly ChunkKeys[]): void }
  readonly scheduler: { admitJob(job: LiveJob, chunks: readonly ChunkKeys[]): void }
  readonly outcomes: { endJob(job: LiveJob, reason: StopMark['reason'] | null): void }
  readonly progress: { changed(job: LiveJob): void }
}

/** The stages that follow a job from its first place to its end. */
export interface LiveJobPorts {
  readonly liveJobs: LiveJobs
  readonly progress: { track(job: LiveJob): void }
  readonly deadlines: { watch(job: LiveJob): void }
  readonly owners: JobOwners
}

/** Knows which channels this process runs. */
export interface JobOwners {
  /**
   * Returns whether this process runs the channel of a job that is durable by now. False: the job stays in the store alone, and comes to memory
   * with its channel.
   */
  takes(job: LiveJob): boolean
}

/**
 * The only way of jobs from durable to memory: by publication (submit, retry, execution), by a seal, by the calendar when their time has
 * come, and by recovery.
 *
 * ORD-5: nothing is awaited between the answer of `write` and the place of its last job. The store answers in the order in which jobs
 * became eligible, and a later job of the same key must not start before an earlier one has its place. So `write` is the store's own
 * promise, without a `catch` or `then` that would delay its answer beside others, and `enter` cannot wait: it returns an iterable.
 *
 * @param enter changes the records of the jobs that the answer made durable; jobs are placed in its order, each before the next is taken
 * @throws the error of `write`: no job was changed
 */
export async function enterJobs<Answer>(
  write: Promise<Answer>,
  enter: (answer: Answer) => Iterable<EnteringJob>,
  ports: EnterJobPorts,
): Promise<Answer> {
  const answer = await write
  for (const entering of enter(answer)) place(entering, ports)
  return answer
}

/** Makes a job known to every stage, if its channel is run here. It has no place yet. */
export function makeLive(job: LiveJob, { liveJobs, progress, deadlines, owners }: LiveJobPorts): void {
  if (!owners.takes(job)) return
  liveJobs.add(job)
  progress.track(job)
  deadlines.watch(job)
}

function place({ job, chunks }: EnteringJob, ports: EnterJobPorts): void {
  const { calendar, scheduler, outcomes, progress, liveJobs } = ports
  const { phase, stop, total, ref } = job.record
  // Its channel was released meanwhile: it is in the store.
  if (liveJobs.byRef(ref) !== job) return
  if (stop !== null) outcomes.endJob(job, stop.reason)
  else if (phase === 'waiting') calendar.add(job, chunks)
  else if (phase === 'eligible') {
    // With nothing left to deliver no outcome will come to end it.
    if (job.succeeded + job.failed + job.cancelled === total) outcomes.endJob(job, null)
    else scheduler.admitJob(job, chunks)
  }
  progress.changed(job)
}
