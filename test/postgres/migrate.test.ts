import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import type { CreatedAccessToken, Job } from '@waybill/spec'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { answerOf, parkingRules, ScriptedLoad } from '../faults/scripted-load.ts'
import { EventReceiver } from '../support/event-receiver.ts'
import { PersistentClient } from '../support/persistent-client.ts'
import { PostgresProxy } from '../support/postgres-proxy.ts'
import { queryOnce } from '../support/postgres-cluster.ts'
import { readEverything, readUntilAlike } from '../support/read-everything.ts'
import { RecordingConnector } from '../support/recording-connector.ts'
import { runServerCommand } from '../support/run-server-command.ts'
import { ServerProcess } from '../support/server-process.ts'
import { getJob, submit, untilDone } from '../support/submit.ts'
import { migrationFailpoints } from '../../server/src/runtime/failpoint.ts'

const SOURCE_MAIN = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url))
const FAILPOINT_PRELOAD = new URL('../support/failpoint-preload.ts', import.meta.url).href
/** Of items, from a few bytes to almost all that one may have. */
const SIZES = [100, 1000, 20_000, 300_000, 900_000]
/** Calls of the second round after which the server is killed: in the middle of it. */
const CALLS_BEFORE_KILL = 60

/** Where a migration is ended: at the first tables, at jobs, at items, at the last table, while it compares, and around its commit. */
const MOMENTS = [
  ...[1, 4, 9, 27].map((hit) => ({ name: 'migration.table', hit })),
  ...[1, 20].map((hit) => ({ name: 'migration.compared', hit })),
  ...['migration.copied', 'migration.begun', 'migration.committed', 'migration.done'].map((name) => ({ name, hit: 1 })),
]

const cleanups: (() => Promise<void> | void)[] = []
let databases = 0

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** Makes an empty database. @returns its URL */
async function emptyDatabase(template = 'template1'): Promise<string> {
  const url = new URL(inject('postgres'))
  const name = `migrated_${process.pid}_${++databases}`
  await queryOnce(url.href, `CREATE DATABASE ${name} TEMPLATE ${template}`)
  url.pathname = name
  return url.href
}

function migrate(dataDir: string, databaseUrl: string, ...more: string[]) {
  return runServerCommand(tmpdir(), ['migrate', '--from', dataDir, '--to', databaseUrl, ...more])
}

function items(count: number, name: string): object[] {
  return Array.from({ length: count }, (_, n) => ({
    ...{ id: `${name}-${n}`, partitionKey: `${name}-${n % 7}` },
    data: { fate: n % 10 === 3 ? 'fail' : 'ok', text: 'x'.repeat(SIZES[n % SIZES.length]!) },
  }))
}

/** A server with its channels, and a connector that answers as its items say. */
async function loadedServer() {
  const connector = new RecordingConnector({ answer: () => ({ kind: 'items', delayMs: 2, answer: answerOf }) })
  await connector.start()
  cleanups.push(() => connector.stop())
  const channel = {
    connector: { type: 'http', url: connector.url, batchSize: 5 },
    concurrency: 8,
    rateLimit: { limit: 200_000, periodMs: 20_000, burst: 200_000, unit: 'items' },
    retry: { maxAttempts: 100, backoff: { initialMs: 5, factor: 1, maxMs: 5 }, rules: parkingRules },
  }
  const options = { args: ['--threads', '1'], config: { channels: { shop: channel } } }
  const server = await ServerProcess.create(options)
  cleanups.push(() => server.remove())
  return { connector, channel, options, server }
}

