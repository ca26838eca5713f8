import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { type AnswerBody, decodeBody, isEncoded, longerThan } from './answer-body.ts'

/** What came back, with as much of the body as may be kept. */
export interface HttpAnswer extends AnswerBody {
  readonly status: number
  readonly headers: IncomingHttpHeaders
}

export interface HttpExchangeRequest {
  /** Only for a dispatcher of many origins. */
  readonly origin?: string
  readonly path: string
  /** Names and values in turn. */
  readonly headers: string[]
  readonly body: string
  readonly signal: AbortSignal
  /** Of the answer's body, on the wire and decoded. */
  readonly maxBodyBytes: number
  /** Called as soon as status and headers are there, before the body. */
  onHeaders?(status: number, headers: IncomingHttpHeaders): void
}

/**
 * Posts a body and collects the answer, on undici's lowest level: no streams, no promise but this one. The only reader of answers: what it
 * keeps is bounded, and it ends with the signal.
 * Rejects with what broke the connection, or with the signal's reason.
 */
export function exchange(dispatcher: Dispatcher, request: HttpExchangeRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const { origin, path, headers, body } = request
    const target = origin === undefined ? { path } : { origin, path }
    dispatcher.dispatch({ ...target, method: 'POST', headers, body }, new Exchange(request, resolve, reject))
  })
}

class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: HttpExchangeRequest
  readonly #resolve: (answer: HttpAnswer | Promise<HttpAnswer>) => void
  readonly #reject: (error: Error) => void
  readonly #onAbort: () => void
  #controller: Dispatcher.DispatchController | null = null
  #status = 0
  #headers: IncomingHttpHeaders = {}
  #chunks: Buffer[] = []
  #bytes = 0

  constructor(
    request: HttpExchangeRequest,
    resolve: (answer: HttpAnswer | Promise<HttpAnswer>) => void,
    reject: (error: Error) => void,
  ) {
    this.#request = request
    this.#resolve = resolve
    this.#reject = reject
    this.#onAbort = () => {
      // Still waiting for a connection: the request is refused when its turn comes.
      this.#controller?.abort(abortReason(request.signal))
      this.#end(() => {
        reject(abortReason(request.signal))
      })
    }
    request.signal.addEventListener('abort', this.#onAbort, { once: true })
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#request.signal.aborted) controller.abort(abortReason(this.#request.signal))
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return
    this.#status = status
    this.#headers = headers
    this.#request.onHeaders?.(status, headers)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const room = this.#request.maxBodyBytes - this.#bytes
    if (chunk.length <= room) {
      this.#chunks.push(chunk)
      this.#bytes += chunk.length
      return
    }
    this.#chunks.push(chunk.subarray(0, room))
    this.#bytes += room
    this.#answer(longerThan(this.#request.maxBodyBytes))
    controller.abort(new Error('answer too long'))
  }

  onResponseEnd(): void {
    this.#answer(null)
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end(() => {
      this.#reject(error)
    })
  }

  #answer(unread: string | null): void {
    const bytes = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks)
    const head = { status: this.#status, headers: this.#headers }
    const encoding = this.#headers['content-encoding']
    this.#end(() => {
      if (!isEncoded(encoding) || bytes.length === 0) this.#resolve({ ...head, body: bytes.toString('utf8'), unread })
      else if (unread !== null) this.#resolve({ ...head, body: '', unread })
      else this.#resolve(decodeBody(bytes, encoding, this.#request.maxBodyBytes).then((body) => ({ ...head, ...body })))
    })
  }

  #end(settle: () => void): void {
    this.#request.signal.removeEventListener('abort', this.#onAbort)
    settle()
  }
}

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted')
}
