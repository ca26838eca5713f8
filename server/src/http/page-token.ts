import { createHash } from 'node:crypto'
import { ProblemError } from '../model/errors.ts'

/*
 * A page token is opaque to callers: where to go on, and a digest of that with the filters it belongs to. The digest keeps no
 * secret (what a token leads to is checked like any request); it tells a token that was changed, or used with other filters.
 */

/** What a token belongs to: the operation, and every filter that decides which entries come. */
export type PageScope = readonly unknown[]

export function pageToken(cursor: string, scope: PageScope): string {
  return `${Buffer.from(cursor).toString('base64url')}.${digest(cursor, scope)}`
}

/**
 * Where the page after `token` begins; null without a token.
 * @throws ProblemError `bad_request` when the token was not made by `pageToken` for the same scope
 */
export function cursorOf(token: string | undefined, scope: PageScope): string | null {
  if (token === undefined) return null
  const [encoded = '', given = '', ...rest] = token.split('.')
  const cursor = Buffer.from(encoded, 'base64url').toString()
  if (rest.length === 0 && digest(cursor, scope) === given && pageToken(cursor, scope) === token) return cursor
  const detail = 'must be the nextPageToken of the page before, with the same filters'
  throw new ProblemError({
    code: 'bad_request',
    detail: `Cannot list as pageToken ${detail}`,
    errors: [{ parameter: 'pageToken', detail }],
    errorCount: 1,
  })
}

function digest(cursor: string, scope: PageScope): string {
  return createHash('sha256')
    .update(JSON.stringify([cursor, ...scope]))
    .digest('base64url')
    .slice(0, 16)
}
