import { escapedToken } from '@waybill/spec/rules'
import { COMPLETE, Digits, ESCAPABLE, HEX, NEXT_DIGIT, PLAIN } from './json-tables.ts'
import { MAX_JSON_DEPTH } from './limits.ts'

const SPACE = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_ARRAY = 0x5b
const BACKSLASH = 0x5c
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

const ARRAY = 0
const OBJECT = 1

/** The tokens that may come next. */
const At = { value: 0, firstElement: 1, firstName: 2, name: 3, colon: 4, after: 5, string: 6, number: 7 } as const
type At = (typeof At)[keyof typeof At]

const WORDS: readonly (Buffer | undefined)[] = Array.from({ length: 256 })
for (const word of ['true', 'false', 'null']) (WORDS as Buffer[])[word.charCodeAt(0)] = Buffer.from(word)

/** A number of at most this many characters, with an exponent of at most two digits, is below 1e300. */
const MAX_PLAIN_NUMBER = 200
/** Longer names are not repeated in messages. */
const MAX_SHOWN_NAME_BYTES = 256

/** Receives the values that a walker passes, down to `watchedDepth`. Offsets are those of the bytes being walked over. */
export interface JsonListener {
  /** Members and values inside of containers of this depth and above are reported; 1: those of the outermost one. */
  readonly watchedDepth: number
  /** A member's name, its quotes included. */
  onName(depth: number, start: number, end: number): void
  /** A value begins; depth 0: the outermost one. */
  onValue(depth: number, start: number): void
  onValueEnd(depth: number, end: number): void
}

/**
 * Walks over one JSON text (RFC 8259) and can stop after any number of bytes and continue later: a text of 1 MiB that takes `JSON.parse`
 * 100 ms never holds the event loop. Accepts what `JSON.parse` accepts; that the bytes are UTF-8 is for the caller to check.
 */
export class JsonWalker {
  /** Whether the bytes are JSON; false as long as the walk has not ended. */
  isJson = false
  /** Where it went wrong; at the end of the bytes: it ends too early. -1: nowhere. */
  brokenAt = -1
  /** Some value is nested deeper than `MAX_JSON_DEPTH`. */
  tooDeep = false
  /** JSON Pointer to the first number beyond a double; null: there is none. */
  outOfRange: string | null = null

  readonly #listener: JsonListener
  #bytes: Buffer = Buffer.alloc(0)
  #i = 0
  #end = 0
  #at: At = At.value
  #depth = 0
  /** Of each open container, as deep as it goes. */
  #kinds: Uint8Array = new Uint8Array(MAX_JSON_DEPTH * 2)
  /** Of each open container down to `MAX_JSON_DEPTH`: the last member's name, or the element's index. */
  readonly #nameStarts = new Int32Array(MAX_JSON_DEPTH + 1)
  readonly #nameEnds = new Int32Array(MAX_JSON_DEPTH + 1)
  readonly #indexes = new Int32Array(MAX_JSON_DEPTH + 1)
  /** Of the string or number being passed. */
  #tokenStart = 0
  #isName = false
  #digits: number = Digits.none

  constructor(listener: JsonListener) {
    this.#listener = listener
  }

  /** Begins with the text from `start` to `end`; the bytes must stay as they are until the walk has ended. */
  begin(bytes: Buffer, start: number, end: number): void {
    this.#bytes = bytes
    this.#i = start
    this.#end = end
    this.#at = At.value
    this.#depth = 0
    this.isJson = false
    this.brokenAt = -1
    this.tooDeep = false
    this.outOfRange = null
  }

  /** Index of the element that is being passed in the array at this depth. */
  index(depth: number): number {
    return this.#indexes[depth]!
  }

  /** Whether the container at this depth is an object. */
  isObject(depth: number): boolean {
    return this.#kinds[depth] === OBJECT
  }

