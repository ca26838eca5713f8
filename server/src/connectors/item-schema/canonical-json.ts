import type { SchemaRun } from './schema-run.ts'

const CONTAINER_STEPS = 8
/** Names are listed and sorted. */
const NAME_STEPS = 4

/**
 * Returns a text that two JSON values share exactly if they are equal in JSON Schema: the order of members does not count. Linear in the value,
 * where a comparison of each with each is not.
 */
export function canonicalJson(value: unknown, run: Pick<SchemaRun, 'spend'>): string {
  if (typeof value === 'string') {
    run.spend(1 + value.length)
    return JSON.stringify(value)
  }
  // Numbers beyond those of a double were read as infinite.
  if (typeof value !== 'object' || value === null) {
    run.spend(1)
    return value === 0 ? '0' : String(value)
  }
  run.spend(CONTAINER_STEPS)
  let text = ''
  if (Array.isArray(value)) {
    for (const element of value) text += `${canonicalJson(element, run)},`
    return `[${text}]`
  }
  const names = Object.keys(value)
  run.spend(names.length * NAME_STEPS)
  if (names.length > 1) names.sort()
  for (const name of names) {
    run.spend(1 + name.length)
    text += `${JSON.stringify(name)}:${canonicalJson((value as Record<string, unknown>)[name], run)},`
  }
  return `{${text}}`
}
