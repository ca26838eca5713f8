import { type Operation, type OperationId, problemCodes } from '@waybill/spec'
import { auditHandlers } from './audit-handlers.ts'
import { channelHandlers } from './channel-handlers.ts'
import { testChannel } from './test-channel.ts'
import { executionHandlers } from './execution-handlers.ts'
import { failureHandlers } from './failure-handlers.ts'
import { findRoute, type Route } from './find-route.ts'
import { itemHandlers } from './item-handlers.ts'
import { jobHandlers } from './job-handlers.ts'
import { liveHandlers } from './live-handlers.ts'
import { bodyFor, worldOf } from '../engine/bound-world.ts'
import type { MockWorld } from '../engine/mock-world.ts'
import { nextTurn } from './next-turn.ts'
import type { AnyAnswer, Call, OperationHandlers, TextBody } from './operation-handler.ts'
import { type ParameterFault, readParameters } from '../read/parameters.ts'
import { MockProblem, problemBody } from '../show/problems.ts'
import { randomHex } from '../engine/random.ts'
import { requireMediaType } from '../read/read-body.ts'
import { parseJson } from '../read/read-items.ts'
import { readJson, receiveJson } from '../read/read-json.ts'
import { hasScope, type MockCaller } from '../engine/access-tokens.ts'
import type { RequestsLeft } from '../engine/subscriptions.ts'
import { setQuotaHeaders } from './quota-headers.ts'
import { subscriptionHandlers } from './subscription-handlers.ts'
import { credentialsHandlers } from './credentials-handlers.ts'
import { tokenHandlers } from './token-handlers.ts'
import { webhookHandlers } from './webhook-handlers.ts'
import { serverHandlers } from './server-handlers.ts'
import { actionOf, findFaults } from '../read/validate.ts'

export interface AnswerOptions {
  /** The base of the API's paths; ends without a slash. */
  readonly basePath: string
  /** Whether everything under it is the mock's: then what is no operation is answered, too. */
  readonly ownsAll: boolean
  /** The token that is taken beside those that the mock has made; null: any. */
  readonly token: string | null
  /** A status unknown to the spec with which running jobs are shown; null: their own. */
  readonly runningAs: string | null
}

const handlers: OperationHandlers = {
  ...jobHandlers,
  ...liveHandlers,
  ...itemHandlers,
  ...executionHandlers,
  ...failureHandlers,
  ...channelHandlers,
  testChannel,
  ...tokenHandlers,
  ...subscriptionHandlers,
  ...auditHandlers,
  ...credentialsHandlers,
  ...webhookHandlers,
  ...serverHandlers,
}

/** The mock's answer to a request; undefined when it is none of its own. */
export async function answerRequest(
  request: Request,
  world: MockWorld,
  options: AnswerOptions,
): Promise<Response | undefined> {
  const url = new URL(request.url)
  const path = url.pathname.slice(options.basePath.length)
  const route = url.pathname.startsWith(options.basePath) ? findRoute(request.method, path) : null
  if (route === null && !options.ownsAll) return undefined
  await nextTurn()
  const requestId = request.headers.get('x-request-id') ?? `req_${randomHex(world.random, 32)}`
  let requests: RequestsLeft | null = null
  let isAdmitted = false
  let caller: MockCaller | null = null
  const note = (status: number, body: unknown, code: string | null): void => {
    if (route !== null) world.audit.add({ ...route, path: route.names, caller, body, requestId, status, code })
  }
  try {
    if (route === null) throw noOperation(request.method, path)
    if (world.faults.refuse(route.operation.operationId) !== null) return Response.error()
    caller = identify(request, route.operation, { world, token: options.token })
    isAdmitted = route.operation.scopes !== null
    if (isAdmitted && caller.kind !== 'admin') requests = world.subscriptions.takeRequest(caller.subscription)
    if (requests?.admitted === false) throw rateLimited(caller, requests, world)
    requireJobBound(route.operation, caller)
    requireScopes(route.operation, caller)
    const seen = worldOf(caller, world)
    const carried = await carryOut(route, { request, world: seen, caller, search: knownSearch(url, options) })
    const answer = { ...carried, body: bodyFor(caller, carried.body) }
    note(answer.status, answer.body, null)
    if (world.faults.losesResponse(route.operation.operationId)) return Response.error()
    if (options.runningAs === null) checkAnswer(route.operation, answer)
    const response = responseOf(route.operation, answer, requestId)
    if (isAdmitted) setQuotaHeaders(response.headers, { operation: route.operation, world, requests })
    return response
  } catch (error) {
    if (!(error instanceof MockProblem)) throw error
    note(problemCodes[error.code].status, null, error.code)
    const response = problemResponse(error, { requestId, path })
    if (route === null || !isAdmitted) return response
    const { members, retryAfterSeconds } = error.options
    const pendingResetSeconds = members?.limit?.name === 'maxPendingItems' ? retryAfterSeconds : 0
    setQuotaHeaders(response.headers, { operation: route.operation, world, requests, pendingResetSeconds })
    return response
  }
}

