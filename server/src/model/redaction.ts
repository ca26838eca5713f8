import { JsonWalker, type JsonListener } from './json-walker.ts'

/** Stands in place of a value that is not shown. */
export const REDACTED = '[redacted]'
const MARK = Buffer.from(JSON.stringify(REDACTED))

/** All pointers begin with it: only data is redacted. */
const DATA = '/data'
/** Hidden values of more bytes in an item are not looked for in other texts: those are then hidden as a whole. */
const MAX_SEARCHED_BYTES = 64 * 1024
/** The same of an item whose hidden values have more leaves. */
const MAX_SEARCHED_VALUES = 200

interface PathNode {
  readonly members: Map<string, PathNode>
  isHidden: boolean
}

/** The values of a channel's items that are not shown, by JSON Pointers into the item. */
export class Redaction {
  readonly pointers: readonly string[]
  /** Of the data itself. */
  readonly root: PathNode = { members: new Map(), isHidden: false }
  /** Members of the longest path. */
  readonly depth: number

  /** Items without data have theirs from `payload` of the channel: it is not at hand. */
  readonly loadsData: boolean

  /** The connector whose calls take several items: an error of a whole call may repeat the data of all of them. Null: a call takes one. */
  readonly batchedBy: 'http' | 'module' | null

  /** @param pointers `/data`, or below it, valid */
  constructor(
    pointers: readonly string[],
    { loadsData = false, batchedBy = null }: Partial<Pick<Redaction, 'loadsData' | 'batchedBy'>> = {},
  ) {
    this.pointers = pointers
    this.loadsData = loadsData
    this.batchedBy = batchedBy
    let depth = 0
    for (const pointer of pointers) {
      const tokens = pointer.split('/').slice(2)
      depth = Math.max(depth, tokens.length)
      let node = this.root
      for (const token of tokens) {
        const name = token.replaceAll('~1', '/').replaceAll('~0', '~')
        let next = node.members.get(name)
        if (next === undefined) node.members.set(name, (next = { members: new Map(), isHidden: false }))
        node = next
      }
      node.isHidden = true
    }
    this.depth = depth
  }

  /** Whether the text of an error may be of a call of several items: results of items come with a 2xx, modules may throw one error for all. */
  isOfWholeCall({ code, status }: { readonly code: string | null; readonly status: number | null }): boolean {
    if (this.batchedBy === null) return false
    if (code === 'invalid_answer') return true
    return status === null ? this.batchedBy === 'module' : status < 200 || status > 299
  }

  /** Whether a value at this pointer into the item is hidden, or part of one that is. */
  hides(pointer: string): boolean {
    return this.pointers.some((hidden) => pointer === hidden || pointer.startsWith(`${hidden}/`))
  }
}

/** Data without its hidden values. */
export interface RedactedData {
  /** The same JSON with the mark in place of each hidden value; the very bytes where there is none. */
  readonly data: Uint8Array
  /** The strings and numbers in them, for texts that repeat them; null: too many, or too long. */
  readonly values: readonly string[] | null
  /** Pointers into the item at which there is the mark already. */
  readonly marked: readonly string[]
}

/** Finds the hidden values in the JSON of an item's data, some bytes at a time. Every one of a member that is there twice is hidden. */
export class DataRedactor implements JsonListener {
  readonly watchedDepth: number
  readonly #redaction: Redaction
  readonly #json = new JsonWalker(this)
  #bytes: Buffer = Buffer.alloc(0)
  /** Of the value being passed at each depth; null: no pointer leads through it. */
  readonly #nodes: (PathNode | null)[] = []
  /** Name of the member being passed in the container of each depth. */
  readonly #names: string[] = []
  /** The depth of the hidden value being passed; -1: none. */
  #hiddenDepth = -1
  #start = 0
  #spans: { start: number; end: number; pointer: string }[] = []

  constructor(redaction: Redaction) {
    this.#redaction = redaction
    this.watchedDepth = redaction.depth
  }

