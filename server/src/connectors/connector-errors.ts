import { MAX_RETRY_AFTER_MS, parseRetryAfter } from './retry-after.ts'

/*
 * The errors by which a connector of your own says what is to become of an item. They are recognized by their mark, or by their name: the module may have
 * another copy of this package than the server, a subclass may have another name, and a module that imports nothing sets the name alone.
 */

export type ConnectorErrorKind = 'permanent' | 'retry_later' | 'http_status'

/** Member of an error that says its kind, the same in every copy of this package. */
export const ERROR_KIND: unique symbol = Symbol.for('waybill.connector-error')
/** Member of a response whose access token was refused, and will be another one in the next call. */
export const TOKEN_RENEWED: unique symbol = Symbol.for('waybill.token-renewed')

/** Thrown (or returned in a batch) by a connector: the item fails permanently, whatever the retry rules' defaults. A rule for its code may park it. */
export class PermanentError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'PermanentError'
  }
}

/** Thrown (or returned in a batch) by a connector: not delivered now; the next call comes after `delayMs` at the earliest. No failure: does not count as an attempt, up to 20 times per item. */
export class RetryLater extends Error {
  readonly delayMs: number

  /**
   * @param delayMs 0 to 86,400,000 (24 h)
   * @throws RangeError `delayMs` is not a number of that range
   */
  constructor(delayMs: number, message = 'Retry later', options?: ErrorOptions) {
    if (!(typeof delayMs === 'number' && delayMs >= 0 && delayMs <= MAX_RETRY_AFTER_MS)) {
      const current = typeof delayMs === 'number' ? String(delayMs) : `a value of type ${typeof delayMs}`
      throw new RangeError(
        `Cannot make a RetryLater as delayMs must be a number from 0 to ${MAX_RETRY_AFTER_MS}: current value is ${current}`,
      )
    }
    super(message, options)
    this.name = 'RetryLater'
    this.delayMs = delayMs
  }
}

/**
 * Thrown (or returned in a batch) by a connector: the target system refused a request. It is judged as an answer to an `http` connector: 429 and 503 with
 * `Retry-After` hold the whole channel, and do not count as an attempt; other 429, 408, 425 and 5xx are retried; other statuses fail the item. Retry rules
 * for `status` and for the code `http_<status>` apply.
 */
export class HttpStatusError extends Error {
  readonly status: number
  /** Wait that the response asks for in `Retry-After`, ms, at most 24 h; null: none. */
  readonly retryAfterMs: number | null
  /** Its body is read after the call, up to 64 KiB, as the detail of the item's error, unless it was read before. */
  readonly response: Response
  /** Whether another call may succeed, where the status alone does not decide; null: the status decides. */
  readonly retryable: boolean | null

  constructor(response: Response) {
    super(`The target system answered with status ${response.status}`)
    this.name = 'HttpStatusError'
    this.status = response.status
    const retryAfter = response.headers.get('retry-after') ?? undefined
    this.retryAfterMs = parseRetryAfter(retryAfter, { nowMs: Date.now(), maxMs: MAX_RETRY_AFTER_MS })
    this.response = response
    this.retryable = Reflect.get(response, TOKEN_RENEWED) === true ? true : null
  }
}

mark(PermanentError, 'permanent')
mark(RetryLater, 'retry_later')
mark(HttpStatusError, 'http_status')

/**
 * Returns a response of the 2xx as it is. Does not read its body.
 * @throws HttpStatusError its status is another one, redirects (3xx) included
 * @example
 * const response = throwForStatus(await fetch(url, { method: 'PUT', body: JSON.stringify(item.data), authorize: true }))
 */
export function throwForStatus<T extends Response>(response: T): T {
  if (!response.ok) throw new HttpStatusError(response)
  return response
}

function mark(type: { readonly prototype: Error }, kind: ConnectorErrorKind): void {
  Object.defineProperty(type.prototype, ERROR_KIND, { value: kind })
}
