import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readSql } from '../../server/src/store/postgres/tables/statements.ts'
import type { SharedStore } from '../../server/src/store/postgres/postgres-store.ts'
import { chunksOf, endOf, keyOf, outcomes, publish, T0 } from '../contract/store/fixtures.ts'
import { rejectedItemsOf } from '../contract/store/rejected-items-suite.ts'
import { createDatabase } from '../contract/store/world.ts'
import { millionItems } from '../support/million-items.ts'
import { claimOne, jobIn, SharedStores, termOf } from '../support/shared-stores.ts'
import { StatementRecorder } from '../support/statement-recorder.ts'

/** Tables with fewer rows may be read whole. */
const BIG_ROWS = 10_000
const GENERIC_PLAN_VERSION = 160_000

/** Read once, at a start: of everything that has not ended. */
const OF_ALL: ReadonlySet<string> = new Set(['replacedItems', 'countBacklogs'])

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly Plans?: readonly PlanNode[]
}

let client: pg.Client
let stores: SharedStores
let big: ReadonlySet<string>
let canExplain = false

beforeAll(async () => {
  stores = new SharedStores(await createDatabase())
  client = new pg.Client({ connectionString: stores.databaseUrl })
  await client.connect()
  for (const statement of millionItems()) await client.query(statement)
  const { rows } = await client.query<{ relname: string; server: number }>(
    `SELECT relname, current_setting('server_version_num')::int AS server FROM pg_class
      WHERE relnamespace = 'waybill'::regnamespace AND relkind = 'r' AND reltuples >= ${BIG_ROWS}`,
  )
  big = new Set(rows.map(({ relname }) => relname))
  canExplain = rows[0]!.server >= GENERIC_PLAN_VERSION
}, 600_000)

afterAll(async () => {
  await stores.close()
  await client.end()
})

/** The big tables that a statement reads whole. */
async function scannedBy(text: string): Promise<string[]> {
  const { rows } = await client.query<{ 'QUERY PLAN': readonly { readonly Plan: PlanNode }[] }>(
    `EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${text}`,
  )
  const scanned: string[] = []
  const look = (node: PlanNode): void => {
    const table = node['Relation Name']
    if (node['Node Type'] === 'Seq Scan' && table !== undefined && big.has(table)) scanned.push(table)
    for (const one of node.Plans ?? []) look(one)
  }
  for (const { Plan } of rows[0]!['QUERY PLAN']) look(Plan)
  return scanned
}

it('no read of jobs, items, dead letters, searches, the audit or events scans a big table', async ({ skip }) => {
  if (!canExplain) skip()
  const scans: Record<string, string[]> = {}
  for (const [name, text] of Object.entries(readSql)) {
    if (name === 'begin' || name === 'commit') continue
    const scanned = await scannedBy(text)
    if (scanned.length > 0 && !OF_ALL.has(name)) scans[name] = scanned
  }
  expect(scans).toEqual({})
})

it('no write of the way of an item, of a claim, a look or the retention scans a big table', async ({ skip }) => {
  if (!canExplain) skip()
  const recorder = await StatementRecorder.start(stores.databaseUrl)
  try {
    const before = await scanCounts()
    const store = await stores.start({ databaseUrl: recorder.url })
    const other = await stores.start()
    await useAll(store, other)
    await store.stop()
    await other.stop()
    const statements = [...recorder.texts].filter((text) => /^(WITH|SELECT|INSERT|UPDATE|DELETE)\b/.test(text))
    expect(statements.length).toBeGreaterThan(40)
    const scans: Record<string, string[]> = {}
    for (const text of statements) {
      const scanned = await scannedBy(text)
      if (scanned.length > 0) scans[text] = scanned
    }
    expect(scans).toEqual({})
    // With the values that they had, and inside of functions.
    expect(await scansSince(before)).toEqual({})
  } finally {
    await recorder.close()
  }
}, 300_000)

async function scanCounts(): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query<{ relname: string; scans: number }>(
    `SELECT relname, seq_scan::int AS scans FROM pg_stat_user_tables WHERE schemaname = 'waybill'`,
  )
  return new Map(rows.map(({ relname, scans }) => [relname, scans]))
}

/** How often big tables were read whole: sessions that have ended have reported it. */
async function scansSince(before: ReadonlyMap<string, number>): Promise<Record<string, number>> {
  for (;;) {
    const { rows } = await client.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'waybill%'`,
    )
    if (rows.length === 0) break
    await setTimeout(50)
  }
  await client.query('SELECT pg_stat_clear_snapshot()')
  const found: Record<string, number> = {}
  for (const [name, scans] of await scanCounts()) {
    const more = scans - (before.get(name) ?? 0)
    if (more > 0 && big.has(name)) found[name] = more
  }
  return found
}

/** Everything that is written of a job, of its channel and of those before it. */
async function useAll(store: SharedStore, other: SharedStore): Promise<void> {
  const channel = 'explained'
  const owner = await claimOne(store, channel)
  const terms = [termOf(owner)]
  const lane = { subscription: 'default', channel }
  const drafted = jobIn(store, channel, { total: 6 })
  await store.writeChunks(drafted.ref, chunksOf(2, 3))
  await store.writeRejectedItems({ ref: drafted.ref, ...lane }, [rejectedItemsOf(store, drafted.ref, 0, [1])])
  await publish(store, { record: drafted, chunks: [], idempotency: keyOf(drafted.id) })
  const dropped = jobIn(store, channel)
  await store.writeChunks(dropped.ref, chunksOf(1, 3))
  await store.discardJob(dropped.ref)
  const waiting = await publish(store, { record: jobIn(store, channel, { phase: 'waiting' }) })
  await store.makeEligible({ refs: [waiting.ref], terms })
  const open = await publish(store, {
    record: jobIn(store, channel, { phase: 'open', total: 0, sealedAtMs: null }),
    chunks: [],
  })
  await store.appendPart({
    ...{ ref: open.ref, owner: termOf(owner), chunks: chunksOf(1, 3), outcomes: [], total: 3, touchedAtMs: T0 },
  })
  await store.sealJob(open.ref, { owner: termOf(owner), sealedAtMs: T0, phase: 'eligible' })
  await store.holdJobs({ refs: [open.ref], terms }, { pausedAtMs: T0, releasedAtMs: T0 })
  await store.markStopped({ refs: [open.ref], terms }, { reason: 'cancelled', atMs: T0 })
  const list = [0, 1, 2].map((index) => ({ index, epoch: owner.term }))
  await store.commitOutcomes({
    ...{ terms, ended: [{ ref: waiting.ref, end: endOf() }] },
    batches: outcomes(store, waiting.ref, list),
  })
  await store.readItems({ ref: waiting.ref, fromIndex: 0, limit: 10, log: true })
  await store.saveTats([{ ...termOf(owner), tat: null }])
  await store.deleteJob(waiting.ref)
  await store.listExpiredJobs(2e13, 10)
  await store.lookAtOwners()
  await store.listOwners()
  await store.handOver({ ...termOf(owner), note: { owedUnits: 0, blockedUntilMs: null } }, other.ownServer())
  await other.claimChannels([channel])
  await store.claimChannels(Array.from({ length: 100 }, (_, n) => `channel-${1000 + n}`))
}
