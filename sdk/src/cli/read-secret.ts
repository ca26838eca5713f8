import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { Cli } from './cli.ts'
import { StoppedError, UsageError } from './cli-errors.ts'

/** Reads a secret: typed without echo, or piped in. @throws {UsageError} it would have to be typed, and --no-input was given */
export async function readSecret(cli: Cli, question: string): Promise<string> {
  const { stdin, terminal } = cli
  if (stdin.isTTY !== true) return await text(stdin)
  if (!cli.mayPrompt) {
    throw new UsageError('Cannot ask for a secret as --no-input was given: pipe it in')
  }
  const nothing = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: stdin, output: nothing, terminal: true })
  try {
    return await new Promise<string>((resolve, reject) => {
      const stop = (): void => reject(new StoppedError('Stopped'))
      lines.once('line', resolve)
      // In this mode Ctrl-C is a character, Ctrl-D the end.
      lines.once('SIGINT', stop)
      // A signal from elsewhere destroys the input.
      lines.once('error', stop)
      // Only now is nothing shown of what is typed, and Ctrl-C a character.
      terminal.stderr.write(question)
      lines.once('close', () => resolve(''))
    })
  } finally {
    lines.close()
    terminal.stderr.write('\n')
  }
}
