// Signatures of Standard Webhooks (https://www.standardwebhooks.com), in WebCrypto alone.

import { WebhookVerificationError } from './webhook-error.ts'

/** The content that a signature covers. */
export interface SignedContent {
  /** The header `webhook-id`. */
  readonly id: string
  /** The header `webhook-timestamp`: seconds since 1970. */
  readonly timestamp: number | string
  /** The body, byte for byte. */
  readonly body: string | Uint8Array | ArrayBuffer
}

const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/
const MIN_SECRET_BYTES = 24
const MAX_SECRET_BYTES = 64
const encoder = new TextEncoder()

/**
 * Signs a webhook as Waybill does, for tests of a receiver.
 * @returns the value of the header `webhook-signature`: `v1,` and the base64 of HMAC-SHA256
 * @throws {WebhookVerificationError} `bad_secret`
 * @example
 * ```ts
 * const signature = await signWebhook('whsec_...', { id: 'evt_1', timestamp: 1768464080, body: '{}' })
 * ```
 */
export async function signWebhook(secret: string, content: SignedContent): Promise<string> {
  const mac = await macOf(bytesOfSecret(secret), content)
  return `v1,${btoa(String.fromCharCode(...mac))}`
}

/** Returns HMAC-SHA256 of the content that a signature covers. @throws {TypeError} there is no WebCrypto: a page must have come over TLS */
export async function macOf(secret: Uint8Array<ArrayBuffer>, content: SignedContent): Promise<Uint8Array> {
  const { id, timestamp, body } = content
  const subtle = crypto.subtle as SubtleCrypto | undefined
  if (!subtle) throw new TypeError('Cannot sign webhook as crypto.subtle must be there: a page without TLS has none')
  const key = await subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const head = encoder.encode(`${id}.${timestamp}.`)
  const bytes = bytesOfBody(body)
  const signed = new Uint8Array(head.length + bytes.length)
  signed.set(head)
  signed.set(bytes, head.length)
  return new Uint8Array(await subtle.sign('HMAC', key, signed))
}

export function bytesOfBody(body: SignedContent['body']): Uint8Array {
  if (typeof body === 'string') return encoder.encode(body)
  return body instanceof Uint8Array ? body : new Uint8Array(body)
}

/** @throws {WebhookVerificationError} `bad_secret`, without the secret */
export function bytesOfSecret(secret: string): Uint8Array<ArrayBuffer> {
  const bytes = decodeBase64(SECRET.exec(secret)?.[1] ?? '')
  if (bytes !== null && bytes.length >= MIN_SECRET_BYTES && bytes.length <= MAX_SECRET_BYTES) return bytes
  const wanted = `whsec_ and the base64 of ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} bytes`
  throw new WebhookVerificationError('bad_secret', `Cannot use a webhook secret as it must be ${wanted}`)
}

/** Returns null for a text that is not base64. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return null
  }
}
