/** Which line each item stood at, by what changes: a file with an item a line is one number, however long it is. */
export interface LineIndex {
  /** The next item stands at this line. */
  note(line: number): void
  /** Null for an item that was not noted. */
  lineOf(index: number): number | null
}

export function createLineIndex(): LineIndex {
  /** From which index on the line is so much larger than the index. */
  const shifts: { index: number; shift: number }[] = []
  let count = 0
  return {
    note(line) {
      const shift = line - count
      if (shifts.at(-1)?.shift !== shift) shifts.push({ index: count, shift })
      count++
    },
    lineOf(index) {
      const found = index < count ? shifts.findLast((entry) => entry.index <= index) : undefined
      return found === undefined ? null : index + found.shift
    },
  }
}
