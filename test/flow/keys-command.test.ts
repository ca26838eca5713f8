import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { newKeyText } from '../../server/src/secrets/key-ring.ts'
import { runServerCommand } from '../support/run-server-command.ts'

test('keys that are added at once are all kept', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-rotate-'))
  try {
    const first = newKeyText()
    const file = join(folder, 'key-ring')
    writeFileSync(file, `${first}\n`, { mode: 0o600 })
    const runs = await Promise.all(
      Array.from({ length: 6 }, () =>
        runServerCommand(folder, ['keys', 'rotate', '--data', folder, '--key-ring', file]),
      ),
    )
    expect(runs.map(({ code, err }) => [code, err])).toEqual(runs.map(() => [0, '']))
    const keys = readFileSync(file, 'utf8').trim().split('\n')
    expect([new Set(keys).size, keys.at(-1)]).toEqual([7, first])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
