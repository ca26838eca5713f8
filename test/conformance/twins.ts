import { isDeepStrictEqual } from 'node:util'
import { createMockWaybill } from '@waybill/sdk/mocks'
import type { ItemInput, JobSubmission } from '@waybill/spec'
import { getResponse } from 'msw'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { type Answer, type ApiRequest, json, send } from './api.ts'
import { type RandomCall, type RandomSubmission, type Script, scripts } from './random-calls.ts'
import type { RunningTarget } from './target.ts'
import { inSharedTerms, isQuiet, madeIds, readWorld, type ReportedWorld } from './reported-world.ts'

const MOCK_URL = 'http://twin.localhost'
/** Answers that still differ this long after both are quiet are a drift; a job is shown anew twice a second. */
const AGREE_MS = 3000
const QUIET_MS = 30_000
const SOON_MS = 400
const HOUR_MS = 3_600_000

/** A server and the mocks, which get the same calls and whose shops answer the same. */
export class Twins {
  readonly #shop = new RecordingConnector({
    answer: ({ items: [item] }) => {
      const { status, times } = scriptOf(item!.data)
      return item!.attempt <= times
        ? { kind: 'status', status }
        : { kind: 'items', answer: () => ({ kind: 'succeeded' }) }
    },
  })
  readonly #mock = createMockWaybill({ baseUrl: MOCK_URL })
  #server: ServerProcess | null = null
  #channels = 0

  async start(): Promise<void> {
    for (const [script, { status, times }] of Object.entries(scripts)) {
      if (times > 0) this.#mock.failItem(({ data }) => scriptName(data) === script, { status, times })
    }
    await this.#shop.start()
    this.#server = await ServerProcess.create({ store: 'memory' })
    await this.#server.start()
  }

  async stop(): Promise<void> {
    await this.#server?.remove()
    await this.#shop.stop()
    this.#mock.reset()
  }

  /** Sends the calls to both on a channel of their own. @throws Error where their answers differ @param drift a fault of the mock, to see it found */
  async run(
    calls: readonly RandomCall[],
    drift: (request: ApiRequest) => ApiRequest = (request) => request,
  ): Promise<void> {
    const server = { baseUrl: this.#server!.url, fetch }
    const mock = {
      baseUrl: MOCK_URL,
      fetch: (...request: Parameters<typeof fetch>) => this.#fetchMock(new Request(...request)),
    }
    const twin = new TwinRun({ server, mock, drift, channel: `random-${++this.#channels}` })
    await twin.begin(this.#shop.url)
    for (const call of calls) await twin.carryOut(call)
  }

  /** Straight to its handlers: the requests to the server are nobody's business. */
  async #fetchMock(request: Request): Promise<Response> {
    const response = await getResponse([...this.#mock.handlers], request)
    if (response === undefined) throw new Error(`Cannot fetch ${request.url} as the mock must answer it: it does not`)
    return response
  }
}

type Side = 'server' | 'mock'
type Endpoint = Pick<RunningTarget, 'baseUrl' | 'fetch'>

class TwinRun {
  readonly #targets: Record<Side, RunningTarget>
  readonly #drift: (request: ApiRequest) => ApiRequest
  readonly #channel: string
  /** The jobs of both, in the order in which they were made. */
  readonly #ids: Record<Side, string[]> = { server: [], mock: [] }
  readonly #done: RandomCall[] = []
  #last: Record<Side, ReportedWorld> | null = null
  #items = 0

  constructor(options: {
    server: Endpoint
    mock: Endpoint
    drift: (request: ApiRequest) => ApiRequest
    channel: string
  }) {
    const complete = (endpoint: Endpoint) => ({ ...endpoint, crashingChannel: '', stop: () => Promise.resolve() })
    this.#targets = { server: complete(options.server), mock: complete(options.mock) }
    this.#drift = options.drift
    this.#channel = options.channel
  }

  async begin(url: string): Promise<void> {
    const connector = { type: 'http', url, allowPrivateAddresses: true }
    const retry = { maxAttempts: 2, backoff: { initialMs: 1, factor: 1, maxMs: 1 } }
    const body = { connector, retry, circuit: null, concurrency: 4 }
    await this.#both({ operationId: 'putChannel', pathParams: { channel: this.#channel }, body })
    await this.#agree()
  }

  async carryOut(call: RandomCall): Promise<void> {
    this.#done.push(call)
    const request = this.#requestOf(call)
    if (request === null) return
    await this.#both(request)
    await this.#agree()
  }

  /** Sends a request to both, with the ids of each. */
  async #both(request: ApiRequest): Promise<void> {
    const [server, mock] = [
      await send(this.#targets.server, this.#named(request, 'server')),
      await send(this.#targets.mock, this.#drift(this.#named(request, 'mock'))),
    ]
    const codes = [codeOf(server), codeOf(mock)]
    if (!isDeepStrictEqual(codes[0], codes[1])) throw this.#differs(codes[0], codes[1])
    this.#note('server', server)
    this.#note('mock', mock)
  }

  #note(side: Side, answer: Answer): void {
    for (const id of madeIds(answer))
      if (id.startsWith('job_') && !this.#ids[side].includes(id)) this.#ids[side].push(id)
  }

  /** A request with `{{n}}` for the n-th job. */
  #named(request: ApiRequest, side: Side): ApiRequest {
    const text = JSON.stringify(request).replace(/\{\{(\d+)\}\}/g, (_, n: string) => this.#ids[side][Number(n)]!)
    return JSON.parse(text) as ApiRequest
  }

  /** Waits until nothing moves on either side, and both tell the same. */
  async #agree(): Promise<void> {
    const deadlineMs = Date.now() + QUIET_MS
    let differsSinceMs: number | null = null
    for (;;) {
      const [server, mock] = await Promise.all([
        readWorld(this.#targets.server, this.#channel),
        readWorld(this.#targets.mock, this.#channel),
      ])
      this.#last = { server, mock }
      if (isQuiet(server) && isQuiet(mock)) {
        const reported = [inSharedTerms(server, this.#ids.server), inSharedTerms(mock, this.#ids.mock)]
        if (isDeepStrictEqual(reported[0], reported[1])) return
        differsSinceMs ??= Date.now()
        if (Date.now() - differsSinceMs > AGREE_MS) throw this.#differs(reported[0], reported[1])
      }
      if (Date.now() > deadlineMs) throw this.#differs('quiet: ' + isQuiet(server), 'quiet: ' + isQuiet(mock))
      await new Promise((resolve) => setTimeout(resolve, 40))
    }
  }

  #differs(server: unknown, mock: unknown): Error {
    const calls = this.#done.map((call) => JSON.stringify(call)).join('\n  ')
    return new Error(`Server and mocks must answer the same after\n  ${calls}\n${differences(server, mock).join('\n')}`)
  }

  #requestOf(call: RandomCall): ApiRequest | null {
    const name = this.#channel
    switch (call.type) {
      case 'submit':
        return { operationId: 'submitJob', body: this.#submission(call) }
      case 'pauseChannel':
      case 'resumeChannel':
        return { operationId: call.type, pathParams: { channel: name } }
      case 'resolveParked': {
        const { parked = [] } = this.#last?.server ?? {}
        const chosen = parked.at(-1 - (call.item % Math.max(1, parked.length)))
        if (chosen === undefined) return null
        const { jobId, index, data } = { data: null, ...chosen.item }
        const shop = (data as { shop?: string } | null)?.shop ?? shopOf(this.#last!.server, chosen.item)
        const place = { jobId: `{{${this.#ids.server.indexOf(jobId)}}}`, index }
        const replaced = call.decision === 'replace' && { data: { shop, script: 'ok' } }
        return {
          operationId: 'resolveParked',
          body: { items: [place], decision: call.decision, ...replaced },
        }
      }
      default: {
        const pathParams = this.#jobParam(call.job)
        if (pathParams === null) return null
        if (call.type === 'retryJob') return { operationId: call.type, pathParams, body: { status: [call.status] } }
        const total = this.#last!.server.jobs.find(
          ({ id }) => id === this.#named({ ...EMPTY, pathParams }, 'server').pathParams!['jobId'],
        )
        const count = total?.counts.total ?? 0
        if (call.type === 'sealJob') return { operationId: call.type, pathParams, body: { itemCount: count } }
        if (call.type !== 'appendItems') return { operationId: call.type, pathParams }
        const body = [this.#item({ key: 'a', script: 'ok' })]
        return { operationId: call.type, pathParams, query: { fromIndex: String(count) }, body }
      }
    }
  }

  #jobParam(fromNewest: number): { jobId: string } | null {
    const { length } = this.#ids.server
    return length === 0 ? null : { jobId: `{{${length - 1 - (fromNewest % length)}}}` }
  }

  #submission(call: RandomSubmission): JobSubmission {
    const { partitionBy, onExhausted, onOdd, dependsOn, open } = call
    const isPaused = this.#last?.server.channel.state.paused === true
    const times = { none: null, past: -HOUR_MS, soon: SOON_MS, far: HOUR_MS }
    const deadlines = { none: null, soon: isPaused ? SOON_MS * 2 : null, far: 2 * HOUR_MS }
    const runAtMs = times[call.runAt]
    const deadlineMs = call.runAt === 'far' && call.deadline === 'soon' ? null : deadlines[call.deadline]
    const job = dependsOn === null ? null : this.#jobParam(dependsOn.job)
    return {
      ...{ channel: this.#channel, objectType: 'product', action: 'update', onInvalidItem: 'fail' },
      ...{ partitionBy, onExhausted },
      ...(open ? { open } : { items: call.items.map((item) => this.#item(item)) }),
      ...(onOdd !== null && { retry: { rules: [{ status: ['418-419'], then: onOdd }] } }),
      ...(runAtMs !== null && { runAt: inMs(runAtMs) }),
      ...(deadlineMs !== null && { deadlineAt: inMs(deadlineMs) }),
      ...(job !== null && { dependsOn: [{ job: job.jobId, require: dependsOn!.require }] }),
    }
  }

  #item({ key, script }: RandomSubmission['items'][number]): ItemInput {
    const id = script === 'invalid' ? '' : `sku-${++this.#items}`
    return { id, ...(key !== null && { partitionKey: key }), data: { shop: key ?? 'none', script } }
  }
}

const EMPTY: ApiRequest = { operationId: 'getJob' }

function inMs(ms: number): string {
  return new Date(Date.now() + ms).toISOString()
}

function shopOf({ items }: ReportedWorld, { jobId, index }: { jobId: string; index: number }): string {
  const item = items.find((one) => one.jobId === jobId && one.index === index)
  return (item?.data as { shop: string }).shop
}

function scriptName(data: unknown): string | undefined {
  return (data as { script?: string } | null)?.script
}

function scriptOf(data: unknown): { readonly status: number; readonly times: number } {
  return scripts[(scriptName(data) ?? 'ok') as Script] ?? scripts.ok
}

function codeOf(answer: Answer): unknown {
  return [answer.operationId, answer.status, answer.status < 400 ? null : json<{ code: string }>(answer).code]
}

/** Where two values differ: path, the server's, the mock's. */
function differences(server: unknown, mock: unknown, path = ''): string[] {
  if (isDeepStrictEqual(server, mock)) return []
  const isTree = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
  if (!isTree(server) || !isTree(mock))
    return [`${path || '/'}: the server has ${JSON.stringify(server)}, the mock ${JSON.stringify(mock)}`]
  const names = new Set([...Object.keys(server), ...Object.keys(mock)])
  return [...names].flatMap((name) => differences(server[name], mock[name], `${path}/${name}`))
}
