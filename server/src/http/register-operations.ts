import { type Operation, type OperationId, operations } from '@waybill/spec'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { FairShare } from '../limits/fair-share.ts'
import { ProblemError } from '../model/errors.ts'
import type { HttpPorts, PortName } from './http-ports.ts'
import { setQuotaHeaders } from './answer/quota.ts'
import { admitCaller } from './request/admit-caller.ts'
import type { RequestQuota } from './request/request-quota.ts'
import { BodyPace } from './request/body-pace.ts'
import { boundPorts } from './request/bound-ports.ts'
import type { Caller } from '../model/caller.ts'
import { AbortedError, bodyStream } from './request/body-stream.ts'
import { deprecationHeaders } from '@waybill/spec/rules'
import type { EventStreams } from './answer/event-stream.ts'
import type { UpdateHub } from './updates/update-hub.ts'
import { sendContinue } from './request/expect-continue.ts'
import { type Handlers, streamedOperations } from './handlers.ts'
import type { LargeAnswers } from './answer/large-answers.ts'
import { limitsView } from './answer/limits-view.ts'
import type { Call } from './operation-handler.ts'
import { parameterReader } from './request/parameters.ts'
import { readJson, CONTROL_BODY_LIMIT } from './request/read-json.ts'
import { mediaTypeOf } from './request/request-headers.ts'
import type { SchemaFault } from '../runtime/fault-search.ts'
import type { FindFaults } from '../runtime/schema-faults.ts'
import { TimeSlice } from '../runtime/time-slice.ts'
import type { RequestTurns } from './request/request-turns.ts'
import type { AuditedRequests } from './request/audit-requests.ts'
import { runAct } from '../store/audited-act.ts'
import type { TokenRequests } from './request/token-requests.ts'
import type { SlowReaders } from './answer/slow-readers.ts'
import { compileNamedSchema, refuseFaults } from './request/spec-schemas.ts'
import { reportUpload, type UploadPlaces } from './request/upload-places.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    operation?: Operation
  }
}

export interface RegisterOptions {
  readonly ports: HttpPorts
  readonly handlers: Handlers
  readonly shared: Shared
  readonly stopping: () => boolean
}

/** The state that requests of all callers share. */
export interface Shared {
  readonly events: EventStreams
  readonly updates: UpdateHub
  readonly largeAnswers: LargeAnswers
  readonly uploads: UploadPlaces
  readonly longPolls: FairShare
  readonly readers: Pick<SlowReaders, 'stalledMs'>
  readonly turns: Pick<RequestTurns, 'isPipelined'>
  readonly tokenRequests: TokenRequests
  readonly audited: AuditedRequests
  readonly requestQuota: RequestQuota
}

/** Makes a route of every operation of the spec, each behind the check of its caller. @throws Error when an operation has no handler, or a handler no operation */
export function registerOperations(app: FastifyInstance, options: RegisterOptions): void {
  const operationIds = Object.keys(operations)
  const missing = operationIds.filter((id) => !Object.hasOwn(options.handlers, id))
  const superfluous = Object.keys(options.handlers).filter((id) => !Object.hasOwn(operations, id))
  if (missing.length > 0 || superfluous.length > 0) {
    throw new Error(
      `Cannot start as the handlers must be those of the spec's operations: missing [${missing.join(', ')}], superfluous [${superfluous.join(', ')}]`,
    )
  }
  const { requestQuota } = options.shared
  for (const operation of Object.values(operations)) {
    app.route({
      method: operation.method,
      url: operation.path,
      exposeHeadRoute: !streamedOperations.has(operation.operationId),
      config: { operation },
      onRequest: [
        ...announce(operation),
        admitCaller(operation, {
          authenticate: options.ports.authenticate,
          stopping: options.stopping,
          tokenRequests: options.shared.tokenRequests,
          requestQuota,
          reportQuotas: (request, reply) => setQuotaHeaders(request, reply, options.ports),
        }),
      ],
      handler: routeHandler(operation, options),
    })
  }
}

/** Announces the end of a deprecated operation, to callers who may not use it as well. */
function announce(operation: Operation): ((request: FastifyRequest, reply: FastifyReply) => Promise<void>)[] {
  const headers = deprecationHeaders(operation)
  if (headers === null) return []
  return [
    async (_request, reply) => {
      reply.headers(headers)
    },
  ]
}

/** A request whose parameters were read. */
interface Asked extends ReturnType<ReturnType<typeof parameterReader>> {
  readonly signal: AbortSignal
  /** Of its body. */
  readonly pace?: BodyPace
}

