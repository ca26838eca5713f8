import type { PartitionBy } from '../model/job.ts'
import { LineReader } from '../model/line-reader.ts'
import type { TimeSlice } from '../runtime/time-slice.ts'

/** A longer line is read in pieces of this size: below a millisecond each. */
const STEP_BYTES = 64 * 1024

/** Reads the stored lines of a job's items one after another, each when it is our turn, long ones a piece at a time. */
export class StoredLines {
  /** The line that was read last. */
  readonly line: LineReader
  readonly #slice: TimeSlice

  constructor(partitionBy: PartitionBy, slice: TimeSlice) {
    this.line = new LineReader(partitionBy)
    this.#slice = slice
  }

  /** Reads a short line at once, if nobody else has to go first: no promise for each of many items. @returns whether it did */
  readNow(line: Uint8Array): boolean {
    if (line.length > STEP_BYTES || this.#slice.over) return false
    this.line.begin(line)
    return this.line.read(Infinity)
  }

  /** Reads any line. */
  async read(line: Uint8Array): Promise<void> {
    this.line.begin(line)
    do {
      if (this.#slice.over) await this.#slice.next()
    } while (!this.line.read(STEP_BYTES))
  }
}
