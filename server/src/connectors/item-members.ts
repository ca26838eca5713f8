const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const BACKSLASH = 0x5c
const OPEN = 0x7b
const CLOSE = 0x7d

/**
 * Finds the members of an item in the bytes of its JSON text, several times as fast as parsing it. Ingest has checked the text: it is valid,
 * and no member is of another type. Made once and used again: an object per item would cost more than the search.
 */
export class ItemMembers {
  /** Where the first member begins. */
  firstAt = 0
  /** The id's JSON text, quotes included. */
  idStart = 0
  idEnd = 0
  hasKey = false
  hasData = false
  /** The data's JSON text, if it has data. */
  dataStart = 0
  dataEnd = 0
  /** The action's text without quotes; `actionEnd` 0: it has none of its own. */
  actionStart = 0
  actionEnd = 0

  /**
   * Reads the item from `start` up to `end`. Of a name that stands twice the last value counts, as in `JSON.parse`.
   * @returns false when only a parser can read the item, as with names that are written with escapes: the members above are not valid then
   */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    this.idEnd = this.actionEnd = 0
    this.hasKey = this.hasData = false
    let at = afterSpace(bytes, start)
    if (bytes[at++] !== OPEN) return false
    this.firstAt = at
    for (;;) {
      at = afterSpace(bytes, at)
      if (bytes[at] === COMMA) at = afterSpace(bytes, at + 1)
      else if (bytes[at] === CLOSE) return at < end && this.idEnd > 0
      if (at >= end || bytes[at] !== QUOTE) return false
      const name = at + 1
      const nameEnd = endOfString(bytes, at, end) - 1
      at = afterSpace(bytes, nameEnd + 1)
      if (nameEnd < name || bytes[at] !== COLON) return false
      const value = afterSpace(bytes, at + 1)
      at = endOfValue(bytes, value, end)
      if (at < 0 || !this.#take(bytes, { name, nameEnd, value, valueEnd: at })) return false
    }
  }

  #take(
    bytes: Uint8Array,
    { name, nameEnd, value, valueEnd }: { name: number; nameEnd: number; value: number; valueEnd: number },
  ): boolean {
    if (isName(bytes, name, nameEnd, DATA)) {
      this.hasData = true
      this.dataStart = value
      this.dataEnd = valueEnd
      return true
    }
    if (isName(bytes, name, nameEnd, ID)) {
      this.idStart = value
      this.idEnd = valueEnd
      return bytes[value] === QUOTE
    }
    if (isName(bytes, name, nameEnd, PARTITION_KEY)) {
      this.hasKey = true
      return bytes[value] === QUOTE
    }
    if (isName(bytes, name, nameEnd, ACTION)) {
      this.actionStart = value + 1
      this.actionEnd = valueEnd - 1
      return bytes[value] === QUOTE && !holds(bytes, value, valueEnd, BACKSLASH)
    }
    return !holds(bytes, name, nameEnd, BACKSLASH)
  }
}

const ID = Buffer.from('id')
const DATA = Buffer.from('data')
const ACTION = Buffer.from('action')
const PARTITION_KEY = Buffer.from('partitionKey')

function isName(bytes: Uint8Array, start: number, end: number, name: Uint8Array): boolean {
  if (end - start !== name.length) return false
  for (let n = 0; n < name.length; n++) if (bytes[start + n] !== name[n]) return false
  return true
}

function holds(bytes: Uint8Array, start: number, end: number, byte: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === byte) return true
  return false
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

function afterSpace(bytes: Uint8Array, from: number): number {
  let at = from
  while (isSpace(bytes[at])) at++
  return at
}

/** Behind the closing quote of the string that begins here; -1: it has none. */
function endOfString(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from + 1; at < end; at++) {
    const byte = bytes[at]
    if (byte === QUOTE) return at + 1
    if (byte === BACKSLASH) at++
  }
  return -1
}

/** End of the value that begins here; -1: it has none. */
function endOfValue(bytes: Uint8Array, from: number, end: number): number {
  if (bytes[from] === QUOTE) return endOfString(bytes, from, end)
  let depth = 0
  for (let at = from; at < end; at++) {
    const byte = bytes[at]!
    if (byte === QUOTE) {
      // In place: most bytes of an item are in the strings of its data.
      for (at++; at < end && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++
    } else if ((byte | 0x20) === OPEN) depth++
    else if ((byte | 0x20) === CLOSE) {
      if (depth === 0) return at // of a number or word that is the last member
      if (--depth === 0) return at + 1
    } else if (depth === 0 && (byte === COMMA || isSpace(byte))) return at
  }
  return -1
}
