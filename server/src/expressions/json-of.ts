import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator'
import { ExpressionError } from './expression-error.ts'
import type { Meter } from './meter.ts'

/** Deepest nesting of a result; an item may have 64. */
const MAX_DEPTH = 128

/**
 * A value of CEL as JSON: integers as numbers, timestamps as RFC 3339 in UTC, durations as seconds with `s`, bytes as Base64 (the mapping of
 * https://protobuf.dev/programming-guides/json, but for integers, which it makes strings).
 * @throws ExpressionError an integer is not exact as a number, a number is not finite, or a type or function is no value
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
  if (value instanceof UnsignedInt) return exact(value.value)
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Duration) return value.toString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map((element) => jsonOf(element, steps, depth + 1))
  if (value instanceof Map || isPlain(value)) {
    const members: [string, unknown][] = []
    for (const [key, member] of value instanceof Map ? value : Object.entries(value)) {
      members.push([String(key), jsonOf(member, steps, depth + 1)])
    }
    return Object.fromEntries(members)
  }
  throw noValue()
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

function exact(value: bigint): number {
  const number = Number(value)
  if (Number.isSafeInteger(number)) return number
  throw new ExpressionError(`must give integers of at most 2^53 - 1, or string(...) of them: one is ${value}`, null)
}

function noValue(): ExpressionError {
  return new ExpressionError('must give a JSON value: it gives a type', null)
}
