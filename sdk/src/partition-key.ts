import type { ItemInput, PartitionBy } from '@waybill/spec'

/**
 * The key that orders an item: null where `partitionBy` gives it none of its own, undefined when a JSON Pointer leads to nothing,
 * null, an object or an array.
 */
export function partitionKeyOf(item: ItemInput, partitionBy: PartitionBy): string | null | undefined {
  if (partitionBy === 'item') return item.partitionKey ?? item.id
  if (partitionBy === 'job' || partitionBy === 'none') return null
  const value = resolvePointer(item, partitionBy)
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? JSON.stringify(value) : undefined
}

function resolvePointer(value: unknown, pointer: string): unknown {
  let at = value
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined
    if (Array.isArray(at) && !/^(0|[1-9]\d*)$/.test(name)) return undefined
    at = (at as Record<string, unknown>)[name]
  }
  return at
}
