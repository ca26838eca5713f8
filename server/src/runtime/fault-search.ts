import { escapedToken, unescapedToken } from '@waybill/spec/rules'
import type { ErrorObject } from 'ajv/dist/2020.js'
import type { SchemaNode } from './schema-nodes.ts'

/** One thing that is wrong. */
export interface SchemaFault {
  /** JSON Pointer (RFC 6901) into what was validated. */
  readonly pointer: string
  readonly detail: string
  /** The field does not exist at all. */
  readonly unknown: boolean
}

export interface FaultLimits {
  /** The search ends when it has found as many. */
  readonly maxFaults: number
  /** Longer names of fields that do not exist are cut short in pointers: they come from outside. */
  readonly maxNameLength: number
}

/** So many unknown fields are compared with the known ones: a typing error is not made a hundred times. */
const MAX_SUGGESTIONS = 10

/** Walks through an invalid value and notes its faults, in the order in which they stand there. */
export class FaultSearch {
  readonly faults: SchemaFault[] = []
  readonly #limits: FaultLimits

  constructor(limits: FaultLimits) {
    this.#limits = limits
  }

  get #over(): boolean {
    return this.faults.length >= this.#limits.maxFaults
  }

  visit(node: SchemaNode, value: unknown, pointer: string): void {
    if (node.nullable && value === null) return
    if (node.shapes !== null) return this.#visitShape(node.shapes, value, pointer)
    const { size, form, elements } = node
    if (size !== null && size(value) === false) return this.noteAll(size.errors ?? [], value, pointer)
    if (form !== null && form(value) === false) this.noteAll(form.errors ?? [], value, pointer)
    if (typeof value !== 'object' || value === null) return
    if (!Array.isArray(value)) return this.#visitMembers(node, value as Record<string, unknown>, pointer)
    if (elements === null) return
    for (let n = 0; n < value.length && !this.#over; n++) this.visit(elements, value[n], `${pointer}/${n}`)
  }

  /** Looks at a value as one of the shape that its `type` names. Shows nothing of it: what has shapes may be credentials. */
  #visitShape(shapes: ReadonlyMap<string, SchemaNode>, value: unknown, pointer: string): void {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return this.#add({ pointer, detail: 'must be an object', unknown: false })
    }
    const type: unknown = Object.hasOwn(value, 'type') ? (value as { type: unknown }).type : undefined
    const shape = typeof type === 'string' ? shapes.get(type) : undefined
    if (shape !== undefined) return this.visit(shape, value, pointer)
    const detail = type === undefined ? 'is missing' : `must be one of ${[...shapes.keys()].join(', ')}`
    this.#add({ pointer: `${pointer}/type`, detail, unknown: false })
  }

  /** Notes what Ajv says of one value. */
  noteAll(errors: readonly ErrorObject[], value: unknown, pointer: string): void {
    // Ajv reports a value once for each branch of a union: the same sentence twice helps nobody.
    const seen = new Set<string>()
    const reachesWithin = errors.some(({ instancePath }) => instancePath !== '')
    for (const error of errors) {
      // "A text, or an object of texts": where something within the object is wrong, it is beside the point that it is no text.
      if (isNoise(error) || (reachesWithin && error.keyword === 'type' && error.instancePath === '')) continue
      const fault = this.#faultOf(error, value, pointer)
      const text = `${fault.pointer}\n${fault.detail}`
      if (!seen.has(text)) this.#add(fault)
      seen.add(text)
    }
  }

  #visitMembers(node: SchemaNode, value: Readonly<Record<string, unknown>>, pointer: string): void {
    const { members, otherMembers, otherNames } = node
    if (members.size === 0 && otherMembers === null && otherNames === null) return
    for (const name of Object.keys(value)) {
      if (this.#over) return
      const known = members.get(name)
      const at = this.#child(pointer, name)
      if (known !== undefined) this.visit(known, value[name], at)
      else if (otherMembers === 'refused') {
        const meant = this.faults.length < MAX_SUGGESTIONS ? suggestion(name, members.keys()) : ''
        this.#add({ pointer: at, detail: `does not exist${meant}`, unknown: true })
      } else {
        if (otherNames?.(name) === false) this.#add({ pointer: at, detail: 'is not a valid name', unknown: false })
        if (otherMembers !== null) this.visit(otherMembers, value[name], at)
      }
    }
  }

  #faultOf(error: ErrorObject, whole: unknown, pointer: string): SchemaFault {
    const at = pointer + error.instancePath
    switch (error.keyword) {
      case 'additionalProperties': {
        const name = String(error.params['additionalProperty'])
        return { pointer: this.#child(at, name), detail: 'does not exist', unknown: true }
      }
      case 'required':
        return {
          pointer: this.#child(at, String(error.params['missingProperty'])),
          detail: 'is missing',
          unknown: false,
        }
      case 'propertyNames':
        return {
          pointer: this.#child(at, String(error.params['propertyName'])),
          detail: 'is not a valid name',
          unknown: false,
        }
      default: {
        const detail = required(error) + current(error.keyword, valueAt(whole, error.instancePath), at)
        return { pointer: at, detail, unknown: false }
      }
    }
  }

  #add(fault: SchemaFault): void {
    if (!this.#over) this.faults.push(fault)
  }

  #child(pointer: string, name: string): string {
    const { maxNameLength } = this.#limits
    const shown = name.length > maxNameLength ? `${name.slice(0, maxNameLength)}…` : name
    return `${pointer}/${escapedToken(shown)}`
  }
}