test('REC-1 ORD-3 PRG-1 a server with jobs of every kind that is killed and migrated continues on PostgreSQL as it would have on its folder', async () => {
  const { connector, channel, options, server } = await loadedServer()
  const receiver = new EventReceiver()
  await receiver.start()
  cleanups.push(() => receiver.stop())
  const client = new PersistentClient(server)
  const load = new ScriptedLoad(client, channel)
  await load.round()

  // Another tenant, and its webhooks.
  const json = { name: 'acme', subscription: 'acme', scopes: ['admin'] }
  const { body } = await client.call('POST', '/v1/tokens', { json, key: 'acme' })
  const token = (body as CreatedAccessToken).token!
  const ofAcme = async (method: string, path: string, init: object): Promise<{ id: string }> =>
    (await client.call(method, path, { token, ...init })).body as { id: string }
  const submitAs = async (name: string, lines: object[], members: object = {}): Promise<string> => {
    const envelope = { channel: 'shop', objectType: 'product', action: 'update', ...members }
    const made = await ofAcme('POST', '/v1/jobs', { lines: [envelope, ...lines], key: name })
    expect(made).toHaveProperty('id')
    return made.id
  }
  const jobOf = async (id: string) => (await client.call('GET', `/v1/jobs/${id}`, { token })).body as Job
  const untilEnded = (id: string) =>
    expect.poll(async () => (await jobOf(id)).done, { timeout: 60_000, interval: 50 }).toBe(true)
  const endpoint = { url: receiver.url, eventTypes: ['job.ended'] }
  expect(await ofAcme('POST', '/v1/webhook-endpoints', { json: endpoint, key: 'endpoint' })).toHaveProperty('id')
  const ended = await submitAs('ended', items(40, 'ended'))
  const scheduled = await submitAs('scheduled', items(5, 'scheduled'), { runAt: '2099-01-01T00:00:00Z' })
  const deadline = await submitAs('dated', items(5, 'dated'), {
    ...{ runAt: '2098-01-01T00:00:00Z', deadlineAt: '2099-01-01T00:00:00Z', metadata: { shop: 'müller', text: '\0' } },
  })
  await untilEnded(ended)
  await expect.poll(() => receiver.events.length, { timeout: 60_000 }).toBe(1)

  const databaseUrl = await emptyDatabase()
  const dataDir = join(server.folder, 'data')
  const before = join(server.folder, 'before')
  let killedAt = ''
  let migration: Awaited<ReturnType<typeof migrate>> | undefined
  server.beforeStart = async () => {
    server.beforeStart = null
    cpSync(dataDir, before, { recursive: true })
    killedAt = new Date().toISOString()
    migration = await migrate(dataDir, databaseUrl, '--json')
    server.useStore('postgres', { WAYBILL_DATABASE_URL: databaseUrl })
  }
  const calls = connector.calls.length
  const killed = new Promise<void>((resolve) => {
    connector.onCall = () => connector.calls.length > calls + CALLS_BEFORE_KILL && resolve()
  }).then(() => server.kill())
  const running = submitAs('running', items(60, 'running'))
  const round = load.round()
  await killed
  connector.onCall = null
  const continued = Promise.all([running, round, client.up()])
  await continued.catch(() => {}) // the end of the migration explains it
  expect(migration).toMatchObject({ code: 0, err: expect.stringMatching(/\nCompared jobs: \d+ rows,/) as string })
  expect(JSON.parse(migration!.out)).toMatchObject({ from: dataDir, epoch: 1 })
  await continued

  await untilEnded(await running)
  expect(await load.end().then(() => load.judge(connector.calls))).toEqual([])
  expect(await jobOf(ended)).toMatchObject({ outcome: 'partial', counts: { total: 40, succeeded: 36, failed: 4 } })
  expect(await jobOf(await running)).toMatchObject({ outcome: 'partial', counts: { total: 60, succeeded: 54 } })
  expect([(await jobOf(scheduled)).status, (await jobOf(deadline)).status]).toEqual(['scheduled', 'scheduled'])
  await expect.poll(() => new Set(receiver.events.map(({ id }) => id)).size, { timeout: 60_000 }).toBe(2)
  await client.stop()

  // The folder as the kill left it, and a database that was made of it, each with a server that delivers nothing.
  const reads: (() => Promise<Map<string, string>>)[] = []
  for (const store of ['disk', 'postgres']) {
    const twin = await ServerProcess.create(options)
    cleanups.push(() => twin.remove())
    const folder = join(twin.folder, 'data')
    cpSync(before, folder, { recursive: true })
    if (store === 'postgres') {
      const url = await emptyDatabase()
      expect(await migrate(folder, url)).toMatchObject({ code: 0 })
      twin.useStore('postgres', { WAYBILL_DATABASE_URL: url })
    }
    await twin.start(null, ['--paused'])
    reads.push(async () => {
      const all = await readEverything(twin, null, killedAt)
      for (const [path, text] of await readEverything(twin, token, killedAt)) all.set(`acme ${path}`, text)
      return all
    })
  }
  const { answers, differences } = await readUntilAlike([reads[0]!, reads[1]!])
  expect(differences).toEqual([])
  expect(answers.size).toBeGreaterThan(80)
}, 600_000)

