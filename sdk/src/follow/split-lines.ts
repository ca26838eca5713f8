const newline = 0x0a

/** Cuts bytes into lines, without their newline. What a chunk leaves unfinished is kept for the next. */
export interface LineSplitter {
  /** The lines that this chunk ends; valid until the next push. */
  push(chunk: Uint8Array): Uint8Array[]
  /** The text after the last newline. */
  rest(): Uint8Array
}

export function createLineSplitter(): LineSplitter {
  /** The beginning of a line, in pieces: joined once, when its end came, so that a long line costs no more than its length. */
  let pieces: Uint8Array[] = []

  function join(end: Uint8Array): Uint8Array {
    if (pieces.length === 0) return end
    pieces.push(end)
    const line = new Uint8Array(pieces.reduce((total, piece) => total + piece.length, 0))
    let at = 0
    for (const piece of pieces) {
      line.set(piece, at)
      at += piece.length
    }
    pieces = []
    return line
  }

  return {
    push(chunk) {
      const lines: Uint8Array[] = []
      let start = 0
      for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
        lines.push(join(chunk.subarray(start, end)))
        start = end + 1
      }
      if (start < chunk.length) pieces.push(chunk.subarray(start))
      return lines
    },
    rest: () => join(new Uint8Array(0)),
  }
}
