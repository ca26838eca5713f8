import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { Cli } from './cli.ts'
import { StoppedError } from './cli-errors.ts'
import { createFakeTerminal } from './testing/fake-terminal.ts'
import { readSecret } from './read-secret.ts'

/** Somebody at a keyboard who is asked. */
function ask() {
  const stdin = Object.assign(new PassThrough(), { isTTY: true })
  const { terminal, stdout, stderr } = createFakeTerminal(true)
  const cli = new Cli({ terminal, stdin, env: {}, interrupt: new AbortController().signal })
  return { stdin, stdout, stderr, answer: readSecret(cli, 'Token: ') }
}

describe('readSecret', () => {
  test('reads what is typed and shows none of it', async () => {
    const { stdin, stdout, stderr, answer } = ask()
    expect(stderr.text).toBe('Token: ')
    stdin.write('secreT\u007ft\r')
    expect(await answer).toBe('secret')
    expect([stdout.text, stderr.text]).toEqual(['', 'Token: \n'])
  })

  test('is stopped by Ctrl-C', async () => {
    const { stdin, answer } = ask()
    stdin.write('sec\u0003')
    await expect(answer).rejects.toBeInstanceOf(StoppedError)
  })

  // It ended the program with the stack of an error that nobody handled.
  test('is stopped by a signal, which destroys the input', async () => {
    const { stdin, answer } = ask()
    stdin.destroy(new Error('interrupted'))
    await expect(answer).rejects.toBeInstanceOf(StoppedError)
  })
})
