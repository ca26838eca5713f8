import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { type RequestExample } from './generate/add-examples.ts'
import { listOperations, readSpec, type SpecDocument } from './generate/spec-document.ts'
import {
  operations,
  problemCodes,
  schemaDocument,
  schemaRef,
  type OperationContent,
  type OperationId,
  type ProblemCode,
  type SchemaName,
} from './generated/index.ts'

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, strict: true, keywords: ['x-max-bytes'] })
addFormats.default(ajv)
ajv.addSchema(schemaDocument)

// For path, query and headers, whose values are texts.
const coerce = new Ajv2020({ coerceTypes: 'array', allowUnionTypes: true, keywords: ['x-max-bytes'] })
addFormats.default(coerce)
coerce.addSchema(schemaDocument)

const folder = new URL('./examples/', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, folder), 'utf8')
const list = (path: string) => readdirSync(new URL(path, folder)).sort()

const spec = readSpec(new URL('./openapi.yaml', import.meta.url))
const served = JSON.parse(readFileSync(new URL('./generated/openapi.json', import.meta.url), 'utf8')) as SpecDocument

const requests = list('requests')
  .filter((file) => file.endsWith('.json'))
  .map((file) => [file, JSON.parse(read(`requests/${file}`)) as RequestExample] as const)

/** Where the code does not follow from the schema: it is too lax here, or another code comes first. */
const notJudgedByTheirSchema = new Set([
  'submitJob.open-with-items.json',
  'putChannel.bad-payload-url.json',
  'createToken.expired.json',
  'updateWebhookEndpoint.masked-url.json',
  'replayWebhookEvents.bad-range.json',
  'putChannel.bad-range.json',
  'putCredentials.no-payload.json',
  'putChannel.batch-above-burst.json',
  'putChannel.module-not-settable.json',
  'getJob.malformed-id.json',
  'listDeadLetters.key-without-channel.json',
  'actOnJobs.neither.json',
  'listDeadLetterGroups.key-without-channel.json',
  'resolveParked.data-with-retry.json',
  'resolveParked.replace-two.json',
  'resolveParked.replace-without-data.json',
])
const refusedByTheirSchema = new Set<ProblemCode>(['bad_request', 'unknown_field', 'invalid_item'])

describe('schemas', () => {
  it.each(Object.keys(schemaDocument.$defs) as SchemaName[])('%s compiles, and its own examples are valid', (name) => {
    const source = spec.components.schemas[name]!
    for (const example of (source['examples'] ?? []) as unknown[]) expectValid(name, example)
    for (const [field, property] of Object.entries(
      (source['properties'] ?? {}) as Record<string, { examples?: unknown[] }>,
    )) {
      const validate = ajv.compile({ $ref: `${schemaRef(name)}/properties/${field}` })
      for (const example of property.examples ?? []) {
        expect({ field, errors: validate(example) ? null : validate.errors }).toEqual({ field, errors: null })
      }
    }
  })

  it('say for every closed word list what the spec says', () => {
    expect(schemaDocument.$defs.ProblemCode['enum']).toEqual(Object.keys(problemCodes))
  })
})

describe('request examples', () => {
  it.each(requests)('%s fits its operation', (file, example) => {
    const operation = operations[example.operationId as OperationId]
    expect(operation).toBeDefined()
    expect(file.startsWith(`${example.operationId}.`)).toBe(true)
    const { status, code } = example.expect
    expect(Object.keys(operation.responses)).toContain(String(status))
    expect(code === undefined).toBe(status < 400)
    if (code !== undefined) {
      expect(operation.problemCodes).toContain(code)
      expect(problemCodes[code as ProblemCode].status).toBe(status)
    }

    const isRefused = code !== undefined && refusedByTheirSchema.has(code as ProblemCode)
    if (notJudgedByTheirSchema.has(file)) return
    expect({ file, errors: requestErrors(example) === null }).toEqual({ file, errors: !isRefused })
  })

  it('are there for every operation', () => {
    const shown = new Set(requests.filter(([, example]) => example.expect.status < 400).map(([, e]) => e.operationId))
    // A stream without an end is never answered whole; `streamUpdates.200.sse` shows it.
    expect(Object.keys(operations).filter((id) => !shown.has(id))).toEqual(['streamUpdates'])
  })

  it('are in the document as bodies that their operations accept', () => {
    const shown = listOperations(served).flatMap(({ operation }) =>
      Object.entries(operation.requestBody?.content ?? {}).flatMap(([mediaType, { examples = {} }]) =>
        Object.entries(examples).map(([name, { value }]) => {
          const { schema, lineSchemas } =
            operations[operation.operationId as OperationId].requestBody!.content[mediaType]!
          const lines = schema === null ? (value as string).trim().split('\n') : []
          const errors =
            schema === null
              ? lines.map((line, n) => bodyErrors(lineSchemas[Math.min(n, lineSchemas.length - 1)]!, JSON.parse(line)))
              : [bodyErrors(schema, value)]
          return { example: `${operation.operationId}.${name}`, errors: errors.filter((each) => each !== null) }
        }),
      ),
    )
    expect(shown.length).toBeGreaterThan(20)
    expect(shown.filter(({ errors }) => errors.length > 0)).toEqual([])
  })

  it('use every body file', () => {
    const used = new Set(requests.map(([, example]) => example.bodyFile))
    expect(list('requests').filter((file) => !file.endsWith('.json') && !used.has(file))).toEqual([])
  })
})

