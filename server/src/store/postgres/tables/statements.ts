import type { StatementName } from '../../read/asking.ts'

/** Jobs newest first. */
function listJobs(ofExecution: string): string {
  return `SELECT *, place AS eligible_seq FROM waybill.jobs WHERE subscription = $1 AND ${ofExecution} AND id < $2
    AND ($3::text[] IS NULL OR phase = ANY ($3::text[]))
    AND ($4::text[] IS NULL OR outcome = ANY ($4::text[]))
    AND ($5::text[] IS NULL OR channel = ANY ($5::text[]))
    AND ($6::text[] IS NULL OR source = ANY ($6::text[]))
    AND created_at_ms > $7 AND created_at_ms < $8
    ORDER BY id DESC LIMIT $9`
}

/** The next dead letters before $1, at most $2, also those of no job, or of no part of it (yet): what a step looks at is bounded. */
function deadLetters(filter: string): string {
  return `SELECT d.seq, d.ref, d.item_index, d.lane, d.failed_at_ms, d.key_hash, d.code, d.error, j.id AS job_id
    FROM waybill.dead_letters d LEFT JOIN waybill.jobs j ON j.ref = d.ref AND j.total > d.item_index
    WHERE ${filter} AND d.seq < $1 ORDER BY d.seq DESC LIMIT $2`
}

function searchedJobs(comparison: '<' | '<='): string {
  return `SELECT ref, id, channel, total, created_at_ms, object_type, metadata
    FROM waybill.jobs WHERE subscription = $1 AND id ${comparison} $2 ORDER BY id DESC LIMIT $3`
}

/** The next entries of the audit before $1, from $2 on, at most $3. */
function auditEntries(filter: string): string {
  return `SELECT * FROM waybill.audit WHERE ${filter} AND seq < $1 AND seq >= $2 ORDER BY seq DESC LIMIT $3`
}

/** The next chunks by ref and chunk, at most $3. */
function recoverChunks(filter: string): string {
  return `SELECT c.ref, c.chunk, c.first_index, c.count, c.keys, m.entries, m.succeeded, m.failed, m.cancelled, m.waiting,
    m.first_started_at_ms, m.last_ended_at_ms
    FROM waybill.chunks c LEFT JOIN waybill.outcome_maps m ON m.ref = c.ref AND m.chunk = c.chunk
    WHERE ${filter} ORDER BY c.ref, c.chunk LIMIT $3`
}

/** The columns of a delivery `d` of event `e` by job `j`; the body if `$4` is not 0. */
const DELIVERY = `SELECT e.id, e.type, e.job_id, e.at_ms, CASE WHEN $4::int <> 0 THEN e.body END AS body,
    d.ref, d.endpoint, d.item_index, j.id AS delivering_job
  FROM waybill.webhook_deliveries d JOIN waybill.webhook_events e ON e.seq = d.event_seq JOIN waybill.jobs j ON j.ref = d.ref`

