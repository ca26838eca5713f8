import { type AuditActor, type AuditSeq, firstAuditSeq, type NumberedAuditEntry } from '../../model/audit.ts'
import type { AuditFound, AuditQuery } from '../audit-store.ts'
import { all, type AskValue, type Reading, type StatementName } from './asking.ts'

/** Rows read at once. */
const ROWS_A_TURN = 256
/** Rows that one page may cost, some 50 ms in turns: a filter that matches little must not scan a whole audit in one request. */
const ROWS_A_PAGE = 20_000

interface AuditRow {
  readonly seq: number
  readonly kind: AuditActor['kind']
  readonly token: string | null
  readonly token_name: string | null
  readonly subscription: string | null
  readonly action: string | null
  readonly job: string | null
  readonly channel: string | null
  readonly others: string | null
  readonly address: string | null
  readonly request_id: string | null
  readonly status: number
  readonly code: string | null
  readonly count: number
}

/** Entries newest first, by the index that finds the fewest; the other filters look at what it finds. */
export function* listAudit(query: AuditQuery): Reading<AuditFound> {
  const { limit, createdAfterMs = 0, createdBeforeMs = Infinity } = query
  const { statement, values } = rangeOf(query)
  const from = firstAuditSeq(createdAfterMs)
  let before = Math.min(query.beforeSeq ?? Number.MAX_SAFE_INTEGER, firstAuditSeq(createdBeforeMs))
  const entries: NumberedAuditEntry[] = []
  for (let looked = 0; looked < ROWS_A_PAGE;) {
    const rows = yield* all<AuditRow>(statement, before, from, ROWS_A_TURN, ...values)
    for (const row of rows) {
      before = row.seq
      looked++
      if (!matches(row, query)) continue
      entries.push(entryOf(row))
      if (entries.length === limit) return { entries, next: before as AuditSeq }
    }
    if (rows.length < ROWS_A_TURN) return { entries, next: null }
  }
  return { entries, next: before as AuditSeq }
}

function rangeOf({ jobId, actor, subscription }: AuditQuery): {
  statement: StatementName
  values: readonly AskValue[]
} {
  // A caller of one subscription is led by its own entries alone: how many others there are must not show.
  if (subscription !== null) {
    return jobId === undefined
      ? { statement: 'auditOfSubscription', values: [subscription] }
      : { statement: 'auditOfOwnJob', values: [jobId, subscription] }
  }
  if (jobId !== undefined) return { statement: 'auditOfJob', values: [jobId] }
  if (actor?.startsWith('tok_') === true) return { statement: 'auditOfToken', values: [actor] }
  return { statement: 'auditEntries', values: [] }
}

function matches(row: AuditRow, { subscription, actor, action, jobId, channel }: AuditQuery): boolean {
  // The administrator acts in a subscription, and for all of them: what is of no job is for those who see all.
  const isOperators = (row.kind === 'admin' || row.kind === 'command') && row.job === null
  return (
    (subscription === null || (row.subscription === subscription && !isOperators)) &&
    (actor === undefined || (row.token ?? row.kind) === actor) &&
    (action === undefined || row.action === action) &&
    (jobId === undefined || row.job === jobId) &&
    (channel === undefined || row.channel === channel)
  )
}

function entryOf(row: AuditRow): NumberedAuditEntry {
  return {
    seq: row.seq as AuditSeq,
    actor: { kind: row.kind, tokenId: row.token as AuditActor['tokenId'], tokenName: row.token_name },
    subscription: row.subscription,
    action: row.action,
    resource: {
      job: row.job,
      channel: row.channel,
      others: row.others === null ? {} : (JSON.parse(row.others) as Record<string, string>),
    },
    address: row.address,
    requestId: row.request_id,
    status: row.status,
    code: row.code,
    count: row.count,
  }
}