describe('answer examples', () => {
  it.each(list('answers'))('%s is what its operation answers', (file) => {
    const [operationId, status] = file.split('.') as [OperationId, string]
    const content = Object.values(operations[operationId].responses[status]!.content)[0]!
    expectBody(content, read(`answers/${file}`), file)
  })

  it('are there for every body of an answer', () => {
    const files = list('answers')
    const missing = Object.values(operations).flatMap(({ operationId, responses }) =>
      Object.entries(responses)
        .filter(([status, { content }]) => Number(status) < 400 && Object.keys(content).length > 0)
        .map(([status]) => `${operationId}.${status}.`)
        .filter((prefix) => !files.some((file) => file.startsWith(prefix))),
    )
    expect(missing).toEqual([])
  })

  it('of results carry the right hash', () => {
    const lines = read('answers/getResults.200.ndjson').split(/(?<=\n)/)
    const end = JSON.parse(lines.pop()!) as { sha256: string; count: number }
    expect(end.count).toBe(lines.length)
    expect(end.sha256).toBe(createHash('sha256').update(lines.join('')).digest('hex'))
  })
})

describe('problem examples', () => {
  it.each(Object.entries(problemCodes))('%s is a problem with the words of the list', (code, { status, title }) => {
    expect(existsSync(new URL(`problems/${code}.json`, folder))).toBe(true)
    const problem = JSON.parse(read(`problems/${code}.json`)) as Record<string, unknown>
    expectValid('Problem', problem)
    expect(problem).toMatchObject({ type: `/docs/errors#${code}`, code, status, title })
  })

  it('are those of the list', () => {
    expect(list('problems')).toEqual(
      Object.keys(problemCodes)
        .map((code) => `${code}.json`)
        .sort(),
    )
  })
})

/** Validates all that a schema can see of a request; null: it passes. Variables are texts, so only their places are checked. */
function requestErrors(example: RequestExample): unknown {
  const operation = operations[example.operationId as OperationId]
  const variable = /\{\{\w+\}\}/
  const path = Object.fromEntries(Object.entries(example.pathParams ?? {}).filter(([, value]) => !variable.test(value)))
  const query = Object.fromEntries(
    Object.entries(withVariables(example.query ?? {}) as NonNullable<RequestExample['query']>).map(([name, value]) => [
      name,
      operation.commaSeparated.includes(name) && typeof value === 'string' ? value.split(',') : value,
    ]),
  )
  const groups: [object, object][] = [
    [{ ...operation.parameters.path, required: [] }, path],
    [operation.parameters.query, query],
    [operation.parameters.headers, { ...example.headers }],
  ]
  for (const [schema, values] of groups) {
    const validate = coerce.compile(schema)
    if (!validate(values)) return validate.errors
  }
  const mediaType = example.headers?.['content-type'] ?? 'application/json'
  const content = operation.requestBody?.content[mediaType]
  if (content === undefined) return null
  if (example.bodyFile === undefined) return bodyErrors(content.schema!, withVariables(example.body))
  const lines = read(`requests/${example.bodyFile}`).trim().split('\n')
  for (const [index, line] of lines.entries()) {
    const name = content.lineSchemas[Math.min(index, content.lineSchemas.length - 1)]!
    try {
      const errors = bodyErrors(name, JSON.parse(line))
      if (errors !== null) return errors
    } catch (error) {
      return error
    }
  }
  return null
}

/** Stands in for the names that only a running server gives. */
function withVariables(body: unknown): unknown {
  const text = JSON.stringify(body)
    .replaceAll(/\{\{\w*JobId\}\}/g, 'job_00000000000070008000000000000000')
    .replaceAll('{{endpointId}}', 'whe_00000000000070008000000000000000')
  return JSON.parse(text.replaceAll(/\{\{\w+\}\}/g, 'variable'))
}

function bodyErrors(name: SchemaName, value: unknown): unknown {
  const validate = ajv.getSchema(schemaRef(name))!
  return validate(value) === true ? null : (validate.errors ?? null)
}

function expectValid(name: SchemaName, value: unknown): void {
  expect({ name, errors: bodyErrors(name, value) }).toEqual({ name, errors: null })
}

function expectBody(content: OperationContent, text: string, file: string): void {
  if (content.schema !== null) return expectValid(content.schema, JSON.parse(text))
  if (content.lineSchemas.length > 0) {
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
    lines.forEach((line, index) => {
      expectValid(content.lineSchemas[index === lines.length - 1 ? content.lineSchemas.length - 1 : 0]!, line)
    })
  } else if (content.eventSchema !== null) {
    for (const block of text
      .trim()
      .split('\n\n')
      .filter((each) => !each.startsWith(':'))) {
      const [event, id, data] = block.split('\n').map((line) => line.slice(line.indexOf(': ') + 2)) as [
        string,
        string,
        string,
      ]
      expectValid(content.eventSchema, { event, id, data: JSON.parse(data) })
    }
  } else {
    expect(text.length, file).toBeGreaterThan(0)
  }
}
