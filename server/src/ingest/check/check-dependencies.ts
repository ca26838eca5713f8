import { ProblemError } from '../../model/errors.ts'
import type { EnvelopeContext, ParsedEnvelope } from './parse-envelope.ts'
import type { IngestOptions } from '../ingest-ports.ts'
import { placeOf } from './parse-envelope.ts'

/**
 * Sees to it that a job waits only for jobs there are, or were: it could wait for ever. As ids are given by the server, nothing can
 * name a job that comes later, so no cycle can come about.
 * @throws ProblemError `dependency_not_found`: also for another subscription's job
 */
export async function checkDependencies(
  { envelope }: ParsedEnvelope,
  context: EnvelopeContext & { readonly subscription: string },
  deps: Pick<IngestOptions, 'liveJobs' | 'store'>,
): Promise<void> {
  const { subscription } = context
  const unknown: number[] = []
  const gone: number[] = []
  for (const [n, { job }] of envelope.dependsOn.entries()) {
    const live = deps.liveJobs.byId(job)
    if (live === undefined) gone.push(n)
    else if (live.record.subscription !== subscription) unknown.push(n)
  }
  if (gone.length > 0) {
    const ids = gone.map((n) => envelope.dependsOn[n]!.job)
    const outcomes = await deps.store.jobOutcomes(ids, subscription)
    for (const [at, n] of gone.entries()) if (outcomes[at] == null) unknown.push(n)
  }
  if (unknown.length === 0) return
  const errors = unknown
    .sort((a, b) => a - b)
    .map((n) => ({
      ...placeOf(`/dependsOn/${n}/job`, context),
      detail: `must be the id of a job: there is none ${envelope.dependsOn[n]!.job}`,
    }))
  throw new ProblemError({
    code: 'dependency_not_found',
    detail: `Cannot ${context.action} as dependsOn/${unknown[0]}/job ${errors[0]!.detail}`,
    errors,
    errorCount: errors.length,
  })
}
