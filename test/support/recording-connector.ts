import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate as nextRound } from 'node:timers/promises'
import type { RecordedCall } from './record.ts'

/** The connector's answer for one item of a call. */
export type ItemAnswer =
  | { readonly kind: 'succeeded'; readonly result?: unknown }
  | { readonly kind: 'failed'; readonly code: string }
  | { readonly kind: 'retry'; readonly code?: string }

/** The connector's answer for a whole call: judged item by item, or refused with a status. */
export type CallAnswer =
  | {
      readonly kind: 'items'
      readonly answer: (item: DeliveredItem) => ItemAnswer
      readonly delayMs?: number
      readonly after?: Promise<void>
    }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds?: number }
  /** Never answers: the caller's time-out ends it. */
  | { readonly kind: 'hang' }
  /** Breaks the connection off. */
  | { readonly kind: 'reset' }

export interface DeliveredItem {
  readonly index: number
  readonly id: string
  readonly partitionKey: string | null
  readonly idempotencyKey: string
  readonly attempt: number
  readonly data: unknown
}

export interface Delivery {
  readonly jobId: string
  readonly channel: string
  readonly items: readonly DeliveredItem[]
}

export interface RecordingConnectorOptions {
  /** Decides the answer of each call. @default every item succeeds at once */
  readonly answer?: (delivery: Delivery, call: number) => CallAnswer
  /** Refuses calls of an earlier term of their channel than one that started before: they are not recorded. @default false */
  readonly refusesEarlierTerms?: boolean
}

const ALL_SUCCEED: CallAnswer = { kind: 'items', answer: () => ({ kind: 'succeeded' }) }

/** A storefront that writes down every call it gets, over real HTTP. Knows nothing of the server but the documented protocol. */
export class RecordingConnector {
  readonly calls: RecordedCall[] = []
  /** Start of each HTTP call, monotonic ms. */
  readonly callStartsMs: number[] = []
  /** Every `Retry-After` given: when it was sent, and when it ends. */
  readonly blocks: { fromMs: number; untilMs: number }[] = []
  /** HTTP calls of an earlier term of their channel than one that started before. */
  lateCalls = 0
  readonly #terms = new Map<string, number>()
  /** Called after each recorded call. */
  onCall: (() => void) | null = null
  readonly #server: Server
  readonly #options: RecordingConnectorOptions
  readonly #stalls = monitorEventLoopDelay()

  constructor(options: RecordingConnectorOptions = {}) {
    this.#options = options
    this.#server = createServer((request, response) => {
      void this.#serve(request, response)
    })
    this.#server.keepAliveTimeout = 60_000
  }

  /** The highest term that called; 0: none did. */
  get latestTerm(): number {
    return Math.max(0, ...this.#terms.values())
  }

  /** How long this process did not look up since the start, at most: calls that arrived meanwhile are recorded together. */
  get longestStallMs(): number {
    return Math.round(this.#stalls.max / 1e6)
  }

  async start(): Promise<void> {
    this.#stalls.enable()
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/deliver`
  }

  async stop(): Promise<void> {
    this.#stalls.disable()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startMs = performance.now()
    const call = this.callStartsMs.push(startMs)
    const body: Buffer[] = []
    try {
      for await (const chunk of request) body.push(chunk as Buffer)
    } catch {
      return // the caller died while it sent: nothing was delivered
    }
    if (await hasLeft(request)) return
    const delivery = JSON.parse(Buffer.concat(body).toString()) as Delivery
    const epoch = Number(request.headers['waybill-epoch'])
    const latest = this.#terms.get(delivery.channel) ?? 0
    this.#terms.set(delivery.channel, Math.max(latest, epoch))
    const isLate = epoch < latest
    if (isLate) this.lateCalls++
    if (isLate && this.#options.refusesEarlierTerms === true) {
      response.writeHead(409).end()
      return
    }
    const server = /\/deliver\/(.+)/.exec(request.url ?? '')?.[1]
    const answer: CallAnswer = this.#options.answer?.(delivery, call) ?? ALL_SUCCEED
    if (answer.kind === 'items' && answer.delayMs !== undefined)
      await new Promise((resolve) => setTimeout(resolve, answer.delayMs))
    if (answer.kind === 'items') await answer.after
    const endMs = performance.now()
    const record = (item: DeliveredItem, label: RecordedCall['answer'], overMs = endMs): void => {
      this.calls.push({
        startMs,
        endMs: overMs,
        key: item.partitionKey ?? `${delivery.jobId}/${item.index}`,
        jobId: delivery.jobId,
        index: item.index,
        channel: delivery.channel,
        epoch,
        ...(server !== undefined && { server }),
        ...(isLate && { isLate }),
        attempt: item.attempt,
        idempotencyKey: item.idempotencyKey,
        answer: label,
      })
    }
    if (answer.kind === 'hang' || answer.kind === 'reset') {
      // Nothing was taken: the call counts as over at once.
      for (const item of delivery.items) record(item, 'broken', startMs)
      if (answer.kind === 'reset') request.socket.resetAndDestroy()
    } else if (answer.kind === 'status') {
      for (const item of delivery.items) record(item, answer.retryAfterSeconds === undefined ? 'retry' : 'throttled')
      if (answer.retryAfterSeconds !== undefined) {
        this.blocks.push({ fromMs: endMs, untilMs: endMs + answer.retryAfterSeconds * 1000 })
        response.setHeader('retry-after', String(answer.retryAfterSeconds))
      }
      response.writeHead(answer.status).end()
    } else {
      const results = delivery.items.map((item) => {
        const one = answer.answer(item)
        record(item, one.kind)
        if (one.kind === 'succeeded') return { index: item.index, status: 'succeeded', result: one.result ?? null }
        const error =
          one.kind === 'failed'
            ? { code: one.code, detail: 'refused by the test', retryable: false }
            : { code: one.code ?? 'busy', detail: 'come again', retryable: true }
        return { index: item.index, status: 'failed', error }
      })
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ results }))
    }
    this.onCall?.()
  }
}

/**
 * Whether the caller gave the call up before it was looked at. When this process is late, a call that timed out lies beside its own
 * repeat, and which of the two connections is read first is chance: what nobody waits for any more is not taken.
 */
async function hasLeft(request: IncomingMessage): Promise<boolean> {
  // The end of a connection is read one round after its last bytes.
  for (let round = 0; round < 2; round++) await nextRound()
  return request.socket.readableEnded || request.socket.destroyed
}
