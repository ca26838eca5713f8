import type { ColumnType, Columns } from '../postgres/copy/binary-rows.ts'

/*
 * Each table of a database, and the query of a data folder that returns its rows. Both name tables and columns alike but for what is said here.
 */

/** A column: its type, and the folder's expression for it. @default expression: the column of the same name */
type Column = ColumnType | readonly [ColumnType, string]

export interface TableMove {
  /** In the database. */
  readonly name: string
  readonly columns: Readonly<Record<string, Column>>
  /** The columns by which rows are ordered, all of them of the table. */
  readonly order: readonly string[]
  /** The folder's tables. @default the one of the same name */
  readonly from?: string
  /** A column that is numbered by the database, and the folder's query of the last number given. Numbers continue above it. */
  readonly numbered?: readonly [string, string]
}

/** In the folder a row outlives its channel; in the database it is that of the channel. */
const CHANNELS = `(SELECT name AS channel FROM channels UNION SELECT channel FROM owners WHERE last_place > 0) n
  LEFT JOIN channels c ON c.name = n.channel LEFT JOIN owners o ON o.channel = n.channel`

const last = (table: string, column: string): string => `SELECT max(${column}) FROM ${table}`
/** Of a number that is never given twice, also when its row is gone. */
const lastGiven = (table: string): string => `SELECT seq FROM sqlite_sequence WHERE name = '${table}'`

