import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto'
import type { TokenId } from '../../model/ids.ts'
import { ProblemError } from '../../model/errors.ts'

/*
 * A page token is opaque to callers: where the next page begins, encrypted, and a signature of that with the operation, the subscription and the
 * filters it belongs to. A place may be a number that counts entries of all subscriptions: its digits, and how many there are, show nothing. The key is the
 * store's, so a token stays valid over restarts and no one without the key can make one.
 */

/** The scope of a token: the operation, the subscription, and every filter that decides which entries a page has. */
export type PageScope = readonly unknown[]

/** Bytes of the signature in a token. It is the IV, too, as in SIV: the same place in the same list is the same token, and no two texts share a key stream. */
const SIGNATURE_BYTES = 16
const CIPHER = 'aes-256-ctr'
/** Places are padded to a multiple of it. */
const PADDED_BYTES = 32
/** Follows the place; zeros follow it. A place may have both. */
const END = 1

/** Signs and checks the page tokens of all lists. */
export class PageTokens {
  readonly #key: Uint8Array
  readonly #cipherKey: Uint8Array
  readonly #holder: PageScope

  /** @param holder what else must be the same */
  constructor(key: Uint8Array, holder: PageScope = []) {
    this.#key = key
    this.#cipherKey = createHmac('sha256', key).update('places of page tokens').digest()
    this.#holder = holder
  }

  /** Returns the page tokens of one access token: no other caller's are valid for it, nor its own for others. */
  of(tokenId: TokenId): PageTokens {
    return new PageTokens(this.#key, [tokenId])
  }

  /** Returns the token of the page that begins at `cursor`. */
  tokenOf(cursor: string, scope: PageScope): string {
    const signature = this.#sign(cursor, scope)
    const bytes = Buffer.from(cursor)
    const padded = Buffer.alloc(Math.ceil((bytes.length + 1) / PADDED_BYTES) * PADDED_BYTES)
    bytes.copy(padded)
    padded[bytes.length] = END
    const encrypted = createCipheriv(CIPHER, this.#cipherKey, signature).update(padded)
    return `${encrypted.toString('base64url')}.${signature.toString('base64url')}`
  }

  /**
   * Returns where the page of a token begins; null without a token.
   * @throws ProblemError `bad_request` when the token was not made by `tokenOf` with the same key and scope
   */
  cursorOf(token: string | undefined, scope: PageScope): string | null {
    if (token === undefined) return null
    const [encoded = '', signature = ''] = token.split('.')
    const given = Buffer.from(signature, 'base64url')
    if (given.length === SIGNATURE_BYTES) {
      const padded = createDecipheriv(CIPHER, this.#cipherKey, given).update(Buffer.from(encoded, 'base64url'))
      const cursor = padded.subarray(0, Math.max(0, padded.lastIndexOf(END))).toString()
      // Base64 has several spellings of the same bytes: only ours is valid.
      if (timingSafeEqual(given, this.#sign(cursor, scope)) && this.tokenOf(cursor, scope) === token) return cursor
    }
    const detail = 'must be the nextPageToken of the previous page of this list, with the same filters'
    throw new ProblemError({
      code: 'bad_request',
      detail: `Cannot list as pageToken ${detail}`,
      errors: [{ parameter: 'pageToken', detail }],
      errorCount: 1,
    })
  }

  #sign(cursor: string, scope: PageScope): Buffer {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([cursor, ...scope, ...this.#holder]))
      .digest()
      .subarray(0, SIGNATURE_BYTES)
  }
}
