import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockFolder, migrate, openDatabase, openForReading } from './database.ts'
import { DATABASE_FILE } from './folder.ts'
import { migrations } from './migrations.ts'
import { readSql, writeSql } from '../tables/statements.ts'

/** A table walked from end to end, or an answer sorted. */
const SLOW = /^SCAN (?!CONSTANT ROW|.*(VIRTUAL TABLE|USING INDEX jobs_unfinished))|TEMP B-TREE/

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
      using db = openDatabase(dataDir)
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
    using writer = openDatabase(dataDir)
    using reader = openForReading(dataDir)
    expect(() => reader.exec('DELETE FROM jobs')).toThrow(/readonly/)
    expect(writer.prepare('SELECT count(*) AS rows FROM meta').get()).toEqual({ rows: 1 })
  })

  it('answers its questions from an index', () => {
    using db = openDatabase(dataDir)
    const changes = [
      'DELETE FROM idempotency WHERE created_at_ms <= 3',
      "UPDATE idempotency SET deleted = 1 WHERE job_id = 'a'",
      writeSql.deleteDeadLetters,
      writeSql.deleteRetries,
      writeSql.deleteReplacements,
      writeSql.deleteEmptyExecution,
      writeSql.keepOutcome,
      writeSql.listOldEvents,
      writeSql.dropFromBacklogs,
      writeSql.dropBacklog,
    ]
    const { begin, commit, listChannels, listCredentials, listSealed, listTokens, listSubscriptions, ...others } =
      readSql
    const { listWebhookEndpoints, listWebhookSecrets, listJobWebhooks, countBacklogs, ...questions } = others
    const whole = [begin, commit, listChannels, listCredentials, listTokens, listSubscriptions, countBacklogs]
    expect(
      [...whole, listWebhookEndpoints, listWebhookSecrets, listJobWebhooks].every((sql) => !sql.includes('WHERE')),
    ).toBe(true)
    expect(listSealed.match(/WHERE .*/g)).toEqual(['WHERE secrets IS NOT NULL'])
    for (const question of [...changes, ...Object.values(questions)]) {
      const plan = (db.prepare(`EXPLAIN QUERY PLAN ${question}`).all() as { detail: string }[]).map(
        (step) => step.detail,
      )
      expect([question, plan.filter((step) => SLOW.test(step))]).toEqual([question, []])
    }
  })

  it('finds dead letters of each filter, and what is newer, in one range of an index', () => {
    using db = openDatabase(dataDir)
    const ranges = {
      deadLettersOfJob: 'dead_letters_of_job (ref=? AND rowid<?)',
      deadLettersOfLane: 'dead_letters_of_lane (lane=? AND rowid<?)',
      deadLettersOfCode: 'dead_letters_of_code (lane=? AND code=? AND rowid<?)',
      deadLettersOfKey: 'dead_letters_of_key (key_hash=? AND rowid<?)',
      listJobsOfExecution: 'jobs_of_execution (subscription=? AND execution_id=? AND id<?)',
      listExpiredJobs: 'jobs_by_retention (retained_until_ms<?)',
      unplacedJobs: 'jobs_of_lane (lane=? AND eligible_seq=? AND phase=? AND ref>?)',
      placedJobs: 'jobs_of_lane (lane=? AND eligible_seq>?)',
      listRetries: 'retries_of_block (ref=? AND block=?)',
    } as const
    for (const [name, range] of Object.entries(ranges)) {
      const plan = db.prepare(`EXPLAIN QUERY PLAN ${readSql[name as keyof typeof ranges]}`).all() as {
        detail: string
      }[]
      expect([name, plan[0]?.detail]).toEqual([name, expect.stringContaining(range) as string])
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
