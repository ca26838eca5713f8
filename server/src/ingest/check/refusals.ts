import { ProblemError, type ProblemPlace } from '../../model/errors.ts'

/*
 * The refusals of this stage that more than one of its files gives. Those of the store leave it as they are: http answers them.
 */

/** Wait before the next try when there is too much to do and nothing is measured: about what 100,000 items take. */
const OVERLOADED_RETRY_SECONDS = 5
/** A longer wait cannot be estimated, and a caller that waits longer would leave capacity unused. */
const MAX_PENDING_RETRY_SECONDS = 60
/** Delay before a retry: a job must be sealed or cancelled first. */
const OPEN_JOBS_RETRY_SECONDS = 30

/** Refuses a body that is not of its media type. */
export function badBody(place: ProblemPlace): ProblemError {
  return new ProblemError({
    code: 'bad_request',
    detail: `Cannot read the body as it ${place.detail}`,
    errors: [place],
    errorCount: 1,
  })
}

export interface PassedLimit {
  readonly code: 'body_too_large' | 'line_too_large' | 'too_many_items'
  /** Its name in `Limits`. */
  readonly name: string
  readonly value: number
  /** The requirement before the number: "the bytes of the body must be at most". */
  readonly required: string
  readonly place?: Omit<ProblemPlace, 'detail'>
}

export function limitPassed(limit: PassedLimit): ProblemError {
  const detail = `${limit.required} ${limit.value}: current value has more`
  return new ProblemError({
    code: limit.code,
    detail: `Cannot take the body as ${detail}`,
    members: { limit: { name: limit.name, value: limit.value } },
    ...(limit.place !== undefined && { errors: [{ ...limit.place, detail }], errorCount: 1 }),
  })
}

export function overloaded(detail: string, retryAfterSeconds = OVERLOADED_RETRY_SECONDS): ProblemError {
  return new ProblemError({ code: 'overloaded', detail: `Cannot take new work as ${detail}`, retryAfterSeconds })
}

/** Returns the seconds until there is capacity: this number of items must end first, at their current rate. */
export function secondsUntilCapacity(items: number, itemsPerSecond: number): number {
  if (itemsPerSecond <= 0) return OVERLOADED_RETRY_SECONDS
  return Math.min(Math.max(Math.ceil(items / itemsPerSecond), 1), MAX_PENDING_RETRY_SECONDS)
}

/** The caller's own quota is exhausted: other callers are not affected. */
export function quotaExceeded(quota: {
  readonly limit: number
  readonly pending: number
  readonly items: number
  readonly itemsPerSecond: number
}): ProblemError {
  const { limit, pending, items, itemsPerSecond } = quota
  return new ProblemError({
    code: 'quota_exceeded',
    detail: `Cannot take new work as pending items of this subscription must be at most ${limit}: current value is ${pending}, with this request ${pending + items} or more`,
    retryAfterSeconds: secondsUntilCapacity(pending + items - limit, itemsPerSecond),
    members: { limit: { name: 'maxPendingItems', value: limit } },
  })
}

/** The caller has to finish uploads it began before it begins others. */
export function tooManyOpenJobs(limit: number, open: number): ProblemError {
  return new ProblemError({
    code: 'quota_exceeded',
    detail: `Cannot open another job as open jobs of this subscription must be at most ${limit}: current value is ${open}, so seal or cancel some`,
    retryAfterSeconds: OPEN_JOBS_RETRY_SECONDS,
    members: { limit: { name: 'maxOpenJobs', value: limit } },
  })
}

export function executionExists(id: string): ProblemError {
  const detail = `must be a new one: there is an execution ${JSON.stringify(id)}`
  return new ProblemError({
    code: 'execution_exists',
    detail: `Cannot create execution as id ${detail}`,
    errors: [{ pointer: '/id', detail }],
    errorCount: 1,
  })
}
