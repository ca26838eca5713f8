import { isUtf8 } from 'node:buffer'
import { escapedToken } from '@waybill/spec/rules'
import { MAX_JSON_DEPTH, MAX_NAME_IN_PROBLEM_LENGTH } from '../../model/limits.ts'
import { RepeatedMemberSearch } from '../../model/repeated-member.ts'
import { ByteSink, ENDS_WORD, JsonValueCopier } from './json-value.ts'
import { badBody, limitPassed } from '../check/refusals.ts'

export interface JsonBodyLimits {
  /** Most elements, and the limit's name in `Limits`. */
  readonly maxItems: number
  readonly maxItemsName: string
  readonly maxItemBytes: number
  /** All members but the items together. */
  readonly maxEnvelopeBytes: number
}

/** The part of the body that holds the items: an array member of the outer object, one member that is the item, the body itself, or none. */
export type ItemsPlace = { readonly array: string } | { readonly single: string } | 'body' | 'none'

const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_ARRAY = 0x5b
const BACKSLASH = 0x5c
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** The state of the scanner between two bytes. */
const At = {
  start: 0,
  firstName: 1,
  nextName: 2,
  name: 3,
  colon: 4,
  memberStart: 5,
  memberEnd: 6,
  firstItem: 7,
  nextItem: 8,
  itemEnd: 9,
  done: 10,
} as const
type At = (typeof At)[keyof typeof At]

const repeated = new RepeatedMemberSearch()

const ITEM_BLOCK_BYTES = 64 * 1024

/**
 * Cuts a JSON body into its envelope and its items, byte by byte as it arrives, so that `JSON.parse` never sees more than one item or
 * one field of the envelope. Items come out as NDJSON: in blocks of whole lines, each item on a line of its own, line breaks between
 * tokens replaced by spaces. Only the outer structure is judged here: an element that is no JSON comes out as it is, for the caller.
 */
export class JsonBodyScanner {
  readonly #place: ItemsPlace
  readonly #limits: JsonBodyLimits
  readonly #members = new Map<string, unknown>()
  #memberBytes = 0
  #blocks: Buffer[] = []
  #itemCount = 0
  #sawItems = false

  #at: At = At.start
  readonly #value = new JsonValueCopier()
  #nameEscaped = false
  /** Bytes seen before the present ones, for messages; and those of a byte order mark. */
  #offset = 0
  #markBytes = 0

  /** The name or value being read, when it belongs to the envelope. */
  readonly #text = new ByteSink(1024)
  #name = ''
  /** Lines since the last block; the last one may have only begun, at `#itemStart`. */
  readonly #lines = new ByteSink(1024)
  #itemStart = -1
  #wholeLines = 0

  constructor(place: ItemsPlace, limits: JsonBodyLimits) {
    this.#place = place
    this.#limits = limits
  }

  /** Elements so far. */
  get itemCount(): number {
    return this.#itemCount
  }

  /** Whether the body has the member that holds items. */
  get sawItems(): boolean {
    return this.#sawItems
  }