function noOperation(method: string, path: string): MockProblem {
  const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((other) => findRoute(other, path) !== null)
  if (others.length === 0) return new MockProblem('not_found', `Cannot find an operation of ${method} ${path}`)
  const detail = `Cannot find an operation of ${method} ${path}: the method must be ${others.join(' or ')}`
  return new MockProblem('method_not_allowed', detail, { allow: others })
}

/** A server that shows a status knows it when it is asked for. */
function knownSearch({ searchParams }: URL, { runningAs }: AnswerOptions): URLSearchParams {
  return new URLSearchParams([...searchParams].map(([name, text]) => [name, text === runningAs ? 'running' : text]))
}

async function carryOut(
  { operation, names }: Route,
  {
    request,
    world,
    caller,
    search,
  }: { request: Request; world: MockWorld; caller: MockCaller; search: URLSearchParams },
): Promise<AnyAnswer> {
  const { path, query, faults } = readParameters(operation, { names, search, headers: request.headers })
  if (faults.length > 0) throw await refusal(operation, faults, request)
  const call = {
    operation,
    world,
    request,
    caller,
    path,
    query,
    async json(refuseFirst?: (value: unknown) => void): Promise<unknown> {
      requireMediaType(request, operation)
      return readJson(operation, await receiveJson(request), refuseFirst)
    },
  }
  // Each handler knows its own parameters; that they are these is what the schemas have checked.
  const handle = handlers[operation.operationId] as (call: Call<OperationId>) => AnyAnswer | Promise<AnyAnswer>
  return handle(call as unknown as Call<OperationId>)
}

/** Bodies that are read as they come: faults of the parameters are reported before. */
const STREAMED: ReadonlySet<OperationId> = new Set([
  ...(['submitJob', 'appendItems', 'createExecution', 'deliverItem', 'testChannel'] as const),
])

/** All that is wrong with the parameters, and with a small body that is JSON. */
async function refusal(
  operation: Operation,
  faults: readonly ParameterFault[],
  request: Request,
): Promise<MockProblem> {
  const all = [...faults, ...(await bodyFaults(operation, request))]
  const { parameter = '', detail } = faults[0]!.place
  const code = all.every(({ isUnknown }) => isUnknown) ? 'unknown_field' : 'bad_request'
  return new MockProblem(code, `Cannot ${actionOf(operation)} as ${parameter} ${detail}`, {
    errors: all.map(({ place }) => place),
  })
}

async function bodyFaults({ operationId, requestBody }: Operation, request: Request): Promise<ParameterFault[]> {
  const schema = STREAMED.has(operationId) ? undefined : requestBody?.content['application/json']?.schema
  if (schema == null) return []
  try {
    const found = findFaults(schema, parseJson(await receiveJson(request)))
    return found.map(({ pointer, detail, isUnknown }) => ({ place: { pointer, detail }, isUnknown }))
  } catch (error) {
    // A body that cannot be read is reported when the parameters are right.
    if (error instanceof MockProblem) return []
    throw error
  }
}

const DEV: MockCaller = { kind: 'dev', subscription: 'default', scopes: null, token: null }

function rateLimited({ subscription }: MockCaller, { rate, waitSeconds }: RequestsLeft, world: MockWorld): MockProblem {
  const detail = `Cannot take this request as subscription ${subscription} must make at most ${rate.perMinute} a minute, ${rate.burst} of them at once: there is none left`
  return new MockProblem('rate_limited', detail, {
    retryAfterSeconds: waitSeconds * world.delayFactor,
    members: { limit: { name: 'subscription.requestRate', value: rate.perMinute } },
  })
}

