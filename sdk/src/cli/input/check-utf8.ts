import { isUtf8 } from 'node:buffer'
import { createLineSplitter } from '../../follow/split-lines.ts'
import { UsageError } from '../cli-errors.ts'
import type { Input } from './open-input.ts'

const newline = 0x0a
/** Longer than any record may be: a file without ends of line is found before it has filled the memory. */
const maxUnfinishedBytes = 8 * 1024 * 1024

/**
 * The bytes as they are, in pieces that end with a line. A spreadsheet that saved in the code page of its country is refused: read as
 * UTF-8, its letters would be lost without a word.
 * @throws {UsageError} naming the line
 */
export async function* checkUtf8(input: Input): AsyncGenerator<Uint8Array, void, undefined> {
  let rest: Uint8Array[] = []
  let restBytes = 0
  let lines = 0

  function check(piece: Uint8Array): Uint8Array {
    if (isUtf8(piece)) {
      lines += countLines(piece)
      return piece
    }
    const splitter = createLineSplitter()
    const wrongAt = splitter.push(piece).findIndex((line) => !isUtf8(line))
    const line = lines + 1 + (wrongAt === -1 ? countLines(piece) : wrongAt)
    throw new UsageError(
      `Cannot read ${input.name} as line ${line} must be UTF-8: it is not; iconv -f windows-1252 -t utf-8 makes it so, if that is what it is`,
    )
  }

  for await (const chunk of input.bytes) {
    const end = chunk.lastIndexOf(newline) + 1
    if (end > 0) {
      yield check(Buffer.concat([...rest, chunk.subarray(0, end)]))
      rest = []
      restBytes = 0
    }
    rest.push(chunk.subarray(end))
    restBytes += chunk.length - end
    if (restBytes > maxUnfinishedBytes) {
      throw new UsageError(
        `Cannot read ${input.name} as line ${lines + 1} must have at most ${maxUnfinishedBytes} bytes: it has more`,
      )
    }
  }
  if (restBytes > 0) yield check(Buffer.concat(rest))
}

function countLines(bytes: Uint8Array): number {
  let lines = 0
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) lines++
  return lines
}
