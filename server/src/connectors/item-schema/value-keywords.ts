import { canonicalJson } from './canonical-json.ts'
import type { Keyword, SchemaPlace } from './keyword.ts'
import { isMultipleOf } from './multiple-of.ts'
import { formatCheck, formatNames } from './schema-formats.ts'
import { type Check, isObject, memberNames } from './schema-node.ts'
import { cut, shown } from './schema-run.ts'

/*
 * Keywords that judge a value by itself.
 */

const typeNames: Readonly<Record<string, { readonly shown: string; readonly test: (value: unknown) => boolean }>> = {
  null: { shown: 'null', test: (value) => value === null },
  boolean: { shown: 'true or false', test: (value) => typeof value === 'boolean' },
  object: { shown: 'an object', test: isObject },
  array: { shown: 'an array', test: Array.isArray },
  number: { shown: 'a number', test: (value) => typeof value === 'number' },
  integer: { shown: 'a whole number', test: Number.isInteger },
  string: { shown: 'a string', test: (value) => typeof value === 'string' },
}

/** Judged before all others. */
export const typeKeyword: Keyword = {
  names: ['type'],
  make({ schema, fault }) {
    const { type } = schema
    const names = [type].flat()
    const isUnknown = (name: unknown): boolean => typeof name !== 'string' || !Object.hasOwn(typeNames, name)
    if (names.length === 0 || names.length > 7 || names.some(isUnknown)) {
      return fault(`must be one of ${Object.keys(typeNames).join(', ')}, or a list of them`, 'type')
    }
    const tests = (names as string[]).map((name) => typeNames[name]!.test)
    const wanted = (names as string[]).map((name) => typeNames[name]!.shown).join(' or ')
    return (value, run) =>
      tests.some((test) => test(value)) || run.fault(`must be ${wanted}: current value is ${shown(value)}`)
  },
}

export const valueKeywords: readonly Keyword[] = [
  {
    names: ['const'],
    make: ({ schema }) => oneOf([schema['const']]),
  },
  {
    names: ['enum'],
    make({ schema, fault }) {
      const values = schema['enum']
      return Array.isArray(values) && values.length > 0
        ? oneOf(values)
        : fault('must be a list of at least one value', 'enum')
    },
  },
  bound('minimum', 'at least', (value, limit) => value >= limit),
  bound('maximum', 'at most', (value, limit) => value <= limit),
  bound('exclusiveMinimum', 'above', (value, limit) => value > limit),
  bound('exclusiveMaximum', 'below', (value, limit) => value < limit),
  {
    names: ['multipleOf'],
    make({ schema, fault }) {
      const { multipleOf } = schema
      if (typeof multipleOf !== 'number' || !(multipleOf > 0)) return fault('must be a number above 0', 'multipleOf')
      return (value, run) => {
        if (typeof value !== 'number') return true
        // As many digits as the exponents are apart, 650 at most.
        run.spend(64)
        return (
          isMultipleOf(value, multipleOf) || run.fault(`must be a multiple of ${multipleOf}: current value is ${value}`)
        )
      }
    },
  },
  {
    names: ['minLength', 'maxLength'],
    make(at) {
      const [min, max] = [count(at, 'minLength', 0), count(at, 'maxLength', Infinity)]
      if (min === null || max === null) return null
      return (value, run) => {
        if (typeof value !== 'string') return true
        if (value.length >= min * 2 && value.length <= max) return true
        run.spend(value.length)
        return within({ min, max, length: characters(value), unit: 'characters' }, run)
      }
    },
  },
  {
    names: ['pattern'],
    make({ schema, pattern }) {
      const compiled = pattern(schema['pattern'], 'pattern')
      if (compiled === null) return null
      const detail = cut(`must match the pattern ${String(schema['pattern'])}`, 128)
      return (value, run) => {
        if (typeof value !== 'string') return true
        run.spend(compiled.cost(value.length))
        return compiled.test(value) || run.fault(detail)
      }
    },
  },
  {
    names: ['format'],
    make({ schema, fault }) {
      const name = schema['format']
      const test = typeof name === 'string' ? formatCheck(name) : undefined
      if (test === undefined) return fault(`must be one of ${formatNames.join(', ')}`, 'format')
      return (value, run) => {
        if (typeof value !== 'string') return true
        run.spend(value.length)
        return test(value) || run.fault(`must have the format ${String(name)}`)
      }
    },
  },
  {
    names: ['minItems', 'maxItems'],
    make(at) {
      const [min, max] = [count(at, 'minItems', 0), count(at, 'maxItems', Infinity)]
      if (min === null || max === null) return null
      return (value, run) => !Array.isArray(value) || within({ min, max, length: value.length, unit: 'elements' }, run)
    },
  },
  {
    names: ['minProperties', 'maxProperties'],
    make(at) {
      const [min, max] = [count(at, 'minProperties', 0), count(at, 'maxProperties', Infinity)]
      if (min === null || max === null) return null
      return (value, run) => {
        if (!isObject(value)) return true
        const { length } = memberNames(value, run)
        return within({ min, max, length, unit: 'members' }, run)
      }
    },
  },
  {
    names: ['required'],
    make({ schema, fault }) {
      const names = schema['required']
      return isNames(names) ? required(names, 'is missing') : fault('must be a list of different names', 'required')
    },
  },
  {
    names: ['dependentRequired'],
    make({ schema, fault }) {
      const lists = schema['dependentRequired']
      if (!isObject(lists)) return fault('must be an object', 'dependentRequired')
      const checks: [string, Check][] = []
      for (const [name, names] of Object.entries(lists)) {
        if (isNames(names)) checks.push([name, required(names, cut(`is missing, which goes with ${name}`, 128))])
        else fault('must be a list of different names', 'dependentRequired', name)
      }
      return (value, run, evaluated) => {
        if (!isObject(value)) return true
        run.spend(checks.length)
        let isValid = true
        for (const [name, check] of checks)
          if (Object.hasOwn(value, name) && !check(value, run, evaluated)) isValid = false
        return isValid
      }
    },
  },
  {
    names: ['uniqueItems'],
    make({ schema, fault }) {
      if (typeof schema['uniqueItems'] !== 'boolean') return fault('must be true or false', 'uniqueItems')
      if (!schema['uniqueItems']) return null
      return (value, run) => {
        if (!Array.isArray(value)) return true
        const seen = new Map<string, number>()
        let isValid = true
        for (const [index, element] of value.entries()) {
          const text = canonicalJson(element, run)
          const first = seen.get(text)
          if (first === undefined) seen.set(text, index)
          else isValid = run.fault(`must differ from element ${first}`, index)
          if (!isValid && !run.continues) break
        }
        return isValid
      }
    },
  },
]

