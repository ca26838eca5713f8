import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/*
 * The write-ahead log as SQLite writes it: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
 */
const HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24
/** Of its checksums: with words of little endian, and of big endian. */
const MAGIC_LITTLE = 0x377f0682
const MAGIC_BIG = 0x377f0683
const FORMAT = 3_007_000
const READ_BYTES = 1024 * 1024

/** The contents of a write-ahead log, and whether they are intact. */
export interface LogScan {
  /** Those of its header, as they are written. */
  readonly salts: Buffer
  /** Number of intact frames, from the first one on: what SQLite takes, as far as it is committed. */
  readonly soundFrames: number
  /** The first frame that is not as it was written although a later transaction follows it; null: none is known. */
  readonly damagedFrame: number | null
}

interface Frame {
  readonly head: DataView
  readonly page: DataView
}

/**
 * Reads a log to its end, past the first frame that is not as it should be. A power failure leaves such frames in the last transaction only: the
 * transactions before it were synced before it was written. A checksum continues the one that the frame before it carries, so a frame that does
 * was written after that one; and if that one ends a transaction, this transaction was on disk by then.
 * @returns `empty` when it holds nothing, `foreign` when it does not begin as a log does
 */
export function scanLog(path: string): LogScan | 'empty' | 'foreign' {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'empty'
    throw error
  }
  try {
    return scan(file)
  } finally {
    closeSync(file)
  }
}

function scan(file: number): LogScan | 'empty' | 'foreign' {
  const { size } = fstatSync(file)
  if (size < HEADER_BYTES) return 'empty'
  const head = Buffer.alloc(HEADER_BYTES)
  readSync(file, head, 0, HEADER_BYTES, 0)
  // A new log is synced with its header before its first frame is written: without one it holds nothing.
  if (head.every((byte) => byte === 0)) return isZero(file, size) ? 'empty' : 'foreign'
  const magic = head.readUInt32BE(0)
  if ((magic !== MAGIC_LITTLE && magic !== MAGIC_BIG) || head.readUInt32BE(4) !== FORMAT) return 'foreign'
  const isLittle = magic === MAGIC_LITTLE
  const pageBytes = head.readUInt32BE(8)
  if (pageBytes < 512 || pageBytes > 65_536 || (pageBytes & (pageBytes - 1)) !== 0) return 'foreign'
  const sums = new Checksum(isLittle)
  sums.add(viewOf(head.subarray(0, 24)))
  if (!sums.equals(head.readUInt32BE(24), head.readUInt32BE(28))) return 'foreign'

  const salts = head.subarray(16, 24)
  const saltWords = [salts.readUInt32BE(0), salts.readUInt32BE(4)] as const
  let soundFrames = 0
  let isSound = true
  let before: { readonly sums: readonly [number, number]; readonly isCommit: boolean } | null = null
  let number = 0
  for (const { head: frame, page } of frames(file, { size, pageBytes })) {
    number++
    const isOurs =
      frame.getUint32(8) === saltWords[0] && frame.getUint32(12) === saltWords[1] && frame.getUint32(0) !== 0
    const written = [frame.getUint32(16), frame.getUint32(20)] as const
    if (isSound || (isOurs && before?.isCommit === true)) {
      if (!isSound) sums.set(...before!.sums)
      const continues =
        isOurs &&
        sums
          .add(frame, 8)
          .add(page)
          .equals(...written)
      if (isSound && continues) soundFrames++
      else if (continues) return { salts, soundFrames, damagedFrame: soundFrames + 1 }
      else isSound = false
    }
    before = isOurs ? { sums: written, isCommit: frame.getUint32(4) !== 0 } : null
  }
  return { salts, soundFrames, damagedFrame: null }
}

function* frames(file: number, { size, pageBytes }: { size: number; pageBytes: number }): Generator<Frame> {
  const frameBytes = FRAME_HEADER_BYTES + pageBytes
  const block = Buffer.alloc(Math.floor(READ_BYTES / frameBytes) * frameBytes)
  for (let at = HEADER_BYTES; at + frameBytes <= size; at += block.length) {
    const read = readSync(file, block, 0, block.length, at)
    for (let from = 0; from + frameBytes <= read; from += frameBytes) {
      const pageFrom = from + FRAME_HEADER_BYTES
      yield { head: viewOf(block.subarray(from, pageFrom)), page: viewOf(block.subarray(pageFrom, from + frameBytes)) }
    }
  }
}

function isZero(file: number, size: number): boolean {
  const block = Buffer.alloc(READ_BYTES)
  const zeros = Buffer.alloc(READ_BYTES)
  for (let at = 0; at < size; at += block.length) {
    const read = readSync(file, block, 0, block.length, at)
    if (block.compare(zeros, 0, read, 0, read) !== 0) return false
  }
  return true
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}

/** SQLite's checksum of a log: over pairs of words, continued from frame to frame. */
class Checksum {
  readonly #isLittle: boolean
  #first = 0
  #second = 0

  constructor(isLittle: boolean) {
    this.#isLittle = isLittle
  }

  set(first: number, second: number): void {
    this.#first = first
    this.#second = second
  }

  add(bytes: DataView, length = bytes.byteLength): this {
    let first = this.#first
    let second = this.#second
    for (let at = 0; at < length; at += 8) {
      first = (first + bytes.getUint32(at, this.#isLittle) + second) >>> 0
      second = (second + bytes.getUint32(at + 4, this.#isLittle) + first) >>> 0
    }
    this.#first = first
    this.#second = second
    return this
  }

  equals(first: number, second: number): boolean {
    return this.#first === first && this.#second === second
  }
}
