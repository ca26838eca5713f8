import { problemCodes, type Problem, type ProblemCode, type ProblemPlace } from '@waybill/spec'

/** Thrown to answer with a problem. */
export class MockProblem extends Error {
  override name = 'MockProblem'
  readonly code: ProblemCode
  readonly options: ProblemOptions

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail)
    this.code = code
    this.options = options
  }
}

interface ProblemOptions {
  /** All places; the first hundred are reported, and how many there are. */
  readonly errors?: readonly ProblemPlace[]
  readonly retryAfterSeconds?: number
  /** Methods that the path has. */
  readonly allow?: readonly string[]
  /** Further members of the problem. */
  readonly members?: Partial<Pick<Problem, 'limit' | 'nextIndex' | 'index' | 'channels' | 'dependencies' | 'stale'>>
}

/** As `maxErrorsPerProblem` of the limits. */
export const MAX_ERRORS_PER_PROBLEM = 100

/** The body of a problem. */
export function problemBody(
  problem: MockProblem,
  request: { readonly requestId: string; readonly path: string },
): Problem {
  const { status, title } = problemCodes[problem.code]
  const { errors = [], members } = problem.options
  return {
    type: `/docs/errors#${problem.code}`,
    title,
    status,
    detail: problem.message,
    code: problem.code,
    requestId: request.requestId,
    instance: request.path,
    ...(errors.length > 0 && { errors: errors.slice(0, MAX_ERRORS_PER_PROBLEM), errorCount: errors.length }),
    ...members,
  }
}

/** A refusal with one place. */
export function badRequest(action: string, place: ProblemPlace): MockProblem {
  const name = place.pointer?.slice(1) ?? place.parameter ?? 'the body'
  return new MockProblem('bad_request', `Cannot ${action} as ${name === '' ? 'the body' : name} ${place.detail}`, {
    errors: [place],
  })
}

export interface PassedLimit {
  readonly code: 'body_too_large' | 'line_too_large' | 'too_many_items'
  /** Its name among the limits. */
  readonly name: string
  readonly value: number
  readonly place?: Omit<ProblemPlace, 'detail'>
}

export function limitPassed({ code, name, value, place }: PassedLimit): MockProblem {
  const detail = `must be at most ${value}: current value is more`
  return new MockProblem(code, `Cannot take the body as ${name} ${detail}`, {
    members: { limit: { name, value } },
    ...(place && { errors: [{ ...place, detail }] }),
  })
}

export function jobNotFound(id: string): MockProblem {
  return new MockProblem('job_not_found', `Cannot find job ${id} as there is none of this id for the caller`)
}
