import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { adminToken } from './admin-token.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-token-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

describe('adminToken', () => {
  it('is made once, in a file that only its owner can read', () => {
    const dataDir = join(folder, 'deep', 'data')
    const first = adminToken({ adminToken: null, dataDir, dev: false })
    expect(first.madeFile).toBe(join(dataDir, 'admin-token'))
    expect(first.token).toMatch(/^wba_[\w-]{43}$/)
    expect(statSync(first.madeFile!).mode & 0o777).toBe(0o600)
    expect(readFileSync(first.madeFile!, 'utf8')).toBe(`${first.token}\n`)
    expect(adminToken({ adminToken: null, dataDir, dev: false })).toEqual({ token: first.token, madeFile: null })
  })

  it('is the configured one before that of the folder', () => {
    expect(adminToken({ adminToken: 'mine', dataDir: folder, dev: false })).toEqual({ token: 'mine', madeFile: null })
  })

  it('is not made for dev, but taken when it is there', () => {
    expect(adminToken({ adminToken: null, dataDir: folder, dev: true })).toEqual({ token: null, madeFile: null })
    writeFileSync(join(folder, 'admin-token'), 'kept\n')
    expect(adminToken({ adminToken: null, dataDir: folder, dev: true })).toEqual({ token: 'kept', madeFile: null })
  })

  it('is never empty', () => {
    writeFileSync(join(folder, 'admin-token'), '\n')
    expect(() => adminToken({ adminToken: null, dataDir: folder, dev: false })).toThrow(
      /must hold the admin token: it is empty/,
    )
  })
})
