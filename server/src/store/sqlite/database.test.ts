import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DATABASE_FILE, lockFolder, migrate, openDatabase, openForReading } from './database.ts'
import { migrations } from './migrations.ts'

describe('database', () => {
  let dataDir: string

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'waybill-database-'))
  })

  afterEach(() => {
    rmSync(dataDir, { recursive: true, force: true })
  })

  function pragma(db: DatabaseSync, name: string): unknown {
    return Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]
  }

  it('is made with the settings that cannot be changed later, and those of each connection', () => {
    for (const start of ['first', 'second']) {
      using db = openDatabase({ dataDir, maxDataBytes: null })
      const settings = ['page_size', 'auto_vacuum', 'journal_mode', 'synchronous', 'wal_autocheckpoint', 'user_version']
      expect([start, ...settings.map((name) => pragma(db, name))]).toEqual([
        start,
        8192,
        2,
        'wal',
        2,
        0,
        migrations.length,
      ])
    }
  })

  it('cannot be written by a reader', () => {
    using writer = openDatabase({ dataDir, maxDataBytes: null })
    using reader = openForReading(dataDir)
    expect(() => reader.exec('DELETE FROM jobs')).toThrow(/readonly/)
    expect(writer.prepare('SELECT count(*) AS rows FROM meta').get()).toEqual({ rows: 1 })
  })

  it('answers its questions from an index', () => {
    using db = openDatabase({ dataDir, maxDataBytes: null })
    const questions = [
      "SELECT * FROM jobs WHERE phase <> 'ended' ORDER BY eligible_seq, ref",
      "SELECT * FROM jobs WHERE subscription = 'a' AND id < 'b' ORDER BY id DESC LIMIT 3",
      'SELECT chunk FROM chunks WHERE ref = 1 AND first_index <= 5 ORDER BY first_index DESC LIMIT 1',
      'SELECT id FROM calls WHERE ref = 1 AND chunk = 2 ORDER BY id',
      'DELETE FROM idempotency WHERE created_at_ms <= 3',
      "UPDATE idempotency SET deleted = 1 WHERE job_id = 'a'",
    ]
    for (const question of questions) {
      const plan = db.prepare(`EXPLAIN QUERY PLAN ${question}`).all() as { detail: string }[]
      expect(plan.map((step) => step.detail).join('; ')).toMatch(/USING (COVERING )?INDEX/)
      expect(plan.map((step) => step.detail).join('; ')).not.toMatch(/TEMP B-TREE/)
    }
  })

  it('is migrated step by step, a failed step leaving the last good version', () => {
    using db = new DatabaseSync(join(dataDir, DATABASE_FILE))
    const steps = ['CREATE TABLE one (a)', 'CREATE TABLE two (a); CREATE TABLE one (a)']
    expect(() => migrate(db, 'test', steps)).toThrow(/already exists/)
    expect(pragma(db, 'user_version')).toBe(1)
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
    expect(tables).toEqual([{ name: 'one' }])
    migrate(db, 'test', [steps[0]!, 'CREATE TABLE two (a)'])
    expect(pragma(db, 'user_version')).toBe(2)
    expect(() => migrate(db, 'test', steps.slice(0, 1))).toThrow(
      'Cannot open test as its schema must be version 1 or older: current version is 2',
    )
  })

  it('has a folder that one alone may hold', () => {
    const folder = join(dataDir, 'deep', 'folder')
    const lock = lockFolder(folder)
    expect(() => lockFolder(folder)).toThrow(folder)
    lock.close()
    lockFolder(folder).close()
  })
})
