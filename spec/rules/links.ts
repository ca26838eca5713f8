import type { Channel, Execution, Job } from '../generated/index.ts'
import type { ApiPaths } from './api-paths.ts'

/** Returns the links of a job: those of calls that its status allows. */
export function jobLinks(
  job: Pick<Job, 'id' | 'executionId' | 'channel' | 'status'> & { readonly isOpen: boolean },
  paths: ApiPaths,
): Job['links'] {
  const self = paths.job(job.id)
  return {
    self,
    items: `${self}/items`,
    results: `${self}/results`,
    resultsCsv: `${self}/results.csv`,
    events: `${self}/events`,
    cancel: `${self}/cancel`,
    pause: `${self}/pause`,
    resume: `${self}/resume`,
    retry: `${self}/retry`,
    ...(job.status === 'blocked' && { release: `${self}/release` }),
    ...(job.executionId !== null && { execution: paths.execution(job.executionId) }),
    ...(job.isOpen && { seal: `${self}/seal` }),
    channel: paths.channel(job.channel),
  }
}

/** Returns the links of an execution. */
export function executionLinks(id: string, paths: ApiPaths): Execution['links'] {
  const self = paths.execution(id)
  return {
    self,
    jobs: paths.jobsOfExecution(id),
    cancel: `${self}/cancel`,
    pause: `${self}/pause`,
    resume: `${self}/resume`,
  }
}

/** Returns the links of a channel. */
export function channelLinks(name: string, paths: ApiPaths): Channel['links'] {
  const self = paths.channel(name)
  return {
    self,
    jobs: paths.jobsOfChannel(name),
    pause: `${self}/pause`,
    resume: `${self}/resume`,
    unblock: `${self}/unblock`,
  }
}
