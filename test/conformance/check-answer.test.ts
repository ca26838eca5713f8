import { readFileSync } from 'node:fs'
import { operations, type Job, type OperationId, type Problem } from '@waybill/spec'
import { describe, expect, it } from 'vitest'
import type { Answer } from './api.ts'
import { checkAnswer, checkProblem } from './check-answer.ts'

const examples = new URL('../../spec/examples/', import.meta.url)

/** The example of an answer, as a server would give it. */
function exampleAnswer(operationId: OperationId, status: number, extension = 'json'): Answer {
  const described = operations[operationId].responses[status]!
  const text = readFileSync(new URL(`answers/${operationId}.${status}.${extension}`, examples), 'utf8')
  const headers = new Headers(described.requiredHeaders.map((name) => [name, 'x']))
  return { operationId, status, headers, mediaType: Object.keys(described.content)[0]!, text }
}

function exampleProblem(operationId: OperationId, code: string): Answer {
  const text = readFileSync(new URL(`problems/${code}.json`, examples), 'utf8')
  const { status, requestId } = JSON.parse(text) as Problem
  const headers = new Headers({ 'x-request-id': requestId!, 'retry-after': '1', 'www-authenticate': 'Bearer' })
  return { operationId, status, headers, mediaType: 'application/problem+json', text }
}

function changed(answer: Answer, change: (body: Record<string, unknown>) => void): Answer {
  const body = JSON.parse(answer.text) as Record<string, unknown>
  change(body)
  return { ...answer, text: JSON.stringify(body) }
}

const job = exampleAnswer('getJob', 200)
const results = exampleAnswer('getResults', 200, 'ndjson')
const events = exampleAnswer('streamEvents', 200, 'sse')
const problem = exampleProblem('getJob', 'job_not_found')

describe('the checker of answers', () => {
  it('passes what the spec shows', () => {
    for (const answer of [job, results, events, problem]) checkAnswer(answer)
  })

  it.each<[string, Answer]>([
    ['a status that the operation does not have', { ...job, status: 202 }],
    ['another media type', { ...job, mediaType: 'text/plain' }],
    ['a missing header', { ...job, headers: new Headers() }],
    ['a missing field', changed(job, (body) => delete body['version'])],
    ['a field that the spec does not have', changed(job, (body) => (body['priority'] = 9))],
    [
      'a field too many further down',
      changed(
        job,
        (body) => ((body as unknown as Job).counts = { ...(body as unknown as Job).counts, parked: 0 } as never),
      ),
    ],
    ['a value of the wrong form', changed(job, (body) => (body['createdAt'] = '15.01.2026'))],
    ['a word that is not on the list', changed(job, (body) => (body['status'] = 'resting'))],
    ['results cut off', { ...results, text: results.text.slice(0, results.text.lastIndexOf('{')) }],
    ['results that were changed', { ...results, text: results.text.replace('sku-1001', 'sku-1009') }],
    ['results without a line', { ...results, text: results.text.slice(results.text.indexOf('\n') + 1) }],
    ['an event without its id', { ...events, text: events.text.replaceAll(/^id: .*\n/gm, '') }],
    ['a body where there is none', { ...job, operationId: 'getJob', status: 304 }],
    ['a problem of another status', changed({ ...problem, status: 400 }, () => undefined)],
    ['a problem with another title', changed(problem, (body) => (body['title'] = 'Oops'))],
    ['a problem of another request', changed(problem, (body) => (body['requestId'] = 'req_1'))],
    ['a problem as plain JSON', { ...problem, mediaType: 'application/json' }],
  ])('finds %s', (_, answer) => {
    expect(() => checkAnswer(answer)).toThrow()
  })

  it('finds a problem with another code', () => {
    expect(() => checkProblem(problem, 'item_not_found')).toThrow()
  })
})
