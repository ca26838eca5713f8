import type { Operation, OperationId, OperationTypes } from '@waybill/spec'
import type { MockCaller } from '../engine/access-tokens.ts'
import type { MockWorld } from '../engine/mock-world.ts'

type Types<Id extends OperationId> = OperationTypes[Id]
type Responses<Id extends OperationId> = Types<Id>['responses']
type Status<Id extends OperationId> = Extract<keyof Responses<Id>, 200 | 201 | 202 | 204 | 304>
type Content<R> = R extends { content: infer C extends object }
  ? C extends { 'application/json': infer Json }
    ? Json
    : TextBody
  : null

/** A body that is no JSON. */
export interface TextBody {
  readonly mediaType: string
  readonly text: string | ReadableStream<Uint8Array>
}

/** The response of an operation, by the spec. */
export type Answer<Id extends OperationId> = {
  [S in Status<Id>]: {
    readonly status: S
    readonly body: Content<Responses<Id>[S]>
    readonly headers?: Readonly<Record<string, string | undefined>>
  }
}[Status<Id>]

/** One request, its parameters checked. */
export interface Call<Id extends OperationId> {
  readonly operation: Operation
  readonly world: MockWorld
  readonly request: Request
  readonly caller: MockCaller
  readonly path: NonNullable<Types<Id>['parameters']['path']>
  readonly query: NonNullable<Types<Id>['parameters']['query']>
  /** The body as JSON, as its schema says. @throws MockProblem */
  json<T>(refuseFirst?: (value: unknown) => void): Promise<T>
}

/** Carries out one operation. @throws MockProblem */
export type OperationHandler<Id extends OperationId> = (call: Call<Id>) => Promise<Answer<Id>> | Answer<Id>

export type OperationHandlers = { readonly [Id in OperationId]: OperationHandler<Id> }

/** The response of any handler. */
export interface AnyAnswer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string | undefined>>
}
