import { once } from 'node:events'
import type { WriteStream } from 'node:tty'
import { styleText } from 'node:util'
import { OutputClosedError } from '../cli-errors.ts'

type Style = Parameters<typeof styleText>[0]

/** A standard stream, a terminal or not. */
export type OutputStream = NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'hasColors' | 'columns'>>

/** Writes messages to stderr and only data to stdout, so that the data can be piped. */
export class Terminal {
  readonly stderr: OutputStream
  readonly #stdout: OutputStream
  readonly #closed = new AbortController()
  readonly #isWatched: boolean

  constructor(stdout: OutputStream, stderr: OutputStream, env: Readonly<Record<string, string | undefined>> = {}) {
    this.#stdout = stdout
    this.stderr = stderr
    // A CI may give a terminal to have colours, and keeps a log all the same.
    const isLog = env.TERM === 'dumb' || !['', 'false', '0', undefined].includes(env.CI)
    this.#isWatched = stderr.isTTY === true && !isLog
    stdout.on('error', (error: NodeJS.ErrnoException) => {
      // `waybill list | head -1` is no mistake of anybody's.
      if (error.code !== 'EPIPE') throw error
      this.#closed.abort()
    })
    stderr.on('error', () => undefined)
  }

  /** Whether somebody watches what is said, so that it may be drawn over. */
  get isWatched(): boolean {
    return this.#isWatched
  }

  /**
   * Writes a line of data, and waits while the reader is slower.
   * @throws {OutputClosedError} nobody reads any more
   */
  async print(line: string): Promise<void> {
    await this.write(`${line}\n`)
  }

  /** As print, without the end of line. */
  async write(text: string): Promise<void> {
    const { signal } = this.#closed
    if (!signal.aborted && this.#stdout.write(text)) return
    // Rejects when the reader has gone, which is looked at next.
    if (!signal.aborted) await once(this.#stdout, 'drain', { signal }).catch(() => undefined)
    if (signal.aborted) throw new OutputClosedError('Cannot print as nobody reads any more')
  }

  /** Says something to people. */
  say(line: string): void {
    this.stderr.write(`${line}\n`)
  }

  /** Styled for stderr where it has colours; NO_COLOR is respected. */
  style(style: Style, text: string): string {
    return colour(this.stderr, style, text)
  }

  /** Styled for stdout where it has colours. */
  stylePrinted(style: Style, text: string): string {
    return colour(this.#stdout, style, text)
  }
}

function colour(stream: OutputStream, style: Style, text: string): string {
  return stream.hasColors?.() === true ? styleText(style, text, { validateStream: false }) : text
}
