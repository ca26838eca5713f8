/**
 * A new key, unguessable and never made twice. Not `crypto.randomUUID`: browsers have it on https pages only.
 */
export function createIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Refuses what cannot be sent as a header or would be refused by the server. */
export function checkIdempotencyKey(action: string, key: string): string {
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key
  throw new TypeError(
    `Cannot ${action} as idempotencyKey must be 1 to 255 visible ASCII characters: current value is ${JSON.stringify(key)}`,
  )
}
