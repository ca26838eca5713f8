import { escapedToken } from '@waybill/spec/rules'
import type { Keyword, SchemaPlace } from './keyword.ts'
import { logicKeywords } from './logic-keywords.ts'
import { leftoverKeywords, partKeywords } from './part-keywords.ts'
import { isObject, type SchemaNode } from './schema-node.ts'
import { PatternError, SchemaPattern } from './schema-pattern.ts'
import { cut, type SchemaFault } from './schema-run.ts'
import { typeKeyword, valueKeywords } from './value-keywords.ts'

/** Bytes of a schema as JSON: with the rest of a channel it fits into a request. */
export const MAX_ITEM_SCHEMA_BYTES = 48 * 1024
/** How deep a schema is nested, as JSON; itself counted. */
export const MAX_ITEM_SCHEMA_DEPTH = 48
/** Schemas within it; those of real catalogues have some hundred. */
export const MAX_SCHEMAS = 2000
/** Schemas that judge one value, with those that references and `allOf` lead to: beyond it they double from definition to definition. */
export const MAX_SCHEMAS_OF_ONE_VALUE = 1000
export const MAX_PATTERNS = 64
/** Instructions of all patterns together: they compile in about 20 ms. */
const MAX_PATTERN_INSTRUCTIONS = 10_000
/** Fixing the first faults often fixes the rest. */
const MAX_FAULTS = 10

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'
/** Keywords that say nothing of a value, with what they must be. */
const annotations: Readonly<Record<string, 'string' | 'boolean' | 'any'>> = {
  $schema: 'string',
  $id: 'string',
  $anchor: 'string',
  $comment: 'string',
  $defs: 'any',
  title: 'string',
  description: 'string',
  default: 'any',
  examples: 'any',
  deprecated: 'boolean',
  readOnly: 'boolean',
  writeOnly: 'boolean',
  contentEncoding: 'string',
  contentMediaType: 'string',
}
const refused: Readonly<Record<string, string>> = {
  $dynamicRef: 'is not supported: use $ref',
  $dynamicAnchor: 'is not supported: use $anchor',
  $recursiveRef: 'is not supported: use $ref',
  $vocabulary: 'is not supported',
  contentSchema: 'is not supported: the content of texts is not read',
  definitions: 'is not supported: use $defs',
  dependencies: 'is not supported: use dependentRequired or dependentSchemas',
  additionalItems: 'is not supported: use items beside prefixItems',
}
const keywords: readonly Keyword[] = [...valueKeywords, ...partKeywords, ...logicKeywords, ...leftoverKeywords]
const known = new Set([...Object.keys(annotations), ...[typeKeyword, ...keywords].flatMap(({ names }) => names)])

/** Reads an item schema: ready to judge values, or what is wrong with it, the first faults with pointers into the schema. */
export function readItemSchema(schema: unknown): SchemaNode | readonly SchemaFault[] {
  const fault = sizeFault(schema)
  if (fault !== null) return [{ pointer: '', detail: fault }]
  const reader = new SchemaReader(/"unevaluated(Items|Properties)"/.test(JSON.stringify(schema)))
  const root = reader.read(schema, '')
  reader.resolve()
  if (reader.faults.length === 0) reader.measure()
  return reader.faults.length === 0 ? root : reader.faults
}

function sizeFault(schema: unknown): string | null {
  if (!isObject(schema)) return 'must be an object'
  const depth = depthOf(schema)
  if (depth > MAX_ITEM_SCHEMA_DEPTH) return `must be nested at most ${MAX_ITEM_SCHEMA_DEPTH} deep: it is deeper`
  const bytes = Buffer.byteLength(JSON.stringify(schema))
  return bytes <= MAX_ITEM_SCHEMA_BYTES ? null : `must have at most ${MAX_ITEM_SCHEMA_BYTES} bytes: it has ${bytes}`
}

/** Looks no deeper than one beyond the limit. */
function depthOf(value: unknown, above = 0): number {
  if (typeof value !== 'object' || value === null || above > MAX_ITEM_SCHEMA_DEPTH) return above
  return Math.max(above + 1, ...Object.values(value).map((part) => depthOf(part, above + 1)))
}