export const tableMoves: readonly TableMove[] = [
  {
    name: 'meta',
    columns: {
      ...{ id: ['smallint', '1'], epoch: 'bigint', ref_ceiling: 'bigint', folded_seq: 'bigint', server_key: 'bytea' },
    },
    order: ['id'],
  },
  // Nobody owns a channel: the next adoption continues above its term.
  { name: 'owners', columns: { channel: 'text', term: 'bigint', note: 'text' }, order: ['channel'] },
  {
    name: 'lanes',
    columns: { id: 'bigint', subscription: 'text', channel: 'text' },
    order: ['id'],
    numbered: ['id', last('lanes', 'id')],
  },
  {
    name: 'jobs',
    columns: {
      ...{ ref: 'bigint', id: 'text', subscription: 'text', channel: 'text', lane: 'bigint', source: 'text' },
      ...{ phase: 'text', outcome: 'text', total: 'bigint', place: ['bigint', 'eligible_seq'] },
      ...{ created_at_ms: 'double', touched_at_ms: 'double', sealed_at_ms: 'double', paused_at_ms: 'double' },
      ...{ released_at_ms: 'double', retained_until_ms: 'double', retry_of: 'text', traceparent: 'text' },
      ...{ tracestate: 'text', continues_trace: 'smallint', execution_id: 'text' },
      object_type: ['text', "envelope ->> '$.objectType'"],
      retain_for_seconds: ['double', "CAST(envelope ->> '$.retainForSeconds' AS REAL)"],
      metadata: ['text', "nullif(envelope -> '$.metadata', '{}')"],
      ...{ stop: 'text', ending: 'text', envelope: 'text' },
    },
    order: ['ref'],
  },
  {
    name: 'job_outcomes',
    columns: { id: ['text', "'job_' || lower(hex(id))"], subscription: 'text', outcome: 'text' },
    order: ['id'],
  },
  {
    name: 'executions',
    columns: { subscription: 'text', id: 'text', created_at_ms: 'double', stages: 'text' },
    order: ['subscription', 'id'],
  },
  // As every start does: jobs that were never published are removed, parts that were never appended given up.
  {
    name: 'removals',
    columns: { ref: 'bigint' },
    order: ['ref'],
    from: '(SELECT ref FROM removals UNION SELECT ref FROM drafts)',
  },
  { name: 'part_drafts', columns: { ref: 'bigint', abandoned: ['boolean', '1'] }, order: ['ref'] },
  {
    name: 'chunks',
    columns: {
      ...{ ref: 'bigint', chunk: 'bigint', first_index: 'bigint', count: 'bigint' },
      ...{ keys: 'bytea', ids: 'bytea', body: 'bytea' },
    },
    order: ['ref', 'chunk'],
  },
  // Here a row is of one channel: see channel-segments.ts.
  {
    name: 'segments',
    columns: { channel: ['text', 'NULL'], seq: 'bigint', records: 'bytea', details: 'bytea' },
    order: ['seq', 'channel'],
  },
  {
    name: 'outcome_maps',
    columns: {
      ...{ ref: 'bigint', chunk: 'bigint', epoch: 'bigint', base_ms: 'double', folded_seq: 'bigint' },
      ...{ succeeded: 'bigint', failed: 'bigint', cancelled: 'bigint', waiting: 'bigint' },
      ...{ first_started_at_ms: 'double', last_ended_at_ms: 'double', entries: 'bytea' },
    },
    order: ['ref', 'chunk'],
  },
  {
    name: 'calls',
    columns: { id: 'bigint', ref: 'bigint', chunk: 'bigint', records: 'bytea', details: 'bytea' },
    order: ['id'],
    numbered: ['id', last('calls', 'id')],
  },
  {
    name: 'dead_letters',
    columns: {
      ...{ seq: 'bigint', ref: 'bigint', item_index: 'bigint', lane: 'bigint', failed_at_ms: 'double' },
      ...{ key_hash: 'bytea', code: 'text', error: 'bigint' },
    },
    order: ['lane', 'seq'],
    numbered: ['seq', lastGiven('dead_letters')],
  },
  {
    name: 'retries',
    columns: { id: 'bigint', ref: 'bigint', block: 'bigint', job_id: 'text', items: 'bytea' },
    order: ['id'],
    numbered: ['id', last('retries', 'id')],
  },
  {
    name: 'replacements',
    columns: {
      ...{ id: 'bigint', ref: 'bigint', item_index: 'bigint', attempt: 'bigint', at_ms: 'double', by_whom: 'text' },
      line: 'bytea',
    },
    order: ['id'],
    numbered: ['id', last('replacements', 'id')],
  },
  {
    name: 'idempotency',
    columns: {
      ...{ scope: 'text', key: 'text', fingerprint: 'text', job_id: 'text', created_at_ms: 'double' },
      ...{ status: 'integer', body: 'text', deleted: 'smallint' },
    },
    order: ['scope', 'key'],
  },
  {
    name: 'channels',
    columns: {
      ...{ name: ['text', 'n.channel'], config: 'text', secrets: 'text' },
      ...{ paused: ['smallint', 'coalesce(paused, 0)'], used: ['smallint', 'coalesce(used, 0)'] },
      ...{ last_place: ['bigint', 'coalesce(last_place, 0)'], unblocked_at_ms: 'double' },
      ...{ tat_unit_us: 'double', tat_at_ms: 'double', tat_at_us: 'double', tat_boot_id: 'text' },
    },
    order: ['name'],
    from: CHANNELS,
  },
  {
    name: 'credentials',
    columns: { channel: 'text', subscription: 'text', target: 'text', updated_at_ms: 'double', sealed: 'text' },
    order: ['channel', 'subscription', 'target'],
  },
  {
    name: 'tokens',
    columns: {
      ...{ id: 'text', hash: 'bytea', name: 'text', subscription: 'text', scopes: 'text', jobs: 'text' },
      ...{ created_at_ms: 'double', created_by: 'text', expires_at_ms: 'double' },
    },
    order: ['id'],
  },
  { name: 'subscriptions', columns: { name: 'text', limits: 'text' }, order: ['name'] },
  {
    name: 'audit',
    columns: {
      ...{ seq: 'bigint', kind: 'text', token: 'text', token_name: 'text', subscription: 'text', action: 'text' },
      ...{ job: 'text', channel: 'text', others: 'text', address: 'text', request_id: 'text' },
      ...{ status: 'integer', code: 'text', count: 'bigint' },
    },
    order: ['seq'],
  },
  {
    name: 'webhook_events',
    columns: {
      ...{ seq: 'bigint', id: 'text', subscription: 'text', type: 'text', job_id: 'text', channel: 'text' },
      ...{ at_ms: 'double', endpoints: 'text', forwarded_at_ms: 'double', once: 'text', body: 'text', job_url: 'text' },
    },
    order: ['seq'],
    numbered: ['seq', lastGiven('webhook_events')],
  },
  { name: 'webhook_backlog', columns: { endpoint: 'text', seq: 'bigint' }, order: ['endpoint', 'seq'] },
  { name: 'webhook_endpoints', columns: { id: 'text', record: 'text', url: 'text' }, order: ['id'] },
  {
    name: 'webhook_secrets',
    columns: {
      ...{ id: 'bigint', endpoint: 'text', ends_with: 'text', created_at_ms: 'double', expires_at_ms: 'double' },
      sealed: 'text',
    },
    order: ['id'],
    numbered: ['id', last('webhook_secrets', 'id')],
  },
  {
    name: 'webhook_deliveries',
    columns: {
      ...{ ref: 'bigint', item_index: 'bigint', subscription: 'text', endpoint: 'text', event_seq: 'bigint' },
      job_id: 'text',
    },
    order: ['ref', 'item_index'],
  },
  { name: 'job_webhooks', columns: { subscription: 'text', record: 'text', url_key: 'text' }, order: ['subscription'] },
]

/** The tables of a folder whose rows are moved. */
export const movedTables: ReadonlySet<string> = new Set([...tableMoves.map(({ name }) => name), 'drafts'])

/** The query of the folder that returns the rows of a table, in its order. */
export function folderQuery({ name, from = name, columns, order }: TableMove): string {
  const selected = Object.entries(columns).map(([column, how]) =>
    typeof how === 'string' ? column : `${how[1]} AS ${column}`,
  )
  return `SELECT ${selected.join(', ')} FROM ${from} ORDER BY ${order.join(', ')}`
}

/** The types of a table's columns, in their order. */
export function typesOf({ columns }: TableMove): Columns {
  return Object.entries(columns).map(([column, how]) => [column, typeof how === 'string' ? how : how[0]])
}
