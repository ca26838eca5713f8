/** Jobs of ten items each. */
const JOBS = 100_000
const ITEMS_A_JOB = 10
/** Every so manieth job has not ended. */
const UNFINISHED = 100

/**
 * Returns statements that fill a database with 1,000,000 items in 100,000 jobs of 200 channels and 40 subscriptions, with their outcomes, 300,000 dead letters, and
 * what else there is a row of for a request: keys, the audit, executions, events.
 */
export function millionItems(): readonly string[] {
  return [
    `INSERT INTO waybill.lanes (subscription, channel) SELECT 'sub-' || n % 40, 'channel-' || n FROM generate_series(0, 199) n`,
    `INSERT INTO waybill.channels (name, used, last_place) SELECT 'channel-' || n, 1, ${JOBS / 200} FROM generate_series(0, 199) n`,
    `INSERT INTO waybill.jobs (ref, id, subscription, channel, lane, source, phase, outcome, total, place, created_at_ms, touched_at_ms, sealed_at_ms,
        retained_until_ms, continues_trace, execution_id, object_type, retain_for_seconds, envelope)
      SELECT n, 'job_' || lpad(to_hex(n), 32, '0'), l.subscription, l.channel, l.id, 'pim', CASE WHEN n % ${UNFINISHED} = 0 THEN 'eligible' ELSE 'ended' END,
        CASE WHEN n % ${UNFINISHED} > 0 THEN 'succeeded' END, ${ITEMS_A_JOB}, 1 + n / 200, n, n, n, CASE WHEN n % ${UNFINISHED} > 0 THEN 1e13 + n END, 0,
        CASE WHEN n % 4 = 0 THEN 'run-' || n % 20000 END, 'product', 604800, '{"channel":"' || l.channel || '"}'
      FROM generate_series(0, ${JOBS - 1}) n JOIN waybill.lanes l ON l.channel = 'channel-' || n % 200`,
    `INSERT INTO waybill.chunks SELECT n, 0, 0, ${ITEMS_A_JOB}, decode(repeat(md5(n::text), 5), 'hex'), decode(repeat(md5(n::text), 5), 'hex'),
        convert_to(repeat('{"id":"sku"}' || chr(10), ${ITEMS_A_JOB}), 'UTF8') FROM generate_series(0, ${JOBS - 1}) n`,
    `INSERT INTO waybill.outcome_maps SELECT n, 0, 1, n, 1, ${ITEMS_A_JOB}, 0, 0, 0, n, n, decode(repeat('00', ${ITEMS_A_JOB * 8}), 'hex')
      FROM generate_series(0, ${JOBS - 1}) n`,
    `INSERT INTO waybill.calls (ref, chunk, records) SELECT n, 0, '' FROM generate_series(0, ${JOBS - 1}) n`,
    `INSERT INTO waybill.dead_letters (ref, item_index, lane, failed_at_ms, key_hash, code)
      SELECT n % ${JOBS}, n % ${ITEMS_A_JOB}, 1 + n % 200, n, decode(substr(md5((n % 50000)::text), 1, 16), 'hex'), 'code-' || n % 30
      FROM generate_series(0, 299999) n`,
    `INSERT INTO waybill.retries (ref, block, job_id, items) SELECT n, 0, 'job_' || n, '' FROM generate_series(0, 49999) n`,
    `INSERT INTO waybill.replacements (ref, item_index, attempt, at_ms, by_whom, line) SELECT n, 0, 1, n, 'admin', '{}' FROM generate_series(0, 49999) n`,
    `INSERT INTO waybill.job_outcomes SELECT 'gone_' || n, 'sub-1', 'succeeded' FROM generate_series(0, 99999) n`,
    `INSERT INTO waybill.executions SELECT 'sub-' || n % 40, 'run-' || n, n, '[{}]' FROM generate_series(0, 19999) n`,
    `INSERT INTO waybill.idempotency SELECT 'scope ' || n % 40, 'key ' || n, '', 'job_' || lpad(to_hex(n), 32, '0'), n, 202, '{}' FROM generate_series(0, ${JOBS - 1}) n`,
    `INSERT INTO waybill.segments SELECT 'channel-' || n, n, '' FROM generate_series(0, 19999) n`,
    `INSERT INTO waybill.owners (channel, term) SELECT 'channel-' || n, 1 FROM generate_series(0, 19999) n`,
    `INSERT INTO waybill.audit (seq, kind, token, subscription, action, job, status, count)
      SELECT n, 'token', 'tok-' || n % 500, 'sub-' || n % 40, 'submitJob', 'job_' || lpad(to_hex(n), 32, '0'), 202, 1 FROM generate_series(0, ${JOBS - 1}) n`,
    `INSERT INTO waybill.webhook_events (id, subscription, type, job_id, at_ms, endpoints, forwarded_at_ms, body)
      SELECT 'evt-' || n, 'sub-' || n % 40, 'job.ended', 'job_' || lpad(to_hex(n), 32, '0'), n, '[]', CASE WHEN n % 100 > 0 THEN n END, '{}' FROM generate_series(0, 49999) n`,
    `INSERT INTO waybill.webhook_backlog SELECT 'ep-' || n % 20, n FROM generate_series(1, 20000) n`,
    `INSERT INTO waybill.webhook_deliveries SELECT n, 0, 'sub-' || n % 40, 'ep-' || n % 20, n, 'job_' || lpad(to_hex(n), 32, '0') FROM generate_series(0, 49999) n`,
    // Other jobs hold numbers above them.
    `INSERT INTO waybill.meta (id, epoch, ref_ceiling, folded_seq, server_key) VALUES (1, 1, ${JOBS + 1}, 20000, '\\x00')`,
    // Nothing stands in segments that a claim would have to read.
    'VACUUM ANALYZE',
  ]
}
