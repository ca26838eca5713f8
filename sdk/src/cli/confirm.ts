import { createInterface } from 'node:readline'
import type { Cli } from './cli.ts'
import { StoppedError, UsageError } from './cli-errors.ts'

/**
 * Asks a person whether to do something, and resolves with the answer.
 * @param action completes "Cannot ...", for the error
 * @throws {UsageError} there is nobody to ask: standard input is no terminal, or --no-input was given
 */
export async function confirm(cli: Cli, question: string, action: string): Promise<boolean> {
  const { stdin, terminal, interrupt } = cli
  if (!cli.mayPrompt) {
    const reason = stdin.isTTY === true ? '--no-input was given' : 'standard input is no terminal'
    throw new UsageError(`Cannot ${action} as --yes is required where no question can be asked: ${reason}`)
  }
  const lines = createInterface({ input: stdin, output: terminal.stderr })
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      const stop = (): void => reject(new StoppedError('Stopped'))
      interrupt.addEventListener('abort', stop, { once: true })
      lines.once('SIGINT', stop)
      lines.once('close', () => resolve(''))
      lines.question(`${question} [y/N] `, resolve)
    })
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    lines.close()
  }
}