/** "Or null" is written as a union: what its null branch says of a value that is not null is beside the point, as is the sum of both. */
function isNoise(error: ErrorObject): boolean {
  return (
    error.keyword === 'oneOf' ||
    error.keyword === 'anyOf' ||
    error.keyword === 'if' ||
    (error.keyword === 'type' && error.params['type'] === 'null')
  )
}

const counted: Readonly<Record<string, string>> = {
  maxItems: 'at most # elements',
  minItems: 'at least # elements',
  maxProperties: 'at most # fields',
  minProperties: 'at least # fields',
  maxLength: 'at most # characters',
  minLength: 'at least # characters',
}

function required({ keyword, params, message }: ErrorObject): string {
  const count = counted[keyword]
  if (count !== undefined) return `must have ${count.replace('#', String(params['limit']))}`
  if (keyword === 'enum') return `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`
  if (keyword === 'const') return `must be ${JSON.stringify(params['allowedValue'])}`
  if (keyword === 'format' && params['format'] === 'date-time')
    return 'must be an RFC 3339 time such as 2026-01-15T08:00:00Z'
  return message ?? 'is not valid'
}

/** The value as it came, if it is short and cannot be a secret. */
function current(keyword: string, value: unknown, pointer: string): string {
  if (keyword in counted) return `: current value has ${countOf(value)}`
  if (/\/(url|headers|credentials|token|password|value|secret|tokenUrl|clientSecret)(\/|$)/.test(pointer)) return ''
  if (typeof value === 'string' && value.length > 64) return ''
  if (typeof value === 'object' && value !== null)
    return `: current value is ${Array.isArray(value) ? 'an array' : 'an object'}`
  return `: current value is ${JSON.stringify(value)}`
}

function countOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length
  return Object.keys(value as object).length
}

function valueAt(value: unknown, pointer: string): unknown {
  let part = value
  for (const key of pointer.split('/').slice(1)) part = (part as Record<string, unknown>)[unescapedToken(key)]
  return part
}

/** Names the field that was probably meant: one that differs by case, or by at most two letters. */
function suggestion(name: string, known: Iterable<string>): string {
  for (const other of known)
    if (editDistance(name.toLowerCase(), other.toLowerCase()) <= 2) return `: did you mean ${other}?`
  return ''
}

function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return Infinity
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    }
    row = next
  }
  return row[b.length]!
}
