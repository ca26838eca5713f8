import { readdirSync, readFileSync } from 'node:fs'
import { fillVariables } from './fill-variables.ts'
import { listOperations, type MediaType, type SpecDocument } from './spec-document.ts'

/** One file of `examples/requests`: a request that works against a fresh server. See README.md for its variables. */
export interface RequestExample {
  operationId: string
  summary: string
  pathParams?: Record<string, string>
  query?: Record<string, string | string[]>
  headers?: Record<string, string>
  body?: unknown
  /** A file beside it, for a body that is no JSON. */
  bodyFile?: string
  /** Whether the same request was sent before, and its job deleted since. */
  sentBefore?: 'once' | 'and-deleted'
  expect: { status: number; code?: string }
}

/** Puts the example files into a copy of the spec, each at the body that it is an example of. */
export function addExamples(spec: SpecDocument, folder: URL): SpecDocument {
  const result = structuredClone(spec)
  const operations = new Map(listOperations(result).map((entry) => [entry.operation.operationId, entry]))

  for (const file of filesIn(new URL('requests/', folder), '.json')) {
    const example = JSON.parse(file.text) as RequestExample
    if (example.expect.status >= 400 || (example.body === undefined && example.bodyFile === undefined)) continue
    const [operationId, name] = file.name.split('.') as [string, string]
    const content = operations.get(operationId)?.operation.requestBody?.content ?? {}
    const mediaType = example.headers?.['content-type'] ?? 'application/json'
    const value =
      example.bodyFile === undefined
        ? fillVariables(example.body)
        : fillVariables(readFileSync(new URL(`requests/${example.bodyFile}`, folder), 'utf8'))
    add(content[mediaType], name, example.summary, value, file.name)
  }

  for (const file of filesIn(new URL('answers/', folder), '')) {
    const [operationId, status, name] = file.name.split('.') as [string, string, string]
    const entry = operations.get(operationId)
    const content = Object.values(entry?.responses[status]?.content ?? {})[0]
    const value = file.name.endsWith('.json') ? (JSON.parse(file.text) as unknown) : file.text
    const isNamed = file.name.split('.').length === 4
    add(content, isNamed ? name : 'example', entry?.operation.summary ?? '', value, file.name)
  }

  const responses = Object.values(result.components.responses)
  for (const [code, problem] of Object.entries(result.components['x-problem-codes'])) {
    const value = JSON.parse(readFileSync(new URL(`problems/${code}.json`, folder), 'utf8')) as unknown
    const isOfStatus = (response: (typeof responses)[number]) =>
      [...operations.values()].some((entry) => entry.responses[problem.status] === response)
    for (const response of responses.filter(isOfStatus)) {
      add(response.content?.['application/problem+json'], code, problem.title, value, `problems/${code}.json`)
    }
  }
  return result
}

function add(body: MediaType | undefined, name: string, summary: string, value: unknown, file: string): void {
  if (body === undefined) {
    throw new Error(
      `Cannot place an example as its name must be that of an operation and a body: current value is ${file}`,
    )
  }
  body.examples ??= {}
  body.examples[name] = { summary, value }
}

function filesIn(folder: URL, extension: string): { name: string; text: string }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(extension))
    .sort()
    .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }))
}
