import { DatabaseSync } from 'node:sqlite'
import { LOST_LOG } from './log-fault.ts'
import { migrations } from './migrations.ts'
import { verifyChunks } from './verify-chunks.ts'
import { verifyReplacements } from './verify-replacements.ts'

/** Faults that a report names; it counts all. */
const MAX_FAULTS = 20

/** The contents of a database, and its faults. */
export interface DatabaseReport {
  readonly schemaVersion: number
  readonly jobs: number
  readonly unfinishedJobs: number
  readonly items: number
  readonly channels: number
  /** The first ones. */
  readonly faults: readonly string[]
  readonly faultCount: number
}

/** Invariants that hold wherever a server was stopped: each query counts violations. */
const questions: Readonly<Record<string, string>> = {
  'chunks without a job': `SELECT count(*) AS n FROM chunks WHERE ref NOT IN (SELECT ref FROM jobs)
    AND ref NOT IN (SELECT ref FROM removals) AND ref NOT IN (SELECT ref FROM drafts)`,
  'outcome maps without a chunk': `SELECT count(*) AS n FROM outcome_maps m
    WHERE NOT EXISTS (SELECT 1 FROM chunks c WHERE c.ref = m.ref AND c.chunk = m.chunk) AND ${notOnTheWay('m')}`,
  'calls without a chunk': `SELECT count(*) AS n FROM calls m
    WHERE NOT EXISTS (SELECT 1 FROM chunks c WHERE c.ref = m.ref AND c.chunk = m.chunk) AND ${notOnTheWay('m')}`,
  'dead letters of no item': `SELECT count(*) AS n FROM dead_letters m LEFT JOIN jobs j ON j.ref = m.ref AND j.total > m.item_index
    WHERE j.ref IS NULL AND ${notOnTheWay('m')}`,
  'replacements of no item': `SELECT count(*) AS n FROM replacements m LEFT JOIN jobs j ON j.ref = m.ref AND j.total > m.item_index
    WHERE j.ref IS NULL AND ${notOnTheWay('m')}`,
  'items with two dead letters':
    'SELECT count(*) AS n FROM (SELECT 1 FROM dead_letters GROUP BY ref, item_index HAVING count(*) > 1)',
  'jobs whose items are not their chunks':
    'SELECT count(*) AS n FROM jobs j WHERE total <> coalesce((SELECT sum(count) FROM chunks c WHERE c.ref = j.ref), 0)',
  'jobs without a lane': `SELECT count(*) AS n FROM jobs j
    WHERE NOT EXISTS (SELECT 1 FROM lanes l WHERE l.id = j.lane AND l.subscription = j.subscription AND l.channel = j.channel)`,
  'places in the order of a channel given twice':
    'SELECT coalesce(sum(jobs - places), 0) AS n FROM (SELECT count(*) AS jobs, count(DISTINCT eligible_seq) AS places FROM jobs WHERE eligible_seq > 0 GROUP BY channel)',
  'jobs above the last place of their channel': `SELECT count(*) AS n FROM jobs j LEFT JOIN owners o ON o.channel = j.channel
    WHERE j.eligible_seq > coalesce(o.last_place, 0)`,
  'idempotency keys without a job or token': `SELECT count(*) AS n FROM idempotency WHERE deleted = 0 AND job_id NOT IN (SELECT id FROM jobs)
      AND job_id NOT IN (SELECT id FROM tokens)`,
  'webhook events that cannot be read':
    'SELECT count(*) AS n FROM webhook_events WHERE json_valid(endpoints) = 0 OR json_valid(body) = 0',
  'webhook events in a backlog that are not stored':
    'SELECT count(*) AS n FROM webhook_backlog WHERE seq NOT IN (SELECT seq FROM webhook_events)',
  'access tokens that cannot be read':
    'SELECT count(*) AS n FROM tokens WHERE length(hash) <> 32 OR json_valid(scopes) = 0',
  'limits of subscriptions that cannot be read': 'SELECT count(*) AS n FROM subscriptions WHERE json_valid(limits) = 0',
  'envelopes that cannot be read': 'SELECT count(*) AS n FROM jobs WHERE json_valid(envelope) = 0',
  'ends that cannot be read':
    "SELECT count(*) AS n FROM jobs WHERE phase = 'ended' AND coalesce(json_valid(ending), 0) = 0",
}

/** Rows of jobs and parts that are being written or removed may be half there. */
function notOnTheWay(table: string): string {
  return ['removals', 'drafts', 'part_drafts']
    .map((marks) => `${table}.ref NOT IN (SELECT ref FROM ${marks})`)
    .join(' AND ')
}

/**
 * Reads a whole database: its structure, every item, and whether everything belongs together. Changes nothing. Only while no server writes it.
 * @throws Error when it cannot be opened as a database of this version
 */
export function verifyDatabase(file: string): DatabaseReport {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    const { user_version: schemaVersion } = db.prepare('PRAGMA user_version').get() as { user_version: number }
    if (schemaVersion !== migrations.length) throw new Error(versionFault(file, schemaVersion))
    const faults: string[] = []
    let faultCount = 0
    for (const fault of faultsOf(db)) {
      faultCount++
      if (faults.length < MAX_FAULTS) faults.push(fault)
    }
    return { ...countsOf(db), schemaVersion, faults, faultCount }
  } finally {
    db.close()
  }
}

function* faultsOf(db: DatabaseSync): Generator<string> {
  yield* structureFaults(db)
  for (const [what, sql] of Object.entries(questions)) {
    const n = count(db, sql)
    if (n === null) yield `${what}: cannot be counted`
    else if (n > 0) yield `${n} ${what}`
  }
  try {
    yield* verifyChunks(db)
    yield* verifyReplacements(db)
  } catch (error) {
    yield `items cannot be read to the end: ${String(error)}`
  }
}

function structureFaults(db: DatabaseSync): string[] {
  try {
    const rows = db.prepare(`PRAGMA integrity_check(${MAX_FAULTS})`).all() as { integrity_check: string }[]
    return rows.map((row) => row.integrity_check.replaceAll('\n', ' ')).filter((text) => text !== 'ok')
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}

function countsOf(db: DatabaseSync): Pick<DatabaseReport, 'jobs' | 'unfinishedJobs' | 'items' | 'channels'> {
  return {
    jobs: count(db, 'SELECT count(*) AS n FROM jobs') ?? 0,
    unfinishedJobs: count(db, "SELECT count(*) AS n FROM jobs WHERE phase <> 'ended'") ?? 0,
    items: count(db, 'SELECT sum(total) AS n FROM jobs') ?? 0,
    channels: count(db, 'SELECT count(*) AS n FROM channels') ?? 0,
  }
}

/** Null: what would be counted is damaged. */
function count(db: DatabaseSync, sql: string): number | null {
  try {
    return (db.prepare(sql).get() as { n: number | null }).n ?? 0
  } catch {
    return null
  }
}

function versionFault(file: string, version: number): string {
  if (version === 0) return `Cannot verify ${file} as it must be sound: it ${LOST_LOG}`
  return version > migrations.length
    ? `Cannot verify ${file} as its schema must be version ${migrations.length}: it is ${version}, of a newer waybill-server`
    : `Cannot verify ${file} as its schema must be version ${migrations.length}: it is ${version}; start the server on it once`
}
