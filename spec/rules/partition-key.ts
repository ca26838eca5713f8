import { unescapedToken } from './json-pointer.ts'

/** The members of an item that its partition key may come from. */
export interface KeyedItem {
  readonly id: string
  readonly partitionKey?: string | undefined
  readonly [member: string]: unknown
}

/**
 * Returns an item's partition key under its job's `partitionBy`: for `item` its `partitionKey`, else its `id`; for a JSON Pointer the text it
 * points to (the JSON text of a number or boolean); null for `job` and `none`, whose items have no key of their own, and undefined when
 * a pointer leads to nothing, null, an object or an array: the item is invalid then.
 */
export function partitionKeyOf(item: KeyedItem, partitionBy: string): string | null | undefined {
  if (partitionBy === 'item') return item.partitionKey ?? item.id
  if (partitionBy === 'job' || partitionBy === 'none') return null
  const value = resolvePointer(item, parsePointer(partitionBy))
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return JSON.stringify(value)
  return undefined
}

const parsed = new Map<string, readonly string[]>()
/** Pointers kept parsed; a server sees a handful, a hostile one must not grow the map. */
const MAX_PARSED = 100

/** The reference tokens of a JSON Pointer (RFC 6901, section 4), unescaped. */
export function parsePointer(pointer: string): readonly string[] {
  let tokens = parsed.get(pointer)
  if (tokens === undefined) {
    tokens = pointer.split('/').slice(1).map(unescapedToken)
    if (parsed.size >= MAX_PARSED) parsed.clear()
    parsed.set(pointer, tokens)
  }
  return tokens
}

const ARRAY_INDEX = /^(0|[1-9][0-9]*)$/

/** Resolves tokens in a JSON value; undefined when they lead to nothing. Only own members count. */
export function resolvePointer(value: unknown, tokens: readonly string[]): unknown {
  let at = value
  for (const token of tokens) {
    if (typeof at !== 'object' || at === null) return undefined
    if (Array.isArray(at)) {
      if (!ARRAY_INDEX.test(token)) return undefined
      at = at[Number(token)] as unknown
    } else {
      if (!Object.hasOwn(at, token)) return undefined
      at = (at as Record<string, unknown>)[token]
    }
  }
  return at
}
