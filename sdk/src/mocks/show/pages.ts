import { createSha256 } from '../../follow/sha256.ts'
import { limits } from '../engine/limits.ts'
import { badRequest } from './problems.ts'

export interface Page<T> {
  readonly entries: readonly T[]
  readonly next: { readonly nextPageToken?: string }
}

export interface PageQuery {
  readonly pageSize?: number
  readonly pageToken?: string
}

/**
 * Cuts one page out of a list.
 * @param scope operation and filters: a token is good for these only
 * @param idOf names an entry, so that what comes and goes before it moves nothing
 * @throws MockProblem `bad_request` for a token of something else
 */
export function cutPage<T>(
  entries: readonly T[],
  { pageSize = limits.defaultPageSize, pageToken }: PageQuery,
  { scope, idOf }: { readonly scope: readonly unknown[]; readonly idOf: (entry: T) => string },
): Page<T> {
  const mark = digestOf(scope)
  const from = pageToken === undefined ? 0 : startOf(entries, { pageToken, mark, idOf })
  const size = Math.min(pageSize, limits.maxPageSize)
  const page = entries.slice(from, from + size)
  const next = entries[from + size]
  return { entries: page, next: next === undefined ? {} : { nextPageToken: `${mark}.${idOf(next)}` } }
}

function startOf<T>(
  entries: readonly T[],
  { pageToken, mark, idOf }: { pageToken: string; mark: string; idOf: (entry: T) => string },
): number {
  const at = pageToken.indexOf('.')
  const id = pageToken.slice(at + 1)
  if (pageToken.slice(0, at) !== mark) {
    const detail = 'must be the nextPageToken of the page before, with the same filters'
    throw badRequest('list', { parameter: 'pageToken', detail })
  }
  const found = entries.findIndex((entry) => idOf(entry) === id)
  return found === -1 ? entries.length : found
}

function digestOf(scope: readonly unknown[]): string {
  const hash = createSha256()
  hash.update(new TextEncoder().encode(JSON.stringify(scope)))
  return hash.digest().slice(0, 16)
}
