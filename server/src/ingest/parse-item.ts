import { isUtf8 } from 'node:buffer'
import { type Action, actions, type PartitionBy } from '../model/job.ts'
import { MAX_ID_BYTES, MAX_JSON_DEPTH, MAX_PARTITION_KEY_BYTES } from '../model/limits.ts'
import { type KeyedItem, parsePointer, partitionKeyOf, resolvePointer } from '../model/partition-key.ts'

/** What is wrong with an item. */
export interface ItemFault {
  /** JSON Pointer into the item; empty for the whole. */
  readonly pointer: string
  readonly detail: string
  /** The line is no JSON at all, so its text is all there is to recognize it by. */
  readonly isJson: boolean
}

/** An item as the slow way reads it: valid, or with its first fault. */
export type ParsedItem =
  | { readonly fault: null; readonly id: string; readonly key: string | null }
  | { readonly fault: ItemFault; readonly id: string | null }

const members = ['id', 'partitionKey', 'action', 'data']

/**
 * Reads one item with all care and says what is wrong with it. Agrees with the spec's `ItemInput`, and on top of it refuses what would
 * not survive: ids and keys over 256 bytes or with half a surrogate pair, numbers out of range, nesting deeper than 64.
 */
export function parseItem(line: Buffer, partitionBy: PartitionBy): ParsedItem {
  if (!isUtf8(line))
    return { fault: { pointer: '', detail: 'must be UTF-8: it has other bytes', isJson: false }, id: null }
  let value: unknown
  try {
    value = JSON.parse(line.toString('utf8'))
  } catch (error) {
    return { fault: { pointer: '', detail: `must be JSON: ${jsonMessage(error)}`, isJson: false }, id: null }
  }
  const fault = itemFault(value)
  if (fault !== null) return { fault, id: idOf(value) }
  const item = value as KeyedItem
  const tooWild = valueFault(item)
  if (tooWild !== null) return { fault: tooWild, id: item.id }
  const key = partitionKeyOf(item, partitionBy)
  const unkeyed = keyFault(item, key, partitionBy)
  return unkeyed === null ? { fault: null, id: item.id, key: key ?? null } : { fault: unkeyed, id: item.id }
}

/** The key of a valid item whose job is partitioned by a JSON Pointer, or what is wrong with it. */
export function keyByPointer(line: Buffer, partitionBy: PartitionBy): ParsedItem {
  const item = JSON.parse(line.toString('utf8')) as KeyedItem
  const key = partitionKeyOf(item, partitionBy)
  const fault = keyFault(item, key, partitionBy)
  return fault === null ? { fault: null, id: item.id, key: key ?? null } : { fault, id: item.id }
}

/** Checks the members of an item: the spec's `ItemInput`. Null: valid. */
export function itemFault(value: unknown): ItemFault | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return faultAt('', `must be an object: current value is ${kindOf(value)}`)
  }
  const item = value as { id?: unknown; partitionKey?: unknown; action?: unknown }
  for (const name of Object.keys(value)) {
    if (!members.includes(name))
      return faultAt(`/${escaped(name)}`, 'is not a field of an item: id, partitionKey, action and data are')
  }
  if (!Object.hasOwn(item, 'id')) return faultAt('/id', 'must be a string: it is missing')
  return (
    textFault(item.id, '/id', MAX_ID_BYTES) ??
    (Object.hasOwn(item, 'partitionKey')
      ? textFault(item.partitionKey, '/partitionKey', MAX_PARTITION_KEY_BYTES)
      : null) ??
    (Object.hasOwn(item, 'action') ? actionFault(item.action) : null)
  )
}

function textFault(value: unknown, pointer: string, maxBytes: number): ItemFault | null {
  if (typeof value !== 'string') return faultAt(pointer, `must be a string: current value is ${kindOf(value)}`)
  const bytes = Buffer.byteLength(value)
  if (bytes === 0 || bytes > maxBytes)
    return faultAt(pointer, `must have 1 to ${maxBytes} bytes: current value has ${bytes}`)
  return value.isWellFormed()
    ? null
    : faultAt(pointer, 'must be well-formed Unicode: current value has half a surrogate pair')
}

function actionFault(value: unknown): ItemFault | null {
  if (actions.includes(value as Action)) return null
  const current = typeof value === 'string' && value.length <= 64 ? JSON.stringify(value) : kindOf(value)
  return faultAt('/action', `must be one of ${actions.join(', ')}: current value is ${current}`)
}

/** What JSON can write down and no reader can keep: numbers beyond a double, and nesting that breaks recursive readers. */
function valueFault(item: unknown): ItemFault | null {
  const open: { value: unknown; depth: number; path: Path | null }[] = [{ value: item, depth: 1, path: null }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth, path } = next
    if (typeof value === 'number' && !Number.isFinite(value)) {
      return faultAt(pointerOf(path), 'must be a number of at most about 1.8e308: current value is larger')
    }
    if (typeof value !== 'object' || value === null) continue
    if (depth > MAX_JSON_DEPTH)
      return faultAt('', `must be nested at most ${MAX_JSON_DEPTH} deep: current value is deeper`)
    for (const name of Object.keys(value)) {
      const member = (value as Record<string, unknown>)[name]
      if (typeof member === 'object' || typeof member === 'number') {
        open.push({ value: member, depth: depth + 1, path: { name, parent: path } })
      }
    }
  }
  return null
}

interface Path {
  readonly name: string
  readonly parent: Path | null
}

function pointerOf(path: Path | null): string {
  let pointer = ''
  for (let at = path; at !== null; at = at.parent) pointer = `/${escaped(at.name)}${pointer}`
  return pointer
}

function keyFault(item: KeyedItem, key: string | null | undefined, partitionBy: PartitionBy): ItemFault | null {
  if (key === null || partitionBy === 'item') return null
  if (key === undefined) {
    const value = resolvePointer(item, parsePointer(partitionBy))
    const current = value === undefined ? 'there is none' : `current value is ${kindOf(value)}`
    return faultAt(partitionBy, `must be a string, number or boolean to partition by: ${current}`)
  }
  return textFault(key, partitionBy, MAX_PARTITION_KEY_BYTES)
}

function idOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null
  const { id } = value as { id?: unknown }
  return textFault(id, '/id', MAX_ID_BYTES) === null ? (id as string) : null
}

function faultAt(pointer: string, detail: string): ItemFault {
  return { pointer, detail, isJson: true }
}

/** V8's message without the text that it quotes and its count of lines, which is always 1. */
function jsonMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const position = /position (\d+)/.exec(message)?.[1]
  if (position !== undefined) return `it goes wrong at position ${position}`
  const token = /^Unexpected token '(.+?)'/u.exec(message)?.[1]
  return token === undefined ? 'it ends too early' : `it has an unexpected ${token}`
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'string') return value === '' ? 'an empty string' : 'a string'
  return `a ${typeof value}`
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