/** As a server that was started with `--dev`. @throws MockProblem `forbidden`: it comes from a page elsewhere; `unauthenticated` */
function identify(
  request: Request,
  operation: Operation,
  { world, token }: { world: MockWorld; token: string | null },
): MockCaller {
  const origin = request.headers.get('origin')
  if (origin !== null && origin !== new URL(request.url).origin && !isLoopback(origin)) {
    throw new MockProblem('forbidden', 'Cannot take this request as its Origin must be a page on localhost: it is not')
  }
  const authorization = request.headers.get('authorization')
  if (operation.scopes === null || authorization === null) return DEV
  return callerOf(authorization, { world, token })
}

/** A token that is bound to jobs is for what the spec says. @throws MockProblem `forbidden` */
function requireJobBound({ operationId, jobBound }: Operation, { token }: MockCaller): void {
  if (jobBound || token?.jobs == null) return
  const detail = `Cannot carry out ${operationId} as the token must not be bound to jobs: it is`
  throw new MockProblem('forbidden', detail)
}

/** @throws MockProblem `forbidden` */
function requireScopes(operation: Operation, caller: MockCaller): void {
  if (operation.scopes === null) return
  const missing = operation.scopes.find((scope) => !hasScope(caller, scope))
  if (missing === undefined) return
  const detail = `Cannot carry out ${operation.operationId} as the token must have the scope ${missing}: it does not`
  throw new MockProblem('forbidden', detail)
}

/** @throws MockProblem `unauthenticated` */
function callerOf(authorization: string, { world, token }: { world: MockWorld; token: string | null }): MockCaller {
  const given = /^Bearer +([^ ]+) *$/i.exec(authorization)?.[1]
  const made = given === undefined ? undefined : world.tokens.byText(given)
  if (made != null) return { kind: 'token', subscription: made.subscription, scopes: made.scopes, token: made }
  if (given !== undefined && made !== null && (token === null || given === token)) return { ...DEV, kind: 'admin' }
  throw new MockProblem(
    'unauthenticated',
    'Cannot take this request as its bearer token must be a valid one: it is not',
  )
}

function isLoopback(origin: string): boolean {
  return /^https?:\/\/(localhost|[^/:]+\.localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(origin)
}

/** Checks a response against the spec: a mismatch is a bug of the mock. @throws Error */
function checkAnswer({ operationId, responses }: Operation, { status, body, headers = {} }: AnyAnswer): void {
  const described = responses[status]
  const schema = described?.content['application/json']?.schema ?? null
  const faults = schema === null ? [] : findFaults(schema, body)
  const [fault] = faults
  if (described !== undefined && fault === undefined) return
  const wanted = fault === undefined ? `the spec must have the status ${status}` : `${fault.pointer} ${fault.detail}`
  throw new Error(`Cannot answer ${operationId} as ${wanted}: current value is ${JSON.stringify({ status, headers })}`)
}

function responseOf({ responses }: Operation, answer: AnyAnswer, requestId: string): Response {
  const { status, body } = answer
  const headers = new Headers({ 'X-Request-Id': requestId })
  for (const [name, value] of Object.entries(answer.headers ?? {})) if (value !== undefined) headers.set(name, value)
  const { content = {}, headers: names = [] } = responses[status] ?? {}
  if (names.includes('Cache-Control')) headers.set('Cache-Control', 'private, no-cache')
  if (Object.keys(content).length === 0) return new Response(null, { status, headers })
  const { mediaType, text } = (
    'application/json' in content ? { mediaType: 'application/json; charset=utf-8', text: JSON.stringify(body) } : body
  ) as TextBody
  headers.set('Content-Type', mediaType)
  return framed(text, { status, headers })
}

/** Says how long the body is: MSW 3 writes answers to a socket, where a broken stream of no length is a whole one. */
function framed(text: TextBody['text'], { status, headers }: { status: number; headers: Headers }): Response {
  if (typeof text !== 'string') {
    headers.set('Transfer-Encoding', 'chunked')
    return new Response(text, { status, headers })
  }
  const bytes = new TextEncoder().encode(text)
  headers.set('Content-Length', String(bytes.length))
  return new Response(bytes, { status, headers })
}

function problemResponse(problem: MockProblem, request: { requestId: string; path: string }): Response {
  const { status } = problemCodes[problem.code]
  const { retryAfterSeconds, allow } = problem.options
  const headers = new Headers({
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Request-Id': request.requestId,
  })
  if (retryAfterSeconds !== undefined) headers.set('Retry-After', String(Math.ceil(retryAfterSeconds)))
  if (allow !== undefined) headers.set('Allow', allow.join(', '))
  if (status === 401) headers.set('WWW-Authenticate', 'Bearer realm="waybill"')
  return framed(JSON.stringify(problemBody(problem, request)), { status, headers })
}
