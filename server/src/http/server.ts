import cors from '@fastify/cors'
import { type Operation, operations } from '@waybill/spec'
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify'
import { addressGroup } from '../model/address-range.ts'
import { ProblemError, stoppingProblem } from '../model/errors.ts'
import type { HttpPorts } from './http-ports.ts'
import { ANONYMOUS } from './request/admit-caller.ts'
import { CallerAddresses } from './request/caller-address.ts'
import { answerClientError } from './answer/client-error.ts'
import { AuditedRequests } from './request/audit-requests.ts'
import { claimRest, dropRest } from './request/drop-rest.ts'
import { EventStreams } from './answer/event-stream.ts'
import { UpdateHub } from './updates/update-hub.ts'
import { deferContinue } from './request/expect-continue.ts'
import { handlers, streamedOperations } from './handlers.ts'
import { LargeAnswers } from './answer/large-answers.ts'
import { requireLease, withoutLease } from './answer/lease-answers.ts'
import { longPollShare } from './answer/long-poll.ts'
import { isLoopbackOrigin, requireHost, requireLoopback } from './request/check-host.ts'
import { requireFraming } from './request/check-framing.ts'
import { forwardedCaller } from './request/forwarded-caller.ts'
import { CONNECTION_IDLE_MS, HEAD_TIMEOUT_MS, headLimits } from './listener-limits.ts'
import { problemAnswer, problemOf } from './answer/problem.ts'
import { setQuotaHeaders } from './answer/quota.ts'
import { registerDashboard } from './dashboard/register-dashboard.ts'
import { registerDocs } from './docs/register-docs.ts'
import { registerOperations } from './register-operations.ts'
import { RefusedTokens } from './answer/refused-tokens.ts'
import { reportRefusal, reportRequest } from './answer/request-log.ts'
import { requestIdOf } from './request/request-id.ts'
import { RequestQuota } from './request/request-quota.ts'
import { RequestTurns } from './request/request-turns.ts'
import { TokenRequests } from './request/token-requests.ts'
import { completeHeaders, securityHeaders } from './answer/security-headers.ts'
import { SlowReaders } from './answer/slow-readers.ts'
import { UploadPlaces } from './request/upload-places.ts'

/** Time for running requests when the server stops; then their connections are closed. */
const LAST_ANSWERS_MS = 5000
/** Longest path parameter, before percent-decoding: an execution's id of 128 characters, four bytes each. */
const MAX_PARAM_LENGTH = 1536

/** Certificate and key in PEM. */
export interface ServerTls {
  readonly cert: Buffer
  readonly key: Buffer
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3'
}

/**
 * HTTP: requests in, answers out; the only code that knows Fastify. One route for each operation of the spec, every refusal a
 * problem, memory bounded for any input. Called by `app.ts`, which adds the services that start and stop around it.
 */
export function buildHttp(ports: HttpPorts, tls: ServerTls | null = null): FastifyInstance {
  const { config } = ports
  const settings: FastifyServerOptions = {
    logger: false,
    genReqId: (request) => requestIdOf(request.headers),
    connectionTimeout: CONNECTION_IDLE_MS,
    // No limit for the request as a whole: a large upload over a slow line may continue as long as it progresses.
    requestTimeout: 0,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    // Recovery and the last commits take as long as they take.
    pluginTimeout: 0,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: (error, request, reply) => {
      setCommonHeaders(request, reply, config)
      sendProblem(ports, { error, request, reply })
    },
    clientErrorHandler: (error, socket) => {
      answerClientError(error, socket, ports)
    },
  }
  const app =
    tls === null
      ? Fastify({ ...settings, http: headLimits })
      : // Fastify has another type for it, of the same members.
        (Fastify({
          ...(settings as object),
          https: { ...headLimits, ...tls, handshakeTimeout: HEAD_TIMEOUT_MS },
        }) as unknown as FastifyInstance)
  deferContinue(app.server)
  registerHttp(app, ports)
  app.setNotFoundHandler((request, reply) => {
    sendProblem(ports, { error: notFound(request, reply), request, reply })
  })
  // A child's hook runs after those of the root: when everything else has stopped.
  void app.register(async (last) => {
    last.addHook('preClose', async () => {
      ports.clock.after(LAST_ANSWERS_MS, () => {
        app.server.closeAllConnections()
      })
    })
  })
  return app
}

