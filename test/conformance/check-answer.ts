import { createHash } from 'node:crypto'
import {
  operations,
  problemCodes,
  schemaDocument,
  schemaRef,
  type JsonSchema,
  type OperationContent,
  type Problem,
  type ProblemCode,
  type ResultEnd,
  type SchemaName,
} from '@waybill/spec'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { expect } from 'vitest'
import { json, type Answer } from './api.ts'

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, keywords: ['x-max-bytes'] })
addFormats.default(ajv)
// Clients take answers as open. A server that says what the spec does not is found here.
ajv.addSchema(closed(schemaDocument) as JsonSchema)

/** Holds an answer against the spec: status, headers, media type and body are among those of the operation. */
export function checkAnswer(answer: Answer): void {
  const { operationId, status, headers, mediaType, text } = answer
  const described = operations[operationId].responses[status]
  expect(Object.keys(operations[operationId].responses), `${operationId} answers ${status} ${text}`).toContain(
    String(status),
  )
  for (const name of described!.requiredHeaders)
    expect(headers.has(name), `${operationId} ${status} has ${name}`).toBe(true)

  const mediaTypes = Object.keys(described!.content)
  if (mediaTypes.length === 0) return expect(text).toBe('')
  expect(mediaTypes).toContain(mediaType)
  checkBody(described!.content[mediaType]!, text)
  if (status >= 400) checkProblem(answer)
}

/** Expects one problem, reported as in the spec. */
export function checkProblem(answer: Answer, code?: ProblemCode): Problem {
  expect(answer.mediaType).toBe('application/problem+json')
  const problem = json<Problem>(answer)
  checkSchema('Problem', problem)
  if (code !== undefined) expect(problem.code, problem.detail).toBe(code)
  const { status, title } = problemCodes[problem.code]
  expect(problem).toMatchObject({ type: `/docs/errors#${problem.code}`, status, title })
  expect(answer.status).toBe(status)
  expect(problem.requestId).toBe(answer.headers.get('x-request-id'))
  if (status === 503 || problem.code.endsWith('_in_progress')) expect(answer.headers.has('retry-after')).toBe(true)
  return problem
}

export function checkSchema(name: SchemaName, value: unknown): void {
  const validate = ajv.getSchema(schemaRef(name))!
  expect({ name, errors: validate(value) === true ? null : validate.errors, value }).toEqual({
    name,
    errors: null,
    value,
  })
}

/** One server-sent event of a text of them. */
export interface EventBlock {
  readonly event: string
  readonly id: string
  readonly data: unknown
}

/** Reads a whole stream of events; comments are left out. */
export function readEvents(text: string): EventBlock[] {
  return text
    .split('\n\n')
    .map((block) => block.split('\n').filter((line) => line !== '' && !line.startsWith(':')))
    .filter((lines) => lines.length > 0)
    .map((lines) => {
      const field = (name: string) =>
        lines
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 1).replace(/^ /, ''))
          .join('\n')
      return { event: field('event'), id: field('id'), data: JSON.parse(field('data')) as unknown }
    })
}

function checkBody(content: OperationContent, text: string): void {
  if (content.schema !== null) checkSchema(content.schema, JSON.parse(text))
  else if (content.lineSchemas.length > 0) checkResultLines(text)
  else if (content.eventSchema !== null) for (const event of readEvents(text)) checkSchema(content.eventSchema, event)
  else expect(text).not.toBe('')
}

/** Wants complete NDJSON of results and gives back its last line. */
export function checkResultLines(text: string): ResultEnd {
  const lines = text.split(/(?<=\n)/)
  const last = lines.pop()!
  expect(last.endsWith('\n')).toBe(true)
  for (const line of lines) checkSchema('ResultLine', JSON.parse(line))
  const end = JSON.parse(last) as ResultEnd
  checkSchema('ResultEnd', end)
  expect(end.count).toBe(lines.length)
  expect(end.sha256).toBe(createHash('sha256').update(lines.join('')).digest('hex'))
  return end
}

/** A copy whose objects take the fields they name and no other. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (schema === null || typeof schema !== 'object') return schema
  const copy = Object.fromEntries(Object.entries(schema).map(([keyword, value]) => [keyword, closed(value)]))
  const isObject = 'properties' in copy && copy['type'] === 'object'
  return isObject && !('additionalProperties' in copy) ? { ...copy, additionalProperties: false } : copy
}