function routeHandler(operation: Operation, { ports, handlers, shared, stopping }: RegisterOptions) {
  const { events, updates, largeAnswers, uploads, longPolls, readers, turns, audited } = shared
  const limits = limitsView(ports.config.limits)
  // Each handler has its own types of parameters; the schemas have checked the values.
  const handle: (call: never) => Promise<FastifyReply> = handlers[operation.operationId]
  const readParameters = parameterReader(operation)
  const findBodyFaults = bodyCheck(operation)
  const isControl = operation.requestBody?.content['application/json']?.maxBytes === CONTROL_BODY_LIMIT.bytes
  const isUpload = operation.requestBody !== null
  const isLarge = largeAnswers.includes(operation.operationId)

  return function handler(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const act = audited.begin(operation, request)
    return act === null ? carryOut(request, reply) : runAct(act, () => carryOut(request, reply))
  }

  async function carryOut(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { path, query, faults } = readParameters(request)
    const { shareKey } = request
    const signal = closeSignal(reply)
    const asking = { caller: shareKey, response: reply.raw, signal }
    if (isUpload) {
      const pace = new BodyPace(ports.clock)
      const done = await uploads.enter({ ...asking, holder: pace })
      reportUpload(operation.operationId, reply.raw, ports)
      return answer(request, reply, { path, query, faults, signal, pace }).finally(done)
    }
    if (isLarge && faults.length === 0) {
      const stalledMs = (): number => readers.stalledMs(reply.raw)
      const patient = turns.isPipelined(reply.raw)
      const done = await largeAnswers.enter(operation.operationId, { ...asking, patient, stalledMs })
      // Nothing is read for a client that has left meanwhile.
      if (reply.raw.closed) {
        done()
        throw new AbortedError()
      }
      return answer(request, reply, { path, query, faults, signal }).finally(done)
    }
    return answer(request, reply, { path, query, faults, signal })
  }

  async function answer(request: FastifyRequest, reply: FastifyReply, asked: Asked): Promise<FastifyReply> {
    const { path, query, faults, signal, pace } = asked
    const { raw, caller, shareKey } = request
    const call: Call<OperationId, PortName> = {
      operation,
      ports: portsOf(caller, ports),
      limits,
      ...{ events, updates },
      request,
      reply,
      caller,
      shareKey,
      longPolls,
      path: path as Call['path'],
      query: query,
      signal,
      stopping,
      mediaType: () => requireMediaType(operation, request.headers['content-type']),
      body(limit) {
        const stream = bodyStream(raw, { clock: ports.clock, limit, ...(pace && { pace }) })
        sendContinue(raw, reply.raw)
        return stream
      },
      async json(look) {
        const { value, inBody } = await readBody(look)
        refuseFaults(inBody, operation)
        return value
      },
    }
    const readBody = async (look?: Parameters<Call['json']>[0]) => {
      call.mediaType()
      const slice = new TimeSlice(shareKey)
      const { value, bytes } = await readJson(call.body(CONTROL_BODY_LIMIT), slice)
      look?.atBytes?.(bytes)
      look?.refuseFirst?.(value)
      return { value, inBody: slice.run(() => findBodyFaults(value)) }
    }
    if (faults.length > 0) {
      // A small body is checked too, so that all faults are reported at once; any other body is not waited for.
      const { inBody } = isControl ? await readBody().catch(noneIfUnreadable) : { inBody: [] }
      refuseFaults([...faults, ...inBody], operation)
    }
    return handle(call as never)
  }
}

/** Returns what the handlers of a caller reach. */
function portsOf({ token }: Caller, ports: HttpPorts): HttpPorts {
  return token?.jobs == null ? ports : boundPorts(ports, { ...token, jobs: token.jobs })
}

/** Returns no faults for a body that cannot be read at all: those of the parameters are reported first. */
function noneIfUnreadable(error: unknown): { readonly inBody: readonly SchemaFault[] } {
  if (error instanceof ProblemError) return { inBody: [] }
  throw error
}

function bodyCheck(operation: Operation): FindFaults {
  const schema = operation.requestBody?.content['application/json']?.schema
  return schema == null ? () => [] : compileNamedSchema(schema)
}

function requireMediaType(operation: Operation, header: string | undefined): string {
  const allowed = Object.keys(operation.requestBody?.content ?? {})
  const given = mediaTypeOf(header)
  if (given !== null && allowed.includes(given)) return given
  const detail = `must be ${allowed.join(' or ')}`
  throw new ProblemError({
    code: 'unsupported_media_type',
    detail: `Cannot carry out ${operation.operationId} as Content-Type ${detail}: it is ${given === null ? 'missing' : 'another one'}`,
    errors: [{ parameter: 'Content-Type', detail }],
    errorCount: 1,
  })
}

/** Aborts when the connection closes before the answer is out. Not the request's own `close`: that comes when its body was read. */
function closeSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort()
  })
  return controller.signal
}