/** Adds all routes and their hooks to an instance, such as a plugin's own. */
export function registerHttp(app: FastifyInstance, ports: HttpPorts): void {
  const { config } = ports
  const turns = new RequestTurns(app.server)
  const readers = new SlowReaders(ports.clock)
  const events = new EventStreams(ports)
  const updates = new UpdateHub(ports)
  const largeAnswers = new LargeAnswers(ports.clock)
  const tokenRequests = new TokenRequests(ports.tokens, ports.dashboard)
  const addresses = new CallerAddresses(config.trustedProxies)
  const audited = new AuditedRequests(ports)
  const refusedTokens = new RefusedTokens(ports)
  let stopping = false

  app.decorateRequest('caller')
  app.decorateRequest('shareKey', '')
  app.decorateRequest('callerAddress', '')
  app.decorateRequest('outliveToken', null)
  app.decorateRequest('requestsLeft', null)
  app.decorateRequest('pendingResetSeconds', 0)
  app.decorateRequest('made')
  audited.register(app)
  // Bodies are streams that their handlers read; nothing is parsed before.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => {
    done(null)
  })
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof ProblemError) refusedTokens.note(error, request)
    // It has given its channels back already, and nobody else need have them.
    const isGivenBack = stopping && problemOf(error).code === 'owner_unavailable'
    sendProblem(ports, { error: isGivenBack ? stoppingProblem() : error, request, reply })
  })

  app.addHook('onRequest', async (request, reply) => {
    setCommonHeaders(request, reply, config)
    request.caller = ANONYMOUS
    const { 'x-forwarded-for': forwarded } = request.headers
    // A host that this is a plugin of may know its proxies, too.
    request.callerAddress =
      forwardedCaller(request.raw) ??
      addresses.of(request.ip, request.ip === request.raw.socket.remoteAddress ? forwarded : undefined)
    request.shareKey = addressGroup(request.callerAddress)
    request.made = []
    requireFraming(request.raw, reply)
    requireHost(request.raw, { isRequired: !config.dev })
    if (config.dev) requireLoopback(request.headers, config.cors.origins)
    ignoreMediaType(request)
  })
  registerCors(app, config)
  ports.onLease(() => {
    if (!ports.lease.holds()) events.closeOpen()
  })
  app.addHook('preHandler', async (request) => {
    requireLease(request, ports)
  })
  app.addHook('onSend', async (request, reply, answer) => {
    const payload = withoutLease({ request, reply, payload: answer }, ports) ?? answer
    completeHeaders(reply)
    claimRest(request.raw)
    setQuotaHeaders(request, reply, ports)
    readers.watch(reply.raw)
    const length = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : lengthOf(reply)
    if (length !== null) largeAnswers.made(reply.raw, length)
    return payload
  })
  app.addHook('onResponse', async (request, reply) => {
    dropRest(request.raw, ports.clock)
    reportRequest(ports, request, reply)
  })
  app.addHook('preClose', async () => {
    stopping = true
    ports.progress.stopWaiting()
    events.closeAll()
    updates.stop()
    refusedTokens.flush()
  })

  const uploads = new UploadPlaces(ports.clock)
  const shared = {
    ...{ events, updates },
    largeAnswers,
    uploads,
    longPolls: longPollShare(ports.clock),
    readers,
    turns,
    tokenRequests,
    audited,
    requestQuota: new RequestQuota(ports),
  }
  registerDashboard(app, { ports, requestQuota: shared.requestQuota })
  registerDocs(app, ports)
  registerOperations(app, { ports, handlers, shared, stopping: () => stopping })
}

/** Stands for any media type, of bodies that no handler reads. */
const ANY_MEDIA_TYPE = 'application/octet-stream'

