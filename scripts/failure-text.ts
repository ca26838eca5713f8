import { stripVTControlCharacters } from 'node:util'

/** A failure explains itself in so many characters: all of them must fit into the end of an output that is cut. */
const maxCharacters = 600
const maxMessageCharacters = 320
const maxDiffLines = 6
const maxLineCharacters = 160

/** The part of an error of a test that is read here. */
export interface TestFailure {
  /** Missing, or of any kind, where no error was thrown. */
  readonly message?: unknown
  readonly stack?: string | null | undefined
  /** Lines that begin with - were expected, lines that begin with + are there. */
  readonly diff?: string | null | undefined
}

/**
 * Returns why a test failed: the message, the place in its file, and the first lines of the difference. Of a long message the end, too: the output of a
 * process ends with what ended it.
 * @returns lines of at most 600 characters in all
 */
export function failureText(failure: TestFailure): string {
  const { message = failure, stack, diff } = failure
  const place = placeOf(stack)
  const lines = [
    shortened(plain(message), maxMessageCharacters),
    ...(place === null ? [] : [place]),
    ...plain(diff)
      .split('\n')
      .filter((line) => /^[-+] (?!Expected|Received)/.test(line))
      .slice(0, maxDiffLines)
      .map((line) => shortened(line, maxLineCharacters)),
  ]
  return lines.join('\n').slice(0, maxCharacters).trimEnd()
}

/** Returns the end of what a check printed, as a failure explains itself. */
export function endOf(output: string): string {
  return plain(output).trimEnd().slice(-maxCharacters).trimStart()
}

function plain(value: unknown): string {
  const text = typeof value === 'string' ? value : value == null ? '' : (JSON.stringify(value) ?? 'no error')
  return stripVTControlCharacters(text).replaceAll('\r', '')
}

/** Of a message of several lines, both ends. */
function shortened(text: string, max: number): string {
  if (text.length <= max) return text
  const half = Math.floor((max - ' ... '.length) / 2)
  return `${text.slice(0, half)} ... ${text.slice(-half)}`
}

/** The first line of the stack that is of our own files; null: none is. */
function placeOf(stack: unknown): string | null {
  const frame = plain(stack)
    .split('\n')
    .find((line) => /^\s+at /.test(line) && !/node_modules|node:/.test(line))
  if (frame === undefined) return null
  return frame.trim().replace(`file://`, '').replace(`${process.cwd()}/`, '')
}
