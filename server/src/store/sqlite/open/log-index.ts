import { closeSync, openSync, readSync } from 'node:fs'
import { endianness } from 'node:os'

/*
 * The header of SQLite's index of a write-ahead log (https://www.sqlite.org/walformat.html#the_wal_index_header), twice, in the machine's byte order.
 */
const HEADER_BYTES = 48
const CHECKED_BYTES = 40
const FORMAT = 3_007_000

/** The last commit, as SQLite notes it in memory that files share. */
export interface LogIndex {
  readonly salts: Buffer
  /** The last frame of the last commit. */
  readonly frames: number
}

/**
 * Reads how far a log went. SQLite notes a commit after its frames are synced, so a log never holds less than its index says: after a
 * `kill -9` it holds as much, after a power failure the index may be older. Only while nobody uses the database: opening it makes the index anew.
 * @returns null when there is none that is whole
 */
export function readLogIndex(path: string): LogIndex | null {
  const bytes = Buffer.alloc(HEADER_BYTES * 2)
  try {
    const file = openSync(path, 'r')
    try {
      if (readSync(file, bytes, 0, bytes.length, 0) < bytes.length) return null
    } finally {
      closeSync(file)
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  const header = bytes.subarray(0, HEADER_BYTES)
  if (!header.equals(bytes.subarray(HEADER_BYTES)) || word(header, 0) !== FORMAT) return null
  let first = 0
  let second = 0
  for (let at = 0; at < CHECKED_BYTES; at += 8) {
    first = (first + word(header, at) + second) >>> 0
    second = (second + word(header, at + 4) + first) >>> 0
  }
  if (first !== word(header, CHECKED_BYTES) || second !== word(header, CHECKED_BYTES + 4)) return null
  return { salts: header.subarray(32, 40), frames: word(header, 16) }
}

function word(bytes: Buffer, at: number): number {
  return endianness() === 'LE' ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)
}
