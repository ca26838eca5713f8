import { describe, expect, test } from 'vitest'
import { createFakeCli } from './testing/fake-cli.ts'
import { runCli } from './run-cli.ts'

describe('runCli', () => {
  test.each([
    { args: ['--nothing'], message: "Unknown option '--nothing'" },
    { args: ['sumbit'], message: "Unknown command 'sumbit'\n(Did you mean submit?)" },
    { args: ['status'], message: "Missing required argument 'job'" },
    {
      args: ['list', '--limit', 'many'],
      message: "Option '--limit <n>' argument 'many' is invalid. It must be a whole number",
    },
  ])('says what is wrong with $args, to people and to programs', async ({ args, message }) => {
    const people = createFakeCli()
    expect(await runCli(people.cli, args)).toBe(2)
    expect(people.stderr.text).toContain(message)
    expect(people.stderr.text).toContain('waybill help <command>')
    expect(people.stdout.text).toBe('')

    const programs = createFakeCli()
    expect(await runCli(programs.cli, [...args, '--json'])).toBe(2)
    const { error } = JSON.parse(programs.stderr.text) as { error: { message: string } }
    expect(error).toMatchObject({ code: 'usage', exitCode: 2 })
    expect(error.message).toContain(message)
  })

  test('refuses a server that it cannot speak to', async () => {
    const { cli, stderr } = createFakeCli({ XDG_CONFIG_HOME: '/dev/null' })
    expect(await runCli(cli, ['list', '--url', 'ftp://shop.example'])).toBe(2)
    expect(stderr.text).toContain('baseUrl must be')
  })

  test('ends with 4 and one word when it is stopped, whatever it did', async () => {
    const { cli, interrupt, stdout, stderr } = createFakeCli({ XDG_CONFIG_HOME: '/dev/null' })
    interrupt.abort()
    expect(await runCli(cli, ['list', '--url', 'http://127.0.0.1:9'])).toBe(4)
    expect([stdout.text, stderr.text]).toEqual(['', 'Stopped\n'])
  })
})
