import { createHash, randomBytes } from 'node:crypto'
import type { TokenId } from '../model/ids.ts'

/** Random bytes of a token's text: nobody guesses one, so a plain digest is enough to store. */
const SECRET_BYTES = 32
/** `wbt_` is what scanners for leaked secrets look for; the id says which token it is. */
const TOKEN_TEXT = /^wbt_([0-9a-f]{32})_[A-Za-z0-9_-]{43}$/

/** Makes the text of a token, which its holder sends. */
export function newTokenText(id: TokenId): string {
  return `wbt_${id.slice('tok_'.length)}_${randomBytes(SECRET_BYTES).toString('base64url')}`
}

/** Returns the id in a token's text; null: it does not have the form of one. */
export function tokenIdIn(text: string): TokenId | null {
  const hex = TOKEN_TEXT.exec(text)?.[1]
  return hex === undefined ? null : (`tok_${hex}` as TokenId)
}

/** SHA-256 of a token's text. */
export function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