  /** The members of the outer object without the items, parsed; own members only, also `__proto__`. */
  envelope(): Record<string, unknown> {
    return Object.fromEntries(this.#members)
  }

  /** The items as NDJSON, in blocks of whole lines; once, after `end()`. */
  takeBlocks(): Buffer[] {
    this.#cutBlock()
    const blocks = this.#blocks
    this.#blocks = []
    return blocks
  }

  /** Reads the next bytes. @throws ProblemError `bad_request`, `line_too_large`, `too_many_items`, `body_too_large` (envelope) */
  push(received: Uint8Array): void {
    const bytes = Buffer.from(received.buffer, received.byteOffset, received.byteLength)
    this.#text.reserve(bytes.length + 1)
    this.#lines.reserve(bytes.length + 1)
    let i = 0
    while (i < bytes.length) {
      if (!this.#value.ended) i = this.#passValue(bytes, i)
      else if (this.#at === At.name) i = this.#passName(bytes, i)
      else i = this.#step(bytes, i)
    }
    this.#offset += bytes.length
    this.#checkSizes()
    if (this.#wholeLines >= ITEM_BLOCK_BYTES) this.#cutBlock()
  }

  /** Ends the body. @throws ProblemError `bad_request` when it is not complete */
  end(): void {
    if (this.#at === At.done) return
    const where = this.#itemStart >= 0 ? ` in item ${this.#itemCount}` : ''
    const current = this.#offset === 0 ? 'there is none' : `it ends${where} before it is complete`
    throw badBody({ pointer: '', detail: `must be JSON: ${current}` })
  }

  /** One byte of the outer structure. */
  #step(bytes: Buffer, i: number): number {
    const byte = bytes[i]!
    if (byte === SPACE || byte === LF || byte === CR || byte === 0x09) return i + 1
    switch (this.#at) {
      case At.start:
        return this.#start(byte, i)
      case At.firstName:
      case At.nextName:
        if (byte === CLOSE_OBJECT && this.#at === At.firstName) this.#at = At.done
        else if (byte === QUOTE) this.#startName()
        else throw this.#unexpected(byte, i, 'a field name in quotes')
        return i + 1
      case At.colon:
        if (byte !== COLON) throw this.#unexpected(byte, i, `: after the field ${this.#shownName()}`)
        this.#at = At.memberStart
        return i + 1
      case At.memberStart:
        return this.#startMember(byte, i)
      case At.memberEnd:
        if (byte === COMMA) this.#at = At.nextName
        else if (byte === CLOSE_OBJECT) this.#at = At.done
        else throw this.#unexpected(byte, i, `, or } after the field ${this.#shownName()}`)
        return i + 1
      case At.firstItem:
      case At.nextItem:
        if (byte === CLOSE_ARRAY && this.#at === At.firstItem) {
          this.#endItems()
          return i + 1
        }
        if (ENDS_WORD[byte] === 1) throw this.#unexpected(byte, i, `item ${this.#itemCount}`)
        this.#startItem()
        this.#value.start(byte)
        return i
      case At.itemEnd:
        if (byte === COMMA) this.#at = At.nextItem
        else if (byte === CLOSE_ARRAY) this.#endItems()
        else throw this.#unexpected(byte, i, `, or ] after item ${this.#itemCount - 1}`)
        return i + 1
      default:
        throw this.#unexpected(byte, i, 'nothing after the end of the JSON')
    }
  }

  #start(byte: number, i: number): number {
    // A byte order mark (EF BB BF) before the first token is skipped.
    if (this.#offset + i === this.#markBytes && byte === [0xef, 0xbb, 0xbf][this.#markBytes]) {
      this.#markBytes++
      return i + 1
    }
    const required = this.#place === 'body' ? OPEN_ARRAY : OPEN_OBJECT
    if (byte !== required || this.#markBytes % 3 !== 0) {
      throw this.#unexpected(byte, i, this.#place === 'body' ? 'an array of items' : 'an object')
    }
    this.#at = this.#place === 'body' ? At.firstItem : At.firstName
    return i + 1
  }

  #startName(): void {
    this.#at = At.name
    this.#text.length = 0
    this.#text.addByte(QUOTE)
    this.#nameEscaped = false
  }

  #passName(bytes: Buffer, from: number): number {
    for (let i = from; i < bytes.length; i++) {
      const byte = bytes[i]!
      this.#text.addByte(byte)
      if (this.#nameEscaped) this.#nameEscaped = false
      else if (byte === BACKSLASH) this.#nameEscaped = true
      else if (byte === QUOTE) {
        this.#endName()
        return i + 1
      }
    }
    return bytes.length
  }

  #endName(): void {
    this.#name = this.#parseText(() => 'a field name') as string
    this.#memberBytes += this.#text.length
    this.#at = At.colon
    // Not only at the end of the bytes: those of a megabyte of small members would all be parsed before.
    this.#checkEnvelopeSize(0)
    if (!this.#members.has(this.#name) && !(this.#sawItems && this.#name === this.#itemsMember())) return
    const detail = `must have each field once: ${this.#shownName()} is there twice`
    throw badBody({ pointer: this.#pointer(), detail })
  }

  #startMember(byte: number, i: number): number {
    if (ENDS_WORD[byte] === 1) throw this.#unexpected(byte, i, `a value of the field ${this.#shownName()}`)
    if (typeof this.#place === 'object' && this.#name === this.#itemsMember()) {
      if ('single' in this.#place) {
        this.#sawItems = true
        this.#startItem()
      } else if (byte === OPEN_ARRAY) {
        this.#sawItems = true
        this.#at = At.firstItem
        return i + 1
      }
    }
    this.#text.length = 0
    this.#value.start(byte)
    return i
  }

  #startItem(): void {
    if (this.#itemCount >= this.#limits.maxItems) {
      const { maxItems, maxItemsName } = this.#limits
      throw limitPassed({
        code: 'too_many_items',
        name: maxItemsName,
        value: maxItems,
        required: 'the number of items must be at most',
      })
    }
    this.#itemStart = this.#lines.length
  }

  #endItems(): void {
    this.#at = this.#place === 'body' ? At.done : At.memberEnd
    this.#name = this.#itemsMember()
  }

  /** Copies bytes of the value being read, up to its end or that of the bytes. */
  #passValue(bytes: Buffer, from: number): number {
    const value = this.#value
    if (this.#itemStart >= 0) {
      const end = value.copy(bytes, from, this.#lines)
      if (value.ended) this.#endItem()
      return end
    }
    const before = this.#text.length
    const end = value.copy(bytes, from, this.#text)
    this.#memberBytes += this.#text.length - before
    if (value.depth > MAX_JSON_DEPTH) {
      throw badBody({ pointer: this.#pointer(), detail: `must be nested at most ${MAX_JSON_DEPTH} deep` })
    }
    if (value.ended) {
      const member = this.#parseText(() => `the field ${this.#shownName()}`)
      if (typeof member === 'object' && member !== null) this.#refuseRepeated()
      this.#members.set(this.#name, member)
      this.#at = At.memberEnd
    }
    return end
  }

  #endItem(): void {
    this.#checkItemSize()
    this.#lines.addByte(LF)
    this.#wholeLines = this.#lines.length
    this.#itemCount++
    this.#itemStart = -1
    this.#at = this.#at === At.memberStart ? At.memberEnd : At.itemEnd
  }

  #parseText(what: () => string): unknown {
    const text = this.#text.bytes.subarray(0, this.#text.length)
    if (!isUtf8(text)) throw badBody({ pointer: this.#pointer(), detail: `must be UTF-8: ${what()} is not` })
    try {
      return JSON.parse(text.toString('utf8')) as unknown
    } catch {
      throw badBody({ pointer: this.#pointer(), detail: `must be JSON: ${what()} is not` })
    }
  }

  #refuseRepeated(): void {
    const { pointer } = repeated.search(this.#text.bytes.subarray(0, this.#text.length))
    if (pointer === null) return
    const detail = `must have each field once: ${this.#pointer()}${pointer} is there twice`
    throw badBody({ pointer: `${this.#pointer()}${pointer}`, detail })
  }

  #itemsMember(): string {
    if (typeof this.#place === 'string') return ''
    return 'array' in this.#place ? this.#place.array : this.#place.single
  }

  #checkSizes(): void {
    if (this.#itemStart >= 0) this.#checkItemSize()
    this.#checkEnvelopeSize(this.#at === At.name ? this.#text.length : 0)
  }

  /** @param open bytes of a name that is being read */
  #checkEnvelopeSize(open: number): void {
    const { maxEnvelopeBytes } = this.#limits
    if (this.#memberBytes + open <= maxEnvelopeBytes) return
    const required = 'the bytes of the envelope must be at most'
    throw limitPassed({
      code: 'line_too_large',
      name: 'maxEnvelopeBytes',
      value: maxEnvelopeBytes,
      required,
      place: { pointer: '' },
    })
  }

  #checkItemSize(): void {
    const { maxItemBytes } = this.#limits
    if (this.#lines.length - this.#itemStart <= maxItemBytes) return
    const pointer =
      typeof this.#place === 'object' && 'single' in this.#place ? `/${this.#place.single}` : this.#itemPointer()
    const required = 'the bytes of an item must be at most'
    throw limitPassed({
      code: 'line_too_large',
      name: 'maxItemBytes',
      value: maxItemBytes,
      required,
      place: { pointer },
    })
  }

  #itemPointer(): string {
    return `${this.#place === 'body' ? '' : `/${this.#itemsMember()}`}/${this.#itemCount}`
  }

  #pointer(): string {
    return this.#at === At.name ? '' : `/${escapedToken(shortened(this.#name))}`
  }

  #shownName(): string {
    return JSON.stringify(shortened(this.#name))
  }

  #unexpected(byte: number, i: number, required: string): Error {
    const current =
      byte > SPACE && byte < 0x7f ? String.fromCharCode(byte) : `byte 0x${byte.toString(16).padStart(2, '0')}`
    return badBody({
      pointer: '',
      detail: `must be JSON with ${required}: current value is ${current} at offset ${this.#offset + i}`,
    })
  }

  /** Sets whole lines aside, in as many bytes as they have: a body is held until its end. */
  #cutBlock(): void {
    if (this.#wholeLines === 0) return
    const block = Buffer.allocUnsafeSlow(this.#wholeLines)
    this.#lines.bytes.copy(block)
    this.#blocks.push(block)
    this.#lines.drop(this.#wholeLines)
    if (this.#itemStart >= 0) this.#itemStart -= this.#wholeLines
    this.#wholeLines = 0
  }
}

/** A name comes from outside, and may be as long as the envelope. */
function shortened(name: string): string {
  return name.length > MAX_NAME_IN_PROBLEM_LENGTH ? `${name.slice(0, MAX_NAME_IN_PROBLEM_LENGTH)}…` : name
}
