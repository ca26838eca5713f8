import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ProblemError } from '../../model/errors.ts'
import { JSON_MEDIA_TYPE } from '../answer/json-answer.ts'
import { isSecure } from '../answer/security-headers.ts'
import type { HttpPorts } from '../http-ports.ts'
import { rateLimited, type RequestQuota } from '../request/request-quota.ts'
import { DASHBOARD_HEADER, sessionAuthorization, sessionCookie } from './session-cookie.ts'

/** The ports that the dashboard uses. */
export interface DashboardOptions {
  readonly ports: Pick<
    HttpPorts,
    'authenticate' | 'clock' | 'config' | 'dashboard' | 'logger' | 'paths' | 'telemetry' | 'tokens'
  >
  readonly requestQuota: Pick<RequestQuota, 'take' | 'takeGuess' | 'refuseGuesser'>
}

/** The dashboard as its pages see it. */
interface SessionView {
  readonly mode: 'read-only' | 'on'
  /** False: the server runs with `--dev`. */
  readonly tokenRequired: boolean
  /** Null: the caller has none. */
  readonly expiresAt: string | null
  /** The session's text, where there can be no cookie: the page keeps it in its memory, and sends it as a bearer token. Null: it is in a cookie. */
  readonly session: string | null
}

/**
 * Adds the exchange of a token for a session: typed once, it is sent once. Between the pages and this server alone, and so no operation of the
 * spec. Every request must have the pages' header, and come from a page of this origin.
 */
export function registerSessions(app: FastifyInstance, { ports, requestQuota }: DashboardOptions): void {
  const { authenticate, clock, config, dashboard, logger, paths } = ports
  const url = '/dashboard/session'

  function view(opened: { expiresAtMs: number; text: string | null } | null): string {
    const shown: SessionView = {
      mode: dashboard.mode === 'on' ? 'on' : 'read-only',
      tokenRequired: !config.dev,
      expiresAt: opened === null ? null : new Date(opened.expiresAtMs).toISOString(),
      session: opened?.text ?? null,
    }
    return JSON.stringify(shown)
  }

  /** Whether the browser keeps a `__Host-` cookie, which is for all paths of a host: nothing else may be on this one. */
  function hasCookies(request: FastifyRequest): boolean {
    return isSecure(request.raw.socket, config) && /^(https?:\/\/[^/]*)?$/i.test(paths.prefix)
  }

  app.get(url, async (request, reply) => {
    requireOwnPage(request)
    const text = sessionText(request)
    const found = text === null ? null : dashboard.find(text)
    return answer(reply, 200, view(found && { expiresAtMs: found.expiresAtMs, text: null }))
  })

  app.post(url, async (request, reply) => {
    requireOwnPage(request)
    requireNoSession(request)
    // Tokens are typed here, and an administrator may have chosen a short one.
    requestQuota.refuseGuesser(request.callerAddress)
    const caller = await authenticate(request.headers.authorization).catch((error: unknown) => {
      requestQuota.takeGuess(request.callerAddress)
      throw error
    })
    const taken = requestQuota.take(caller)
    if (taken !== null && !taken.admitted) throw rateLimited(caller.subscription, taken)
    const { text, expiresAtMs } = dashboard.open(caller)
    request.caller = caller
    logger.info({ requestId: request.id, address: request.callerAddress, by: caller.actor }, 'Dashboard session opened')
    const inCookie = hasCookies(request)
    if (inCookie) reply.header('set-cookie', sessionCookie(text, Math.floor((expiresAtMs - clock.nowMs()) / 1000)))
    return answer(reply, 201, view({ expiresAtMs, text: inCookie ? null : text }))
  })

  app.delete(url, async (request, reply) => {
    requireOwnPage(request)
    const text = sessionText(request)
    if (text !== null) dashboard.close(text)
    if (hasCookies(request)) reply.header('set-cookie', sessionCookie('', 0))
    return reply.code(204).send()
  })
}

function sessionText({ headers }: FastifyRequest): string | null {
  const authorization = headers.authorization ?? sessionAuthorization(headers)
  return authorization?.replace(/^Bearer +/i, '') ?? null
}

/** @throws ProblemError `forbidden` for a request of another page. Browsers say which site sent it only over TLS, and on this machine. */
function requireOwnPage({ headers }: FastifyRequest): void {
  const { [DASHBOARD_HEADER]: header, 'sec-fetch-site': site } = headers
  if (header !== undefined && (site === undefined || site === 'same-origin')) return
  throw new ProblemError({
    code: 'forbidden',
    detail: 'Cannot take this request as it must come from a page of the dashboard: it does not',
  })
}

/** @throws ProblemError `unauthenticated`: a session that opened others would never end */
function requireNoSession({ headers }: FastifyRequest): void {
  if (headers.authorization?.includes('wbs_') !== true) return
  throw new ProblemError({
    code: 'unauthenticated',
    detail: 'Cannot open a session as Authorization must hold an access token: it holds a session',
  })
}

function answer(reply: FastifyReply, status: number, body: string): FastifyReply {
  return reply.code(status).header('content-type', JSON_MEDIA_TYPE).send(body)
}
