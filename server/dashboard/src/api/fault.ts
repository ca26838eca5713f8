import { isApiError, isConnectionError, isRequestTimeoutError, type Problem } from '@waybill/sdk'

/** Why something could not be loaded or done, as a page shows it. */
export interface Fault {
  readonly kind: 'unauthenticated' | 'forbidden' | 'missing' | 'offline' | 'refused'
  readonly title: string
  readonly detail: string
  /** Null: the server did not answer. */
  readonly code: string | null
  readonly requestId: string | null
  /** The scope that the token lacks; null: something else. */
  readonly scope: string | null
  /** The whole problem; null: there is none. */
  readonly problem: Problem | null
}

/** A refusal that was read without the client's resources. */
export class RefusedError extends Error {
  readonly status: number
  readonly problem: Problem | null
  readonly code: string
  readonly requestId: string | null

  constructor(response: Response, body: unknown) {
    const problem = typeof body === 'object' && body !== null && 'code' in body ? (body as Problem) : null
    super(problem?.detail ?? response.statusText)
    this.status = response.status
    this.problem = problem
    this.code = problem?.code ?? `http_${response.status}`
    this.requestId = problem?.requestId ?? response.headers.get('X-Request-Id')
  }
}

/** Reads whatever a call threw. */
export function toFault(error: unknown): Fault {
  if (error instanceof RefusedError || isApiError(error)) {
    const { status, code, problem, requestId } = error
    const detail = problem?.detail ?? error.message
    return {
      kind: kindOf(status),
      title: problem?.title ?? `The server answered ${status}`,
      detail,
      code,
      requestId,
      scope: status === 403 ? scopeIn(detail) : null,
      problem,
    }
  }
  if (isConnectionError(error) || isRequestTimeoutError(error) || isMissingCode(error)) {
    return {
      ...{
        kind: 'offline',
        title: 'The server does not answer',
        code: null,
        requestId: null,
        scope: null,
        problem: null,
      },
      detail: 'What you see is as it was last. The page keeps trying.',
    }
  }
  const detail = error instanceof Error ? error.message : String(error)
  return {
    ...{ kind: 'refused', title: 'This did not work', code: null, requestId: null, scope: null, problem: null },
    detail,
  }
}

/** Whether code that is loaded when it is needed did not come: what Chromium, Firefox and Safari say then. */
function isMissingCode(error: unknown): boolean {
  return (
    error instanceof TypeError && /dynamically imported module|importing a module script failed/i.test(error.message)
  )
}

function kindOf(status: number): Fault['kind'] {
  if (status === 401) return 'unauthenticated'
  if (status === 403) return 'forbidden'
  if (status === 404 || status === 410) return 'missing'
  return status >= 502 ? 'offline' : 'refused'
}

/** The server's sentence names the scope that is missing. */
function scopeIn(detail: string): string | null {
  return /must have the scope ([a-z-]+(?::[a-z]+)?)/.exec(detail)?.[1] ?? null
}