class SchemaReader {
  readonly faults: SchemaFault[] = []
  readonly #nodes = new Map<string, SchemaNode>()
  readonly #anchors = new Map<string, SchemaNode>()
  readonly #references: {
    readonly from: SchemaNode
    readonly ref: unknown
    readonly resolved: { node: SchemaNode }
  }[] = []
  readonly #patterns = new Map<string, SchemaPattern>()
  #instructions = 0
  readonly #tracks: boolean

  /** @param tracks a schema in it needs to know which parts of a value others have judged */
  constructor(tracks: boolean) {
    this.#tracks = tracks
  }

  read(schema: unknown, pointer: string): SchemaNode {
    const node: SchemaNode = { pointer, type: null, checks: [], sameValue: [], tracks: this.#tracks }
    if (this.#nodes.size === MAX_SCHEMAS) this.#fault('', `must hold at most ${MAX_SCHEMAS} schemas: it holds more`)
    this.#nodes.set(pointer, node)
    if (this.#nodes.size > MAX_SCHEMAS) return node
    if (schema === true) return node
    if (schema === false) node.checks.push((_value, run) => run.fault('is not allowed'))
    else if (!isObject(schema)) this.#fault(pointer, 'must be a schema: an object, true or false')
    else this.#readKeywords(schema, node)
    return node
  }

  #readKeywords(schema: Readonly<Record<string, unknown>>, node: SchemaNode): void {
    const { pointer } = node
    for (const [name, value] of Object.entries(schema)) {
      const wanted = Object.hasOwn(annotations, name) ? annotations[name] : undefined
      if (wanted === 'string' || wanted === 'boolean') {
        if (typeof value !== wanted)
          this.#fault(at(pointer, [name]), `must be ${wanted === 'string' ? 'a string' : 'true or false'}`)
      } else if (!known.has(name) && !name.startsWith('x-')) {
        const detail = Object.hasOwn(refused, name) ? refused[name]! : 'is not a keyword of JSON Schema 2020-12'
        this.#fault(at(pointer, [name]), detail)
      }
    }
    this.#readIdentity(schema, node)
    const place = this.#place(schema, node)
    if ('type' in schema) node.type = typeKeyword.make(place)
    for (const keyword of keywords) {
      if (!keyword.names.some((name) => Object.hasOwn(schema, name))) continue
      const check = keyword.make(place)
      if (check !== null) node.checks.push(check)
    }
    const { $defs } = schema
    if ($defs === undefined) return
    if (!isObject($defs)) this.#fault(at(pointer, ['$defs']), 'must be an object of schemas')
    else for (const [name, one] of Object.entries($defs)) this.read(one, at(pointer, ['$defs', name]))
  }

  #readIdentity({ $schema, $id, $anchor }: Readonly<Record<string, unknown>>, node: SchemaNode): void {
    const { pointer } = node
    if (typeof $schema === 'string' && $schema.replace(/#$/, '') !== DIALECT) {
      this.#fault(at(pointer, ['$schema']), `must be ${DIALECT}, or left out`)
    }
    // A schema with a name of its own is another document: references within it would begin there.
    if ($id !== undefined && pointer !== '')
      this.#fault(at(pointer, ['$id']), 'must be left out: it may stand at the top alone')
    if (typeof $anchor !== 'string') return
    if (this.#anchors.has($anchor)) this.#fault(at(pointer, ['$anchor']), 'must differ from the other anchors')
    this.#anchors.set($anchor, node)
  }

  #place(schema: Readonly<Record<string, unknown>>, node: SchemaNode): SchemaPlace {
    const { pointer } = node
    const fault: SchemaPlace['fault'] = (detail, ...tokens) => this.#fault(at(pointer, tokens), detail)
    const part: SchemaPlace['part'] = (value, ...tokens) => this.read(value, at(pointer, tokens))
    return {
      schema,
      fault,
      part,
      same: (value, ...tokens) => {
        const other = part(value, ...tokens)
        node.sameValue.push(other)
        return other
      },
      reference: (ref) => {
        const resolved = { node }
        this.#references.push({ from: node, ref, resolved })
        return resolved
      },
      pattern: (source, ...tokens) => this.#pattern(source, at(pointer, tokens)),
    }
  }

  #pattern(source: unknown, pointer: string): SchemaPattern | null {
    if (typeof source !== 'string') return this.#fault(pointer, 'must be a string')
    const present = this.#patterns.get(source)
    if (present !== undefined) return present
    if (this.#patterns.size === MAX_PATTERNS || this.#instructions > MAX_PATTERN_INSTRUCTIONS) {
      return this.#fault(
        pointer,
        `must be left out: the schema has more than ${MAX_PATTERNS} patterns, or too large ones`,
      )
    }
    try {
      const pattern = new SchemaPattern(source)
      this.#patterns.set(source, pattern)
      this.#instructions += pattern.size
      return pattern
    } catch (error) {
      if (!(error instanceof PatternError)) throw error
      return this.#fault(pointer, error.message)
    }
  }

  /** Leads references to their schemas, once all have been read. */
  resolve(): void {
    for (const { from, ref, resolved } of this.#references) {
      const found = typeof ref === 'string' ? this.#target(ref) : undefined
      if (found === undefined) {
        const where = typeof ref === 'string' ? `: there is none at ${cut(ref, 64)}` : ''
        this.#fault(
          at(from.pointer, ['$ref']),
          `must lead to a schema within itemSchema, such as #/$defs/price${where}`,
        )
      } else {
        resolved.node = found
        from.sameValue.push(found)
      }
    }
  }

  #target(ref: string): SchemaNode | undefined {
    if (!ref.startsWith('#')) return undefined
    try {
      const fragment = decodeURIComponent(ref.slice(1))
      return this.#nodes.get(fragment) ?? this.#anchors.get(fragment)
    } catch {
      return undefined
    }
  }

  /** Refuses schemas that lead to themselves for the same value, or to too many others. */
  measure(): void {
    const sizes = new Map<SchemaNode, number>()
    const open = new Set<SchemaNode>()
    const measure = (node: SchemaNode): number => {
      const present = sizes.get(node)
      if (present !== undefined) return present
      if (open.has(node)) {
        this.#fault(node.pointer, 'must not lead to itself for the same value: no check would end')
        return 0
      }
      open.add(node)
      let size = 1
      for (const other of node.sameValue) size = Math.min(size + measure(other), MAX_SCHEMAS_OF_ONE_VALUE + 1)
      open.delete(node)
      sizes.set(node, size)
      return size
    }
    for (const node of this.#nodes.values()) {
      if (measure(node) <= MAX_SCHEMAS_OF_ONE_VALUE) continue
      this.#fault(
        node.pointer,
        `must apply at most ${MAX_SCHEMAS_OF_ONE_VALUE} schemas to one value, references included: it applies more`,
      )
      return
    }
  }

  #fault(pointer: string, detail: string): null {
    if (this.faults.length < MAX_FAULTS) this.faults.push({ pointer, detail })
    return null
  }
}

function at(pointer: string, tokens: readonly (string | number)[]): string {
  return pointer + tokens.map((token) => `/${escapedToken(String(token))}`).join('')
}
