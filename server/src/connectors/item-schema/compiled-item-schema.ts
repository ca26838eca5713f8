import { ItemSchema } from './item-schema.ts'

/** Schemas that a thread keeps, of the channels that it delivered last: it gets a channel's work in turns. */
const MAX_KEPT = 16

const kept = new Map<string, ItemSchema>()

/** Compiles a schema, or returns it as this thread has compiled it before. @throws Error it is refused, see `itemSchemaFaults` */
export function compiledItemSchema(schema: object): ItemSchema {
  const text = JSON.stringify(schema)
  const compiled = kept.get(text) ?? new ItemSchema(schema)
  kept.delete(text)
  kept.set(text, compiled)
  const [oldest] = kept.keys()
  if (kept.size > MAX_KEPT) kept.delete(oldest!)
  return compiled
}
