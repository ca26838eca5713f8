import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher, Pool } from 'undici'

/** What came back, with as much of the body as may be kept. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** The body was longer than allowed; the rest was not read. */
  readonly truncated: boolean
}

export interface HttpExchangeRequest {
  readonly path: string
  /** Names and values in turn. */
  readonly headers: string[]
  readonly body: string
  readonly signal: AbortSignal
  readonly maxBodyBytes: number
  /** Called as soon as status and headers are there, before the body. */
  onHeaders(status: number, headers: IncomingHttpHeaders): void
}

/**
 * Posts a body and collects the answer, on undici's lowest level: no streams, no promise but this one.
 * Rejects with what broke the connection, or with the signal's reason.
 */
export function exchange(pool: Pool, request: HttpExchangeRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const { path, headers, body } = request
    pool.dispatch({ path, method: 'POST', headers, body }, new Exchange(request, resolve, reject))
  })
}

class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: HttpExchangeRequest
  readonly #resolve: (answer: HttpAnswer) => void
  readonly #reject: (error: Error) => void
  readonly #onAbort: () => void
  #controller: Dispatcher.DispatchController | null = null
  #status = 0
  #headers: IncomingHttpHeaders = {}
  #chunks: Buffer[] = []
  #bytes = 0

  constructor(request: HttpExchangeRequest, resolve: (answer: HttpAnswer) => void, reject: (error: Error) => void) {
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
    this.#request.onHeaders(status, headers)
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
    this.#answer(true)
    controller.abort(new Error('answer too long'))
  }

  onResponseEnd(): void {
    this.#answer(false)
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end(() => {
      this.#reject(error)
    })
  }

  #answer(truncated: boolean): void {
    const body = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks)
    this.#end(() => {
      this.#resolve({ status: this.#status, headers: this.#headers, body: body.toString('utf8'), truncated })
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
