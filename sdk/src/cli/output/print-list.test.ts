import { describe, expect, test } from 'vitest'
import { createFakeCli } from '../testing/fake-cli.ts'
import { printList } from './print-list.ts'

const format = { header: ['N'], toRow: (n: number) => [String(n)], none: 'There are none' }

/** @param asked is told each number that was asked for */
async function* count(to: number, asked: number[] = []): AsyncGenerator<number, void, undefined> {
  for (let n = 1; n <= to; n++) {
    asked.push(n)
    yield n
  }
}

describe('printList', () => {
  test('shows people as many as fit on a screen, and says that there are more', async () => {
    const { cli, stdout, stderr } = createFakeCli()
    const asked: number[] = []
    await printList(cli, count(1_000, asked), { ...format, limit: undefined })
    expect(stdout.text.split('\n')).toHaveLength(22)
    expect(stderr.text).toBe('These are the first 20: --limit 0 shows all\n')
    expect(asked).toHaveLength(21)
  })

  test('gives programs a line each, all of them', async () => {
    const { cli, stdout, stderr } = createFakeCli()
    cli.configure({ json: true })
    await printList(cli, count(1_000), { ...format, limit: undefined })
    expect(stdout.text).toBe(Array.from({ length: 1_000 }, (_, n) => `${n + 1}\n`).join(''))
    expect(stderr.text).toBe('')
  })

  test('keeps to a limit, and has one header however many there are', async () => {
    const { cli, stdout, stderr } = createFakeCli()
    await printList(cli, count(500), { ...format, limit: 0 })
    const lines = stdout.text.trimEnd().split('\n')
    expect([lines.length, lines.filter((line) => line === 'N').length, lines.at(-1), stderr.text]).toEqual([
      501,
      1,
      '500',
      '',
    ])
    await printList(cli, count(2), { ...format, limit: 2 })
    await printList(cli, count(0), { ...format, limit: 2 })
    expect(stderr.text).toBe('There are none\n')
  })
})
