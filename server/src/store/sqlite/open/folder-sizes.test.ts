import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { folderSizes } from './folder-sizes.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-sizes-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('measures the files of a data folder, and what is free', async () => {
  writeFileSync(join(folder, 'waybill.db'), 'x'.repeat(8192))
  const freeBytes = expect.any(Number) as number
  expect(await folderSizes(folder)).toEqual({ storeBytes: 8192, walBytes: 0, freeBytes })
  writeFileSync(join(folder, 'waybill.db-wal'), 'x'.repeat(100))
  const sizes = await folderSizes(folder)
  expect(sizes).toEqual({ storeBytes: 8192, walBytes: 100, freeBytes })
  expect(sizes!.freeBytes).toBeGreaterThan(0)
})

it('measures nothing where there is no database', async () => {
  expect(await folderSizes(join(folder, 'missing'))).toBeNull()
})
