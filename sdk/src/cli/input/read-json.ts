import { isUtf8 } from 'node:buffer'
import type { NewItem } from '../../upload/encode-items.ts'
import { UsageError } from '../cli-errors.ts'
import type { Input } from './open-input.ts'

/** The contents of a JSON file: items, and the envelope's fields if they stand around them. */
export interface JsonInput {
  readonly envelope: Record<string, unknown>
  readonly records: readonly Record<string, unknown>[]
}

/** One JSON document is parsed as a whole, at several times its size: larger files are for a format of lines. */
const maxJsonBytes = 256 * 1024 * 1024

/**
 * Reads an array of items, or an object with `items` in it.
 * @throws {UsageError} naming line and column, or the item
 */
export async function readJson(input: Input): Promise<JsonInput> {
  const document = await readDocument(
    input,
    maxJsonBytes,
    "make it NDJSON (jq -c '.[]' does), which is read line by line",
  )
  const isObject = typeof document === 'object' && document !== null
  const { items, ...envelope } = (Array.isArray(document) ? { items: document } : isObject ? document : {}) as Record<
    string,
    unknown
  >
  if (!Array.isArray(items)) {
    throw new UsageError(
      `Cannot read ${input.name} as it must be an array of items, or an object with the field items: it is neither`,
    )
  }
  const wrongAt = items.findIndex((item) => typeof item !== 'object' || item === null || Array.isArray(item))
  if (wrongAt !== -1) {
    const value = JSON.stringify(items[wrongAt]).slice(0, 80)
    throw new UsageError(`Cannot read ${input.name} as item ${wrongAt} must be an object: current value is ${value}`)
  }
  return { envelope, records: items as Record<string, unknown>[] }
}

/** An item of the largest size, however it is laid out. */
const maxItemFileBytes = 16 * 1024 * 1024

/**
 * Reads one item.
 * @throws {UsageError} it is no JSON, naming line and column, or no object
 */
export async function readItem(input: Input): Promise<NewItem> {
  const document = await readDocument(input, maxItemFileBytes, 'it has more')
  if (typeof document === 'object' && document !== null && !Array.isArray(document)) return document as NewItem
  const current = Array.isArray(document) ? 'it is an array' : `it is ${JSON.stringify(document).slice(0, 80)}`
  throw new UsageError(`Cannot read ${input.name} as it must be one item, an object with the field id: ${current}`)
}

async function readDocument(input: Input, maxBytes: number, otherwise: string): Promise<unknown> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of input.bytes) {
    bytes += chunk.length
    if (bytes > maxBytes) {
      throw new UsageError(`Cannot read ${input.name} as a JSON file must have at most ${maxBytes} bytes: ${otherwise}`)
    }
    chunks.push(chunk)
  }
  const whole = Buffer.concat(chunks)
  if (!isUtf8(whole)) throw new UsageError(`Cannot read ${input.name} as it must be UTF-8: it is not`)
  return parseDocument(whole.toString('utf8').replace(/^\ufeff/, ''), input.name)
}

function parseDocument(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    // Without the text around the place, which may go over lines.
    const reason = (error as Error).message.replace(/( in JSON at position |, (\.\.\.)?").*$/s, '')
    throw new UsageError(`Cannot read ${name} as ${describePlace(text, findFault(text))} must be JSON: ${reason}`)
  }
}

/** Where a text stops to be JSON. `JSON.parse` says it of some faults only; of the beginning of a document it says that it ends too early. */
function findFault(text: string): number {
  let sound = 0
  let faulty = text.length + 1
  while (faulty - sound > 1) {
    const middle = (sound + faulty) >> 1
    if (isBeginning(text.slice(0, middle))) sound = middle
    else faulty = middle
  }
  return sound
}

function isBeginning(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    const { message } = error as Error
    const at = /at position (\d+)/.exec(message)?.[1]
    return at === undefined ? message.startsWith('Unexpected end') : Number(at) >= text.length
  }
}

function describePlace(text: string, position: number): string {
  const before = text.slice(0, position).split('\n')
  return `line ${before.length}, column ${before.at(-1)!.length + 1}`
}
