import type { Check, SchemaNode } from './schema-node.ts'
import type { SchemaPattern } from './schema-pattern.ts'

/** The keywords that one check is made of, and how it is made. */
export interface Keyword {
  /** The check is made when a schema has one of them. */
  readonly names: readonly string[]
  /** Makes the check; null: there is nothing to check, or faults were noted. */
  make(at: SchemaPlace): Check | null
}

/** A schema that is being read. */
export interface SchemaPlace {
  readonly schema: Readonly<Record<string, unknown>>
  /** Reads a schema of a part of the value. @param tokens lead to it from here */
  part(value: unknown, ...tokens: readonly (string | number)[]): SchemaNode
  /** Reads a schema of the same value. */
  same(value: unknown, ...tokens: readonly (string | number)[]): SchemaNode
  /** Has a reference resolved when all schemas are read. */
  reference(ref: unknown): { readonly node: SchemaNode }
  /** Null: it was refused. */
  pattern(source: unknown, ...tokens: readonly (string | number)[]): SchemaPattern | null
  /** Notes a fault of the schema. */
  fault(detail: string, ...tokens: readonly (string | number)[]): null
}
