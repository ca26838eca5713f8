import { createHmac, randomBytes } from 'node:crypto'

/*
 * Signatures of Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks, version 1): HMAC-SHA256, base64.
 */

const PREFIX = 'whsec_'
/** Bytes of a secret that this server makes; the standard allows 24 to 64. */
const SECRET_BYTES = 32

/** Makes a secret: `whsec_` and 32 random bytes in base64. */
export function newWebhookSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64')
}

/** Returns the text of a secret after `whsec_`. */
export function plainSecret(secret: string): string {
  return secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret
}

/** Returns the key of a secret. */
export function webhookKey(secret: string): Buffer {
  return Buffer.from(plainSecret(secret), 'base64')
}

export interface SignedContent {
  readonly id: string
  /** Seconds since 1970. */
  readonly timestamp: number
  readonly body: string
}

/** Returns the value of `webhook-signature`: one signature for each key, in their order, separated by spaces. */
export function signWebhook({ id, timestamp, body }: SignedContent, keys: readonly Uint8Array[]): string {
  const content = `${id}.${timestamp}.${body}`
  return keys.map((key) => `v1,${createHmac('sha256', key).update(content).digest('base64')}`).join(' ')
}
