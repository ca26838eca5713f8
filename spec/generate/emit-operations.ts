import { deprecationOf } from './deprecation.ts'
import { ABSOLUTE, toJsonSchema } from './emit-schemas.ts'
import {
  listOperations,
  schemaName,
  type MediaType,
  type Method,
  type OperationObject,
  type Parameter,
  type SpecDocument,
} from './spec-document.ts'

/** Emits the facts about every operation that a router, a validator and a test use, as data. */
export function emitOperations(spec: SpecDocument): string {
  const operations = listOperations(spec).map(({ path, method, operation, parameters, responses }) => ({
    operationId: operation.operationId,
    method: method.toUpperCase(),
    path: path.replace(/\{(\w+)\}/g, ':$1'),
    openapiPath: path,
    tags: operation.tags,
    summary: operation.summary,
    scopes: operation.security[0]?.bearer ?? null,
    audit: auditOf(method, operation),
    jobBound: operation['x-job-bound'] === true,
    parameters: {
      path: parametersSchema(parameters, 'path'),
      query: parametersSchema(parameters, 'query'),
      headers: parametersSchema(parameters, 'header'),
    },
    commaSeparated: parameters.filter((parameter) => parameter.explode === false).map((parameter) => parameter.name),
    requestBody:
      operation.requestBody === undefined
        ? null
        : { required: operation.requestBody.required === true, content: contentOf(operation.requestBody.content) },
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, response]) => [
        status,
        {
          headers: Object.keys(response.headers ?? {}),
          requiredHeaders: Object.keys(response.headers ?? {}).filter(
            (name) => spec.components.headers[name]?.required,
          ),
          content: contentOf(response.content ?? {}),
        },
      ]),
    ),
    problemCodes: operation['x-problem-codes'],
    deprecation: deprecationOf(operation),
  }))
  const ids = operations.map((operation) => operation.operationId)
  const byId = Object.fromEntries(operations.map((operation) => [operation.operationId, operation]))
  return `import type { ProblemCode } from './problems.ts'
import type { JsonSchema, SchemaName } from './schemas.ts'
import type { components } from './types.ts'

export type OperationId =
${ids.map((id) => `  | '${id}'`).join('\n')}

type Scope = components['schemas']['Scope']

/** The body of one media type. Bodies in lines or events name the schemas of these; \`schema\` is then null. */
export interface OperationContent {
  readonly schema: SchemaName | null
  readonly lineSchemas: readonly SchemaName[]
  readonly eventSchema: SchemaName | null
  /** The most bytes of a request body, unpacked; null: not limited here. */
  readonly maxBytes: number | null
}

/** The response of one status of an operation. */
export interface OperationAnswer {
  readonly headers: readonly string[]
  /** Those of the headers that are never missing. */
  readonly requiredHeaders: readonly string[]
  readonly content: Readonly<Record<string, OperationContent>>
}

export interface Operation {
  readonly operationId: OperationId
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'
  /** With parameters as \`:name\`. */
  readonly path: string
  /** With parameters as \`{name}\`. */
  readonly openapiPath: string
  readonly tags: readonly string[]
  readonly summary: string
  /** The caller must have all of them; empty: any valid token is enough. Null: no token is required. */
  readonly scopes: readonly Scope[] | null
  /** How the audit shows its requests: a change has entries, reads are counted. */
  readonly audit: 'change' | 'read' | 'none'
  /** A caller whose token is bound to jobs may use it, for these jobs. */
  readonly jobBound: boolean
  /** Each group as the schema of an object; references lead into \`schemaDocument\`. Header names are in lower case. */
  readonly parameters: { readonly path: JsonSchema; readonly query: JsonSchema; readonly headers: JsonSchema }
  /** Query parameters whose values may stand in one text, separated by commas. */
  readonly commaSeparated: readonly string[]
  readonly requestBody: { readonly required: boolean; readonly content: Readonly<Record<string, OperationContent>> } | null
  /** By HTTP status. */
  readonly responses: Readonly<
    Record<string, OperationAnswer>
  >
  readonly problemCodes: readonly ProblemCode[]
  /** Its end: Unix time, HTTP date, and where to read about it; null: it is not deprecated. */
  readonly deprecation: { readonly deprecatedAtSeconds: number; readonly sunset: string | null; readonly link: string | null } | null
}

/** Every operation, in the order of the spec. */
export const operations: Readonly<Record<OperationId, Operation>> = ${JSON.stringify(byId, null, 2)}
`
}

/** Whatever may change something is audited, and so is every read that does not say otherwise. */
function auditOf(method: Method, operation: OperationObject): 'change' | 'read' | 'none' {
  if (method !== 'get') return 'change'
  return operation.security.length === 0 ? 'none' : (operation['x-audit'] ?? 'read')
}

function parametersSchema(parameters: readonly Parameter[], place: Parameter['in']): unknown {
  const own = parameters.filter((parameter) => parameter.in === place)
  const name = (parameter: Parameter) => (place === 'header' ? parameter.name.toLowerCase() : parameter.name)
  return {
    type: 'object',
    properties: Object.fromEntries(own.map((parameter) => [name(parameter), toJsonSchema(parameter.schema, ABSOLUTE)])),
    required: own.filter((parameter) => parameter.required === true).map(name),
    // A client and what is between may send further headers; a further query parameter is a typing error.
    additionalProperties: place === 'header',
  }
}

function contentOf(content: Record<string, MediaType>): unknown {
  return Object.fromEntries(
    Object.entries(content).map(([mediaType, body]) => [
      mediaType,
      {
        schema: schemaName(body.schema),
        lineSchemas: body['x-line-schemas'] ?? [],
        eventSchema: body['x-event-schema'] ?? null,
        maxBytes: body['x-max-bytes'] ?? null,
      },
    ]),
  )
}
