import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { setTimeout } from 'node:timers/promises'
import type { Job, JobSubmission, OperationId, ParkedItem, ParkedItemPage } from '@waybill/spec'
import { operations } from '@waybill/spec'
import type { RunningTarget } from './target.ts'

const examples = new URL('../../spec/examples/', import.meta.url)

/** A file of `spec/examples/requests`; its form is described in spec/README.md. */
export interface RequestExample {
  readonly operationId: OperationId
  readonly summary: string
  readonly pathParams?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | readonly string[]>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly bodyFile?: string
  readonly sentBefore?: 'once' | 'and-deleted'
  readonly expect: { readonly status: number; readonly code?: string }
}

export type ApiRequest = Omit<RequestExample, 'summary' | 'expect' | 'sentBefore'>

/** An answer with its body read. */
export interface Answer {
  readonly operationId: OperationId
  readonly status: number
  readonly headers: Headers
  /** Without parameters; empty when there is no body. */
  readonly mediaType: string
  readonly text: string
}

/** Sends one request of the spec as it stands. */
export async function send(target: RunningTarget, request: ApiRequest): Promise<Answer> {
  const { operationId, pathParams = {}, query = {} } = request
  const { method, openapiPath } = operations[operationId]
  const path = openapiPath.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(pathParams[name]!))
  const url = new URL(path, target.baseUrl)
  for (const [name, values] of Object.entries(query)) {
    for (const value of typeof values === 'string' ? [values] : values) url.searchParams.append(name, value)
  }
  const headers = new Headers(request.headers)
  const body = bodyOf(request, headers)
  const response = await target.fetch(url, { method, headers, ...(body !== undefined && { body }) })
  return readAnswer(operationId, response)
}

export async function readAnswer(operationId: OperationId, response: Response): Promise<Answer> {
  const mediaType = (response.headers.get('content-type') ?? '').split(';')[0]!.trim()
  return { operationId, status: response.status, headers: response.headers, mediaType, text: await response.text() }
}

function bodyOf(request: ApiRequest, headers: Headers): string | Uint8Array<ArrayBuffer> | undefined {
  if (request.body === undefined && request.bodyFile === undefined) return undefined
  if (!headers.has('content-type')) headers.set('content-type', 'application/json')
  const text =
    request.bodyFile === undefined
      ? JSON.stringify(request.body)
      : readFileSync(new URL(`requests/${request.bodyFile}`, examples), 'utf8')
  return headers.get('content-encoding') === 'gzip' ? new Uint8Array(gzipSync(text)) : text
}

export function json<T>(answer: Answer): T {
  return JSON.parse(answer.text) as T
}

/** The example of this name, as it stands in its file. */
export function requestExample(name: string): RequestExample {
  return JSON.parse(readFileSync(new URL(`requests/${name}.json`, examples), 'utf8')) as RequestExample
}

/** Submits, and expects it to be accepted. */
export async function submit(
  target: RunningTarget,
  body: JobSubmission,
  headers: Record<string, string> = {},
): Promise<Job> {
  const answer = await send(target, { operationId: 'submitJob', headers, body })
  if (answer.status !== 201 && answer.status !== 202) {
    throw new Error(`Cannot submit job as 201 or 202 is wanted: current value is ${answer.status} ${answer.text}`)
  }
  return json<Job>(answer)
}

/** Waits for the job to be done, by long-polling. */
export async function untilDone(target: RunningTarget, jobId: string): Promise<Job> {
  const deadlineMs = Date.now() + 20_000
  let knownStatus: string | undefined
  for (;;) {
    const answer = await send(target, {
      operationId: 'getJob',
      pathParams: { jobId },
      query: knownStatus === undefined ? {} : { knownStatus },
      headers: { prefer: 'wait=5' },
    })
    if (answer.status !== 200)
      throw new Error(`Cannot wait for job as 200 is wanted: current value is ${answer.status}`)
    const job = json<Job>(answer)
    if (job.done) return job
    if (Date.now() > deadlineMs)
      throw new Error(`Cannot wait for job as it must end within 20 s: current value is ${answer.text}`)
    knownStatus = job.status
  }
}

/** Waits for an item of the job to be parked. */
export async function untilParked(target: RunningTarget, jobId: string): Promise<ParkedItem> {
  const deadlineMs = Date.now() + 20_000
  for (;;) {
    const page = json<ParkedItemPage>(await send(target, { operationId: 'listParked', query: { jobId } }))
    if (page.parked?.[0] !== undefined) return page.parked[0]
    if (Date.now() > deadlineMs) throw new Error(`Cannot go on as an item of ${jobId} must be parked: none is`)
    await setTimeout(20)
  }
}
