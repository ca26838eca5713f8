import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { withFileLock } from './file-lock.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-lock-'))
  file = join(folder, 'key-ring')
  writeFileSync(file, 'one')
})
afterEach(() => rmSync(folder, { recursive: true }))

it('is held by one at a time, until its work is done or has failed', () => {
  withFileLock(file, () => {
    expect(() => withFileLock(file, () => 0, { waitMs: 0 })).toThrow(`another process holds ${file}.lock`)
  })
  expect(() =>
    withFileLock(file, () => {
      throw new Error('no')
    }),
  ).toThrow('no')
  expect(withFileLock(file, () => 7, { waitMs: 0 })).toBe(7)
  expect(statSync(`${file}.lock`).mode & 0o777).toBe(0o600)
})