  /** Begins with the JSON of an item's data, which is valid. */
  begin(data: Uint8Array): void {
    this.#bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    this.#hiddenDepth = -1
    this.#spans = []
    this.#json.begin(this.#bytes, 0, data.byteLength)
  }

  /** Passes at most about `maxBytes` more. @returns whether it has ended: see `redacted` */
  walk(maxBytes: number): boolean {
    return this.#json.walk(maxBytes)
  }

  onName(depth: number, start: number, end: number): void {
    if (this.#nodes[depth - 1] === null || this.#hiddenDepth >= 0) return
    this.#names[depth] = JSON.parse(this.#bytes.toString('utf8', start, end)) as string
  }

  onValue(depth: number, start: number): void {
    if (this.#hiddenDepth >= 0) return
    const node = this.#nodeAt(depth)
    this.#nodes[depth] = node
    if (node?.isHidden !== true) return
    this.#hiddenDepth = depth
    this.#start = start
  }

  onValueEnd(depth: number, end: number): void {
    if (this.#hiddenDepth !== depth) return
    this.#hiddenDepth = -1
    this.#spans.push({ start: this.#start, end, pointer: `${DATA}${this.#json.pointer(depth)}` })
  }

  #nodeAt(depth: number): PathNode | null {
    if (depth === 0) return this.#redaction.root
    const parent = this.#nodes[depth - 1] ?? null
    if (parent === null) return null
    const token = this.#json.isObject(depth) ? this.#names[depth]! : String(this.#json.index(depth))
    return parent.members.get(token) ?? null
  }

  /** The result of a walk that has ended. */
  redacted(): RedactedData {
    const bytes = this.#bytes
    // A line that was no valid item: nobody knows where its values are.
    if (!this.#json.isJson) return { data: MARK, values: null, marked: [] }
    if (this.#spans.length === 0) return { data: bytes, values: [], marked: [] }
    const kept: Buffer[] = []
    const values = new Set<string>()
    const marked: string[] = []
    let searchedBytes = 0
    let from = 0
    for (const { start, end, pointer } of this.#spans) {
      kept.push(bytes.subarray(from, start), MARK)
      from = end
      if (end - start > MAX_SEARCHED_BYTES) searchedBytes = Infinity
      else {
        const text = bytes.toString('utf8', start, end)
        const value: unknown = JSON.parse(text)
        if (value === REDACTED) marked.push(pointer)
        else if ((searchedBytes += end - start) <= MAX_SEARCHED_BYTES && values.size <= MAX_SEARCHED_VALUES) {
          addLeaves(value, values)
          addNumbers(text, values)
        }
      }
    }
    const isSearched = searchedBytes <= MAX_SEARCHED_BYTES && values.size <= MAX_SEARCHED_VALUES
    kept.push(bytes.subarray(from))
    return { data: Buffer.concat(kept), values: isSearched ? [...values] : null, marked }
  }
}

/** Returns the hidden values of all data that an item had, each once; null: too many to look for in texts. */
export function joinValues(found: readonly RedactedData['values'][]): RedactedData['values'] {
  const values = new Set<string>()
  let length = 0
  for (const some of found) {
    if (some === null) return null
    for (const value of some) {
      if (values.has(value)) continue
      values.add(value)
      length += value.length
      if (values.size > MAX_SEARCHED_VALUES || length > MAX_SEARCHED_BYTES) return null
    }
  }
  return [...values]
}

/** Adds the strings and numbers in a JSON value. */
function addLeaves(value: unknown, values: Set<string>): void {
  if (typeof value === 'string') values.add(value)
  else if (typeof value === 'number') values.add(String(value))
  else if (typeof value === 'object' && value !== null) {
    for (const inside of Object.values(value)) addLeaves(inside, values)
  }
}

/** Adds the numbers of a JSON text as they are written there. */
function addNumbers(json: string, values: Set<string>): void {
  for (const [token] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[^\s,\]}]*/g)) {
    if (!token.startsWith('"')) values.add(token)
  }
}
