import type { Job } from '@waybill/spec'
import { followJob } from './follow.ts'
import type { Followed } from './following.ts'
import type { EventsOptions, FollowOptions, WaitOptions } from './job-handle.ts'

/** With `onProgress` an answer is wanted about this often though the status stays. */
const progressSeconds = 2
/** Without it only the end matters. Below the 30 s at which servers and proxies like to cut a silent connection. */
const patientSeconds = 25

/** Resolves with the ended job. */
export async function waitForJob(followed: Followed, options: WaitOptions): Promise<Job> {
  const { onProgress } = options
  let ended: Job | null = null
  for await (const snapshot of followJob(followed, options, onProgress ? progressSeconds : patientSeconds)) {
    onProgress?.(snapshot)
    ended = snapshot
  }
  // The generator ends after the ended job, else it throws.
  return ended!
}

/** The snapshots as they come. */
export function pollJob(followed: Followed, options: FollowOptions): AsyncIterable<Job> {
  return followJob(followed, options, progressSeconds)
}

/** The snapshots as the server tells them. */
export function streamJob(followed: Followed, options: EventsOptions): AsyncIterable<Job> {
  return followJob(followed, { ...options, transport: 'events' }, progressSeconds)
}
