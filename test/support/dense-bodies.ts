import { schemaDocument, type SchemaName } from '@waybill/spec'
import { placesIn } from './blown-up-bodies.ts'

/** JSON that costs most to read, by the byte. */
const UNITS = [
  '1e5,',
  '[],',
  '{"a":1},',
  '"\\n",',
  '0.1,',
  '123456789012345678901,',
  `${'['.repeat(50)}${']'.repeat(50)},`,
]
const HOLE = '"@hole@"'
/** Members of schemas that do not take any JSON. */
const NARROWING = ['type', '$ref', 'oneOf', 'enum', 'const']

/** Returns JSON of almost so many bytes that is made of many small values, of one kind after another. */
export function denseValue(bytes: number, kind: number): string {
  const unit = UNITS[kind % UNITS.length]!
  return `[${unit.repeat(Math.floor((bytes - 3) / unit.length))}0]`
}

export interface DenseOptions {
  /** Of a value in such a place. */
  readonly itemBytes: number
  /** Of the whole body, if its elements can be repeated. */
  readonly bodyBytes: number
  /** The body is lines of the schema. */
  readonly isLines: boolean
}

/** Bodies of a schema with dense JSON in each place that takes any, repeated with its element, or its line, until the body is large. */
export function* denseBodies(schema: SchemaName, { itemBytes, bodyBytes, isLines }: DenseOptions): Generator<string> {
  for (const { schema: inPlace, around } of placesIn(
    schemaDocument.$defs[schema],
    { pointer: '', around: (part) => part },
    new Set(),
  )) {
    if (NARROWING.some((name) => name in inPlace)) continue
    const frame = JSON.stringify(around('@hole@'))
    const element = isLines ? frame : (/(?<=\[)\{[^{}]*"@hole@"[^{}]*\}(?=\])/.exec(frame)?.[0] ?? null)
    if (element === null) {
      for (const kind of UNITS.keys()) yield frame.replace(HOLE, () => denseValue(itemBytes, kind))
      continue
    }
    const count = Math.floor(bodyBytes / (itemBytes + element.length + 1))
    const elements = Array.from({ length: count }, (_, n) => element.replace(HOLE, () => denseValue(itemBytes, n)))
    yield isLines ? `${elements.join('\n')}\n` : frame.replace(element, () => elements.join(','))
  }
}
