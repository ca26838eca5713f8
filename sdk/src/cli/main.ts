#!/usr/bin/env node
import { Cli } from './cli.ts'
import { exitCodes } from './exit-codes.ts'
import { Terminal } from './output/terminal.ts'
import { runCli } from './run-cli.ts'

const interrupt = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // Pressed again: the user does not need to read how to resume.
    if (interrupt.signal.aborted) process.exit(exitCodes.stopped)
    interrupt.abort()
    // Whoever waits for what is piped in waits no longer. By an error: an end would be the end of a file.
    process.stdin.destroy(new Error('interrupted'))
  })
}

process.stdin.on('error', () => undefined)

const cli = new Cli({
  terminal: new Terminal(process.stdout, process.stderr, process.env),
  stdin: process.stdin,
  env: process.env,
  interrupt: interrupt.signal,
})
process.exitCode = await runCli(cli, process.argv.slice(2))
// Piped input may continue though nothing reads it any more.
process.stdin.destroy()
