import { ProblemError } from '../../model/errors.ts'
import { areJobs } from '../../store/find-job.ts'
import type { EnvelopeContext, ParsedEnvelope } from './parse-envelope.ts'
import type { IngestOptions } from '../ingest-ports.ts'
import { placeOf } from './parse-envelope.ts'

/**
 * Ensures that a job waits only for jobs that exist or existed: otherwise it could wait for ever. As ids are assigned by the server, nothing can
 * name a later job, so no cycle is possible.
 * @throws ProblemError `dependency_not_found`: also for another subscription's job
 */
export async function checkDependencies(
  { envelope }: ParsedEnvelope,
  context: EnvelopeContext & { readonly subscription: string },
  deps: Pick<IngestOptions, 'liveJobs' | 'store'>,
): Promise<void> {
  const ids = envelope.dependsOn.map(({ job }) => job)
  if (ids.length === 0) return
  const known = await areJobs(deps, ids, context.subscription)
  const unknown = [...ids.keys()].filter((n) => !known[n])
  if (unknown.length === 0) return
  const errors = unknown.map((n) => ({
    ...placeOf(`/dependsOn/${n}/job`, context),
    detail: `must be the id of a job: there is none ${ids[n]}`,
  }))
  throw new ProblemError({
    code: 'dependency_not_found',
    detail: `Cannot ${context.action} as dependsOn/${unknown[0]}/job ${errors[0]!.detail}`,
    errors,
    errorCount: errors.length,
  })
}
