import type { Operation } from '@waybill/spec'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Caller, hasScope } from '../../model/caller.ts'
import { ProblemError, stoppingProblem } from '../../model/errors.ts'
import { jobNotFound } from '../../store/find-job.ts'
import type { Authenticate } from '../http-ports.ts'
import { sessionAuthorization } from '../dashboard/session-cookie.ts'
import { AbortedError } from './body-stream.ts'
import { rateLimited, type RequestQuota, type RequestsLeft } from './request-quota.ts'
import type { TokenRequests } from './token-requests.ts'

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller
    /** The address of the caller, behind proxies that are trusted; `''`: the connection has none. */
    callerAddress: string
    /** Divides what all callers share: the name of a token, or an address (of IPv6 its network). */
    shareKey: string
    /** Lets the request continue when its access token or its session ends; null: it has neither. */
    outliveToken: (() => void) | null
    /** Of the caller's quota on requests; null: none applies. */
    requestsLeft: RequestsLeft | null
    /** When there may be more pending items, if that is known; 0: it is not. */
    pendingResetSeconds: number
  }
}

/** Of an operation that requires no token. */
export const ANONYMOUS: Caller = { subscription: '', scopes: new Set(), actor: 'anonymous', token: null }

/** Operations whose answer is a file: the results of a job. */
const FILES: ReadonlySet<string> = new Set(['getResults', 'getResultsCsv'])

/**
 * Makes the hook that runs before anything else of an operation: it refuses callers that may not use it before anything of the body has been read,
 * and nothing is held for the request. The only place where scopes, and the jobs that a token is bound to, are checked, and where requests are counted.
 */
export function admitCaller(
  operation: Operation,
  {
    authenticate,
    stopping,
    tokenRequests,
    requestQuota,
    reportQuotas,
  }: {
    readonly authenticate: Authenticate
    readonly stopping: () => boolean
    readonly tokenRequests: TokenRequests
    readonly requestQuota: RequestQuota
    /** Sets the headers of quotas, before anything can be answered. */
    readonly reportQuotas: (request: FastifyRequest, reply: FastifyReply) => void
  },
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  const { scopes, problemCodes } = operation
  const isCounted = problemCodes.includes('rate_limited')
  const isFile = FILES.has(operation.operationId)
  const refuseWhileStopping = (): void => {
    if (stopping() && problemCodes.includes('stopping')) throw stoppingProblem()
  }

  return async function admit(request, reply) {
    refuseWhileStopping()
    if (scopes === null) {
      if (isCounted) requestQuota.takeAnonymous(request.callerAddress)
      return
    }
    const { cookie } = request.headers
    const inCookie = cookie === undefined ? undefined : sessionAuthorization(request.headers, { isFile })
    const { authorization = inCookie } = request.headers
    const caller = await authenticate(authorization).catch((error: unknown) => {
      if (error instanceof ProblemError && error.code === 'unauthenticated')
        requestQuota.takeAnonymous(request.callerAddress)
      throw error
    })
    // The client may have left meanwhile, or the server begun to stop: the event that would report either to later code is past.
    if (reply.raw.closed) throw new AbortedError()
    refuseWhileStopping()
    request.caller = caller
    const taken = requestQuota.take(caller)
    if (taken !== null) {
      request.requestsLeft = taken
      reportQuotas(request, reply)
      if (!taken.admitted) throw rateLimited(caller.subscription, taken)
    }
    const jobs = caller.token?.jobs ?? null
    if (jobs !== null) requireJobBound(operation)
    const missing = scopes.find((scope) => !hasScope(caller, scope))
    if (missing !== undefined) throw missingScope(operation, missing)
    if (jobs !== null) requireOwnJob(jobs, request.params as { jobId?: string })
    // Under `--dev` all who send no token are one actor: their addresses stay apart.
    if (caller.actor !== 'dev') request.shareKey = `token:${caller.token?.id ?? caller.actor}`
    const ofToken = caller.token === null ? null : tokenRequests.add(caller.token.id, reply.raw)
    const ofSession = caller.session === undefined ? null : tokenRequests.addOfSession(caller.session, reply.raw)
    if (ofToken !== null || ofSession !== null)
      request.outliveToken = () => {
        ofToken?.()
        ofSession?.()
      }
  }
}

/** Callers whose token is bound to jobs use only what the spec permits them (`x-job-bound`). @throws ProblemError `forbidden` */
function requireJobBound({ operationId, jobBound }: Operation): void {
  if (jobBound) return
  const detail = `Cannot carry out ${operationId} as the token must not be bound to jobs: it is`
  throw new ProblemError({ code: 'forbidden', detail })
}

/** @throws ProblemError `job_not_found`: as for a job that never was */
function requireOwnJob(jobs: readonly string[], { jobId }: { readonly jobId?: string }): void {
  if (jobId !== undefined && !jobs.includes(jobId)) throw jobNotFound(jobId)
}

function missingScope({ operationId }: Operation, scope: string): ProblemError {
  return new ProblemError({
    code: 'forbidden',
    detail: `Cannot carry out ${operationId} as the token must have the scope ${scope}: it does not`,
  })
}
