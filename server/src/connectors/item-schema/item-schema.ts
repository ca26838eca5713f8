import { readItemSchema } from './read-item-schema.ts'
import { judge, type SchemaNode } from './schema-node.ts'
import { cut, MAX_STEPS, type SchemaFault, SchemaRun, tooCostly } from './schema-run.ts'

/** The faults of a data, and the cost of finding them. */
export interface SchemaVerdict {
  /** At most `MAX_ITEM_FAULTS`, with pointers into the item; none: it is valid. */
  readonly faults: readonly SchemaFault[]
  /** At most twice `MAX_STEPS` and `MAX_SEARCH_STEPS`, and what was read last. */
  readonly steps: number
}

/** The `itemSchema` of a channel, ready to check the data of items. */
export class ItemSchema {
  readonly #root: SchemaNode

  /** @throws Error the schema is refused, see `itemSchemaFaults` */
  constructor(schema: object) {
    const read = readItemSchema(schema)
    if ('checks' in read) this.#root = read
    else throw new Error(`Cannot use itemSchema as ${read[0]?.pointer || 'it'} ${read[0]?.detail}`)
  }

  /** Checks a data. A valid one costs one pass; the faults of another are searched in a second. Never throws. */
  check(data: unknown): SchemaVerdict {
    const quick = new SchemaRun(BASE, { maxSteps: MAX_STEPS, notesFaults: false })
    const isValid = judged(this.#root, data, quick)
    if (isValid === true) return { faults: [], steps: quick.steps }
    if (typeof isValid === 'string') return { faults: [{ pointer: '/data', detail: isValid }], steps: quick.steps }
    const search = new SchemaRun(BASE, { maxSteps: quick.steps + MAX_SEARCH_STEPS, notesFaults: true })
    judged(this.#root, data, search)
    const { faults } = search
    return { faults: faults.length === 0 ? [UNNAMED] : faults, steps: quick.steps + search.steps }
  }
}

const BASE = ['data']
/** Maximum cost of the search for faults, beyond that of the check that found one. */
export const MAX_SEARCH_STEPS = 1024 * 1024
const UNNAMED: SchemaFault = { pointer: '/data', detail: 'is not valid: the reasons take too many steps to find' }

/** A text: why the check was given up. */
function judged(root: SchemaNode, data: unknown, run: SchemaRun): boolean | string {
  try {
    return judge(root, data, run)
  } catch (error) {
    if (error === tooCostly) return `must take at most ${MAX_STEPS} steps to check: it takes more`
    return `must be a value that can be checked: ${error instanceof Error ? cut(error.message, 100) : 'it is not'}`
  }
}

/** Checks the `itemSchema` of a channel; pointers lead into the schema. */
export function itemSchemaFaults(schema: object): readonly SchemaFault[] {
  const read = readItemSchema(schema)
  return 'checks' in read ? [] : read
}
