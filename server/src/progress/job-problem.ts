import { problemCodes, type Job } from '@waybill/spec'
import type { ApiPaths } from '@waybill/spec/rules'
import type { Dependency, JobOutcome } from '../model/job.ts'

/** A dependency that can never be met any more. */
export interface UnmetDependency {
  readonly dependency: Dependency
  /** How that job ended; null: nobody knows it. */
  readonly outcome: JobOutcome | null
}

/** Creates the `error` of a job that will stay blocked. */
export function unmetProblem(unmet: UnmetDependency, paths: ApiPaths): NonNullable<Job['error']> {
  const code = 'dependency_unmet'
  const { status, title } = problemCodes[code]
  return {
    type: paths.problem(code),
    title,
    status,
    detail: describe(unmet),
    code,
    dependencies: [unmet.dependency.job],
  }
}

const REQUIRED: Readonly<Record<Dependency['require'], string>> = {
  finished: 'have ended without being cancelled or expired',
  ended: 'have ended',
  succeeded: 'have succeeded',
}

function describe({ dependency, outcome }: UnmetDependency): string {
  const wanted = REQUIRED[dependency.require]
  const found = outcome === null ? 'there is no such job any more' : `it has ended, ${outcome}`
  return `Cannot start the job as ${dependency.job} must ${wanted}: ${found}. Release the job to deliver it all the same, or cancel it`
}
