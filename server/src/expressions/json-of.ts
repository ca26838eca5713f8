import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator'
import { ExpressionError } from './expression-error.ts'
import type { Meter } from './meter.ts'

/** Deepest nesting of a result; an item may have 64. */
const MAX_DEPTH = 128

/** Part of ECMAScript 2026 that the types of this TypeScript do not have yet. */
declare global {
  interface JSON {
    rawJSON(text: string): { readonly rawJSON: string }
    isRawJSON(value: unknown): value is { readonly rawJSON: string }
  }
}

/**
 * A value of CEL as JSON, in parts the same objects: integers as numbers (beyond 2^53 as `JSON.rawJSON`, which is written exactly), timestamps as RFC 3339 in UTC, durations as seconds with `s`, bytes as Base64 (the mapping of
 * https://protobuf.dev/programming-guides/json, but for integers, which it makes strings).
 * @throws ExpressionError a number is not finite, it is nested too deeply, or a type or function is no value
 */
export function jsonOf(value: unknown, steps: Meter | null = null, depth = 0): unknown {
  steps?.charge(1)
  switch (typeof value) {
    case 'bigint':
      return exact(value)
    case 'number':
      if (Number.isFinite(value)) return value
      throw new ExpressionError(`must give finite numbers: one is ${value}`, null)
    case 'string':
    case 'boolean':
      return value
    case 'object':
      break
    default:
      throw noValue()
  }
  if (value === null) return null
  if (depth >= MAX_DEPTH) throw new ExpressionError(`must give at most ${MAX_DEPTH} levels: there are more`, null)
  if (Array.isArray(value)) return elementsOf(value, steps, depth + 1)
  if (isPlain(value)) return membersOf(value as Record<string, unknown>, steps, depth + 1)
  if (value instanceof UnsignedInt) return exact(value.value)
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Duration) return value.toString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (value instanceof Map) {
    const members = [...value].map(([key, member]) => [String(key), jsonOf(member, steps, depth + 1)] as const)
    return Object.fromEntries(members)
  }
  throw noValue()
}

// Most of a result is a part of an item, which is JSON already: only what changes is copied.

function elementsOf(list: readonly unknown[], steps: Meter | null, depth: number): readonly unknown[] {
  let changed: unknown[] | null = null
  for (let n = 0; n < list.length; n++) {
    const element = jsonOf(list[n], steps, depth)
    if (changed === null && element !== list[n]) changed = list.slice(0, n)
    changed?.push(element)
  }
  return changed ?? list
}

function membersOf(value: Readonly<Record<string, unknown>>, steps: Meter | null, depth: number): unknown {
  let changed: Map<string, unknown> | null = null
  for (const key of Object.keys(value)) {
    const member = jsonOf(value[key], steps, depth)
    if (member !== value[key]) (changed ??= new Map()).set(key, member)
  }
  if (changed === null) return value
  const members = Object.entries(value).map(
    ([key, member]) => [key, changed.has(key) ? changed.get(key) : member] as const,
  )
  return Object.fromEntries(members)
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

/** Returns the text of a text, number or boolean of `jsonOf`, as paths, queries and forms hold it; null: it is another value. */
export function scalarText(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return JSON.isRawJSON(value) ? value.rawJSON : null
}

function exact(value: bigint): unknown {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : JSON.rawJSON(String(value))
}

function noValue(): ExpressionError {
  return new ExpressionError('must give a JSON value: it gives a type', null)
}
