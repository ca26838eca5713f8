import type { Operation, OperationId, OperationTypes } from '@waybill/spec'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../model/caller.ts'
import type { FairShare } from '../limits/fair-share.ts'
import type { BodyStream } from '../ingest/ingest-ports.ts'
import type { HttpPorts, PortName } from './http-ports.ts'
import type { BodyLimit } from './request/body-stream.ts'
import type { EventStreams } from './answer/event-stream.ts'
import type { UpdateHub } from './updates/update-hub.ts'
import type { SharedLimits } from './answer/limits-view.ts'

type PathOf<Id extends OperationId> = OperationTypes[Id]['parameters'] extends { path: infer P }
  ? P
  : Record<string, never>
type QueryOf<Id extends OperationId> = OperationTypes[Id]['parameters'] extends { query?: infer Q }
  ? NonNullable<Q>
  : Record<string, never>

/**
 * One request to one operation: its caller is known, its parameters are valid, its body has not been read.
 * `Port` names the ports that its handler uses.
 */
export interface Call<Id extends OperationId = OperationId, Port extends PortName = never> {
  readonly operation: Operation
  readonly ports: Pick<HttpPorts, Port>
  readonly limits: SharedLimits
  readonly events: EventStreams
  readonly updates: UpdateHub
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly caller: Caller
  /** Divides what all callers share: the name of a token, or an address. */
  readonly shareKey: string
  readonly longPolls: FairShare
  readonly path: PathOf<Id>
  readonly query: QueryOf<Id>
  /** Aborted when the client closes the connection. */
  readonly signal: AbortSignal
  /** The body's media type, one of the operation's. @throws ProblemError `unsupported_media_type` */
  mediaType(): string
  /** The decoded body. @throws ProblemError */
  body(limit: BodyLimit): BodyStream
  /**
   * The whole of a small JSON body, valid by the schema of the operation.
   * @param look.refuseFirst looks at the body before its schema does
   * @param look.atBytes receives the decoded body
   * @throws ProblemError
   */
  json(look?: { refuseFirst?(body: unknown): void; atBytes?(bytes: Uint8Array): void }): Promise<unknown>
  /** Whether the server is shutting down. */
  stopping(): boolean
}

/** Answers through `call.reply`, and returns it. */
export type OperationHandler<Id extends OperationId = OperationId, Port extends PortName = never> = (
  call: Call<Id, Port>,
) => Promise<FastifyReply>
