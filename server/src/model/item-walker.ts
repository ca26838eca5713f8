import { JsonWalker, type JsonListener } from './json-walker.ts'
import { MAX_ID_BYTES, MAX_JSON_DEPTH } from './limits.ts'

/** The members of an item, each of which it may have once. */
export const itemMembers = ['id', 'partitionKey', 'action', 'data'] as const
export type ItemMember = (typeof itemMembers)[number]

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_OBJECT = 0x7b

const ARRAY_INDEX = /^(0|[1-9][0-9]*)$/
const NAMES = itemMembers.map(pathToken)
/** An escaped name or text has at most six bytes (`\u0041`) for each byte of UTF-8. */
const ESCAPED_BYTES = 6
const NO_TOKENS: readonly PathToken[] = []

/** A reference token of a JSON Pointer, as it is looked for. */
export interface PathToken {
  readonly text: string
  readonly bytes: Buffer
  /** As an index of an array; -1: it is none. */
  readonly index: number
}

/** Kinds of values, as messages name them. */
export type JsonKind = 'an object' | 'an array' | 'a string' | 'an empty string' | 'a number' | 'a boolean' | 'null'

/** Where a value stands in the bytes; `start` is -1 when there is none. */
export interface Span {
  start: number
  end: number
}

/**
 * Walks over an item's line, a bounded number of bytes at a time, and notes where its members are and what a JSON Pointer leads to. Makes
 * no objects of what it passes. Of members that are there twice the last one counts, as for `JSON.parse`; `twice` reports it.
 */
export class ItemWalker implements JsonListener {
  watchedDepth = 1
  /** Null: each member is there at most once. */
  twice: ItemMember | null = null
  /** The same of what the pointer leads through: the depth of the object that has it twice. */
  twiceOnPath = 0
  /** The name of the first member that items do not have. */
  readonly unknown: Span = { start: -1, end: -1 }
  /** The bytes that the pointer leads to. */
  readonly target: Span = { start: -1, end: -1 }

  readonly #json = new JsonWalker(this)
  readonly #members: readonly Span[] = itemMembers.map(() => ({ start: -1, end: -1 }))
  #bytes: Buffer = Buffer.alloc(0)
  readonly #line: Span = { start: 0, end: 0 }
  readonly #root: Span = { start: -1, end: -1 }
  /** Which member of the item is being passed; -1: none of its own. */
  #member = -1
  /** The pointer's reference tokens, and of each container on its path whether the token was there already. */
  #tokens: readonly PathToken[] = NO_TOKENS
  readonly #found = new Uint8Array(MAX_JSON_DEPTH + 2)
  /** The member being passed at `watchedDepth` is the one that the pointer names. */
  #named = false

