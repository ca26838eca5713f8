import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import type { ExplainWaiting } from '../model/ports.ts'
import type { Calendar } from './calendar.ts'

export interface Explainers {
  readonly scheduler: () => ExplainWaiting
  readonly calendar: () => Pick<Calendar, 'waiting' | 'item'>
}

/** Explains why items are not progressing: the calendar for jobs that have no places yet, the scheduler for all others. */
export function explainBoth(liveJobs: LiveJobs, { scheduler, calendar }: Explainers): ExplainWaiting {
  const isWaiting = (job: LiveJob | undefined): job is LiveJob => job?.record.phase === 'waiting'
  return {
    job: (job) => (isWaiting(job) ? calendar().waiting(job) : scheduler().job(job)),
    channel: (channel, subscription) => scheduler().channel(channel, subscription),
    item: (ref, index) => {
      const job = liveJobs.byRef(ref)
      return isWaiting(job) ? calendar().item(job) : scheduler().item(ref, index)
    },
    turns: (ref, indexes) => scheduler().turns(ref, indexes),
    followers: (ref, index) => scheduler().followers(ref, index),
    isRunning: (ref, index) => scheduler().isRunning(ref, index),
  }
}
