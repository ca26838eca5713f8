import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Checkpoints } from './checkpoint.ts'
import { openDatabase } from './database.ts'
import { Erasure } from './erasure.ts'
import { DATABASE_FILE } from './folder.ts'

describe('Erasure', () => {
  let dataDir: string
  let db: DatabaseSync

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'waybill-erasure-'))
    db = openDatabase(dataDir)
  })

  afterEach(() => {
    db.close()
    rmSync(dataDir, { recursive: true, force: true })
  })

  const holds = (text: string): boolean => readFileSync(join(dataDir, DATABASE_FILE)).includes(text)
  const save = (key: string, bytes: number): void => {
    db.exec(`INSERT INTO channels (name, config, paused, used) VALUES ('${key}', '${key.padEnd(bytes, 'x')}', 0, 0)`)
  }

  it('overwrites what is deleted on pages that stay, and with run on pages that become free', () => {
    const checkpoints = new Checkpoints(db, { maxBytes: 16 * 1024 * 1024 })
    save('small-secret', 100)
    save('large-secret-1', 50_000)
    save('large-secret-2', 50_000)
    expect(checkpoints.cut()).toBe(true)
    expect(holds('small-secret') && holds('large-secret-1') && holds('large-secret-2')).toBe(true)
    db.exec("DELETE FROM channels WHERE name = 'small-secret'")
    const erasure = new Erasure(db)
    erasure.run(() => {
      db.exec("DELETE FROM channels WHERE name = 'large-secret-1'")
    })
    checkpoints.cut()
    expect(holds('small-secret') || holds('large-secret-1')).toBe(false)
    expect(holds('large-secret-2')).toBe(true)
  })

  it('costs other deletes nothing, even when its work throws', () => {
    const mode = () => (db.prepare('PRAGMA secure_delete').get() as { secure_delete: number }).secure_delete
    const erasure = new Erasure(db)
    const modes = [mode()]
    erasure.run(() => modes.push(mode()))
    expect(() =>
      erasure.run(() => {
        throw new Error('mine')
      }),
    ).toThrow('mine')
    expect([...modes, mode()]).toEqual([2, 1, 2])
  })
})