function oneOf(values: readonly unknown[]): Check {
  const noCost = { spend() {} }
  const allowed = new Set(values.map((value) => canonicalJson(value, noCost)))
  const hasContainers = values.some((value) => typeof value === 'object' && value !== null)
  const list = cut(values.map((value) => JSON.stringify(value)).join(', '), 128)
  const detail = values.length === 1 ? `must be ${list}` : `must be one of ${list}`
  return (value, run) => {
    const isSimple = typeof value !== 'object' || value === null
    return (
      ((isSimple || hasContainers) && allowed.has(canonicalJson(value, run))) ||
      run.fault(`${detail}: current value is ${shown(value)}`)
    )
  }
}

function bound(name: string, words: string, holds: (value: number, limit: number) => boolean): Keyword {
  return {
    names: [name],
    make({ schema, fault }) {
      const limit = schema[name]
      if (typeof limit !== 'number') return fault('must be a number', name)
      return (value, run) =>
        typeof value !== 'number' ||
        holds(value, limit) ||
        run.fault(`must be ${words} ${limit}: current value is ${value}`)
    },
  }
}

/** A count that a schema demands, or its default; null: it was refused. */
export function count({ schema, fault }: SchemaPlace, name: string, otherwise: number): number | null {
  const value = schema[name]
  if (value === undefined) return otherwise
  return Number.isSafeInteger(value) && (value as number) >= 0
    ? (value as number)
    : fault('must be a whole number of 0 or more', name)
}

function within(
  { min, max, length, unit }: { min: number; max: number; length: number; unit: string },
  run: { fault(detail: string): false },
): boolean {
  if (length < min) return run.fault(`must have at least ${min} ${unit}: current value has ${length}`)
  return length <= max || run.fault(`must have at most ${max} ${unit}: current value has ${length}`)
}

/** Pairs of surrogates are one character each. */
function characters(text: string): number {
  let pairs = 0
  for (let n = 0; n < text.length - 1; n++) {
    if ((text.charCodeAt(n) & 0xfc00) !== 0xd800 || (text.charCodeAt(n + 1) & 0xfc00) !== 0xdc00) continue
    pairs++
    n++
  }
  return text.length - pairs
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string') && new Set(value).size === value.length
}

function required(names: readonly string[], detail: string): Check {
  return (value, run) => {
    if (!isObject(value)) return true
    run.spend(names.length)
    let isValid = true
    for (const name of names) {
      if (Object.hasOwn(value, name)) continue
      isValid = run.fault(detail, name)
      if (!run.continues) break
    }
    return isValid
  }
}
