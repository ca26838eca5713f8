import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { RequestTemplateConfig } from '../model/channel.ts'
import { type AnswerBody, decodeBody, isEncoded, longerThan } from './answer-body.ts'
import { type CallLease, LeaseEnded, permanentLease, slicedBody } from './call-lease.ts'

/** A response, with as much of the body as may be kept. */
export interface HttpAnswer extends AnswerBody {
  readonly status: number
  readonly headers: IncomingHttpHeaders
}

export interface HttpExchangeRequest {
  /** Only for a dispatcher of many origins. */
  readonly origin?: string
  readonly path: string
  /** @default POST */
  readonly method?: RequestTemplateConfig['method']
  /** Names and values in turn. */
  readonly headers: string[]
  /** Null: none. */
  readonly body: string | Buffer | null
}

export interface ExchangeListener {
  /** Called as soon as status and headers are there, before the body. */
  onHeaders?(status: number, headers: IncomingHttpHeaders): void
  onAnswer(answer: HttpAnswer): void
  /** The connection broke or could not be made, or the exchange was aborted. Either this or `onAnswer` is called, once. */
  onError(error: unknown): void
}

/**
 * Posts a body and collects the answer, on undici's lowest level: no streams, no promises, no signals. The only reader of answers: what it
 * keeps is bounded.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #maxBodyBytes: number
  readonly #listener: ExchangeListener
  readonly #lease: CallLease
  #controller: Dispatcher.DispatchController | null = null
  #abortedBy: Error | null = null
  #ended = false
  #status = 0
  #headers: IncomingHttpHeaders = {}
  #first: Buffer | null = null
  #more: Buffer[] | null = null
  #bytes = 0

  /**
   * @param maxBodyBytes of the answer's body, on the wire and decoded
   * @param options.lease whether requests may be sent @default they always may
   */
  constructor(
    maxBodyBytes: number,
    listener: ExchangeListener,
    { lease = permanentLease }: { readonly lease?: CallLease | undefined } = {},
  ) {
    this.#maxBodyBytes = maxBodyBytes
    this.#listener = listener
    this.#lease = lease
  }

  /** Once only. */
  start(dispatcher: Dispatcher, { origin, path, method = 'POST', headers, body }: HttpExchangeRequest): void {
    const sliced = slicedBody(body, this.#lease)
    if (sliced !== null) headers.push('content-length', String(sliced.length))
    const to = { ...(origin !== undefined && { origin }), path, method, headers }
    // Its types know no iterables of bytes, which it takes.
    dispatcher.dispatch({ ...to, body: sliced === null ? body : (sliced.slices as unknown as Readable) }, this)
  }

  /** Ends it now, with this error, unless it has ended. One that waits for a connection is never sent. */
  abort(reason: Error): void {
    if (this.#ended) return
    this.#abortedBy = reason
    this.#fail(reason)
    this.#controller?.abort(reason)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#abortedBy !== null) controller.abort(this.#abortedBy)
    // It may have waited for its connection for long, or the process was frozen.
    else if (!this.#lease.holds()) this.abort(new LeaseEnded())
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return
    this.#status = status
    this.#headers = headers
    this.#listener.onHeaders?.(status, headers)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const capacity = this.#maxBodyBytes - this.#bytes
    if (chunk.length <= capacity) {
      this.#keep(chunk)
      return
    }
    this.#keep(chunk.subarray(0, capacity))
    this.#answer(longerThan(this.#maxBodyBytes))
    controller.abort(new Error('answer too long'))
  }

  onResponseEnd(): void {
    this.#answer(null)
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error)
  }

  #keep(chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#first === null) this.#first = chunk
    else if (this.#more === null) this.#more = [this.#first, chunk]
    else this.#more.push(chunk)
  }

  #answer(unread: string | null): void {
    if (this.#ended) return
    this.#ended = true
    const body = this.#more === null ? (this.#first ?? NOTHING) : Buffer.concat(this.#more)
    const [status, headers] = [this.#status, this.#headers]
    const encoding = headers['content-encoding']
    if (!isEncoded(encoding) || body.length === 0) this.#listener.onAnswer({ status, headers, body, unread })
    else if (unread !== null) this.#listener.onAnswer({ status, headers, body: NOTHING, unread })
    else {
      void decodeBody(body, encoding, this.#maxBodyBytes).then((decoded) => {
        this.#listener.onAnswer({ status, headers, ...decoded })
      })
    }
  }

  #fail(error: Error): void {
    if (this.#ended) return
    this.#ended = true
    this.#listener.onError(error)
  }
}

const NOTHING = Buffer.alloc(0)

/**
 * Posts a body and resolves with the answer.
 * Rejects with the error that broke the connection, or with the signal's reason.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: HttpExchangeRequest & { readonly signal: AbortSignal; readonly maxBodyBytes: number },
): Promise<HttpAnswer> {
  const { signal, maxBodyBytes } = request
  return new Promise<HttpAnswer>((resolve, reject) => {
    const onAbort = (): void => {
      running.abort(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    }
    const running = new Exchange(maxBodyBytes, {
      onAnswer(answer) {
        signal.removeEventListener('abort', onAbort)
        resolve(answer)
      },
      onError(error) {
        signal.removeEventListener('abort', onAbort)
        reject(error instanceof Error ? error : new Error(String(error)))
      },
    })
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    running.start(dispatcher, request)
  })
}
