import { createLineSplitter } from '../../follow/split-lines.ts'
import { UsageError } from '../cli-errors.ts'
import type { Input } from './open-input.ts'

/** A line of a file. */
export interface NumberedRecord {
  readonly record: Record<string, unknown>
  /** From 1. */
  readonly line: number
}

/** Longer than any item may be: a file without ends of line is found before it has filled the memory. */
const maxLineBytes = 8 * 1024 * 1024
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/**
 * Reads a file of a JSON object a line; empty lines are left out.
 * @throws {UsageError} naming the line
 */
export async function* readNdjson(input: Input): AsyncGenerator<NumberedRecord, void, undefined> {
  const splitter = createLineSplitter()
  let line = 0
  let unfinishedBytes = 0
  for await (const chunk of input.bytes) {
    const lines = splitter.push(chunk)
    unfinishedBytes = lines.length > 0 ? 0 : unfinishedBytes + chunk.length
    if (unfinishedBytes > maxLineBytes) {
      throw new UsageError(
        `Cannot read ${input.name} as line ${line + 1} must have at most ${maxLineBytes} bytes: it has more`,
      )
    }
    for (const bytes of lines) yield* parseLine(bytes, ++line)
  }
  yield* parseLine(splitter.rest(), ++line)

  function* parseLine(bytes: Uint8Array, number: number): Generator<NumberedRecord, void, undefined> {
    const where = `Cannot read ${input.name} as line ${number} must be`
    let text: string
    try {
      text = decoder.decode(bytes).trim()
    } catch {
      throw new UsageError(`${where} UTF-8: it is not`)
    }
    if (text === '') return
    let record: unknown
    try {
      record = JSON.parse(text)
    } catch (error) {
      throw new UsageError(`${where} JSON: ${(error as Error).message}`)
    }
    if (typeof record !== 'object' || record === null || Array.isArray(record)) {
      throw new UsageError(`${where} an object: current value is ${text.slice(0, 80)}`)
    }
    yield { record: record as Record<string, unknown>, line: number }
  }
}
