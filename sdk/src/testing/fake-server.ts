import type { Job, Problem, ResultLine } from '@waybill/spec'
import { createHash } from 'node:crypto'

/** A request as a test looks at it. */
export interface SeenRequest {
  method: string
  url: URL
  headers: Headers
  body: string
  signal: AbortSignal
}

export type Handler = (request: SeenRequest, count: number) => Response | Promise<Response>

/** A `fetch` that asks a function, and what it was asked. */
export interface FakeServer {
  fetch: (request: Request) => Promise<Response>
  readonly requests: SeenRequest[]
}

/** @param handler gets each request and how many came before it; what it throws is what the network does */
export function createFakeServer(handler: Handler): FakeServer {
  const requests: SeenRequest[] = []
  return {
    requests,
    async fetch(request) {
      const { method, headers, signal } = request
      const seen = { method, url: new URL(request.url), headers, body: await request.text(), signal }
      requests.push(seen)
      return await handler(seen, requests.length - 1)
    },
  }
}

/** Handlers in the order of the requests; the last one stays. */
export function inTurn(...handlers: (Handler | Response)[]): Handler {
  return async (request, count) => {
    const handler = handlers[Math.min(count, handlers.length - 1)]!
    return handler instanceof Response ? handler.clone() : await handler(request, count)
  }
}

export function answer(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } })
}

export function refuse(
  status: number,
  code: Problem['code'],
  headers: Record<string, string> = {},
  more: Partial<Problem> = {},
): Response {
  const problem = {
    type: `/docs/errors#${code}`,
    title: code,
    status,
    detail: `It is ${code}`,
    code,
    requestId: 'req_1',
  }
  return answer(status, { ...problem, ...more }, { 'Content-Type': 'application/problem+json', ...headers })
}

/** Throws the error of a broken connection in Node. */
export function breakConnection(): never {
  throw new TypeError('fetch failed', { cause: new Error('ECONNRESET') })
}

/** An answer that never comes, of a fetch that does not look at its signal. */
export function hang(): Promise<Response> {
  return new Promise(() => undefined)
}

export const jobId = 'job_0198c2f04b7e7c3fa1d2b3c4d5e6f708'

export function jobAs(changes: Partial<Job> = {}): Job {
  const status = changes.status ?? 'running'
  return {
    id: jobId,
    subscription: 'default',
    channel: 'sandbox',
    objectType: 'product',
    action: 'update',
    source: null,
    executionId: null,
    partitionBy: 'item',
    onInvalidItem: 'reject',
    runAt: null,
    deadlineAt: null,
    dependsOn: [],
    onExhausted: 'fail',
    retry: null,
    retainForSeconds: 604_800,
    metadata: {},
    webhook: null,
    retryOf: null,
    traceparent: null,
    status,
    done: status === 'ended',
    outcome: status === 'ended' ? 'succeeded' : null,
    version: 1,
    counts: { total: 2, pending: 0, waiting: 0, running: 2, succeeded: 0, failed: 0, cancelled: 0 },
    nextIndex: null,
    progress: null,
    waiting: [],
    error: null,
    createdAt: '2026-01-15T08:00:00.000Z',
    sealedAt: '2026-01-15T08:00:00.000Z',
    startedAt: null,
    lastProgressAt: null,
    endedAt: null,
    retainedUntil: null,
    links: {
      // On another host: nobody may follow them there.
      self: `https://elsewhere.test/v1/jobs/${jobId}`,
      items: `https://elsewhere.test/v1/jobs/${jobId}/items`,
      results: `https://elsewhere.test/v1/jobs/${jobId}/results`,
      resultsCsv: `https://elsewhere.test/v1/jobs/${jobId}/results.csv`,
      events: `https://elsewhere.test/v1/jobs/${jobId}/events`,
      cancel: `https://elsewhere.test/v1/jobs/${jobId}/cancel`,
      pause: `https://elsewhere.test/v1/jobs/${jobId}/pause`,
      resume: `https://elsewhere.test/v1/jobs/${jobId}/resume`,
      retry: `https://elsewhere.test/v1/jobs/${jobId}/retry`,
      channel: 'https://elsewhere.test/v1/channels/sandbox',
    },
    ...changes,
  }
}

export function resultLine(index: number, changes: Partial<ResultLine> = {}): ResultLine {
  return {
    type: 'item',
    index,
    id: `sku-${index}`,
    partitionKey: `sku-${index}`,
    action: 'update',
    status: 'succeeded',
    attempts: 1,
    startedAt: '2026-01-15T08:00:00.000Z',
    endedAt: '2026-01-15T08:00:00.010Z',
    result: { revision: index },
    warnings: [],
    error: null,
    ...changes,
  }
}

/** NDJSON of these lines with a true end, unless `end` says otherwise. */
export function encodeResults(lines: readonly unknown[], end: Record<string, unknown> = {}): string {
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  const sha256 = createHash('sha256').update(body).digest('hex')
  const count = lines.filter((line) => (line as { type: string }).type === 'item').length
  return `${body}${JSON.stringify({ type: 'end', complete: true, count, nextIndex: lines.length, sha256, ...end })}\n`
}

/** An answer of bytes in pieces; `breaks` ends it as a broken connection does. */
export function streamAnswer(
  pieces: readonly string[],
  breaks = false,
  contentType = 'application/x-ndjson',
): Response {
  const bytes = pieces.map((piece) => new TextEncoder().encode(piece))
  let at = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = bytes[at++]
      if (next !== undefined) controller.enqueue(next)
      else if (breaks) controller.error(new TypeError('terminated'))
      else controller.close()
    },
  })
  return new Response(body, { headers: { 'Content-Type': contentType } })
}

/** Server-sent events of these snapshots. */
export function encodeEvents(...jobs: readonly Job[]): string {
  return jobs
    .map((job) => `event: ${job.done ? 'end' : 'job'}\nid: ${job.version}\ndata: ${JSON.stringify(job)}\n\n`)
    .join('')
}