/** Where there is no body to be read its type means nothing, though Fastify requires one that it understands (and of QUERY any at all). */
function ignoreMediaType(request: FastifyRequest): void {
  const { headers, is404, routeOptions } = request
  if (is404 || routeOptions.config.operation?.requestBody === null) headers['content-type'] = ANY_MEDIA_TYPE
  else if (headers['content-type'] === '') delete headers['content-type']
}

function registerCors(app: FastifyInstance, config: HttpPorts['config']): void {
  const { origins } = config.cors
  if (origins.length === 0 && !config.dev) return
  void app.register(cors, {
    origin: origins.includes('*')
      ? '*'
      : (origin, callback) => {
          callback(null, origin !== undefined && (origins.includes(origin) || (config.dev && isLoopbackOrigin(origin))))
        },
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: [
      'Location',
      'ETag',
      'Retry-After',
      'RateLimit',
      'RateLimit-Policy',
      'X-Request-Id',
      'Idempotent-Replayed',
      'Preference-Applied',
      'Deprecation',
      'Sunset',
      'Link',
    ],
    maxAge: 600,
    strictPreflight: false,
  })
}

function setCommonHeaders(request: FastifyRequest, reply: FastifyReply, config: HttpPorts['config']): void {
  reply.header('x-request-id', request.id).headers(securityHeaders(request.raw.socket, config))
}

function sendProblem(
  ports: HttpPorts,
  { error, request, reply }: { error: unknown; request: FastifyRequest; reply: FastifyReply },
): void {
  const problem = problemOf(error)
  request.problemCode = problem.code
  reportRefusal(problem, request, ports)
  if (problem.code === 'internal_error') {
    ports.logger.error({ requestId: request.id, err: error }, 'Request failed')
  }
  const { status, headers, body } = problemAnswer(problem, {
    requestId: request.id,
    path: publicPath(request.url, ports.config.publicUrl),
    paths: ports.paths,
  })
  if (problem.code === 'quota_exceeded') {
    const ofItems = (problem.members?.['limit'] as { name?: unknown } | undefined)?.name !== 'maxOpenJobs'
    request.pendingResetSeconds = ofItems ? (problem.retryAfterSeconds ?? 0) : 0
  }
  void reply.code(status).headers(headers).send(JSON.stringify(body))
}

/** Of an answer that is streamed and whose length is known: its pieces are in memory. */
function lengthOf(reply: FastifyReply): number | null {
  const length = reply.getHeader('content-length')
  return length === undefined ? null : Number(length)
}

function notFound(request: FastifyRequest, reply: FastifyReply): ProblemError {
  const path = routedPath(request.url)
  const found = Object.values<Operation>(operations).filter((operation) => matches(operation, path))
  const methods = found.map(({ method }) => method)
  if (methods.length === 0)
    return new ProblemError({ code: 'not_found', detail: 'Cannot find an operation of this path' })
  const hasHead = found.some(({ method, operationId }) => method === 'GET' && !streamedOperations.has(operationId))
  const allowed = methods.flatMap((method) => (method === 'GET' && hasHead ? [method, 'HEAD'] : [method]))
  reply.header('allow', allowed.join(', '))
  return new ProblemError({
    code: 'method_not_allowed',
    detail: `Cannot find an operation of this path and method: the method must be ${methods.join(' or ')}`,
  })
}

function matches(operation: Operation, path: string): boolean {
  const expected = operation.path.split('/')
  const given = path.split('/')
  return (
    expected.length === given.length &&
    expected.every((part, at) => part === given[at] || (part.startsWith(':') && given[at] !== ''))
  )
}

/** The path of a target as Fastify looks for it: also of one with a host (RFC 9112, 3.2.2), and with letters that are percent-encoded. */
function routedPath(target: string): string {
  const path = pathOf(target.replace(/^https?:\/\/[^/?]*/i, '')) ?? ''
  try {
    return decodeURI(path)
  } catch {
    return path
  }
}

function publicPath(url: string, publicUrl: string | null): string | null {
  const path = pathOf(url)
  return publicUrl !== null && path?.startsWith('/') === true ? publicUrl + path : path
}

function pathOf(url: string): string | null {
  return url.split('?')[0] ?? null
}
