import { CommanderError } from 'commander'
import type { Cli } from './cli.ts'
import { OutputClosedError, RefusedFileError, StoppedError } from './cli-errors.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { explainError, formatErrorLine, formatExplanation } from './explain-error.ts'
import { createProgram } from './program.ts'

/** Runs a command. @param args without the names of the program @returns its exit code; never throws */
export async function runCli(cli: Cli, args: readonly string[]): Promise<ExitCode> {
  try {
    await createProgram(cli, args.includes('--json')).parseAsync(args, { from: 'user' })
    return cli.exitCode
  } catch (error) {
    // Help and version are thrown too, and have been printed.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.succeeded : exitCodes.usage
    // A reader that stops has what it needs.
    if (error instanceof OutputClosedError) return cli.exitCode
    // Whatever it was that Ctrl-C broke off: what is to be said of a job has been made a StoppedError.
    const wasStopped = cli.interrupt.aborted && !(error instanceof StoppedError)
    return report(cli, wasStopped ? new StoppedError('Stopped') : error)
  }
}

function report(cli: Cli, error: unknown): ExitCode {
  const explanation = explainError(error, cli)
  const { exitCode, advice } = explanation
  const { terminal } = cli
  if (cli.json) {
    terminal.say(formatErrorLine(explanation))
    return exitCode
  }
  const lines = formatExplanation(explanation, error instanceof RefusedFileError ? error.fileName : null)
  for (const line of lines) terminal.say(exitCode === exitCodes.stopped ? line : terminal.style('red', line))
  if (advice !== null) terminal.say(advice)
  return exitCode
}
