import type { SchemaRun } from './schema-run.ts'

/** One keyword, or some that belong together, ready to judge values. */
export type Check = (value: unknown, run: SchemaRun, evaluated: Evaluated | null) => boolean

/** A schema within an item schema, ready to judge values. */
export interface SchemaNode {
  /** Its place in the item schema. */
  readonly pointer: string
  /** Judges the type; when it refuses, nothing else of the value is looked at. Null: any type. */
  type: Check | null
  readonly checks: Check[]
  /** Schemas that judge the same value: a cycle of them would come to no end. */
  readonly sameValue: SchemaNode[]
  /** Whether it notes which parts of a value it has judged, for `unevaluatedItems` and `unevaluatedProperties`. */
  readonly tracks: boolean
}

/** The parts of one array or object that a schema has judged. */
export class Evaluated {
  readonly names = new Set<string>()
  /** Elements from the first on. */
  items = 0
  /** Others, by `contains`. */
  readonly contained = new Set<number>()

  /** Adds what another schema has judged of the same value. */
  merge(other: Evaluated, run: SchemaRun): void {
    run.spend(other.names.size + other.contained.size)
    for (const name of other.names) this.names.add(name)
    for (const index of other.contained) this.contained.add(index)
    this.items = Math.max(this.items, other.items)
  }
}

/**
 * Judges a value.
 * @param outer gets the parts that the schema has judged, if it accepts the value
 */
export function judge(node: SchemaNode, value: unknown, run: SchemaRun, outer: Evaluated | null = null): boolean {
  run.spend((node.tracks ? 4 : 1) + node.checks.length)
  const own = node.tracks ? new Evaluated() : null
  if (node.type !== null && !node.type(value, run, own)) return false
  let isValid = true
  for (const check of node.checks) {
    if (check(value, run, own)) continue
    isValid = false
    if (!run.continues) return false
  }
  if (isValid && own !== null && outer !== null) outer.merge(own, run)
  return isValid
}

/** Judges a member or element of the value. */
export function judgePart(node: SchemaNode, part: unknown, key: string | number, run: SchemaRun): boolean {
  run.path.push(key)
  const isValid = judge(node, part, run)
  run.path.pop()
  return isValid
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Listing a name costs about 0.2 µs. */
const NAME_STEPS = 3

/** The names of an object's members. */
export function memberNames(value: object, run: SchemaRun): string[] {
  const names = Object.keys(value)
  run.spend(names.length * NAME_STEPS)
  return names
}
