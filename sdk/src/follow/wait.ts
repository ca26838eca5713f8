import type { Job } from '@waybill/spec'
import type { Answer, Calls } from '../client.ts'
import { followJob } from './follow.ts'
import type { Followed, SnapshotQuery } from './following.ts'
import type { JobHandle, WaitOptions } from '../job-handle.ts'

/** With `onProgress` a response is requested about this often though the status stays. */
const progressSeconds = 2
/** Without it only the end matters. Below the 30 s at which servers and proxies like to cut a silent connection. */
const patientSeconds = 25

/** The calls of a job's handle that follow it. */
export type Waits = Pick<JobHandle, 'wait' | 'poll' | 'events'>

export function createWaits(calls: Calls, job: JobHandle, keep: (job: Job) => Job): Waits {
  const followed: Followed = { calls, job, keep, readSnapshot }

  async function readSnapshot({ signal, waitSeconds, knownStatus }: SnapshotQuery): Promise<Answer<Job>> {
    const header = waitSeconds > 0 ? { Prefer: `wait=${waitSeconds}` } : {}
    const call = calls.raw.GET('/v1/jobs/{jobId}', {
      params: { path: { jobId: job.id }, query: { knownStatus }, header },
      signal,
      // Following has its own patience; a held answer takes its time.
      ...calls.via({ repeatable: false, timeoutMs: calls.requestTimeoutMs + waitSeconds * 1000 }),
    })
    const answer = await calls.read(`get job ${job.id}`, call)
    keep(answer.data)
    return answer
  }

  return {
    wait: (options = {}) => waitForJob(followed, options),
    poll: (options = {}) => followJob(followed, options, progressSeconds),
    events: (options = {}) => followJob(followed, { ...options, transport: 'events' }, progressSeconds),
  }
}

/** Resolves with the ended job. */
async function waitForJob(followed: Followed, options: WaitOptions): Promise<Job> {
  const { onProgress } = options
  let ended: Job | null = null
  for await (const snapshot of followJob(followed, options, onProgress ? progressSeconds : patientSeconds)) {
    onProgress?.(snapshot)
    ended = snapshot
  }
  // The generator ends after the ended job, else it throws.
  return ended!
}
