import type { KeyHashSeed, KeyHashTarget } from '../../model/key-hash.ts'
import { MAX_ID_BYTES, MAX_JSON_DEPTH, MAX_PARTITION_KEY_BYTES } from '../../model/limits.ts'

const LF = 0x0a
const SPACE = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const DOT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const COLON = 0x3a
const OPEN_ARRAY = 0x5b
const BACKSLASH = 0x5c
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** 1: any byte of a string that stands for itself; 0: quote, backslash, control characters. */
const PLAIN = new Uint8Array(256).fill(1, SPACE)
PLAIN[QUOTE] = 0
PLAIN[BACKSLASH] = 0

const ESCAPABLE = new Uint8Array(256)
for (const letter of '"\\/bfnrt') ESCAPABLE[letter.charCodeAt(0)] = 1

/** A number of at most this many digits and no exponent is finite for certain. */
const MAX_PLAIN_DIGITS = 300

/** The names of an item's members, the quote after each included. */
const ID = Buffer.from('id"')
const DATA = Buffer.from('data"')
const PARTITION_KEY = Buffer.from('partitionKey"')
const ACTION = Buffer.from('action"')
/** The words of JSON and the actions, as they follow their first byte. */
const WORDS = ['true', 'false', 'null'].map((word) => Buffer.from(word))
const ACTIONS = ['create"', 'update"', 'delete"'].map((word) => Buffer.from(word))

/** Of the frozen hash in key-hash.ts. */
const C1 = 0xcc9e2d51
const C2 = 0x1b873593
const C3 = 0x85ebca6b
const C4 = 0xc2b2ae35

/**
 * Recognizes ordinary valid items at three times the speed of `JSON.parse`, without making an object.
 *
 * What it recognizes is a valid item for certain (a test holds it against `JSON.parse` and the spec's schema). It refuses
 * anything unusual, valid or not: escapes or non-ASCII letters in an id, a member that is there twice or unknown, deep
 * nesting, huge numbers. Those take the slow path (parse-item.ts), which alone reports faults.
 */
export class ItemScanner {
  /** Where the last item recognized has its id and partition key (ASCII, quotes not included); `keyStart` is -1 without a key. */
  idStart = 0
  idEnd = 0
  keyStart = -1
  keyEnd = -1
  /** Where it has its action; -1 without one. */
  actionStart = -1

  #bytes: Uint8Array = new Uint8Array(0)
  /** Kind of each level of nesting: 1 for objects. */
  readonly #kinds = new Uint8Array(MAX_JSON_DEPTH + 1)

  /** The bytes that `scan` reads: whole lines of valid UTF-8, ending in LF. */
  use(bytes: Uint8Array): void {
    this.#bytes = bytes
  }

  /** Reads the line at `start`. Returns the offset of its LF if it is an ordinary valid item, else -1. */
  scan(start: number): number {
    const bytes = this.#bytes
    let hasData = false
    this.idStart = -1
    this.keyStart = -1
    this.actionStart = -1
    let i = this.#space(start)
    if (bytes[i] !== OPEN_OBJECT) return -1
    i = this.#space(i + 1)
    for (;;) {
      if (bytes[i] !== QUOTE) return -1
      i++
      if (this.#matches(i, ID)) {
        if (this.idStart >= 0) return -1
        i = this.#value(i + ID.length)
        if (i < 0 || bytes[i] !== QUOTE) return -1
        this.idStart = i + 1
        i = this.#plainText(i + 1, MAX_ID_BYTES)
        this.idEnd = i - 1
      } else if (this.#matches(i, DATA)) {
        if (hasData) return -1
        hasData = true
        i = this.#value(i + DATA.length)
        if (i < 0) return -1
        i = this.#passValue(i)
      } else if (this.#matches(i, PARTITION_KEY)) {
        if (this.keyStart >= 0) return -1
        i = this.#value(i + PARTITION_KEY.length)
        if (i < 0 || bytes[i] !== QUOTE) return -1
        this.keyStart = i + 1
        i = this.#plainText(i + 1, MAX_PARTITION_KEY_BYTES)
        this.keyEnd = i - 1
      } else if (this.#matches(i, ACTION)) {
        if (this.actionStart >= 0) return -1
        i = this.#value(i + ACTION.length)
        if (i < 0 || bytes[i] !== QUOTE) return -1
        this.actionStart = i + 1
        i = this.#oneOf(i + 1, ACTIONS)
      } else return -1
      if (i < 0) return -1
      i = this.#space(i)
      if (bytes[i] === CLOSE_OBJECT) break
      if (bytes[i] !== COMMA) return -1
      i = this.#space(i + 1)
    }
    if (this.idStart < 0) return -1
    i = this.#space(i + 1)
    return bytes[i] === LF ? i : -1
  }

