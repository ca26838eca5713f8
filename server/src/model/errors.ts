import type { ProblemCode } from '@waybill/spec'
import { MAX_ERRORS_PER_PROBLEM } from './limits.ts'

/** Delay before a request is repeated at a server that shuts down: about the time of a restart. */
const STOPPING_RETRY_SECONDS = 5

/** One fault of a request: where, and what is required. */
export interface ProblemPlace {
  /** JSON Pointer (RFC 6901) into the body. */
  readonly pointer?: string
  /** Line of an NDJSON body, 1 and up (the envelope is line 1). */
  readonly line?: number
  /** Name of a query parameter or header. */
  readonly parameter?: string
  readonly detail: string
}

/** Returns the end of a message when the search for faults stopped at its limit, as there may be more. */
export function endedSearch(faults: number): string {
  return faults < MAX_ERRORS_PER_PROBLEM ? '' : `; checking ended after ${MAX_ERRORS_PER_PROBLEM} faults`
}

export interface ProblemOptions {
  readonly code: ProblemCode
  /** Action, requirement, current value. Never holds a secret. */
  readonly detail: string
  /** The first 100 faults by position. */
  readonly errors?: readonly ProblemPlace[]
  /** Number of all faults, when `errors` is given. */
  readonly errorCount?: number
  /** Sent as `Retry-After`. */
  readonly retryAfterSeconds?: number
  /** Further members of the problem (RFC 9457, section 3.2), such as `limit`. */
  readonly members?: Readonly<Record<string, unknown>>
}

/** A refusal that is reported to the caller as `application/problem+json` (RFC 9457); thrown by any stage, answered by `http`. */
export class ProblemError extends Error {
  readonly code: ProblemCode
  readonly errors: readonly ProblemPlace[] | undefined
  readonly errorCount: number | undefined
  readonly retryAfterSeconds: number | undefined
  readonly members: Readonly<Record<string, unknown>> | undefined

  constructor(options: ProblemOptions) {
    super(options.detail)
    this.name = 'ProblemError'
    this.code = options.code
    this.errors = options.errors
    this.errorCount = options.errorCount
    this.retryAfterSeconds = options.retryAfterSeconds
    this.members = options.members
  }
}

/** Returns the refusal of a request by a server that is shutting down. */
export function stoppingProblem(): ProblemError {
  return new ProblemError({
    code: 'stopping',
    detail: 'Cannot take this request as the server is shutting down',
    retryAfterSeconds: STOPPING_RETRY_SECONDS,
  })
}