describe('a migration', { timeout: 600_000 }, () => {
  let server: ServerProcess
  let original: string
  let job: Job

  beforeAll(async () => {
    server = await ServerProcess.create()
    await server.start()
    job = await submit(server, { channel: 'sandbox' }, [
      { id: 'one' },
      { id: 'two', data: { text: 'x'.repeat(900_000) } },
    ])
    await untilDone(server, job.id)
    await submit(server, { channel: 'sandbox', runAt: '2099-01-01T00:00:00Z' }, [{ id: 'later' }])
    await server.kill()
    original = join(server.folder, 'data')
  })

  afterAll(() => server.remove())

  /** A copy of the folder of a server that was killed. */
  function copyOfFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'waybill-migrate-'))
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
    cpSync(original, folder, { recursive: true })
    return folder
  }

  /** Files by the digest of their bytes, but for the lock, and the index of the log, which every reader makes anew. */
  function digests(folder: string): Record<string, string> {
    const names = readdirSync(folder).filter((name) => !/^lock\.db|-shm$/.test(name))
    return Object.fromEntries(
      names.map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]),
    )
  }

  /** Runs it from source to the moment at which it ends itself. */
  async function migrateUntil({ name, hit }: { name: string; hit: number }, folder: string, url: string) {
    const child = spawn(process.execPath, [SOURCE_MAIN, 'migrate', '--from', folder, '--to', url], {
      env: { ...process.env, NODE_OPTIONS: `--import ${FAILPOINT_PRELOAD}`, TEST_FAILPOINT: `${name}@${hit}` },
      stdio: 'ignore',
    })
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
    expect(signal).toBe('SIGKILL')
  }

  /** The number of tables, once no transaction of a client that is gone is open any more. */
  async function tablesOf(url: string): Promise<number> {
    const others = `SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`
    await expect.poll(() => queryOnce(url, others), { timeout: 30_000 }).toEqual([{ n: 0 }])
    const [row] = await queryOnce(url, "SELECT count(*)::int AS n FROM pg_tables WHERE schemaname = 'waybill'")
    return (row as { n: number }).n
  }

  async function startOn(store: 'disk' | 'postgres', folder: string, url: string): Promise<ServerProcess> {
    const started = await ServerProcess.create()
    cleanups.push(() => started.remove())
    cpSync(folder, join(started.folder, 'data'), { recursive: true })
    if (store === 'postgres') started.useStore('postgres', { WAYBILL_DATABASE_URL: url })
    await started.start()
    return started
  }

  test('is ended at ten moments, all that it has', () => {
    expect(MOMENTS).toHaveLength(10)
    expect(new Set(MOMENTS.map(({ name }) => name))).toEqual(new Set(migrationFailpoints))
  })

  test.each(MOMENTS)(
    'that is killed at $name $hit is there whole or not at all, and is carried out again',
    async (moment) => {
      const folder = copyOfFolder()
      const before = digests(folder)
      const url = await emptyDatabase()
      await migrateUntil(moment, folder, url)
      const { 'waybill.migrated': mark, ...files } = digests(folder)
      expect(files).toEqual(before)
      const isCommitted = ['migration.committed', 'migration.done'].includes(moment.name)
      const isMarked = isCommitted || moment.name === 'migration.begun'
      expect([mark !== undefined, (await tablesOf(url)) > 0]).toEqual([isMarked, isCommitted])
      // No server starts on a folder whose content may be in the database.
      if (isMarked) await expect(startOn('disk', folder, '')).rejects.toThrow(/Cannot open data folder as its/)
      else if (moment.name === 'migration.copied')
        expect(await getJob(await startOn('disk', folder, ''), job.id)).toMatchObject({ done: true })
      const again = await migrate(folder, url)
      if (moment.name === 'migration.done') {
        expect(again).toMatchObject({ code: 1, out: '' })
        expect(again.err).toMatch(/^Cannot migrate data folder as its content must not have been migrated: it was, at /)
      } else
        expect(again).toMatchObject({
          code: 0,
          out: expect.stringMatching(/: 2 jobs \(1 not ended\), 3 items/) as string,
        })
      if (isMarked || moment.name === 'migration.copied')
        expect(await getJob(await startOn('postgres', folder, url), job.id)).toMatchObject({ done: true })
    },
  )

  test('whose commit is not answered is known to be complete by the next one', async () => {
    const folder = copyOfFolder()
    const url = await emptyDatabase()
    const proxy = await PostgresProxy.start(url)
    cleanups.push(() => proxy.close())
    const lost = proxy.loseAnswer('COMMIT\0')
    const first = await migrate(folder, proxy.url)
    await lost
    expect(first).toMatchObject({ code: 1, out: '' })
    expect(first.err).toMatch(
      /\nCannot report whether the migration is complete as the connection to postgres:.* was lost/,
    )
    // Not in another database, which is empty.
    const other = await migrate(folder, await emptyDatabase())
    expect(other).toMatchObject({
      code: 1,
      err: expect.stringMatching(/its migration to .* must have ended/) as string,
    })
    expect(await migrate(folder, proxy.url)).toMatchObject({ code: 0 })
    expect(JSON.parse(readFileSync(join(folder, 'waybill.migrated'), 'utf8'))).toMatchObject({ state: 'done' })
  })

  test('whose connection is lost leaves nothing', async () => {
    const folder = copyOfFolder()
    const before = digests(folder)
    const url = await emptyDatabase()
    const proxy = await PostgresProxy.start(url)
    cleanups.push(() => proxy.close())
    for (const text of ['COPY waybill.chunks', 'ANALYZE']) {
      const ended = proxy.endBefore(text)
      const { code, err } = await migrate(folder, proxy.url)
      await ended
      expect([code, err.trimEnd().split('\n').at(-1)]).toEqual([
        ...[1, 'Cannot reach the database: the connection was lost'],
      ])
    }
    expect([digests(folder), await tablesOf(url)]).toEqual([before, 0])
  })

  test('is refused by whatever is not a stopped, sound folder and an empty database', async () => {
    const folder = copyOfFolder()
    const url = await emptyDatabase()
    const before = digests(folder)
    const refused = async (from: string, to: string) => (await migrate(from, to)).err.trimEnd().split('\n').at(-1)
    await queryOnce(url, 'CREATE SCHEMA waybill CREATE TABLE waybill.mine (id int)')
    expect(await refused(folder, url)).toMatch(
      /^Cannot migrate data folder as the database must have no tables of Waybill: it has/,
    )
    expect(await refused(join(folder, 'none'), url)).toMatch(/waybill\.db must exist: it does not$/)
    const away = new URL(url)
    away.port = '1'
    away.password = 'secret'
    expect(await refused(folder, away.href)).toBe('Cannot reach the database: ECONNREFUSED')
    away.href = url
    away.pathname = '/there-is-none'
    expect(await refused(folder, away.href)).toMatch(
      /must accept the user, the password and the name of databaseUrl: it says 3D000$/,
    )
    expect(digests(folder)).toEqual(before)
    expect(existsSync(join(folder, 'waybill.migrated'))).toBe(false)

    const empty = await emptyDatabase()
    const running = await startOn('disk', folder, '')
    expect(await refused(join(running.folder, 'data'), empty)).toMatch(
      /^Cannot migrate data folder as no server may use it: one holds/,
    )
    await running.stop()
    const file = join(running.folder, 'data', 'waybill.db')
    const db = new DatabaseSync(file)
    db.exec('UPDATE jobs SET total = total + 1')
    db.close()
    expect(await refused(join(running.folder, 'data'), empty)).toMatch(
      /must be sound: it is damaged: 2 jobs whose items are not their chunks/,
    )
    const newer = new DatabaseSync(file)
    newer.exec('PRAGMA user_version = 1000')
    newer.close()
    expect(await refused(join(running.folder, 'data'), empty)).toMatch(/it is 1000, of a newer waybill-server$/)
    expect(await tablesOf(empty)).toBe(0)
  })

  test('marks the folder: backups, new tokens and keys are refused there', async () => {
    const folder = copyOfFolder()
    const url = await emptyDatabase()
    expect(await migrate(folder, url)).toMatchObject({ code: 0 })
    for (const command of [
      ['backup', join(folder, 'copy'), '--data', folder],
      ['keys', 'prune', '--data', folder],
      ['token', 'create', '--name', 'a', '--scopes', 'admin', '--data', folder],
    ]) {
      const { code, err } = await runServerCommand(folder, command)
      expect([code, err]).toEqual([1, expect.stringContaining('its content must not have been migrated: it was, at ')])
    }
    // Only what is in the database counts from now on.
    expect((await migrate(copyOfFolder(), url)).err).toContain('a data folder was migrated to it at ')
  })
})
