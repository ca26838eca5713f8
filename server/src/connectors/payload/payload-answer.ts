import { isUtf8 } from 'node:buffer'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type JsonListener, JsonWalker } from '../../model/json-walker.ts'
import { MAX_ID_BYTES } from '../../model/limits.ts'
import type { ItemAnswer } from '../connector.ts'
import { checkedData } from './item-payload.ts'
import { payloadNotFound, payloadUnavailable } from './payload-failure.ts'

/** The data of an id as JSON on one line, or why there is none. */
export type ResolvedPayload = { readonly data: Buffer } | { readonly failure: ItemAnswer }

/** Bytes that are read of an answer for many ids; a longer one is asked for in two halves. */
export const MAX_BATCH_ANSWER_BYTES = 16 * 1024 * 1024
const OK = 200
/** Bytes of an answer that are walked over before other calls of the thread get their turn: a quarter of a millisecond. */
const WALK_BYTES = 128 * 1024

/** Reads the body of a 200 as the data of one item. */
export function readPayload(body: Buffer): ResolvedPayload {
  const unread = unreadable(body)
  if (unread !== null) return { failure: unread }
  // Copied: what was read from the connection may be a part of more.
  return resolvedData(Buffer.from(body))
}

/**
 * Reads the body of a 200 as the data of many: `{"items": [{"id", "data"}]}`. Of an id that is there twice the first entry counts.
 */
export async function readPayloads(body: Buffer, ids: readonly string[]): Promise<readonly ResolvedPayload[]> {
  const unread = unreadable(body)
  if (unread !== null) return ids.map(() => ({ failure: unread }))
  const entries = new PayloadEntries(body)
  const walker = new JsonWalker(entries)
  walker.begin(body, 0, body.length)
  while (!walker.walk(WALK_BYTES)) await nextTurn()
  if (!walker.isJson || !entries.hasItems) {
    const found = walker.isJson ? 'it has no list of items' : `it is no JSON, and breaks at byte ${walker.brokenAt}`
    const failure = payloadUnavailable(`The answer must be {"items": [{"id", "data"}]}: ${found}`, { httpStatus: OK })
    return ids.map(() => ({ failure }))
  }
  const payloads: ResolvedPayload[] = []
  let walked = 0
  for (const id of ids) {
    const span = entries.spans.get(id)
    if (span === undefined) {
      payloads.push({ failure: payloadNotFound('The answer has no entry with data for the id') })
      continue
    }
    // Copied: a part would keep the whole answer in memory.
    const data = Buffer.from(body.subarray(span.start, span.end))
    payloads.push(resolvedData(data))
    walked += data.length
    if (walked < WALK_BYTES) continue
    walked = 0
    await nextTurn()
  }
  return payloads
}

function unreadable(body: Buffer): ItemAnswer | null {
  if (body.length === 0) return payloadUnavailable('The answer must be JSON: it is empty', { httpStatus: OK })
  if (isUtf8(body)) return null
  return payloadUnavailable('The answer must be JSON in UTF-8: it has other bytes', { httpStatus: OK })
}

function resolvedData(json: Buffer): ResolvedPayload {
  const checked = checkedData(json)
  if ('data' in checked) return checked
  if ('fault' in checked) return { failure: checked.fault }
  return { failure: payloadUnavailable(`The answer must be JSON: ${checked.notJson}`, { httpStatus: OK }) }
}

/** An escaped id has at most six bytes for each of its own. */
const MAX_ESCAPED_ID_BYTES = MAX_ID_BYTES * 6 + 2
const MAX_NAME_BYTES = 64

/** Finds the ids and the data of the entries, wherever else the answer has members of these names. */
class PayloadEntries implements JsonListener {
  readonly watchedDepth = 3
  /** Where the data of each id stands. */
  readonly spans = new Map<string, { readonly start: number; readonly end: number }>()
  hasItems = false
  readonly #body: Buffer
  /** Name of the member being passed, in the answer itself and in an entry. */
  readonly #names = ['', '', '', '']
  readonly #starts = [0, 0, 0, 0]
  #isObject = false
  #inItems = false
  #inEntry = false
  #id: string | null = null
  #data: { start: number; end: number } | null = null

  constructor(body: Buffer) {
    this.#body = body
  }

  onName(depth: number, start: number, end: number): void {
    const isKnown = depth !== 2 && end - start <= MAX_NAME_BYTES
    this.#names[depth] = isKnown ? (JSON.parse(this.#body.toString('utf8', start, end)) as string) : ''
  }

  onValue(depth: number, start: number): void {
    this.#starts[depth] = start
    const byte = this.#body[start]
    if (depth === 0) this.#isObject = byte === 0x7b
    else if (depth === 1) {
      this.#inItems = this.#isObject && this.#names[1] === 'items' && byte === 0x5b
      this.hasItems ||= this.#inItems
    } else if (depth === 2) {
      this.#inEntry = this.#inItems && byte === 0x7b
      this.#id = this.#data = null
    }
  }

  onValueEnd(depth: number, end: number): void {
    const start = this.#starts[depth]!
    if (depth === 3 && this.#inEntry) this.#takeMember(start, end)
    else if (depth === 2 && this.#inEntry) {
      this.#inEntry = false
      if (this.#id !== null && this.#data !== null && !this.spans.has(this.#id)) this.spans.set(this.#id, this.#data)
    } else if (depth === 1) this.#inItems = false
  }

  #takeMember(start: number, end: number): void {
    if (this.#names[3] === 'data') this.#data = { start, end }
    else if (this.#names[3] === 'id' && this.#body[start] === 0x22 && end - start <= MAX_ESCAPED_ID_BYTES) {
      this.#id = JSON.parse(this.#body.toString('utf8', start, end)) as string
    }
  }
}