  /** Begins with a line. @param tokens of a JSON Pointer into the item */
  begin(bytes: Buffer, at: Span, tokens: readonly PathToken[] = NO_TOKENS): void {
    this.#bytes = bytes
    this.#tokens = tokens
    this.#root.start = -1
    this.#member = -1
    this.#named = false
    this.#found[1] = 0
    this.twice = null
    this.twiceOnPath = 0
    this.unknown.start = this.target.start = -1
    for (const member of this.#members) member.start = -1
    this.watchedDepth = 1
    this.#line.start = at.start
    this.#line.end = at.end
    this.#json.begin(bytes, at.start, at.end)
  }

  /** Passes at most about `maxBytes` more. @returns whether the walk has ended: see `json` */
  walk(maxBytes: number): boolean {
    return this.#json.walk(maxBytes)
  }

  /** Where the line begins and ends in the bytes. */
  get line(): Readonly<Span> {
    return this.#line
  }

  /** The facts about the line as JSON. */
  get json(): Pick<JsonWalker, 'isJson' | 'brokenAt' | 'tooDeep' | 'outOfRange'> {
    return this.#json
  }

  /** The kind of the line's value. */
  get kind(): JsonKind {
    return this.kindOf(this.#root)
  }

  /** The value of a member. */
  member(name: ItemMember): Span {
    return this.#members[itemMembers.indexOf(name)]!
  }

  get unknownName(): string {
    return this.#json.name(this.unknown.start, this.unknown.end)
  }

  kindOf({ start, end }: Span): JsonKind {
    switch (this.#bytes[start]) {
      case QUOTE:
        return end - start === 2 ? 'an empty string' : 'a string'
      case OPEN_OBJECT:
        return 'an object'
      case 0x5b:
        return 'an array'
      case 0x6e:
        return 'null'
      case 0x74:
      case 0x66:
        return 'a boolean'
      default:
        return 'a number'
    }
  }

  isString({ start }: Span): boolean {
    return this.#bytes[start] === QUOTE
  }

  /** The text of a string; null when it certainly has more than `maxBytes`. */
  text({ start, end }: Span, maxBytes: number = MAX_ID_BYTES): string | null {
    if (end - start - 2 > maxBytes * ESCAPED_BYTES) return null
    const raw = this.#bytes.subarray(start, end)
    return raw.includes(BACKSLASH)
      ? (JSON.parse(raw.toString('utf8')) as string)
      : raw.toString('utf8', 1, raw.length - 1)
  }

  /** Returns the target of the pointer as a key: a string's text (null: too long), the JSON text of a number or boolean; undefined for all else. */
  targetKey(): string | null | undefined {
    const { start, end } = this.target
    if (start < 0) return undefined
    const kind = this.kindOf(this.target)
    if (kind === 'a string' || kind === 'an empty string') return this.text(this.target)
    if (kind === 'a boolean') return this.#bytes.toString('latin1', start, end)
    return kind === 'a number' ? JSON.stringify(Number(this.#bytes.toString('latin1', start, end))) : undefined
  }

  onName(depth: number, start: number, end: number): void {
    if (depth === 1) this.#member = this.#memberOf(start, end)
    if (depth !== this.watchedDepth || depth > this.#tokens.length) return
    this.#named = this.#isText(this.#tokens[depth - 1]!, start, end)
    if (!this.#named) return
    if (this.#found[depth] === 1) this.twiceOnPath ||= depth
    this.#found[depth] = 1
    this.target.start = -1
  }

  onValue(depth: number, start: number): void {
    if (depth === 0) this.#root.start = start
    if (depth === 1 && this.#member >= 0) this.#members[this.#member]!.start = start
    if (depth === 0 || depth !== this.watchedDepth) return
    if (!this.#json.isObject(depth)) this.#named = this.#tokens[depth - 1]?.index === this.#json.index(depth)
    if (!this.#named) return
    if (depth === this.#tokens.length) this.target.start = start
    else if (this.#isContainer(start) && depth < MAX_JSON_DEPTH) {
      this.#named = false
      this.watchedDepth = depth + 1
      this.#found[depth + 1] = 0
    }
  }

  onValueEnd(depth: number, end: number): void {
    if (depth === 0) this.#root.end = end
    if (depth < this.watchedDepth && depth >= 1) {
      this.watchedDepth = depth
      this.#named = false
    } else if (this.#named && depth === this.watchedDepth) {
      if (depth === this.#tokens.length) this.target.end = end
      this.#named = false
    }
    if (depth !== 1 || this.#member < 0) return
    this.#members[this.#member]!.end = end
    this.#member = -1
  }

  /** Which of the item's members has this name; notes what it may not have. */
  #memberOf(start: number, end: number): number {
    if (!this.#json.isObject(1)) return -1
    for (let n = 0; n < NAMES.length; n++) {
      if (!this.#isText(NAMES[n]!, start, end)) continue
      if (this.#members[n]!.start >= 0) this.twice ??= itemMembers[n]!
      return n
    }
    if (this.unknown.start < 0) {
      this.unknown.start = start
      this.unknown.end = end
    }
    return -1
  }

  /** Whether the string from `start` to `end` says the same, in whatever spelling. */
  #isText(token: PathToken, start: number, end: number): boolean {
    const wanted = token.bytes
    const length = end - start - 2
    if (length < wanted.length || length > wanted.length * ESCAPED_BYTES) return false
    const bytes = this.#bytes
    if (length === wanted.length) {
      let same = 0
      while (same < length && bytes[start + 1 + same] === wanted[same]) same++
      if (same === length) return true
    }
    return this.#hasEscape(start, end) && JSON.parse(bytes.toString('utf8', start, end)) === token.text
  }

  #hasEscape(start: number, end: number): boolean {
    const bytes = this.#bytes
    for (let i = start + 1; i < end; i++) if (bytes[i] === BACKSLASH) return true
    return false
  }

  #isContainer(at: number): boolean {
    const byte = this.#bytes[at]
    return byte === OPEN_OBJECT || byte === 0x5b
  }
}

export function pathToken(text: string): PathToken {
  return { text, bytes: Buffer.from(text), index: ARRAY_INDEX.test(text) ? Number(text) : -1 }
}