/** The reads of `store/read/`, as PostgreSQL understands them. */
export const readSql = {
  begin: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
  commit: 'COMMIT',

  findJob: 'SELECT *, place AS eligible_seq FROM waybill.jobs WHERE id = $1',
  listJobs: listJobs('$10::text IS NULL'),
  listJobsOfExecution: listJobs('execution_id = $10'),
  listJobsOfIds: listJobs('id = ANY ($10::text[])'),
  unfinishedJobs:
    "SELECT *, place AS eligible_seq FROM waybill.jobs WHERE phase <> 'ended' ORDER BY channel, place, ref",
  unfinishedJobsOf:
    "SELECT *, place AS eligible_seq FROM waybill.jobs WHERE channel = $1 AND phase <> 'ended' ORDER BY place, ref",
  jobExists: 'SELECT 1 FROM waybill.jobs WHERE ref = $1',

  findOutcome: 'SELECT outcome FROM waybill.jobs WHERE id = $1 AND subscription = $2',
  findKeptOutcome: 'SELECT outcome FROM waybill.job_outcomes WHERE id = $1 AND subscription = $2',
  listExpiredJobs:
    'SELECT ref, id, subscription, channel FROM waybill.jobs WHERE retained_until_ms <= $1 ORDER BY retained_until_ms, ref LIMIT $2',
  findExecution: `SELECT * FROM waybill.executions WHERE id = $1 AND subscription = $2 AND stages <> '[]'`,
  listExecutions: `SELECT * FROM waybill.executions
    WHERE subscription = $1 AND (created_at_ms, id) < ($2, $3) AND created_at_ms >= $4
    ORDER BY created_at_ms DESC, id DESC LIMIT $5`,

  listLanes: 'SELECT id, channel FROM waybill.lanes WHERE subscription = $1',
  findLane: 'SELECT id FROM waybill.lanes WHERE subscription = $1 AND channel = $2',
  findJobRef: 'SELECT ref FROM waybill.jobs WHERE id = $1 AND subscription = $2',
  deadLettersOfJob: deadLetters('d.ref = $3'),
  deadLettersOfLane: deadLetters('d.lane = $3'),
  deadLettersOfCode: deadLetters('d.lane = $3 AND d.code = $4'),
  deadLettersOfKey: deadLetters('d.key_hash = $3'),
  jobsByIdPrefix: `SELECT ref, id, channel, created_at_ms FROM waybill.jobs
    WHERE subscription = $1 AND id >= $2 AND id <= $3 ORDER BY id DESC LIMIT $4`,
  executionsByIdPrefix: `SELECT id, created_at_ms FROM waybill.executions
    WHERE subscription = $1 AND id >= $2 AND id <= $3 ORDER BY id LIMIT $4`,
  searchedJobs: searchedJobs('<'),
  searchedJobsFrom: searchedJobs('<='),
  readHashesFrom:
    'SELECT chunk, first_index, keys, ids FROM waybill.chunks WHERE ref = $1 AND chunk >= $2 ORDER BY chunk LIMIT $3',
  listRetries: 'SELECT job_id, items FROM waybill.retries WHERE ref = $1 AND block = $2 ORDER BY id DESC',

  // Of jobs without a place in the order those count that may yet get one.
  unplacedJobs: `SELECT ref, id FROM waybill.jobs WHERE lane = $1 AND place = 0 AND phase = $2 AND ref > $3
    AND object_type = $4 ORDER BY ref LIMIT 1`,
  placedJobs: `SELECT ref, id, place AS eligible_seq FROM waybill.jobs WHERE lane = $1 AND place > $2
    AND object_type = $3 ORDER BY place LIMIT 1`,
  readIdsFrom: `SELECT chunk, first_index, ids FROM waybill.chunks WHERE ref = $1 AND chunk >= $2
    AND EXISTS (SELECT 1 FROM waybill.jobs WHERE ref = $1) ORDER BY chunk LIMIT $3`,

  findKey: `SELECT scope, key, fingerprint, job_id, created_at_ms, status, body, deleted FROM waybill.idempotency
    WHERE scope = $1 AND key = $2 AND created_at_ms > $3`,
  listChannels: `SELECT name, config, secrets, paused, used, unblocked_at_ms, tat_unit_us, tat_at_ms, tat_at_us, tat_boot_id
    FROM waybill.channels ORDER BY name`,
  listCredentials:
    'SELECT channel, subscription, target, updated_at_ms, sealed FROM waybill.credentials ORDER BY channel, subscription, target',
  // Everything that is sealed.
  listSealed: `SELECT 'channels' AS place, "row", secrets AS sealed FROM waybill.channels WHERE secrets IS NOT NULL
    UNION ALL SELECT 'credentials', "row", sealed FROM waybill.credentials
    UNION ALL SELECT 'webhook_secrets', id, sealed FROM waybill.webhook_secrets
    UNION ALL SELECT 'webhook_endpoints', "row", url FROM waybill.webhook_endpoints
    UNION ALL SELECT 'job_webhooks', "row", url_key FROM waybill.job_webhooks`,
  listTokens: `SELECT id, hash, name, subscription, scopes, jobs, created_at_ms, created_by, expires_at_ms
    FROM waybill.tokens ORDER BY id`,
  listSubscriptions: 'SELECT name, limits FROM waybill.subscriptions ORDER BY name',

  auditEntries: auditEntries('true'),
  auditOfSubscription: auditEntries('subscription = $4'),
  auditOfJob: auditEntries('job = $4'),
  auditOfOwnJob: auditEntries('job = $4 AND subscription = $5'),
  auditOfToken: auditEntries('token = $4'),

  listWebhookSecrets:
    'SELECT endpoint, ends_with, created_at_ms, expires_at_ms, sealed FROM waybill.webhook_secrets ORDER BY endpoint, id DESC',
  listWebhookEndpoints: 'SELECT record, url FROM waybill.webhook_endpoints ORDER BY id',
  listJobWebhooks: 'SELECT subscription, record, url_key FROM waybill.job_webhooks',
  webhookDeliveries: `${DELIVERY}
    WHERE d.subscription = $1 AND (d.ref, d.item_index) < ($2, $3) ORDER BY d.ref DESC, d.item_index DESC LIMIT $5`,
  webhookDeliveriesOfJob: `${DELIVERY}
    WHERE d.job_id = $6 AND d.subscription = $1 AND (d.ref, d.item_index) < ($2, $3) ORDER BY d.ref DESC, d.item_index DESC LIMIT $5`,
  latestWebhookDelivery: `SELECT d.event_seq AS "eventSeq", d.item_index AS "index", j.id AS "deliveringJob"
    FROM waybill.webhook_deliveries d JOIN waybill.jobs j ON j.ref = d.ref
    WHERE d.event_seq = $1 AND d.endpoint = $2 ORDER BY d.ref DESC LIMIT 1`,
  isInNoJob: `SELECT 1 FROM waybill.webhook_events e WHERE e.seq = $1 AND e.forwarded_at_ms IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM waybill.webhook_backlog b WHERE b.endpoint = $2 AND b.seq = $1)`,

  waitingWebhookEvents:
    'SELECT * FROM waybill.webhook_events WHERE forwarded_at_ms IS NULL AND seq > $1 ORDER BY seq LIMIT $2',
  webhookBacklog: `SELECT e.* FROM waybill.webhook_backlog b JOIN waybill.webhook_events e ON e.seq = b.seq
    WHERE b.endpoint = $3 AND b.seq > $1 ORDER BY b.seq LIMIT $2`,
  countBacklogs: 'SELECT endpoint, count(*) AS events FROM waybill.webhook_backlog GROUP BY endpoint',
  webhookEventsOf: 'SELECT * FROM waybill.webhook_events WHERE subscription = $1 AND seq > $2 ORDER BY seq LIMIT $3',

  readBody: `SELECT c.count, c.body FROM waybill.chunks c
    WHERE c.ref = $1 AND c.chunk = $2 AND EXISTS (SELECT 1 FROM waybill.jobs j WHERE j.ref = c.ref)`,
  chunkAt: `SELECT chunk, first_index, count FROM waybill.chunks
    WHERE ref = $1 AND first_index <= $2 ORDER BY first_index DESC LIMIT 1`,
  // An item that was replaced twice is found twice.
  replacedItems: `SELECT r.ref, r.item_index FROM waybill.jobs j JOIN waybill.replacements r ON r.ref = j.ref WHERE j.phase <> 'ended'`,
  replacedItemsOf: `SELECT r.ref, r.item_index FROM waybill.jobs j JOIN waybill.replacements r ON r.ref = j.ref
    WHERE j.channel = $1 AND j.phase <> 'ended'`,
  listReplacements: `SELECT id, attempt, at_ms, by_whom, length(line) AS byte_length FROM waybill.replacements
    WHERE ref = $1 AND item_index = $2 ORDER BY id LIMIT $3`,
  readReplacement: 'SELECT line FROM waybill.replacements WHERE id = $1',
  lastReplacement: `SELECT line FROM waybill.replacements
    WHERE ref = $1 AND item_index = $2 AND EXISTS (SELECT 1 FROM waybill.jobs WHERE ref = $1) ORDER BY id DESC LIMIT 1`,
  readKeys: 'SELECT keys AS hashes FROM waybill.chunks WHERE ref = $1 AND chunk = $2',
  readIds: 'SELECT ids AS hashes FROM waybill.chunks WHERE ref = $1 AND chunk = $2',
  readMap: 'SELECT epoch, base_ms, entries FROM waybill.outcome_maps WHERE ref = $1 AND chunk = $2',
  // A chunk without outcomes has no map.
  endedOfChunks: `SELECT c.chunk, c.first_index, c.count, m.succeeded, m.failed, m.cancelled
    FROM waybill.outcome_maps m JOIN waybill.chunks c ON c.ref = m.ref AND c.chunk = m.chunk
    WHERE m.ref = $1 AND m.chunk > $2 ORDER BY m.chunk LIMIT $3`,
  listCalls: 'SELECT id, records FROM waybill.calls WHERE ref = $1 AND chunk = $2 ORDER BY id',
  readDetails: 'SELECT details FROM waybill.calls WHERE id = $1',

  recoverChunks: recoverChunks('c.ref = $1 AND c.chunk >= $2'),
  // Many small jobs at once: a statement for each of them takes five times as long.
  recoverChunksOfJobs: recoverChunks('c.ref = ANY ($1::bigint[]) AND c.chunk >= $2'),
} as const satisfies Record<StatementName, string>
