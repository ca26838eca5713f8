import { isUtf8 } from 'node:buffer'
import {
  type ItemMember,
  itemMembers,
  ItemWalker,
  type PathToken,
  pathToken,
  type Span,
} from '../../model/item-walker.ts'
import { type Action, actions, type PartitionBy } from '../../model/job.ts'
import { MAX_ID_BYTES, MAX_JSON_DEPTH, MAX_PARTITION_KEY_BYTES } from '../../model/limits.ts'
import { parsePointer, escapedToken } from '@waybill/spec/rules'

/** A fault of an item. */
export interface ItemFault {
  /** JSON Pointer into the item; empty for the whole. */
  readonly pointer: string
  readonly detail: string
  /** The line is no JSON at all, so its text is all there is to recognize it by. */
  readonly isJson: boolean
}

/** An item as the slow path reads it: valid, or with its first fault. */
export type ParsedItem =
  | { readonly fault: null; readonly id: string; readonly key: string | null }
  | { readonly fault: ItemFault; readonly id: string | null }

const ONCE = 'must appear once, in any spelling: it appears twice'

/**
 * Reads and validates items fully, as much at a time as its caller chooses, and reports their faults. Agrees with the spec's `ItemInput`, and
 * also refuses values that would be lost: ids and keys over 256 bytes or with half a surrogate pair, numbers out of range,
 * nesting deeper than 64, and members that are there twice, of which another reader might take the other one.
 */
export class ItemParser {
  readonly #partitionBy: PartitionBy
  readonly #tokens: readonly PathToken[]
  readonly #walker = new ItemWalker()
  #isUtf8 = true

  constructor(partitionBy: PartitionBy) {
    this.#partitionBy = partitionBy
    this.#tokens = partitionBy.startsWith('/') ? parsePointer(partitionBy).map(pathToken) : []
  }

  /** Begins with the line from `start` to `end`; the bytes must stay as they are until `parse` has ended. */
  begin(bytes: Buffer, line: Span & { readonly isUtf8: boolean }): void {
    this.#isUtf8 = line.isUtf8
    if (line.isUtf8) this.#walker.begin(bytes, line, this.#tokens)
  }

  /** Reads at most about `maxBytes` more. @returns whether the line was read to its end: see `item` */
  parse(maxBytes: number): boolean {
    return !this.#isUtf8 || this.#walker.walk(maxBytes)
  }

