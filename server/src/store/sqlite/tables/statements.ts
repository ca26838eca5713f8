import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { StatementName } from '../../read/asking.ts'

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
  readMeta: 'SELECT epoch, ref_ceiling, folded_seq, server_key, commit_mark FROM meta',
  takeEpoch: 'UPDATE meta SET epoch = epoch + 1, ref_ceiling = ref_ceiling + ?',
  saveCounters: 'UPDATE meta SET ref_ceiling = ?',
  saveMark: 'UPDATE meta SET commit_mark = ?',
  saveFoldedSeq: 'UPDATE meta SET folded_seq = ?',

  readOwner: 'SELECT term, owner, note FROM owners WHERE channel = ?',
  // At least the epoch: it is above that of every earlier start, also after a backup was restored.
  adoptChannel: `INSERT INTO owners (channel, term, owner, last_place) VALUES (?1, ?2, ?2, 0)
    ON CONFLICT (channel) DO UPDATE SET term = max(term + 1, ?2), owner = ?2, note = NULL RETURNING term`,
  releaseChannel: 'UPDATE owners SET owner = NULL, note = ? WHERE channel = ?',
  takePlaces: `INSERT INTO owners (channel, term, last_place) VALUES (?1, 0, ?2)
    ON CONFLICT (channel) DO UPDATE SET last_place = last_place + ?2 RETURNING last_place`,

  insertDraft: 'INSERT OR IGNORE INTO drafts VALUES (?)',
  deleteDraft: 'DELETE FROM drafts WHERE ref = ?',
  beginPart: 'INSERT OR IGNORE INTO part_drafts VALUES (?, 0)',
  abandonPart: 'UPDATE part_drafts SET abandoned = 1 WHERE ref = ?',
  abandonPartDrafts: 'UPDATE part_drafts SET abandoned = 1',
  findPart: 'SELECT 1 FROM part_drafts WHERE ref = ?',
  findAbandonedPart: 'SELECT 1 FROM part_drafts WHERE ref = ? AND abandoned = 1',
  listAbandonedPartDrafts: 'SELECT ref FROM part_drafts WHERE abandoned = 1 ORDER BY ref',
  deletePart: 'DELETE FROM part_drafts WHERE ref = ?',
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
  deleteMapsFrom: `DELETE FROM outcome_maps WHERE rowid IN
    (SELECT rowid FROM outcome_maps WHERE ref = ? AND chunk >= ? LIMIT ?)`,
  deleteCallsFrom: 'DELETE FROM calls WHERE id IN (SELECT id FROM calls WHERE ref = ? AND chunk >= ? LIMIT ?)',

  useLane: 'INSERT OR IGNORE INTO lanes (subscription, channel) VALUES (?, ?)',
  findLane: 'SELECT id FROM lanes WHERE subscription = ? AND channel = ?',
  insertJob: `INSERT INTO jobs (ref, id, subscription, channel, lane, source, phase, outcome, total, eligible_seq, created_at_ms,
    touched_at_ms, sealed_at_ms, paused_at_ms, released_at_ms, retained_until_ms, retry_of, traceparent, tracestate,
    continues_trace, execution_id, stop, ending, envelope)
    VALUES (?1, ?2, ?3, ?4, (SELECT id FROM lanes WHERE subscription = ?3 AND channel = ?4), ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,
    ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)`,
  readJobState: 'SELECT id, channel, phase, stop, total FROM jobs WHERE ref = ?',
  extendJob: 'UPDATE jobs SET total = ?, touched_at_ms = ? WHERE ref = ?',
  sealJob: 'UPDATE jobs SET phase = ?, sealed_at_ms = ?, eligible_seq = ? WHERE ref = ?',
  makeEligible: "UPDATE jobs SET phase = 'eligible', eligible_seq = ? WHERE ref = ? AND phase = 'waiting'",
  pauseJob: "UPDATE jobs SET paused_at_ms = ? WHERE ref = ? AND phase <> 'ended'",
  releaseJob: "UPDATE jobs SET released_at_ms = ? WHERE ref = ? AND phase <> 'ended'",
  stopJob: "UPDATE jobs SET stop = ? WHERE ref = ? AND stop IS NULL AND phase <> 'ended'",
  endJob: `UPDATE jobs SET phase = 'ended', outcome = ?1, ending = ?2,
    retained_until_ms = ?3 + 1000.0 * (envelope ->> '$.retainForSeconds') WHERE ref = ?4 AND phase <> 'ended'`,
  keepOutcome: `INSERT OR IGNORE INTO job_outcomes
    SELECT unhex(substr(id, 5)), subscription, outcome FROM jobs WHERE ref = ? AND outcome IS NOT NULL`,
  deleteJob: 'DELETE FROM jobs WHERE ref = ? RETURNING subscription, execution_id',

  insertExecution: `INSERT INTO executions (subscription, id, created_at_ms, stages) VALUES (?, ?, ?, ?)
    ON CONFLICT (subscription, id) DO UPDATE SET stages = excluded.stages WHERE stages = '[]'`,
  nameExecution: `INSERT INTO executions (subscription, id, created_at_ms, stages) VALUES (?, ?, ?, '[]')
    ON CONFLICT (subscription, id) DO NOTHING`,
  deleteEmptyExecution: `DELETE FROM executions WHERE subscription = ?1 AND id = ?2
    AND NOT EXISTS (SELECT 1 FROM jobs INDEXED BY jobs_of_execution WHERE subscription = ?1 AND execution_id = ?2)`,

  readLaneAndKeys: `SELECT j.lane, c.keys FROM jobs j JOIN chunks c ON c.ref = j.ref AND c.chunk = ?2 WHERE j.ref = ?1`,
  insertDeadLetter: `INSERT INTO dead_letters (ref, item_index, lane, failed_at_ms, key_hash, code, error)
    VALUES (?, ?, ?, ?, ?, ?, ?)`,
  deleteDeadLetters: `DELETE FROM dead_letters WHERE seq IN
    (SELECT seq FROM dead_letters INDEXED BY dead_letters_of_job WHERE ref = ? LIMIT ?)`,
  lastDeadLetters: `SELECT seq, item_index FROM dead_letters INDEXED BY dead_letters_of_job WHERE ref = ?
    ORDER BY seq DESC LIMIT ?`,
  deleteDeadLetter: 'DELETE FROM dead_letters WHERE seq = ?',
  insertRetries: `INSERT INTO retries (ref, block, job_id, items)
    SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM jobs WHERE ref = ?1)`,
  insertReplacement: `INSERT INTO replacements (ref, item_index, attempt, at_ms, by_whom, line) VALUES (?, ?, ?, ?, ?, ?)`,
  deleteReplacements: 'DELETE FROM replacements WHERE id IN (SELECT id FROM replacements WHERE ref = ? LIMIT ?)',
  deleteRetries: 'DELETE FROM retries WHERE id IN (SELECT id FROM retries WHERE ref = ? LIMIT ?)',

  deleteExpiredKey: 'DELETE FROM idempotency WHERE scope = ? AND key = ? AND created_at_ms <= ?',
  insertKey: `INSERT OR IGNORE INTO idempotency (scope, key, fingerprint, job_id, created_at_ms, status, body)
    VALUES (?, ?, ?, ?, ?, ?, ?)`,
  markKeyDeleted: 'UPDATE idempotency SET deleted = 1 WHERE job_id = ?',
  purgeKeys: `DELETE FROM idempotency WHERE rowid IN
    (SELECT rowid FROM idempotency WHERE created_at_ms <= ? ORDER BY created_at_ms LIMIT ?)`,

  saveChannel: `INSERT INTO channels (name, config, secrets, paused, used) VALUES (?, ?, ?, ?, 0)
    ON CONFLICT (name) DO UPDATE SET config = excluded.config, secrets = excluded.secrets, paused = excluded.paused`,
  saveCredentials: `INSERT INTO credentials (channel, subscription, target, updated_at_ms, sealed) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (channel, subscription, target) DO UPDATE SET updated_at_ms = excluded.updated_at_ms, sealed = excluded.sealed`,
  removeCredentials: 'DELETE FROM credentials WHERE channel = ? AND subscription = ? AND target = ?',
  emptyCredentials: 'DELETE FROM credentials WHERE channel = ?',
  resealChannel: 'UPDATE channels SET secrets = ?3 WHERE rowid = ?1 AND secrets = ?2',
  resealCredentials: 'UPDATE credentials SET sealed = ?3 WHERE rowid = ?1 AND sealed = ?2',
  useChannel: `INSERT INTO channels (name, config, paused, used) VALUES (?, NULL, 0, 1)
    ON CONFLICT (name) DO UPDATE SET used = 1 WHERE used = 0`,
  unblockChannel: `INSERT INTO channels (name, config, paused, used, unblocked_at_ms) VALUES (?, NULL, 0, 0, ?)
    ON CONFLICT (name) DO UPDATE SET unblocked_at_ms = excluded.unblocked_at_ms`,
  saveTat: `INSERT INTO channels (name, config, paused, used, tat_unit_us, tat_at_ms, tat_at_us, tat_boot_id)
    VALUES (?, NULL, 0, 0, ?, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET tat_unit_us = excluded.tat_unit_us, tat_at_ms = excluded.tat_at_ms,
      tat_at_us = excluded.tat_at_us, tat_boot_id = excluded.tat_boot_id`,
  removeChannel: 'DELETE FROM channels WHERE name = ? AND used = 0',
  emptyChannel: 'UPDATE channels SET config = NULL, secrets = NULL, paused = 0 WHERE name = ?',

  insertToken: `INSERT INTO tokens (id, hash, name, subscription, scopes, jobs, created_at_ms, created_by, expires_at_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  removeToken: 'DELETE FROM tokens WHERE id = ?',

  saveSubscription: `INSERT INTO subscriptions (name, limits) VALUES (?, ?)
    ON CONFLICT (name) DO UPDATE SET limits = excluded.limits`,
  removeSubscription: 'DELETE FROM subscriptions WHERE name = ?',
  lastAuditSeq: 'SELECT coalesce(max(seq), 0) AS seq FROM audit',
  writeAuditEntry: `INSERT INTO audit (seq, kind, token, token_name, subscription, action, job, channel, others, address, request_id, status, code, count)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (seq) DO UPDATE SET action = excluded.action, job = excluded.job, channel = excluded.channel, others = excluded.others,
      address = excluded.address, request_id = excluded.request_id, count = count + excluded.count`,
  correctAuditEntries: 'UPDATE audit SET status = ?, code = ? WHERE seq >= ? AND seq < ?',
  purgeAudit: `DELETE FROM audit WHERE seq IN
    (SELECT seq FROM audit WHERE seq < ? ORDER BY seq LIMIT ?)`,
  auditedJob: 'SELECT id, channel, execution_id FROM jobs WHERE ref = ?',
  auditedJobOfId: 'SELECT id, channel, execution_id FROM jobs WHERE id = ?',
  saveJobWebhooks: `INSERT INTO job_webhooks (subscription, record, url_key) VALUES (?, ?, ?)
    ON CONFLICT (subscription) DO UPDATE SET record = excluded.record, url_key = excluded.url_key`,
  updateJobWebhooks: 'UPDATE job_webhooks SET record = ? WHERE subscription = ?',
  resealUrlKey: 'UPDATE job_webhooks SET url_key = ?3 WHERE rowid = ?1 AND url_key = ?2',
  insertWebhookEndpoint: 'INSERT INTO webhook_endpoints (id, record, url) VALUES (?, ?, ?)',
  updateWebhookEndpoint: 'UPDATE webhook_endpoints SET record = ?, url = ? WHERE id = ?',
  updateWebhookRecord: 'UPDATE webhook_endpoints SET record = ? WHERE id = ?',
  resealWebhookUrl: 'UPDATE webhook_endpoints SET url = ?3 WHERE rowid = ?1 AND url = ?2',
  removeWebhookSecrets: 'DELETE FROM webhook_secrets WHERE endpoint = ?',
  insertWebhookSecret: `INSERT INTO webhook_secrets (endpoint, ends_with, created_at_ms, expires_at_ms, sealed) VALUES (?, ?, ?, ?, ?)`,
  resealWebhookSecret: 'UPDATE webhook_secrets SET sealed = ?3 WHERE id = ?1 AND sealed = ?2',
  removeWebhookEndpoint: 'DELETE FROM webhook_endpoints WHERE id = ?',
  deleteChannel: 'DELETE FROM channels WHERE name = ?',
  insertWebhookDelivery: `INSERT INTO webhook_deliveries (ref, item_index, subscription, endpoint, event_seq, job_id)
    SELECT ?1, ?2, subscription, ?3, seq, job_id FROM webhook_events WHERE seq = ?4`,
  deleteWebhookDeliveries: 'DELETE FROM webhook_deliveries WHERE ref = ?',

  insertWebhookEvent: `INSERT INTO webhook_events (id, subscription, type, job_id, channel, at_ms, endpoints, once, body, job_url)
    SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
    WHERE ?11 = 0 OR EXISTS (SELECT 1 FROM jobs WHERE id = ?4 AND phase <> 'ended') ON CONFLICT (once) DO NOTHING`,
  takeWebhookEvent: 'UPDATE webhook_events SET forwarded_at_ms = ? WHERE seq = ? AND forwarded_at_ms IS NULL',
  holdWebhookEvent: 'INSERT INTO webhook_backlog (endpoint, seq) VALUES (?, ?)',
  releaseWebhookEvent: 'DELETE FROM webhook_backlog WHERE endpoint = ? AND seq = ?',
  dropBacklog: 'DELETE FROM webhook_backlog WHERE endpoint = ?',
  listOldEvents: `SELECT seq FROM webhook_events INDEXED BY webhook_events_by_age
    WHERE forwarded_at_ms <= ? ORDER BY forwarded_at_ms, seq LIMIT ?`,
  listFullSubscriptions: `SELECT subscription, count(*) AS events FROM webhook_events INDEXED BY webhook_events_of_subscription
    GROUP BY subscription HAVING events > ? LIMIT ?`,
  listOldestEvents: `SELECT seq FROM webhook_events INDEXED BY webhook_events_of_subscription
    WHERE subscription = ? AND forwarded_at_ms IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM webhook_backlog b WHERE b.seq = webhook_events.seq) ORDER BY seq LIMIT ?`,
  dropFromBacklogs: 'DELETE FROM webhook_backlog WHERE seq = ? RETURNING endpoint',
  deleteWebhookEvent: 'DELETE FROM webhook_events WHERE seq = ?',

  insertSegment: 'INSERT INTO segments (seq, records, details) VALUES (?, ?, ?)',
  listSegments: 'SELECT seq, records, details FROM segments ORDER BY seq',
  deleteSegments: 'DELETE FROM segments WHERE seq >= ? AND seq <= ?',
  findMapChunk: `SELECT c.first_index, c.count, j.created_at_ms, o.term FROM chunks c JOIN jobs j ON j.ref = c.ref
    LEFT JOIN owners o ON o.channel = j.channel WHERE c.ref = ? AND c.chunk = ?`,
  readMap: `SELECT epoch, base_ms, folded_seq, succeeded, failed, cancelled, waiting, first_started_at_ms, last_ended_at_ms, entries
    FROM outcome_maps WHERE ref = ? AND chunk = ?`,
  saveMap: `INSERT INTO outcome_maps (ref, chunk, epoch, base_ms, folded_seq, succeeded, failed, cancelled, waiting,
    first_started_at_ms, last_ended_at_ms, entries) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (ref, chunk) DO UPDATE SET folded_seq = excluded.folded_seq, succeeded = excluded.succeeded,
    failed = excluded.failed, cancelled = excluded.cancelled, waiting = excluded.waiting, first_started_at_ms = excluded.first_started_at_ms,
    last_ended_at_ms = excluded.last_ended_at_ms, entries = excluded.entries`,
  insertCalls: 'INSERT INTO calls (ref, chunk, records, details) VALUES (?, ?, ?, ?)',

  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
  beginCall: 'SAVEPOINT call',
  endCall: 'RELEASE call',
  undoCall: 'ROLLBACK TO call',
} as const

/** Jobs newest first; `+` keeps the planner off the index of unfinished ones, the filters look at what the named index finds. */
function listJobs(index: string, ofExecution: string): string {
  return `SELECT * FROM jobs INDEXED BY ${index} WHERE subscription = ?1 AND ${ofExecution} AND id < ?2
    AND (?3 IS NULL OR +phase IN (SELECT value FROM json_each(?3)))
    AND (?4 IS NULL OR outcome IN (SELECT value FROM json_each(?4)))
    AND (?5 IS NULL OR channel IN (SELECT value FROM json_each(?5)))
    AND (?6 IS NULL OR source IN (SELECT value FROM json_each(?6)))
    AND created_at_ms > ?7 AND created_at_ms < ?8
    ORDER BY id DESC LIMIT ?9`
}

/** The next dead letters before ?1, at most ?2, also those of no job, or of no part of it (yet): what a step looks at is bounded. */
function deadLetters(index: string, filter: string): string {
  return `SELECT d.seq, d.ref, d.item_index, d.lane, d.failed_at_ms, d.key_hash, d.code, d.error, j.id AS job_id
    FROM dead_letters d INDEXED BY ${index} LEFT JOIN jobs j ON j.ref = d.ref AND j.total > d.item_index
    WHERE ${filter} AND d.seq < ?1 ORDER BY d.seq DESC LIMIT ?2`
}

function searchedJobs(comparison: '<' | '<='): string {
  return `SELECT ref, id, channel, total, created_at_ms, envelope ->> '$.objectType' AS object_type, envelope -> '$.metadata' AS metadata
    FROM jobs INDEXED BY jobs_of_subscription WHERE subscription = ?1 AND id ${comparison} ?2 ORDER BY id DESC LIMIT ?3`
}

function replacedItems(filter: string): string {
  return `SELECT r.ref, r.item_index FROM jobs j INDEXED BY jobs_unfinished
    CROSS JOIN replacements r INDEXED BY replacements_of_item ON r.ref = j.ref WHERE ${filter} AND j.phase <> 'ended'`
}

/** The next entries of the audit before ?1, from ?2 on, at most ?3. */
function auditEntries(index: string, filter: string): string {
  return `SELECT * FROM audit ${index} WHERE ${filter} AND seq < ?1 AND seq >= ?2 ORDER BY seq DESC LIMIT ?3`
}

/** The next chunks by ref and chunk, at most ?3. */
function recoverChunks(filter: string): string {
  return `SELECT c.ref, c.chunk, c.first_index, c.count, c.keys, m.entries, m.succeeded, m.failed, m.cancelled, m.waiting,
    m.first_started_at_ms, m.last_ended_at_ms
    FROM chunks c LEFT JOIN outcome_maps m ON m.ref = c.ref AND m.chunk = c.chunk
    WHERE ${filter} ORDER BY c.ref, c.chunk LIMIT ?3`
}

/** Everything a reader says to the database. */
/** The columns of a delivery `d` of event `e` by job `j`; the body if `?4` is not 0. */
const DELIVERY = `SELECT e.id, e.type, e.job_id, e.at_ms, CASE WHEN ?4 THEN e.body END AS body,
      d.ref, d.endpoint, d.item_index, j.id AS delivering_job`

export const readSql = {
  begin: 'BEGIN',
  commit: 'COMMIT',

  findJob: 'SELECT * FROM jobs WHERE id = ?',
  listJobs: listJobs('jobs_of_subscription', '?10 IS NULL'),
  listJobsOfExecution: listJobs('jobs_of_execution', 'execution_id = ?10'),
  listJobsOfIds: listJobs('sqlite_autoindex_jobs_1', 'id IN (SELECT value FROM json_each(?10))'),
  unfinishedJobs: "SELECT * FROM jobs WHERE phase <> 'ended' ORDER BY channel, eligible_seq, ref",
  unfinishedJobsOf: "SELECT * FROM jobs WHERE channel = ? AND phase <> 'ended' ORDER BY eligible_seq, ref",
  jobExists: 'SELECT 1 FROM jobs WHERE ref = ?',

  findOutcome: 'SELECT outcome FROM jobs WHERE id = ? AND subscription = ?',
  findKeptOutcome: 'SELECT outcome FROM job_outcomes WHERE id = unhex(substr(?, 5)) AND subscription = ?',
  listExpiredJobs:
    'SELECT ref, id, subscription, channel FROM jobs WHERE retained_until_ms <= ? ORDER BY retained_until_ms, ref LIMIT ?',
  findExecution: `SELECT * FROM executions WHERE id = ? AND subscription = ? AND stages <> '[]'`,
  listExecutions: `SELECT * FROM executions INDEXED BY executions_by_age
    WHERE subscription = ?1 AND (created_at_ms, id) < (?2, ?3) AND created_at_ms >= ?4
    ORDER BY created_at_ms DESC, id DESC LIMIT ?5`,

  listLanes: 'SELECT id, channel FROM lanes WHERE subscription = ?',
  findLane: 'SELECT id FROM lanes WHERE subscription = ? AND channel = ?',
  findJobRef: 'SELECT ref FROM jobs WHERE id = ? AND subscription = ?',
  deadLettersOfJob: deadLetters('dead_letters_of_job', 'd.ref = ?3'),
  deadLettersOfLane: deadLetters('dead_letters_of_lane', 'd.lane = ?3'),
  deadLettersOfCode: deadLetters('dead_letters_of_code', 'd.lane = ?3 AND d.code = ?4'),
  deadLettersOfKey: deadLetters('dead_letters_of_key', 'd.key_hash = ?3'),
  jobsByIdPrefix: `SELECT ref, id, channel, created_at_ms FROM jobs INDEXED BY jobs_of_subscription
    WHERE subscription = ?1 AND id >= ?2 AND id <= ?3 ORDER BY id DESC LIMIT ?4`,
  executionsByIdPrefix: `SELECT id, created_at_ms FROM executions
    WHERE subscription = ?1 AND id >= ?2 AND id <= ?3 ORDER BY id LIMIT ?4`,
  searchedJobs: searchedJobs('<'),
  searchedJobsFrom: searchedJobs('<='),
  readHashesFrom: `SELECT chunk, first_index, keys, ids FROM chunks WHERE ref = ?1 AND chunk >= ?2 ORDER BY chunk LIMIT ?3`,
  listRetries: 'SELECT job_id, items FROM retries WHERE ref = ? AND block = ? ORDER BY id DESC',

  // Of jobs without a place in the order those count that may yet get one.
  unplacedJobs: `SELECT ref, id FROM jobs WHERE lane = ?1 AND eligible_seq = 0 AND phase = ?2 AND ref > ?3
    AND envelope ->> '$.objectType' = ?4 ORDER BY ref LIMIT 1`,
  placedJobs: `SELECT ref, id, eligible_seq FROM jobs WHERE lane = ?1 AND eligible_seq > ?2
    AND envelope ->> '$.objectType' = ?3 ORDER BY eligible_seq LIMIT 1`,
  readIdsFrom: `SELECT chunk, first_index, ids FROM chunks WHERE ref = ?1 AND chunk >= ?2
    AND EXISTS (SELECT 1 FROM jobs WHERE ref = ?1) ORDER BY chunk LIMIT ?3`,

  findKey: `SELECT scope, key, fingerprint, job_id, created_at_ms, status, body, deleted FROM idempotency
    WHERE scope = ? AND key = ? AND created_at_ms > ?`,
  listChannels: `SELECT name, config, secrets, paused, used, unblocked_at_ms, tat_unit_us, tat_at_ms, tat_at_us, tat_boot_id
    FROM channels ORDER BY name`,
  listCredentials: `SELECT channel, subscription, target, updated_at_ms, sealed FROM credentials ORDER BY channel, subscription, target`,
  // Everything that is sealed.
  listSealed: `SELECT 'channels' AS place, rowid AS row, secrets AS sealed FROM channels WHERE secrets IS NOT NULL
    UNION ALL SELECT 'credentials', rowid, sealed FROM credentials
    UNION ALL SELECT 'webhook_secrets', id, sealed FROM webhook_secrets
    UNION ALL SELECT 'webhook_endpoints', rowid, url FROM webhook_endpoints
    UNION ALL SELECT 'job_webhooks', rowid, url_key FROM job_webhooks`,
  listTokens: `SELECT id, hash, name, subscription, scopes, jobs, created_at_ms, created_by, expires_at_ms
    FROM tokens ORDER BY id`,
  listSubscriptions: 'SELECT name, limits FROM subscriptions ORDER BY name',

  auditEntries: auditEntries('', 'true'),
  auditOfSubscription: auditEntries('INDEXED BY audit_of_subscription', 'subscription = ?4'),
  auditOfJob: auditEntries('INDEXED BY audit_of_job', 'job = ?4'),
  auditOfOwnJob: auditEntries('INDEXED BY audit_of_job', 'job = ?4 AND subscription = ?5'),
  auditOfToken: auditEntries('INDEXED BY audit_of_token', 'token = ?4'),

  listWebhookSecrets:
    'SELECT endpoint, ends_with, created_at_ms, expires_at_ms, sealed FROM webhook_secrets ORDER BY endpoint, id DESC',
  listWebhookEndpoints: 'SELECT record, url FROM webhook_endpoints ORDER BY id',
  listJobWebhooks: 'SELECT subscription, record, url_key FROM job_webhooks',
  webhookDeliveries: `${DELIVERY} FROM webhook_deliveries d INDEXED BY webhook_deliveries_of_subscription
      CROSS JOIN webhook_events e ON e.seq = d.event_seq JOIN jobs j ON j.ref = d.ref
    WHERE d.subscription = ?1 AND (d.ref, d.item_index) < (?2, ?3) ORDER BY d.ref DESC, d.item_index DESC LIMIT ?5`,
  webhookDeliveriesOfJob: `${DELIVERY} FROM webhook_deliveries d INDEXED BY webhook_deliveries_of_job
      CROSS JOIN webhook_events e ON e.seq = d.event_seq JOIN jobs j ON j.ref = d.ref
    WHERE d.job_id = ?6 AND d.subscription = ?1 AND (d.ref, d.item_index) < (?2, ?3) ORDER BY d.ref DESC, d.item_index DESC LIMIT ?5`,
  latestWebhookDelivery: `SELECT d.event_seq AS eventSeq, d.item_index AS "index", j.id AS deliveringJob
    FROM webhook_deliveries d INDEXED BY webhook_deliveries_of_event CROSS JOIN jobs j ON j.ref = d.ref
    WHERE d.event_seq = ? AND d.endpoint = ? ORDER BY d.ref DESC LIMIT 1`,
  isInNoJob: `SELECT 1 FROM webhook_events e WHERE e.seq = ?1 AND e.forwarded_at_ms IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM webhook_backlog b WHERE b.endpoint = ?2 AND b.seq = ?1)`,

  waitingWebhookEvents: `SELECT * FROM webhook_events INDEXED BY webhook_events_by_age
    WHERE forwarded_at_ms IS NULL AND seq > ? ORDER BY seq LIMIT ?`,
  webhookBacklog: `SELECT e.* FROM webhook_backlog b JOIN webhook_events e ON e.seq = b.seq WHERE b.endpoint = ?3 AND b.seq > ?1
    ORDER BY b.seq LIMIT ?2`,
  countBacklogs: 'SELECT endpoint, count(*) AS events FROM webhook_backlog GROUP BY endpoint',
  webhookEventsOf: `SELECT * FROM webhook_events INDEXED BY webhook_events_of_subscription
    WHERE subscription = ? AND seq > ? ORDER BY seq LIMIT ?`,

  readBody: `SELECT c.count, c.body FROM chunks c WHERE c.ref = ? AND c.chunk = ? AND EXISTS (SELECT 1 FROM jobs j WHERE j.ref = c.ref)`,
  chunkAt: `SELECT chunk, first_index, count FROM chunks WHERE ref = ? AND first_index <= ? ORDER BY first_index DESC LIMIT 1`,
  // An item that was replaced twice is found twice.
  replacedItems: replacedItems('true'),
  replacedItemsOf: replacedItems('j.channel = ?'),
  listReplacements: `SELECT id, attempt, at_ms, by_whom, length(line) AS byte_length FROM replacements INDEXED BY replacements_of_item
    WHERE ref = ? AND item_index = ? ORDER BY id LIMIT ?`,
  readReplacement: 'SELECT line FROM replacements WHERE id = ?',
  lastReplacement: `SELECT line FROM replacements INDEXED BY replacements_of_item
    WHERE ref = ?1 AND item_index = ?2 AND EXISTS (SELECT 1 FROM jobs WHERE ref = ?1) ORDER BY id DESC LIMIT 1`,
  readKeys: 'SELECT keys AS hashes FROM chunks WHERE ref = ? AND chunk = ?',
  readIds: 'SELECT ids AS hashes FROM chunks WHERE ref = ? AND chunk = ?',
  readMap: 'SELECT epoch, base_ms, entries FROM outcome_maps WHERE ref = ? AND chunk = ?',
  // A chunk without outcomes has no map.
  endedOfChunks: `SELECT c.chunk, c.first_index, c.count, m.succeeded, m.failed, m.cancelled
    FROM outcome_maps m CROSS JOIN chunks c ON c.ref = m.ref AND c.chunk = m.chunk
    WHERE m.ref = ? AND m.chunk > ? ORDER BY m.chunk LIMIT ?`,
  listCalls: 'SELECT id, records FROM calls WHERE ref = ? AND chunk = ? ORDER BY id',
  readDetails: 'SELECT details FROM calls WHERE id = ?',

  recoverChunks: recoverChunks('c.ref = ?1 AND c.chunk >= ?2'),
  // Many small jobs at once: a statement for each of them takes five times as long.
  recoverChunksOfJobs: recoverChunks('c.ref IN (SELECT value FROM json_each(?1)) AND c.chunk >= ?2'),
} as const satisfies Record<StatementName, string>

export type WriteStatements = Statements<typeof writeSql>
export type ReadStatements = Statements<typeof readSql>
