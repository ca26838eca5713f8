import { createHash } from 'node:crypto'
import { withoutNul } from '../thread/transaction.ts'

/*
 * The binary format of COPY (postgresql.org/docs/current/sql-copy.html, "Binary Format"): exact for every number and byte, and the same for the
 * same rows, so that what was sent and what is read back have one digest.
 */

/** As the database declares it. */
export type ColumnType = 'bigint' | 'boolean' | 'bytea' | 'double' | 'integer' | 'smallint' | 'text'

export type Columns = readonly (readonly [name: string, type: ColumnType])[]

/** A value of a column; a boolean is 0 or 1. */
type Value = number | string | null | Uint8Array

/** How many bytes are given on at once; a row may have more. */
const PIECE_BYTES = 256 * 1024
/** Of a row without its texts and bytes. */
const FIXED_BYTES = 16
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const TRAILER = Buffer.from([0xff, 0xff])
const WORD = 2 ** 32

/** The rows of a table, and the digest of them in their order. */
export interface TableDigest {
  readonly rows: number
  readonly bytes: number
  /** SHA-256 of the rows in the binary format, in hex. */
  readonly sha256: string
}

/** Encodes rows, counts them and makes their digest. Holds one piece in memory. */
export class BinaryRows {
  readonly #columns: Columns
  readonly #hash = createHash('sha256')
  #piece = Buffer.allocUnsafe(PIECE_BYTES)
  #used = 0
  rows = 0
  bytes = 0

  constructor(columns: Columns) {
    this.#columns = columns
  }

  /** Yields the bytes of the rows, which are read as they are needed. */
  *encode(rows: Iterable<Readonly<Record<string, Value>>>): Generator<Buffer> {
    this.#add(HEADER)
    for (const row of rows) {
      this.#addRow(row)
      this.rows++
      if (this.#used >= PIECE_BYTES) yield this.#take()
    }
    this.#add(TRAILER)
    yield this.#take()
  }

  /** The digest of what was encoded. Once. */
  digest(): TableDigest {
    return { rows: this.rows, bytes: this.bytes, sha256: this.#hash.digest('hex') }
  }

  #take(): Buffer {
    const piece = this.#piece.subarray(0, this.#used)
    this.#hash.update(piece)
    this.bytes += piece.length
    this.#piece = Buffer.allocUnsafe(PIECE_BYTES)
    this.#used = 0
    return piece
  }

  #addRow(row: Readonly<Record<string, Value>>): void {
    this.#reserve(2)
    this.#used = this.#piece.writeInt16BE(this.#columns.length, this.#used)
    for (const [name, type] of this.#columns) this.#addValue(row[name] ?? null, type)
  }

  #addValue(value: Value, type: ColumnType): void {
    this.#reserve(FIXED_BYTES)
    if (value === null) this.#used = this.#piece.writeInt32BE(-1, this.#used)
    else if (typeof value === 'number') this.#addNumber(value, type)
    else if (typeof value === 'string') this.#addSized(Buffer.from(withoutNul(value)))
    else this.#addSized(value)
  }

  #addNumber(value: number, type: ColumnType): void {
    const piece = this.#piece
    const at = this.#used + 4
    if (type === 'double') this.#used = sized(piece.writeDoubleBE(value, at))
    else if (type === 'integer') this.#used = sized(piece.writeInt32BE(value, at))
    else if (type === 'smallint') this.#used = sized(piece.writeInt16BE(value, at))
    else if (type === 'boolean') this.#used = sized(piece.writeUInt8(value, at))
    else {
      const high = Math.floor(value / WORD)
      this.#used = sized(piece.writeUInt32BE(value - high * WORD, piece.writeInt32BE(high, at)))
    }
    /** Writes the length before the value. @returns `end` */
    function sized(end: number): number {
      piece.writeInt32BE(end - at, at - 4)
      return end
    }
  }

  #addSized(bytes: Uint8Array): void {
    this.#used = this.#piece.writeInt32BE(bytes.length, this.#used)
    this.#add(bytes)
  }

  #add(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#piece.set(bytes, this.#used)
    this.#used += bytes.length
  }

  #reserve(bytes: number): void {
    const needed = this.#used + bytes
    if (needed <= this.#piece.length) return
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#piece.length * 2))
    larger.set(this.#piece.subarray(0, this.#used))
    this.#piece = larger
  }
}