  /** The item, when `parse` has ended. */
  get item(): ParsedItem {
    if (!this.#isUtf8) return notJson('must be UTF-8: it has other bytes')
    const walker = this.#walker
    const { isJson, brokenAt } = walker.json
    if (!isJson) {
      const { start, end } = walker.line
      return notJson(
        `must be JSON: ${brokenAt === end ? 'it ends too early' : `it goes wrong at byte ${brokenAt - start}`}`,
      )
    }
    const id = this.#text('id', MAX_ID_BYTES)
    const fault = this.#itemFault(id) ?? this.#valueFault() ?? this.#pathFault()
    return fault === null ? this.#keyed(id!) : { fault, id }
  }

  /** The action of a valid item; null: it has none of its own. */
  get action(): Action | null {
    const value = this.#walker.member('action')
    return value.start < 0 ? null : (this.#walker.text(value) as Action)
  }

  /** Checks the members of an item: the spec's `ItemInput`. */
  #itemFault(id: string | null): ItemFault | null {
    const walker = this.#walker
    if (walker.kind !== 'an object') return faultAt('', `must be an object: current value is ${walker.kind}`)
    if (walker.unknown.start >= 0) {
      const detail = `is not a field of an item: ${itemMembers.slice(0, -1).join(', ')} and data are`
      return faultAt(`/${escapedToken(walker.unknownName)}`, detail)
    }
    if (walker.twice !== null) return faultAt(`/${walker.twice}`, ONCE)
    if (id === null) return this.#textFault(walker.member('id'), '/id', MAX_ID_BYTES)
    const key = walker.member('partitionKey')
    if (key.start >= 0 && this.#text('partitionKey', MAX_PARTITION_KEY_BYTES) === null)
      return this.#textFault(key, '/partitionKey', MAX_PARTITION_KEY_BYTES)
    return this.#actionFault()
  }

  /** Returns the fault of a value that JSON allows and readers cannot keep: a number beyond a double, or nesting that breaks recursive readers. */
  #valueFault(): ItemFault | null {
    const { tooDeep, outOfRange } = this.#walker.json
    if (tooDeep) return faultAt('', `must be nested at most ${MAX_JSON_DEPTH} deep: current value is deeper`)
    if (outOfRange === null) return null
    return faultAt(outOfRange, 'must be a number of at most about 1.8e308: current value is larger')
  }

  /** Where the key comes from there must be one value only. */
  #pathFault(): ItemFault | null {
    const { twiceOnPath } = this.#walker
    if (twiceOnPath === 0) return null
    return faultAt(this.#partitionBy.split('/', twiceOnPath + 1).join('/'), ONCE)
  }

  #keyed(id: string): ParsedItem {
    const partitionBy = this.#partitionBy
    if (partitionBy === 'job' || partitionBy === 'none') return { fault: null, id, key: null }
    const walker = this.#walker
    if (partitionBy === 'item') {
      const { start } = walker.member('partitionKey')
      return { fault: null, id, key: start < 0 ? id : this.#text('partitionKey', MAX_PARTITION_KEY_BYTES) }
    }
    const key = walker.targetKey()
    if (typeof key === 'string' && isText(key, MAX_PARTITION_KEY_BYTES)) return { fault: null, id, key }
    if (key !== undefined) return { fault: textFault(key, partitionBy, MAX_PARTITION_KEY_BYTES), id }
    const { target } = walker
    const current = target.start < 0 ? 'there is none' : `current value is ${walker.kindOf(target)}`
    return { fault: faultAt(partitionBy, `must be a string, number or boolean to partition by: ${current}`), id }
  }

  #textFault(value: Span, pointer: string, maxBytes: number): ItemFault | null {
    if (value.start < 0) return faultAt(pointer, 'must be a string: it is missing')
    if (!this.#walker.isString(value))
      return faultAt(pointer, `must be a string: current value is ${this.#walker.kindOf(value)}`)
    return textFault(this.#walker.text(value, maxBytes), pointer, maxBytes)
  }

  #actionFault(): ItemFault | null {
    const walker = this.#walker
    const value = walker.member('action')
    if (value.start < 0) return null
    const kind = walker.kindOf(value)
    const text = kind === 'a string' ? walker.text(value) : null
    if (text !== null && (actions as readonly string[]).includes(text)) return null
    const current = text !== null && text.length <= 64 ? JSON.stringify(text) : kind
    return faultAt('/action', `must be one of ${actions.join(', ')}: current value is ${current}`)
  }

  /** A member's text, if it is a valid one. */
  #text(name: ItemMember, maxBytes: number): string | null {
    const walker = this.#walker
    const value = walker.member(name)
    if (value.start < 0 || !walker.isString(value)) return null
    const text = walker.text(value, maxBytes)
    return text !== null && isText(text, maxBytes) ? text : null
  }
}

/** One whole line at once. */
export function parseItem(line: Buffer, partitionBy: PartitionBy): ParsedItem {
  const parser = new ItemParser(partitionBy)
  parser.begin(line, { start: 0, end: line.length, isUtf8: isUtf8(line) })
  parser.parse(Infinity)
  return parser.item
}

/** Whether a text can be an id or a key. */
function isText(text: string, maxBytes: number): boolean {
  return text !== '' && text.length <= maxBytes && Buffer.byteLength(text) <= maxBytes && text.isWellFormed()
}

/** Returns why a text cannot be an id or a key. @param text null: certainly too long */
function textFault(text: string | null, pointer: string, maxBytes: number): ItemFault {
  const bytes = text === null ? Infinity : Buffer.byteLength(text)
  if (bytes === 0 || bytes > maxBytes) {
    const current = text === null ? 'more' : bytes
    return faultAt(pointer, `must have 1 to ${maxBytes} bytes: current value has ${current}`)
  }
  return faultAt(pointer, 'must be well-formed Unicode: current value has half a surrogate pair')
}

function notJson(detail: string): ParsedItem {
  return { fault: { pointer: '', detail, isJson: false }, id: null }
}

function faultAt(pointer: string, detail: string): ItemFault {
  return { pointer, detail, isJson: true }
}
