import { endedSearch, ProblemError, type ProblemPlace } from '../../model/errors.ts'
import { MAX_ERRORS_PER_PROBLEM } from '../../model/limits.ts'

/** Codes of faulty fields; another refusal, such as a limit that was passed, ends the reading of a body at once. */
const faultCodes = ['bad_request', 'unknown_field', 'unknown_channel']

/** Collects the faults of the parts of a body, so that one refusal reports all of them, up to 100 places. */
export class BodyFaults {
  readonly #problems: ProblemError[] = []
  #places = 0

  /** Nothing more would be shown. */
  get full(): boolean {
    return this.#places >= MAX_ERRORS_PER_PROBLEM
  }

  /** Carries out the check of a part. @returns null when it is refused. @throws any error that is no fault of fields */
  async check<T>(pointer: string, carryOut: () => T | Promise<T>): Promise<T | null> {
    try {
      return await carryOut()
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      const problem = movedUnder(pointer, error)
      if (!faultCodes.includes(problem.code)) throw problem
      this.#problems.push(problem)
      this.#places += problem.errors?.length ?? 1
      return null
    }
  }

  /** @throws ProblemError with everything that was refused */
  refuse(): void {
    const [first, ...more] = this.#problems
    if (first === undefined) return
    if (more.length === 0) throw first
    const errors = this.#problems.flatMap((problem) => problem.errors ?? []).slice(0, MAX_ERRORS_PER_PROBLEM)
    throw new ProblemError({
      code: more.every(({ code }) => code === first.code) ? first.code : 'bad_request',
      detail: `${first.message}${endedSearch(errors.length)}`,
      errors,
      errorCount: errors.length,
      ...(first.members !== undefined && { members: first.members }),
    })
  }
}

/** Checks a part of a body, and reports its faults by their place in the whole. */
export async function within<T>(pointer: string, carryOut: () => Promise<T>): Promise<T> {
  try {
    return await carryOut()
  } catch (error) {
    throw error instanceof ProblemError ? movedUnder(pointer, error) : error
  }
}

function movedUnder(pointer: string, problem: ProblemError): ProblemError {
  if (pointer === '') return problem
  const { code, members, errorCount, retryAfterSeconds, errors } = problem
  const moved = errors?.map((place: ProblemPlace) => ({ ...place, pointer: pointer + (place.pointer ?? '') }))
  return new ProblemError({
    code,
    detail: `${problem.message} (in ${pointer})`,
    ...(moved !== undefined && { errors: moved }),
    ...(errorCount !== undefined && { errorCount }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(members !== undefined && { members }),
  })
}
