import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** A JSON Schema (2020-12) as it stands in the spec. */
export type JsonSchema = { readonly [keyword: string]: unknown }

export interface MediaType {
  schema: JsonSchema
  examples?: Record<string, { summary: string; value: unknown }>
  'x-line-schemas'?: string[]
  'x-max-bytes'?: number
  'x-event-schema'?: string
}

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  description: string
  example?: unknown
  explode?: boolean
  schema: JsonSchema
}

export interface ResponseObject {
  description: string
  headers?: Record<string, unknown>
  content?: Record<string, MediaType>
}

export interface OperationObject {
  operationId: string
  summary: string
  description: string
  tags: string[]
  /** Each operation names its own; empty: no token is required. */
  security: { bearer: string[] }[]
  parameters?: (Parameter | Reference)[]
  requestBody?: { required?: boolean; description: string; content: Record<string, MediaType> }
  responses: Record<string, ResponseObject | Reference>
  'x-problem-codes': string[]
  /** False: it is never refused as `rate_limited`. */
  'x-rate-limited'?: boolean
  /** Of a read that the audit does not count. */
  'x-audit'?: 'none'
  /** Callers whose token is bound to jobs may use it. @default false */
  'x-job-bound'?: boolean
  deprecated?: boolean
  /** RFC 3339. */
  'x-deprecated-since'?: string
  /** RFC 3339. */
  'x-sunset'?: string
  /** URL, or path of the server. */
  'x-deprecation-link'?: string
}

export interface Reference {
  $ref: string
}

export interface ProblemText {
  status: number
  title: string
  description: string
  action: string
}

export type PathItem = { parameters?: (Parameter | Reference)[] } & Partial<Record<Method, OperationObject>>

export interface SpecDocument {
  openapi: string
  info: Record<string, unknown>
  paths: Record<string, PathItem>
  webhooks: Record<string, PathItem>
  components: {
    schemas: Record<string, JsonSchema>
    parameters: Record<string, Parameter>
    headers: Record<string, { description: string; required?: boolean; example?: unknown; schema: JsonSchema }>
    responses: Record<string, ResponseObject>
    'x-problem-codes': Record<string, ProblemText>
  }
}

const methods = ['get', 'put', 'post', 'patch', 'delete'] as const
export type Method = (typeof methods)[number]

/** One operation of the API with what its path item and references add to it. */
export interface ResolvedOperation {
  path: string
  method: Method
  operation: OperationObject
  parameters: Parameter[]
  responses: Record<string, ResponseObject>
}

/** Reads `openapi.yaml`, with what all operations have that count as requests. */
export function readSpec(file: URL): SpecDocument {
  return addRateLimits(parse(readFileSync(file, 'utf8')) as SpecDocument)
}

const RATE_LIMITED = 'rate_limited'
const RATE_LIMITED_RESPONSE = { $ref: '#/components/responses/TooManyRequests' }
const QUOTA_HEADERS = ['RateLimit', 'RateLimit-Policy']
/** Codes are listed by status: those of a fault of the server come last. */
const AFTER_IT = 'internal_error'

/**
 * Adds what every operation has that counts as a request: the code `rate_limited`, its answer 429, and, where a token is required, the headers of quotas on
 * each answer that stands in place. Operations with `x-rate-limited: false` stay as they are. Written once here, so that no operation lacks it.
 */
function addRateLimits(spec: SpecDocument): SpecDocument {
  const result = structuredClone(spec)
  for (const pathItem of Object.values(result.paths)) {
    for (const operation of [pathItem.get, pathItem.put, pathItem.post, pathItem.delete]) {
      if (operation === undefined || operation['x-rate-limited'] === false) continue
      const codes = operation['x-problem-codes']
      codes.splice(codes.indexOf(AFTER_IT), 0, RATE_LIMITED)
      operation.responses['429'] ??= RATE_LIMITED_RESPONSE
      if (operation.security.length === 0) continue
      for (const response of Object.values(operation.responses)) {
        if ('$ref' in response) continue
        const missing = QUOTA_HEADERS.filter((name) => response.headers?.[name] === undefined)
        const added = Object.fromEntries(missing.map((name) => [name, { $ref: `#/components/headers/${name}` }]))
        response.headers = { ...response.headers, ...added }
      }
    }
  }
  return result
}

/** Every operation under `paths`, in the order of the file. */
export function listOperations(spec: SpecDocument): ResolvedOperation[] {
  return operationsOf(spec, spec.paths)
}

/** Lists the operations that the server itself calls: those under `webhooks`. */
export function listWebhooks(spec: SpecDocument): ResolvedOperation[] {
  return operationsOf(spec, spec.webhooks)
}

function operationsOf(spec: SpecDocument, paths: Record<string, PathItem>): ResolvedOperation[] {
  return Object.entries(paths).flatMap(([path, pathItem]) =>
    methods.flatMap((method) => {
      const operation = pathItem[method]
      if (operation === undefined) return []
      const parameters = [...(pathItem.parameters ?? []), ...(operation.parameters ?? [])]
      return [
        {
          path,
          method,
          operation,
          parameters: parameters.map((parameter) => resolve(spec, parameter)),
          responses: Object.fromEntries(
            Object.entries(operation.responses).map(([status, response]) => [status, resolve(spec, response)]),
          ),
        },
      ]
    }),
  )
}

function resolve<T extends object>(spec: SpecDocument, value: T | Reference): T {
  if (!('$ref' in value)) return value
  let target: unknown = spec
  for (const key of value.$ref.slice(2).split('/')) target = (target as Record<string, unknown> | undefined)?.[key]
  if (target === undefined)
    throw new Error(`Cannot resolve a reference as its target must exist: current value is ${value.$ref}`)
  return target as T
}

/** The name of the component schema that a schema refers to, or null if it stands in place. */
export function schemaName(schema: JsonSchema): string | null {
  const ref = schema['$ref']
  return typeof ref === 'string' ? ref.slice(ref.lastIndexOf('/') + 1) : null
}