  #space(at: number): number {
    const bytes = this.#bytes
    let i = at
    for (;;) {
      const byte = bytes[i]
      if (byte !== SPACE && byte !== 0x09 && byte !== 0x0d) return i
      i++
    }
  }

  #matches(at: number, text: Buffer): boolean {
    const bytes = this.#bytes
    for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false
    return true
  }

  #oneOf(at: number, words: readonly Buffer[]): number {
    for (const word of words) if (this.#matches(at, word)) return at + word.length
    return -1
  }

  /** From behind a member's name to the start of its value, or -1. */
  #value(at: number): number {
    const i = this.#space(at)
    return this.#bytes[i] === COLON ? this.#space(i + 1) : -1
  }

  /** From the first byte of a string to behind its closing quote, if it is plain ASCII of 1 to `maxBytes`. */
  #plainText(at: number, maxBytes: number): number {
    const bytes = this.#bytes
    let i = at
    while (PLAIN[bytes[i]!] === 1 && bytes[i]! < 0x80) i++
    return bytes[i] === QUOTE && i > at && i - at <= maxBytes ? i + 1 : -1
  }

  /** From the first byte of a string to behind its closing quote, or -1. */
  #passString(at: number): number {
    const bytes = this.#bytes
    let i = at
    for (;;) {
      while (PLAIN[bytes[i]!] === 1) i++
      const byte = bytes[i]
      if (byte === QUOTE) return i + 1
      if (byte !== BACKSLASH) return -1
      const escape = bytes[i + 1]!
      if (ESCAPABLE[escape] === 1) i += 2
      else if (
        escape === 0x75 &&
        isHex(bytes[i + 2]!) &&
        isHex(bytes[i + 3]!) &&
        isHex(bytes[i + 4]!) &&
        isHex(bytes[i + 5]!)
      )
        i += 6
      else return -1
    }
  }

  #passNumber(at: number): number {
    const bytes = this.#bytes
    let i = bytes[at] === MINUS ? at + 1 : at
    const first = i
    if (bytes[i] === ZERO) i++
    else {
      while (isDigit(bytes[i]!)) i++
      if (i === first || i - first > MAX_PLAIN_DIGITS) return -1
    }
    if (bytes[i] === DOT) {
      const fraction = ++i
      while (isDigit(bytes[i]!)) i++
      if (i === fraction) return -1
    }
    // An exponent may lead out of the range of numbers.
    return (bytes[i]! | 0x20) === 0x65 ? -1 : i
  }

  /** From the first byte of any JSON value to behind it, or -1. */
  #passValue(at: number): number {
    const bytes = this.#bytes
    const kinds = this.#kinds
    let depth = 1 // the item itself
    let i = at
    for (;;) {
      const byte = bytes[i]!
      if (byte === QUOTE) i = this.#passString(i + 1)
      else if (byte === MINUS || isDigit(byte)) i = this.#passNumber(i)
      else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        if (++depth > MAX_JSON_DEPTH) return -1
        const isObject = byte === OPEN_OBJECT
        kinds[depth] = isObject ? 1 : 0
        i = this.#space(i + 1)
        if (bytes[i] !== (isObject ? CLOSE_OBJECT : CLOSE_ARRAY)) {
          if (isObject) i = this.#memberValue(i)
          if (i < 0) return -1
          continue
        }
        depth--
        i++
      } else i = this.#oneOf(i, WORDS)
      if (i < 0) return -1
      // A value ended at i: close what ends with it, then continue with the next one.
      for (;;) {
        if (depth === 1) return i
        i = this.#space(i)
        const isObject = kinds[depth] === 1
        if (bytes[i] === COMMA) {
          i = this.#space(i + 1)
          if (isObject) i = this.#memberValue(i)
          if (i < 0) return -1
          break
        }
        if (bytes[i] !== (isObject ? CLOSE_OBJECT : CLOSE_ARRAY)) return -1
        depth--
        i++
      }
    }
  }

  /** From the quote of a member's name to the start of its value, or -1. */
  #memberValue(at: number): number {
    if (this.#bytes[at] !== QUOTE) return -1
    const i = this.#passString(at + 1)
    return i < 0 ? -1 : this.#value(i)
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE
}

function isHex(byte: number): boolean {
  return isDigit(byte) || ((byte | SPACE) >= 0x61 && (byte | SPACE) <= 0x66)
}

/** ASCII text inside a buffer. */
export interface AsciiText {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

/** Writes the words that `writeKeyHash` of key-hash.ts writes for the same text as a string: an ordinary item's id and key never become one. */
export function writeAsciiKeyHash(seed: KeyHashSeed, text: AsciiText, target: KeyHashTarget): void {
  const { bytes, start, end } = text
  let low = seed.low | 0
  let high = seed.high | 0
  for (let i = start; i < end; i++) {
    const unit = bytes[i]!
    low = Math.imul(low ^ Math.imul(unit + 1, C1), C2)
    low ^= low >>> 15
    high = Math.imul(high ^ Math.imul(unit + 0x10001, C4), C3)
    high ^= high >>> 13
  }
  const length = end - start
  low = finish(low ^ length ^ Math.imul(high, C1))
  high = finish(high ^ Math.imul(length, C2) ^ low)
  target.out[target.at] = low
  target.out[target.at + 1] = low === 0 && high === 0 ? 1 : high
}

function finish(h: number): number {
  h ^= h >>> 16
  h = Math.imul(h, C3)
  h ^= h >>> 13
  h = Math.imul(h, C4)
  return (h ^ (h >>> 16)) >>> 0
}
