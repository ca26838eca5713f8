import { bytesOfBody, bytesOfSecret, decodeBase64, macOf, type SignedContent } from './sign-webhook.ts'
import { type WebhookErrorCode, WebhookVerificationError } from './webhook-error.ts'
import type { WebhookEvent } from './webhook-event.ts'

/** A request as a receiver got it. */
export interface VerifyWebhookOptions {
  /** The body as it came, before anything parses it: text or bytes. JSON that was parsed and made again has other bytes. */
  readonly body: SignedContent['body']
  /** The request's headers: those of `fetch`, or an object such as `request.headers` of Node. Names may be in any case. */
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>
  /** The endpoint's secret, `whsec_...`, or several while one is replaced by another. All of them are tried. */
  readonly secrets: string | readonly string[]
  /** How far the time of the signature may be off, in either direction, in seconds. @default 300 */
  readonly toleranceSeconds?: number
}

/**
 * Verifies a webhook of Waybill and returns its event. Keeps nothing: ignoring an id that was processed before is left to the receiver.
 * @throws {WebhookVerificationError} with `code`: `bad_secret`, `missing_header`, `bad_timestamp`, `too_old`, `too_new`, `no_match` or `bad_body`, looked for in
 *   this order
 * @throws {TypeError} `toleranceSeconds` is negative or no number
 * @example
 * ```ts
 * const event = await verifyWebhook({ body: await request.text(), headers: request.headers, secrets: 'whsec_...' })
 * if (event.type === 'job.ended') console.log(event.data.job.outcome)
 * ```
 */
export async function verifyWebhook(options: VerifyWebhookOptions): Promise<WebhookEvent> {
  const { body, headers, secrets, toleranceSeconds = 300 } = options
  if (!(toleranceSeconds >= 0)) {
    throw new TypeError(`Cannot verify webhook as toleranceSeconds must be >= 0: current value is ${toleranceSeconds}`)
  }
  const keys = (typeof secrets === 'string' ? [secrets] : secrets).map(bytesOfSecret)
  if (keys.length === 0) throw refused('bad_secret', 'there must be at least one secret')
  const id = requireHeader(headers, 'webhook-id')
  const timestamp = requireHeader(headers, 'webhook-timestamp')
  const signatures = readSignatures(requireHeader(headers, 'webhook-signature'))
  checkTime(timestamp, toleranceSeconds)
  const bytes = bytesOfBody(body)

  let isSigned = false
  for (const key of keys) {
    const mac = await macOf(key, { id, timestamp, body: bytes })
    for (const signature of signatures) isSigned = isEqual(mac, signature) || isSigned
  }
  if (!isSigned) throw refused('no_match', 'a signature must have been made with one of the secrets: none was')
  return readEvent(bytes, id)
}

function refused(code: WebhookErrorCode, reason: string): WebhookVerificationError {
  return new WebhookVerificationError(code, `Cannot verify webhook as ${reason}`)
}

function requireHeader(headers: VerifyWebhookOptions['headers'], name: string): string {
  const value = 'get' in headers && typeof headers.get === 'function' ? headers.get(name) : findValue(headers, name)
  if (typeof value === 'string' && value !== '') return value
  throw refused('missing_header', `the request must have the header ${name}: it does not`)
}

/** The value of a header that is there once. */
function findValue(headers: object, name: string): unknown {
  const values = Object.entries(headers).filter(([key]) => key.toLowerCase() === name)
  const all: unknown[] = values.flatMap(([, value]: [string, unknown]) => value)
  return all.length === 1 ? all[0] : undefined
}

/** Those of version 1; others belong to versions that are not known here. */
function readSignatures(header: string): Uint8Array[] {
  return header.split(' ').flatMap((text) => (text.startsWith('v1,') ? (decodeBase64(text.slice(3)) ?? []) : []))
}

function checkTime(timestamp: string, toleranceSeconds: number): void {
  if (!/^\d{1,12}$/.test(timestamp)) {
    throw refused('bad_timestamp', 'webhook-timestamp must be a number of seconds since 1970: it is not')
  }
  const ageSeconds = Math.floor(Date.now() / 1000) - Number(timestamp)
  const wanted = `it must have been signed within ${toleranceSeconds} s`
  if (ageSeconds > toleranceSeconds) throw refused('too_old', `${wanted}: it was signed ${ageSeconds} s ago`)
  if (-ageSeconds > toleranceSeconds) throw refused('too_new', `${wanted}: its time is ${-ageSeconds} s ahead`)
}

/** Takes the same time wherever the two differ. */
function isEqual(mac: Uint8Array, signature: Uint8Array): boolean {
  let difference = mac.length ^ signature.length
  for (const [index, byte] of mac.entries()) difference |= byte ^ (signature[index] ?? 0)
  return difference === 0
}

function readEvent(bytes: Uint8Array, id: string): WebhookEvent {
  const event = parse(bytes)
  // Header and body are signed as one text: an id with a dot in it could move the border between them.
  if (event?.['id'] !== id) throw refused('bad_body', 'the body must be an event with the id of webhook-id: it is not')
  if (typeof event['type'] === 'string' && typeof event['timestamp'] === 'string' && 'data' in event) {
    return event as unknown as WebhookEvent
  }
  throw refused('bad_body', 'the body must be an event with type, timestamp and data: it is not')
}

function parse(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Record<string, unknown> | null
  } catch {
    return null
  }
}
