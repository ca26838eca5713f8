import { Readable } from 'node:stream'
import { Cli } from '../cli.ts'
import { createFakeTerminal, type FakeTerminal } from './fake-terminal.ts'

export interface FakeCli extends FakeTerminal {
  readonly cli: Cli
  readonly interrupt: AbortController
}

/** A run of the command that nobody sees. */
export function createFakeCli(env: Record<string, string> = {}): FakeCli {
  const fake = createFakeTerminal()
  const interrupt = new AbortController()
  const cli = new Cli({ terminal: fake.terminal, stdin: Readable.from([]), env, interrupt: interrupt.signal })
  return { ...fake, cli, interrupt }
}
