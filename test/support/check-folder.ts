import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Invariants of the data folder of a stopped server: each query counts violations. */
const questions: Readonly<Record<string, string>> = {
  'chunks without a job':
    'SELECT count(*) AS n FROM chunks WHERE ref NOT IN (SELECT ref FROM jobs) AND ref NOT IN (SELECT ref FROM removals)',
  'outcome maps without a chunk':
    'SELECT count(*) AS n FROM outcome_maps m WHERE NOT EXISTS (SELECT 1 FROM chunks c WHERE c.ref = m.ref AND c.chunk = m.chunk)',
  'calls without a chunk':
    'SELECT count(*) AS n FROM calls m WHERE NOT EXISTS (SELECT 1 FROM chunks c WHERE c.ref = m.ref AND c.chunk = m.chunk)',
  'segments that are not folded': 'SELECT count(*) AS n FROM segments',
  'drafts that nobody goes on with': 'SELECT count(*) AS n FROM drafts',
  'parts that nobody goes on with': 'SELECT count(*) AS n FROM part_drafts',
  'dead letters of no item': `SELECT count(*) AS n FROM dead_letters d LEFT JOIN jobs j ON j.ref = d.ref AND j.total > d.item_index
    WHERE j.ref IS NULL AND d.ref NOT IN (SELECT ref FROM removals)`,
  'replacements of no item': `SELECT count(*) AS n FROM replacements r LEFT JOIN jobs j ON j.ref = r.ref AND j.total > r.item_index
    WHERE j.ref IS NULL AND r.ref NOT IN (SELECT ref FROM removals)`,
  'items with two dead letters':
    'SELECT count(*) AS n FROM (SELECT 1 FROM dead_letters GROUP BY ref, item_index HAVING count(*) > 1)',
  'failed items without a dead letter': `SELECT abs(sum(m.failed) - (SELECT count(*) FROM dead_letters d JOIN jobs j ON j.ref = d.ref)) AS n
    FROM outcome_maps m JOIN jobs j ON j.ref = m.ref`,
  'jobs whose items are not their chunks':
    'SELECT count(*) AS n FROM jobs j WHERE total <> coalesce((SELECT sum(count) FROM chunks c WHERE c.ref = j.ref), 0)',
  'places in the order of a channel given twice': `SELECT coalesce(sum(jobs - places), 0) AS n
    FROM (SELECT count(*) AS jobs, count(DISTINCT eligible_seq) AS places FROM jobs WHERE eligible_seq > 0 GROUP BY channel)`,
  'places that no publication took': `SELECT count(*) AS n FROM (SELECT channel, max(eligible_seq) AS last FROM jobs GROUP BY channel) j
    LEFT JOIN owners o ON o.channel = j.channel WHERE j.last > coalesce(o.last_place, 0)`,
  'idempotency keys without a job or token': `SELECT count(*) AS n FROM idempotency WHERE deleted = 0
    AND job_id NOT IN (SELECT id FROM jobs) AND job_id NOT IN (SELECT id FROM tokens)`,
  'jobs that no entry of the audit says were made': withoutEntry('true', [
    ...['submitJob', 'deliverItem', 'createExecution', 'retryJob', 'retryDeadLetters'],
  ]),
  'paused jobs that no entry of the audit says were': withoutEntry('paused_at_ms IS NOT NULL', [
    ...['pauseJob', 'pauseExecution'],
  ]),
  'cancelled jobs that no entry of the audit says were': withoutEntry("stop ->> '$.reason' = 'cancelled'", [
    ...['cancelJob', 'cancelExecution'],
  ]),
  'entries of the audit of jobs that were never made': `SELECT count(*) AS n FROM audit WHERE action IN ('submitJob', 'deliverItem') AND status < 300
    AND job IS NOT NULL AND job NOT IN (SELECT id FROM jobs) AND unhex(substr(job, 5)) NOT IN (SELECT id FROM job_outcomes)`,
}

/** Jobs to which something was done of which no entry is there: both are durable, or neither. */
/** Jobs of callers: those that deliver webhooks were asked for by nobody. */
function withoutEntry(done: string, actions: readonly string[]): string {
  const names = actions.map((action) => `'${action}'`).join()
  return `SELECT count(*) AS n FROM jobs WHERE ${done} AND subscription <> '~webhooks'
    AND id NOT IN (SELECT job FROM audit WHERE job IS NOT NULL AND action IN (${names}))`
}

/** REC-1, REC-5: whatever points the servers on this folder were ended at, it holds together. Only while no server runs on it. */
export function checkFolder(dataDir: string): string[] {
  const db = new DatabaseSync(join(dataDir, 'waybill.db'), { readOnly: true })
  try {
    const faults: string[] = []
    const { integrity_check: integrity } = db.prepare('PRAGMA integrity_check').get() as { integrity_check: string }
    if (integrity !== 'ok') faults.push(`the database is damaged: ${integrity}`)
    for (const [what, sql] of Object.entries(questions)) {
      const { n } = db.prepare(sql).get() as { n: number }
      if (n > 0) faults.push(`there are ${n} ${what}`)
    }
    return faults
  } finally {
    db.close()
  }
}
