import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/*
 * The URL of a job's webhook may have a token in it, and stands in the job's envelope, in its events and in the items that deliver them. All have it
 * sealed with a key of the subscription, which is itself sealed with the server's key ring: a rotation of these keys seals one key anew, not every job.
 */

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Makes a key: 32 random bytes in base64url. */
export function newUrlKey(): string {
  return randomBytes(KEY_BYTES).toString('base64url')
}

/** Encrypts a URL (AES-256-GCM): nonce, text and tag in base64url. The same URL is another text each time. */
export function sealJobUrl(url: string, key: string): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key, 'base64url'), nonce, { authTagLength: TAG_BYTES })
  return Buffer.concat([nonce, cipher.update(url, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url')
}

/** Decrypts what `sealJobUrl` returned. @returns null: it was sealed with another key, or changed */
export function openJobUrl(sealed: string, key: string): string | null {
  const bytes = Buffer.from(sealed, 'base64url')
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null
  const nonce = bytes.subarray(0, NONCE_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(key, 'base64url'), nonce, { authTagLength: TAG_BYTES })
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES))
  const text = bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES)
  try {
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8')
  } catch {
    return null
  }
}
