import { ExpressionError } from './expression-error.ts'
import { jsonOf } from './json-of.ts'
import type { Meter } from './meter.ts'
import type { Shape } from './shape.ts'
import type { Members, Variables } from './variables.ts'

/** Longest JSON text of a value, in characters: a call has at most 9 MiB of items, and a template may use them more than once. */
export const MAX_TEXT = 32 * 1024 * 1024

/** Thrown where a shape does not fit the values: the library evaluates the expression then, and reports what is wrong with it. */
const UNFIT = new Error('The values do not have the shape')

/** Returns the value at a path of members; undefined: it has to be evaluated. */
export function valueAt(shape: Shape, variables: Variables, steps: Meter): unknown {
  if (shape.kind !== 'path') return undefined
  const root = variables.object(shape.variable)
  const value = root === null ? undefined : follow(root, shape.members)
  return value === undefined ? undefined : jsonOf(value, steps)
}

/**
 * Returns the JSON text of a shape's value; undefined: the expression has to be evaluated.
 * @throws ExpressionError the text is longer than `MAX_TEXT`
 */
export function textOf(shape: Shape, variables: Variables, steps: Meter): string | undefined {
  return orEvaluated(() => new ShapeWriter(variables, steps).write(shape))
}

/**
 * Returns the JSON texts of a list's elements; undefined: the expression has to be evaluated, or it is no list.
 * An element that is written as a list gives one text for each of its own elements.
 * @throws ExpressionError the texts are longer than `MAX_TEXT`
 */
export function textsOf(shape: Shape, variables: Variables, steps: Meter): readonly string[] | undefined {
  return orEvaluated(() => new ShapeWriter(variables, steps).writeEntries(shape))
}

/** @throws ExpressionError a text is longer than `MAX_TEXT` */
export function refuseLongText(length: number): void {
  if (length <= MAX_TEXT) return
  throw new ExpressionError(`must give at most ${MAX_TEXT} characters of JSON: it gives ${length}`, null)
}

function orEvaluated<T>(write: () => T): T | undefined {
  try {
    return write()
  } catch (error) {
    if (error === UNFIT) return undefined
    throw error
  }
}

class ShapeWriter {
  readonly #variables: Variables
  readonly #steps: Meter
  #written = 0
  /** The variable of `each`, while its element is written. */
  #name: string | null = null
  #element: Members | null = null

  constructor(variables: Variables, steps: Meter) {
    this.#variables = variables
    this.#steps = steps
  }

  write(shape: Shape): string {
    switch (shape.kind) {
      case 'constant':
        return this.#count(shape.text)
      case 'path':
        return this.#count(this.#path(shape))
      case 'list': {
        let text = '['
        for (const element of shape.elements) text += text === '[' ? this.write(element) : `,${this.write(element)}`
        return `${text}]`
      }
      case 'object': {
        let text = '{'
        for (const [name, value] of shape.members) {
          text += `${text === '{' ? '' : ','}${this.#count(name)}:${this.write(value)}`
        }
        return `${text}}`
      }
      case 'each': {
        let text = '['
        this.#forEach(shape, (element) => {
          text += text === '[' ? this.write(element) : `,${this.write(element)}`
        })
        return `${text}]`
      }
    }
  }

  writeEntries(shape: Shape): readonly string[] {
    const texts: string[] = []
    const writeEntry = (entry: Shape): void => {
      if (entry.kind === 'list') for (const element of entry.elements) texts.push(this.write(element))
      // It may be a list, whose elements are entries of their own.
      else if (entry.kind === 'path' || entry.kind === 'each') throw UNFIT
      else texts.push(this.write(entry))
    }
    if (shape.kind === 'list') shape.elements.forEach(writeEntry)
    else if (shape.kind === 'each') this.#forEach(shape, writeEntry)
    else throw UNFIT
    return texts
  }

  #forEach(shape: Shape & { readonly kind: 'each' }, visit: (element: Shape) => void): void {
    const list = this.#variables.list(shape.variable)
    if (list === null || this.#name !== null) throw UNFIT
    this.#name = shape.name
    for (const members of list) {
      this.#element = members
      visit(shape.element)
    }
    this.#name = this.#element = null
  }

  #path({ variable, members }: Shape & { readonly kind: 'path' }): string {
    const root = variable === this.#name ? this.#element : this.#variables.object(variable)
    if (root === null) throw UNFIT
    const text = members.length === 1 ? root.text(members[0]!) : undefined
    if (text !== undefined) return text
    const value = follow(root, members)
    if (value === undefined) throw UNFIT
    return JSON.stringify(jsonOf(value, this.#steps))
  }

  #count(text: string): string {
    this.#steps.charge(1)
    this.#written += text.length + 1
    refuseLongText(this.#written)
    return text
  }
}

/** Undefined: it is not there, or something on the way is no object. */
function follow(root: Members, members: readonly string[]): unknown {
  let value = root.get(members[0]!)
  for (let n = 1; n < members.length; n++) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    const name = members[n]!
    if (value instanceof Map) value = value.get(name) as unknown
    else if (Object.hasOwn(value, name)) value = (value as Readonly<Record<string, unknown>>)[name]
    else return undefined
  }
  return value
}
