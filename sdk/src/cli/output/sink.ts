import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import { once } from 'node:events'
import { UsageError } from '../cli-errors.ts'
import type { Terminal } from './terminal.ts'

/** Where data goes that may be large: stdout or a file. */
export interface Sink {
  write(text: string): Promise<void>
  /** All is written: only now the file has its name. */
  finish(): Promise<void>
  /** Discards incomplete output: no file remains. Does nothing after `finish`. */
  discard(): Promise<void>
}

/** Lines go out in pieces of about this many characters: one by one they cost more than all the rest. */
const pieceCharacters = 64 * 1024

/** @param path null: stdout */
export function openSink(terminal: Terminal, path: string | null): Sink {
  const target = path === null ? toStdout(terminal) : toFile(path)
  let piece = ''

  async function flush(): Promise<void> {
    const text = piece
    piece = ''
    if (text !== '') await target.write(text)
  }

  return {
    async write(text) {
      piece += text
      if (piece.length >= pieceCharacters) await flush()
    },
    async finish() {
      await flush()
      await target.finish()
    },
    async discard() {
      // In a pipe what came is good: the reader sees by the exit code that it is not all.
      if (path === null) await flush()
      await target.discard()
    },
  }
}

function toStdout(terminal: Terminal): Sink {
  return { write: (text) => terminal.write(text), finish: () => Promise.resolve(), discard: () => Promise.resolve() }
}

function toFile(path: string): Sink {
  const draft = `${path}.part`
  const file = createWriteStream(draft)
  let fault: Error | null = null
  let isFinished = false
  file.on('error', (error) => (fault = error))

  function explain(error: Error): UsageError {
    return new UsageError(`Cannot write ${path} as it must be writable: ${error.message}`)
  }

  return {
    async write(text) {
      if (fault === null && !file.write(text)) await once(file, 'drain').catch(() => undefined)
      if (fault !== null) throw explain(fault)
    },
    async finish() {
      try {
        file.end()
        await finished(file)
        await rename(draft, path)
        isFinished = true
      } catch (error) {
        throw explain(error as Error)
      }
    },
    async discard() {
      if (isFinished) return
      file.destroy()
      await rm(draft, { force: true })
    },
  }
}
