const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const QUOTE = 0x22
const BACKSLASH = 0x5c

/** The kind of value that is being copied. */
const Kind = { container: 0, string: 1, word: 2 } as const
type Kind = (typeof Kind)[keyof typeof Kind]

/** 1: means nothing between the tokens of an object or array, as far as its end is concerned. */
const DULL = new Uint8Array(256).fill(1)
for (const byte of [QUOTE, 0x5b, 0x5d, 0x7b, 0x7d, LF, CR]) DULL[byte] = 0

/** 1: stands for itself in a string. */
const PLAIN = new Uint8Array(256).fill(1)
for (const byte of [QUOTE, BACKSLASH, LF, CR]) PLAIN[byte] = 0

/** 1: ends a number, `true`, `false` or `null`, and cannot begin a value. */
export const ENDS_WORD = new Uint8Array(256)
for (const byte of [SPACE, 0x09, LF, CR, 0x2c, 0x3a, 0x5d, 0x7d]) ENDS_WORD[byte] = 1

/** Bytes that grow at their end. */
export class ByteSink {
  bytes: Buffer
  length = 0

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity)
  }

  /** Grows the buffer for this number of bytes more. */
  reserve(bytes: number): void {
    if (this.length + bytes <= this.bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(this.length + bytes, this.bytes.length * 2))
    this.bytes.copy(grown, 0, 0, this.length)
    this.bytes = grown
  }

  /** Adds a part of `from`; the buffer has been grown before. */
  add(from: Buffer, start: number, end: number): void {
    from.copy(this.bytes, this.length, start, end)
    this.length += end - start
  }

  /** Forgets the first bytes. */
  drop(bytes: number): void {
    this.bytes.copyWithin(0, bytes, this.length)
    this.length -= bytes
  }

  addByte(byte: number): void {
    this.bytes[this.length++] = byte
  }
}

/**
 * Copies one JSON value, however it is cut into pieces, up to its end: counts brackets and knows strings, no more. A line break between
 * tokens becomes a space; one inside of a string, which no JSON has, becomes NUL, which no JSON has either but which ends no line.
 */
export class JsonValueCopier {
  /** Brackets that are open. */
  depth = 0
  /** Whether the value has ended. */
  ended = true
  #kind: Kind = Kind.word
  #inString = false
  #escaped = false

  /** Begins a value with its first byte, which `copy` gets again. */
  start(byte: number): void {
    this.#kind = byte === 0x7b || byte === 0x5b ? Kind.container : byte === QUOTE ? Kind.string : Kind.word
    this.depth = 0
    this.ended = false
    this.#inString = false
    this.#escaped = false
  }

  /** Copies from `from` on; returns the offset behind the value, or the end of the bytes if it has not ended. */
  copy(bytes: Buffer, from: number, sink: ByteSink): number {
    if (this.#kind === Kind.word) return this.#copyWord(bytes, from, sink)
    const { length } = bytes
    let run = from
    let i = from
    while (i < length && !this.ended) {
      if (this.#inString) {
        if (this.#escaped) {
          this.#escaped = false
          if (bytes[i] !== LF && bytes[i] !== CR) i++
        }
        while (i < length && PLAIN[bytes[i]!] === 1) i++
      } else while (i < length && DULL[bytes[i]!] === 1) i++
      if (i === length) break
      const byte = bytes[i++]!
      if (byte === LF || byte === CR) {
        sink.add(bytes, run, i - 1)
        sink.addByte(this.#inString ? 0 : SPACE)
        run = i
      } else this.#pass(byte)
    }
    sink.add(bytes, run, i)
    return i
  }

  /** A byte that may open or close something. */
  #pass(byte: number): void {
    if (byte === QUOTE) {
      this.#inString = !this.#inString
      this.ended = !this.#inString && this.#kind === Kind.string
    } else if (this.#inString) this.#escaped = byte === BACKSLASH
    else if (byte === 0x7b || byte === 0x5b) this.depth++
    else this.ended = --this.depth === 0
  }

  #copyWord(bytes: Buffer, from: number, sink: ByteSink): number {
    let i = from
    while (i < bytes.length && ENDS_WORD[bytes[i]!] === 0) i++
    sink.add(bytes, from, i)
    this.ended = i < bytes.length
    return i
  }
}
