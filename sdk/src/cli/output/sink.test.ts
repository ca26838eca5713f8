import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { UsageError } from '../cli-errors.ts'
import { createFakeTerminal } from '../testing/fake-terminal.ts'
import { openSink } from './sink.ts'

const folder = mkdtempSync(join(tmpdir(), 'waybill-sink-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const { terminal, stdout } = createFakeTerminal()
const line = `${'x'.repeat(999)}\n`

describe('openSink', () => {
  test('gives a file its name when it is whole', async () => {
    const path = join(folder, 'results.ndjson')
    const sink = openSink(terminal, path)
    for (let n = 0; n < 500; n++) await sink.write(line)
    expect(existsSync(path)).toBe(false)
    await sink.finish()
    await sink.discard()
    expect(readFileSync(path, 'utf8')).toBe(line.repeat(500))
  })

  test('leaves what was there before when it is discarded', async () => {
    const path = join(folder, 'kept.ndjson')
    writeFileSync(path, 'before')
    const sink = openSink(terminal, path)
    for (let n = 0; n < 500; n++) await sink.write(line)
    await sink.discard()
    expect(readFileSync(path, 'utf8')).toBe('before')
    expect(readdirSync(folder).filter((file) => file.endsWith('.part'))).toEqual([])
  })

  test('says so when the file cannot be written', async () => {
    const sink = openSink(terminal, join(folder, 'no-such-folder/results.ndjson'))
    await expect(sink.finish()).rejects.toBeInstanceOf(UsageError)
    await sink.discard()
  })

  test('prints what it has when it is discarded on the way to stdout', async () => {
    const sink = openSink(terminal, null)
    await sink.write(line)
    expect(stdout.text).toBe('')
    await sink.discard()
    expect(stdout.text).toBe(line)
  })
})