  /** Passes at most about `maxBytes` more. @returns whether the walk has ended: see `isJson` */
  walk(maxBytes: number): boolean {
    const bytes = this.#bytes
    const limit = Math.min(this.#end, this.#i + maxBytes)
    const listener = this.#listener
    let kinds = this.#kinds
    let i = this.#i
    let at = this.#at
    let depth = this.#depth
    while (i < limit) {
      const byte = bytes[i]!
      if (at === At.string) {
        while (i < limit && PLAIN[bytes[i]!] === 1) i++
        if (i >= limit) break
        const special = bytes[i]!
        if (special === BACKSLASH) {
          const length = this.#escapeLength(i)
          if (length === 0) return this.#broken(i)
          i += length
          continue
        }
        if (special !== QUOTE) return this.#broken(i)
        i++
        if (!this.#isName) {
          at = At.after
          if (depth <= listener.watchedDepth) listener.onValueEnd(depth, i)
          continue
        }
        at = At.colon
        if (depth > MAX_JSON_DEPTH) continue
        this.#nameStarts[depth] = this.#tokenStart
        this.#nameEnds[depth] = i
        if (depth <= listener.watchedDepth) listener.onName(depth, this.#tokenStart, i)
        continue
      }
      if (at === At.number) {
        let digits = this.#digits
        while (i < limit) {
          const next = NEXT_DIGIT[digits * 256 + bytes[i]!]!
          if (next === Digits.none) break
          digits = next
          i++
        }
        this.#digits = digits
        if (i >= limit) break
        if (COMPLETE[digits] === 0) return this.#broken(i)
        this.#endNumber(i, depth)
        at = At.after
        continue
      }
      if (byte === SPACE || byte === 0x09 || byte === 0x0a || byte === 0x0d) {
        i++
        continue
      }
      switch (at) {
        case At.after:
          if (depth === 0) return this.#broken(i)
          if (byte === COMMA) {
            if (kinds[depth] === OBJECT) at = At.name
            else {
              at = At.value
              if (depth <= MAX_JSON_DEPTH) this.#indexes[depth]!++
            }
          } else if (byte === (kinds[depth] === OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY)) {
            depth--
            if (depth <= listener.watchedDepth) listener.onValueEnd(depth, i + 1)
          } else return this.#broken(i)
          i++
          break
        case At.colon:
          if (byte !== COLON) return this.#broken(i)
          at = At.value
          i++
          break
        case At.firstName:
        case At.name:
          if (byte === QUOTE) {
            this.#tokenStart = i
            this.#isName = true
            at = At.string
          } else if (byte === CLOSE_OBJECT && at === At.firstName) {
            at = At.after
            depth--
            if (depth <= listener.watchedDepth) listener.onValueEnd(depth, i + 1)
          } else return this.#broken(i)
          i++
          break
        default: // a value
          if (byte === CLOSE_ARRAY && at === At.firstElement) {
            at = At.after
            i++
            depth--
            if (depth <= listener.watchedDepth) listener.onValueEnd(depth, i)
            break
          }
          if (depth <= listener.watchedDepth) listener.onValue(depth, i)
          if (byte === QUOTE) {
            this.#tokenStart = i++
            this.#isName = false
            at = At.string
          } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
            i++
            if (++depth === kinds.length) this.#kinds = kinds = grown(kinds)
            if (depth > MAX_JSON_DEPTH) this.tooDeep = true
            else this.#indexes[depth] = 0
            kinds[depth] = byte === OPEN_OBJECT ? OBJECT : ARRAY
            at = byte === OPEN_OBJECT ? At.firstName : At.firstElement
          } else if (NEXT_DIGIT[byte] !== Digits.none) {
            this.#tokenStart = i++
            this.#digits = NEXT_DIGIT[byte]!
            at = At.number
          } else {
            const end = this.#endOfWord(i)
            if (end < 0) return this.#broken(i)
            i = end
            at = At.after
            if (depth <= listener.watchedDepth) listener.onValueEnd(depth, i)
          }
      }
    }
    this.#i = i
    this.#at = at
    this.#depth = depth
    return i >= this.#end && this.#finish()
  }

  /** The bytes are over. */
  #finish(): true {
    if (this.#at === At.number && COMPLETE[this.#digits] === 1) {
      this.#endNumber(this.#i, this.#depth)
      this.#at = At.after
    }
    if (this.#at !== At.after || this.#depth > 0) return this.#broken(this.#end)
    this.isJson = true
    return true
  }

  #broken(at: number): true {
    this.brokenAt = Math.min(at, this.#end)
    return true
  }

  /** Of an escape from its backslash on; 0: it is none. */
  #escapeLength(at: number): number {
    const bytes = this.#bytes
    if (at + 1 >= this.#end) return 0
    if (ESCAPABLE[bytes[at + 1]!] === 1) return 2
    if (bytes[at + 1] !== 0x75 || at + 6 > this.#end) return 0
    for (let i = at + 2; i < at + 6; i++) if (HEX[bytes[i]!] === 0) return 0
    return 6
  }

  #endOfWord(at: number): number {
    const word = WORDS[this.#bytes[at]!]
    if (word === undefined || at + word.length > this.#end) return -1
    for (let i = 1; i < word.length; i++) if (this.#bytes[at + i] !== word[i]) return -1
    return at + word.length
  }

  #endNumber(end: number, depth: number): void {
    if (this.outOfRange === null && !this.#isFinite(end)) this.outOfRange = this.pointer(depth)
    if (depth <= this.#listener.watchedDepth) this.#listener.onValueEnd(depth, end)
  }

  /** Whether the number that ends here fits into a double. */
  #isFinite(end: number): boolean {
    const bytes = this.#bytes
    const start = this.#tokenStart
    if (end - start <= MAX_PLAIN_NUMBER) {
      if (this.#digits !== Digits.power) return true
      let digits = 1
      while (NEXT_DIGIT[Digits.power * 256 + bytes[end - digits - 1]!] === Digits.power) digits++
      if (digits <= 2) return true
    }
    return Number.isFinite(Number(bytes.toString('latin1', start, end)))
  }

  /** JSON Pointer to the value being passed in the container at this depth, or to the member whose name was just passed. */
  pointer(depth: number): string {
    let pointer = ''
    for (let at = 1; at <= Math.min(depth, MAX_JSON_DEPTH); at++) {
      if (this.isObject(at)) pointer += `/${escapedToken(this.name(this.#nameStarts[at]!, this.#nameEnds[at]!))}`
      else pointer += `/${this.#indexes[at]}`
    }
    return pointer
  }

  /** A name that stands from `start` to `end` in the bytes, for messages: cut when it is very long. */
  name(start: number, end: number): string {
    const isLong = end - start > MAX_SHOWN_NAME_BYTES
    if (isLong) return `${this.#bytes.toString('utf8', start + 1, start + MAX_SHOWN_NAME_BYTES)}...`
    return JSON.parse(this.#bytes.toString('utf8', start, end)) as string
  }
}

function grown(kinds: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(kinds.length * 2)
  larger.set(kinds)
  return larger
}
