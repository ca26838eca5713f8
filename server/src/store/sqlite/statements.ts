import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** One prepared statement per name. */
export type Statements<Sql> = { readonly [Name in keyof Sql]: StatementSync }

/** Prepares every statement of a list once. */
export function prepareAll<Sql extends Readonly<Record<string, string>>>(db: DatabaseSync, sql: Sql): Statements<Sql> {
  const prepared = Object.entries(sql).map(([name, text]) => [name, db.prepare(text)] as const)
  return Object.fromEntries(prepared) as Statements<Sql>
}

/** Everything the writer says to the database. */
export const writeSql = {
  readEpoch: 'SELECT epoch FROM meta',
  readMeta: 'SELECT epoch, ref_ceiling, eligible_seq, folded_seq FROM meta',
  takeEpoch: 'UPDATE meta SET epoch = epoch + 1, ref_ceiling = ref_ceiling + ?',
  saveCounters: 'UPDATE meta SET ref_ceiling = ?, eligible_seq = ?',
  saveFoldedSeq: 'UPDATE meta SET folded_seq = ?',

  insertDraft: 'INSERT OR IGNORE INTO drafts VALUES (?)',
  deleteDraft: 'DELETE FROM drafts WHERE ref = ?',
  insertRemoval: 'INSERT OR IGNORE INTO removals VALUES (?)',
  removeDrafts: 'INSERT OR IGNORE INTO removals SELECT ref FROM drafts',
  deleteDrafts: 'DELETE FROM drafts',
  listRemovals: 'SELECT ref FROM removals ORDER BY ref',
  deleteRemoval: 'DELETE FROM removals WHERE ref = ?',

  insertChunk: 'INSERT INTO chunks (ref, chunk, first_index, count, keys, ids, body) VALUES (?, ?, ?, ?, ?, ?, ?)',
  lastChunk: 'SELECT chunk FROM chunks WHERE ref = ? ORDER BY chunk DESC LIMIT 1',
  listChunks: 'SELECT chunk FROM chunks WHERE ref = ? ORDER BY chunk LIMIT ?',
  deleteChunk: 'DELETE FROM chunks WHERE ref = ? AND chunk = ?',
  deleteMap: 'DELETE FROM outcome_maps WHERE ref = ? AND chunk = ?',
  deleteCalls: 'DELETE FROM calls WHERE ref = ? AND chunk = ?',

  insertJob: `INSERT INTO jobs (ref, id, subscription, channel, source, phase, outcome, total, eligible_seq, created_at_ms,
    touched_at_ms, sealed_at_ms, stop, ending, envelope) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  readJobState: 'SELECT id, phase, stop, total FROM jobs WHERE ref = ?',
  extendJob: 'UPDATE jobs SET total = ?, touched_at_ms = ? WHERE ref = ?',
  sealJob: "UPDATE jobs SET phase = 'eligible', sealed_at_ms = ?, eligible_seq = ? WHERE ref = ?",
  stopJob: "UPDATE jobs SET stop = ? WHERE ref = ? AND stop IS NULL AND phase <> 'ended'",
  endJob: "UPDATE jobs SET phase = 'ended', outcome = ?, ending = ? WHERE ref = ? AND phase <> 'ended'",
  deleteJob: 'DELETE FROM jobs WHERE ref = ?',

  deleteExpiredKey: 'DELETE FROM idempotency WHERE scope = ? AND key = ? AND created_at_ms <= ?',
  insertKey: `INSERT OR IGNORE INTO idempotency (scope, key, fingerprint, job_id, created_at_ms, status, body)
    VALUES (?, ?, ?, ?, ?, ?, ?)`,
  markKeyDeleted: 'UPDATE idempotency SET deleted = 1 WHERE job_id = ?',
  purgeKeys: `DELETE FROM idempotency WHERE rowid IN
    (SELECT rowid FROM idempotency WHERE created_at_ms <= ? ORDER BY created_at_ms LIMIT ?)`,

  saveChannel: `INSERT INTO channels (name, config, paused, used) VALUES (?, ?, ?, 0)
    ON CONFLICT (name) DO UPDATE SET config = excluded.config, paused = excluded.paused`,
  useChannel: `INSERT INTO channels (name, config, paused, used) VALUES (?, NULL, 0, 1)
    ON CONFLICT (name) DO UPDATE SET used = 1 WHERE used = 0`,
  removeChannel: 'DELETE FROM channels WHERE name = ? AND used = 0',
  emptyChannel: 'UPDATE channels SET config = NULL, paused = 0 WHERE name = ?',

  insertSegment: 'INSERT INTO segments (seq, records, details) VALUES (?, ?, ?)',
  listSegments: 'SELECT seq, records, details FROM segments ORDER BY seq',
  deleteSegments: 'DELETE FROM segments WHERE seq >= ? AND seq <= ?',
  findMapChunk: `SELECT c.first_index, c.count, j.created_at_ms FROM chunks c JOIN jobs j ON j.ref = c.ref
    WHERE c.ref = ? AND c.chunk = ?`,
  readMap: `SELECT epoch, base_ms, folded_seq, succeeded, failed, waiting, first_started_at_ms, last_ended_at_ms, entries
    FROM outcome_maps WHERE ref = ? AND chunk = ?`,
  saveMap: `INSERT INTO outcome_maps (ref, chunk, epoch, base_ms, folded_seq, succeeded, failed, waiting, first_started_at_ms,
    last_ended_at_ms, entries) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (ref, chunk) DO UPDATE SET folded_seq = excluded.folded_seq, succeeded = excluded.succeeded,
    failed = excluded.failed, waiting = excluded.waiting, first_started_at_ms = excluded.first_started_at_ms,
    last_ended_at_ms = excluded.last_ended_at_ms, entries = excluded.entries`,
  insertCalls: 'INSERT INTO calls (ref, chunk, records, details) VALUES (?, ?, ?, ?)',

  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
  beginCall: 'SAVEPOINT call',
  endCall: 'RELEASE call',
  undoCall: 'ROLLBACK TO call',
} as const

/** Everything a reader says to the database. */
export const readSql = {
  begin: 'BEGIN',
  commit: 'COMMIT',

  findJob: 'SELECT * FROM jobs WHERE id = ?',
  // `+` keeps the planner on the index that gives the order; the filters look at what it finds.
  listJobs: `SELECT * FROM jobs WHERE subscription = ? AND id < ?
    AND (?3 IS NULL OR +phase IN (SELECT value FROM json_each(?3)))
    AND (?4 IS NULL OR outcome IN (SELECT value FROM json_each(?4)))
    AND (?5 IS NULL OR channel IN (SELECT value FROM json_each(?5)))
    AND (?6 IS NULL OR source IN (SELECT value FROM json_each(?6)))
    AND created_at_ms > ?7 AND created_at_ms < ?8
    ORDER BY id DESC LIMIT ?9`,
  unfinishedJobs: "SELECT * FROM jobs WHERE phase <> 'ended' ORDER BY eligible_seq, ref",
  jobExists: 'SELECT 1 FROM jobs WHERE ref = ?',

  findKey: `SELECT scope, key, fingerprint, job_id, created_at_ms, status, body, deleted FROM idempotency
    WHERE scope = ? AND key = ? AND created_at_ms > ?`,
  listChannels: 'SELECT name, config, paused, used FROM channels ORDER BY name',

  readBody: `SELECT c.body FROM chunks c WHERE c.ref = ? AND c.chunk = ? AND EXISTS (SELECT 1 FROM jobs j WHERE j.ref = c.ref)`,
  chunkAt: `SELECT chunk, first_index, count FROM chunks WHERE ref = ? AND first_index <= ? ORDER BY first_index DESC LIMIT 1`,
  readKeys: 'SELECT keys AS hashes FROM chunks WHERE ref = ? AND chunk = ?',
  readIds: 'SELECT ids AS hashes FROM chunks WHERE ref = ? AND chunk = ?',
  readMap: 'SELECT epoch, base_ms, entries FROM outcome_maps WHERE ref = ? AND chunk = ?',
  listCalls: 'SELECT id, records FROM calls WHERE ref = ? AND chunk = ? ORDER BY id',
  readDetails: 'SELECT details FROM calls WHERE id = ?',

  recoverChunks: `SELECT c.chunk, c.first_index, c.count, c.keys, m.entries, m.succeeded, m.failed, m.waiting,
    m.first_started_at_ms, m.last_ended_at_ms
    FROM chunks c LEFT JOIN outcome_maps m ON m.ref = c.ref AND m.chunk = c.chunk
    WHERE c.ref = ? AND c.chunk >= ? ORDER BY c.chunk LIMIT ?`,
} as const

export type WriteStatements = Statements<typeof writeSql>
export type ReadStatements = Statements<typeof readSql>
