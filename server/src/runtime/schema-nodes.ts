import type { Ajv2020, AnySchema, ValidateFunction } from 'ajv/dist/2020.js'

/** A schema taken apart: what it says of a value itself, and the schemas of the value's parts. */
export interface SchemaNode {
  readonly nullable: boolean
  /** Judges type and size; when it refuses, nothing else of the value is looked at. Null: accepts all. */
  readonly size: ValidateFunction | null
  /** Judges everything else of the value itself. */
  readonly form: ValidateFunction | null
  readonly elements: SchemaNode | null
  readonly members: ReadonlyMap<string, SchemaNode>
  /** Of members that `members` does not have: `refused`, or their schema; null: anything. */
  readonly otherMembers: 'refused' | SchemaNode | null
  readonly otherNames: ValidateFunction | null
  /** The node of each shape that the value may have, by its member `type`; null: it has one shape. */
  readonly shapes: ReadonlyMap<string, SchemaNode> | null
}

type Keywords = Readonly<Record<string, unknown>>

const sizeKeywords = ['type', 'maxItems', 'maxProperties', 'maxLength']
/** Schemas of parts, which have nodes of their own, and what says nothing of a value. */
const partKeywords = [
  'items',
  'properties',
  'additionalProperties',
  'propertyNames',
  'default',
  '$id',
  '$schema',
  '$defs',
]
/** Keywords that are left to Ajv as a whole. */
const wholeKeywords = ['oneOf', 'anyOf', 'allOf', 'not', 'if', '$ref', 'prefixItems', 'patternProperties', 'contains']

/** Takes schemas apart, each once. */
export class SchemaNodes {
  readonly #ajv: Ajv2020
  readonly #documents: ReadonlyMap<string, Keywords>
  readonly #nodes = new Map<Keywords, SchemaNode>()
  /** Many values have the same rules. */
  readonly #compiled = new Map<string, ValidateFunction>()

  constructor(ajv: Ajv2020, documents: readonly AnySchema[]) {
    this.#ajv = ajv
    this.#documents = new Map(
      documents.map((document) => [String((document as Keywords)['$id']), document as Keywords]),
    )
  }

  of(schema: AnySchema): SchemaNode {
    return this.#of(schema as Keywords, schema as Keywords)
  }

  /** @param root what `#` leads to */
  #of(schema: Keywords, root: Keywords): SchemaNode {
    const present = this.#nodes.get(schema)
    if (present !== undefined) return present
    const node = this.#make(schema, root)
    this.#nodes.set(schema, node)
    return node
  }

  #make(schema: Keywords, root: Keywords): SchemaNode {
    const said = Object.keys(schema).filter((keyword) => keyword !== 'default')
    if (said.length === 1 && said[0] === '$ref') {
      const target = this.#target(schema['$ref'] as string, root)
      return this.#of(target.schema, target.root)
    }
    const orNull = said.length === 1 ? withoutNull(schema['oneOf']) : null
    if (orNull !== null) return { ...this.#of(orNull, root), nullable: true }
    const shapes = said.length === 1 ? this.#shapesOf(schema['oneOf'], root) : null
    if (shapes !== null) return { ...leaf, shapes }
    if (said.some((keyword) => wholeKeywords.includes(keyword))) {
      return { ...leaf, form: this.#compile(withRootNamed(schema, root)) }
    }

    const isWord = 'enum' in schema || 'const' in schema // which says more than that the type is another
    const sizes = pick(schema, (keyword) => sizeKeywords.includes(keyword) && !(isWord && keyword === 'type'))
    const form = pick(schema, (keyword) => !sizeKeywords.includes(keyword) && !partKeywords.includes(keyword))
    const { items, properties = {}, propertyNames, additionalProperties: others } = schema
    return {
      nullable: false,
      size: this.#compile(sizes),
      form: this.#compile(form),
      elements: items === undefined ? null : this.#of(items as Keywords, root),
      members: new Map(
        Object.entries(properties as Keywords).map(([name, part]) => [name, this.#of(part as Keywords, root)]),
      ),
      otherMembers:
        others === false ? 'refused' : typeof others === 'object' ? this.#of(others as Keywords, root) : null,
      otherNames: propertyNames === undefined ? null : this.#compile(propertyNames as Keywords),
      shapes: null,
    }
  }

  /** The branches of a union by the constant `type` that each requires; null: it is another kind of union. */
  #shapesOf(branches: unknown, root: Keywords): ReadonlyMap<string, SchemaNode> | null {
    if (!Array.isArray(branches)) return null
    const shapes = new Map<string, SchemaNode>()
    for (const branch of branches as Keywords[]) {
      const ref = branch['$ref']
      const { schema } = typeof ref === 'string' ? this.#target(ref, root) : { schema: branch }
      const type = (schema['properties'] as { type?: Keywords } | undefined)?.type?.['const']
      if (typeof type !== 'string') return null
      shapes.set(type, this.#of(branch, root))
    }
    return shapes
  }

  #compile(schema: Keywords): ValidateFunction | null {
    if (Object.keys(schema).length === 0) return null
    const text = JSON.stringify(schema)
    const validate = this.#compiled.get(text) ?? this.#ajv.compile(schema)
    this.#compiled.set(text, validate)
    return validate
  }

  #target(ref: string, root: Keywords): { schema: Keywords; root: Keywords } {
    const [id = '', path = ''] = ref.split('#')
    const document = id === '' ? root : this.#documents.get(id)
    let schema: unknown = document
    for (const key of path.split('/').slice(1)) schema = (schema as Keywords | undefined)?.[key]
    if (document === undefined || schema === undefined)
      throw new Error(`Cannot compile the schema as a reference must lead to one: ${ref} does not`)
    return { schema: schema as Keywords, root: document }
  }
}

const leaf: SchemaNode = {
  nullable: false,
  size: null,
  form: null,
  elements: null,
  members: new Map(),
  otherMembers: null,
  otherNames: null,
  shapes: null,
}

/** The other of two branches, one of which is `null`. */
function withoutNull(branches: unknown): Keywords | null {
  if (!Array.isArray(branches) || branches.length !== 2) return null
  const [other, more] = (branches as Keywords[]).filter((branch) => branch['type'] !== 'null')
  return other !== undefined && more === undefined ? other : null
}

/** A schema taken out of its document has no root of its own: its references name that of the document. */
function withRootNamed(schema: Keywords, root: Keywords): Keywords {
  if (typeof root['$id'] !== 'string') return schema
  const id = JSON.stringify(root['$id']).slice(1, -1)
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#', `"$ref":"${id}#`)) as Keywords
}

function pick(schema: Keywords, wanted: (keyword: string) => boolean): Keywords {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => wanted(keyword)))
}
