import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Job, JobPage } from '@waybill/spec'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrate } from '../../server/src/store/sqlite/open/database.ts'
import { migrations } from '../../server/src/store/sqlite/open/migrations.ts'
import { RecordingConnector } from '../support/recording-connector.ts'
import { runServerCommand } from '../support/run-server-command.ts'
import { ServerProcess } from '../support/server-process.ts'

/** From small items to such that a few fill a cache. */
const SIZES = [100, 1000, 20_000, 300_000]
const ITEMS = 60

describe('restore', { timeout: 120_000 }, () => {
  let shop: RecordingConnector
  let server: ServerProcess
  let data: string
  let file: string

  beforeEach(async () => {
    shop = new RecordingConnector({
      answer: () => ({
        kind: 'items',
        delayMs: 2,
        answer: ({ index }) => ({ kind: index % 7 === 0 ? 'failed' : 'succeeded', code: 'no' }),
      }),
    })
    await shop.start()
    server = await ServerProcess.create({
      args: ['--threads', '1'],
      config: { channels: { shop: { connector: { type: 'http', url: shop.url, batchSize: 5 } } } },
    })
    data = join(server.folder, 'data')
    file = join(server.folder, 'copy.db')
    await server.start()
  })
  afterEach(async () => {
    await server.remove()
    await shop.stop()
  })

  const command = (...args: string[]) => runServerCommand(server.folder, args)
  const post = (path: string) => server.fetch(path, { method: 'POST' })
  const job = async (id: string): Promise<Job> => (await (await server.fetch(`/v1/jobs/${id}`)).json()) as Job

  async function submit(bytes = 100): Promise<string> {
    const items = Array.from({ length: bytes > 100_000 ? 7 : ITEMS }, (_, n) => ({
      ...{ id: `sku-${n}`, partitionKey: `key-${n % 9}` },
      data: { text: 'x'.repeat(bytes) },
    }))
    const answer = await server.fetch('/v1/jobs', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ channel: 'shop', objectType: 'product', action: 'update', items }),
    })
    expect(answer.status).toBe(202)
    return ((await answer.json()) as Job).id
  }

  async function listJobs(): Promise<Job[]> {
    const jobs: Job[] = []
    for (let token: string | undefined = ''; token !== undefined;) {
      const query = token === '' ? '' : `&pageToken=${encodeURIComponent(token)}`
      const page = (await (await server.fetch(`/v1/jobs?pageSize=1000${query}`)).json()) as JobPage
      jobs.push(...page.jobs)
      token = page.nextPageToken
    }
    return jobs
  }

  it('REC-1 REC-6 of a backup that was taken under load continues: nothing is lost, nothing is delivered that it does not contain', async () => {
    const submitted: string[] = []
    let loading = true
    const load = (async () => {
      for (let n = 0; loading; n++) submitted.push(await submit(SIZES[n % SIZES.length]))
    })().catch(() => undefined) // its server is killed
    await expect.poll(() => shop.calls.length).toBeGreaterThan(50)
    const before = new Set(submitted)
    expect(await command('backup', file, '--data', data)).toMatchObject({ code: 0, err: '' })
    const count = submitted.length
    await expect.poll(() => submitted.length).toBeGreaterThan(count + 3)
    await server.kill()
    loading = false
    await load
    const epochs = shop.calls.map(({ epoch }) => epoch)
    const delivered = new Set(shop.calls.map(({ idempotencyKey }) => idempotencyKey))
    shop.calls.length = 0

    renameSync(data, join(server.folder, 'lost'))
    const restored = await command('restore', file, '--data', data)
    expect(restored).toMatchObject({ code: 0, err: '' })
    expect(restored.out).toMatch(/verified, epoch \d{5}\n/)
    await server.start(null, ['--paused'])
    const jobs = await listJobs()
    const ids = new Set(jobs.map(({ id }) => id))
    expect([...before].filter((id) => !ids.has(id))).toEqual([])
    expect(jobs.some(({ done }) => !done)).toBe(true)
    expect(shop.calls).toEqual([])

    await post('/v1/channels/shop/resume')
    await expect.poll(async () => (await listJobs()).every(({ done }) => done), { timeout: 60_000 }).toBe(true)
    for (const { counts } of await listJobs()) expect(counts.succeeded + counts.failed).toBe(counts.total)
    expect(shop.calls.filter(({ jobId }) => !ids.has(jobId))).toEqual([])
    // Receivers that refuse lower epochs take every call; a repeated item has the key of its first delivery.
    expect(Math.min(...shop.calls.map(({ epoch }) => epoch))).toBeGreaterThanOrEqual(Math.max(...epochs) + 10_000)
    const again = new Set(shop.calls.map(({ idempotencyKey }) => idempotencyKey))
    const total = jobs.reduce((sum, { counts }) => sum + counts.total, 0)
    const known = [...delivered].filter((key) => ids.has(key.split('/')[0]!))
    expect(new Set([...again, ...known]).size).toBe(total)
  })

  it('makes a folder of its user alone, once, and leaves the backup as it is', async () => {
    const id = await submit()
    await expect.poll(async () => (await job(id)).done, { timeout: 30_000 }).toBe(true)
    const { version } = await job(id)
    await command('backup', file, '--data', data)
    await server.stop()
    const copy = readFileSync(file)
    renameSync(data, join(server.folder, 'lost'))
    mkdirSync(data)
    expect((await command('restore', file, '--data', data)).code).toBe(0)
    expect([statSync(data).mode & 0o777, statSync(join(data, 'waybill.db')).mode & 0o777]).toEqual([0o700, 0o600])
    expect(readFileSync(file).equals(copy)).toBe(true)
    const again = await command('restore', file, '--data', data)
    expect(again.code).toBe(1)
    expect(again.err).toContain(`Cannot restore backup as ${data} must be empty: it contains waybill.db`)
    await server.start()
    // What has ended does not change.
    expect((await job(id)).version).toBe(version)
  })

  it('of the same backup for the second time begins above a given epoch', async () => {
    await command('backup', file, '--data', data)
    const [first, second, low] = ['first', 'second', 'low'].map((name) => join(server.folder, name))
    const epochOf = ({ out }: { readonly out: string }) => Number(/epoch (\d+)/.exec(out)?.[1])
    const epoch = epochOf(await command('restore', file, '--data', first!))
    expect(epochOf(await command('restore', file, '--data', second!, '--min-epoch', String(epoch + 10_000)))).toBe(
      epoch + 10_000,
    )
    expect(epochOf(await command('restore', file, '--data', low!, '--min-epoch', '1'))).toBe(epoch)
  })

  it('takes a backup of an older version, and brings it to this one', async () => {
    const db = new DatabaseSync(file)
    db.exec('PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL')
    migrate(db, file, migrations.slice(0, 1))
    db.close()
    await server.stop()
    renameSync(data, join(server.folder, 'lost'))
    const { code, out, err } = await command('restore', file, '--data', data)
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain(`schema version ${migrations.length}`)
    await server.start()
    expect(await listJobs()).toEqual([])
  })

  it('refuses what is no sound backup, and makes no folder then', async () => {
    await submit()
    await command('backup', file, '--data', data)
    const target = join(server.folder, 'target')
    const damaged = join(server.folder, 'damaged.db')
    const bytes = readFileSync(file)
    bytes.fill(0x5a, 8192 * 3)
    writeFileSync(damaged, bytes)
    // A database that can be opened and read, but whose items are not those that its job counts.
    const incomplete = join(server.folder, 'incomplete.db')
    copyFileSync(file, incomplete)
    const db = new DatabaseSync(incomplete)
    db.exec('UPDATE jobs SET total = total + 1')
    db.close()
    const cases: (readonly [string, RegExp])[] = [
      [join(server.folder, 'missing.db'), /must exist: it does not/],
      [server.folder, /must be a file: it is not/],
      [damaged, /^Cannot restore backup as /],
      [incomplete, /must be sound: it is damaged: .*jobs whose items are not their chunks/],
    ]
    for (const [source, message] of cases) {
      const { code, out, err } = await command('restore', source, '--data', target)
      expect([source, code, out]).toEqual([source, 1, ''])
      expect(err).toMatch(message)
    }
    for (const args of [[], [file, file], [file, '--force'], [file, '--min-epoch', 'x'], [file, '--min-epoch', '-1']])
      expect([args, (await command('restore', ...args, '--data', target)).code]).toEqual([args, 2])
    expect(readdirSync(server.folder).filter((name) => name.startsWith('target'))).toEqual([])
  })

  it('that is killed leaves either no folder or a whole one', async () => {
    for (let n = 0; n < 12; n++) await submit(SIZES[n % SIZES.length])
    await command('backup', file, '--data', data)
    const startedMs = performance.now()
    await command('restore', file, '--data', join(server.folder, 'whole'))
    const wholeMs = performance.now() - startedMs
    const made: boolean[] = []
    for (let n = 1; n <= 8; n++) {
      const target = join(server.folder, `killed-${n}`)
      await runServerCommand(server.folder, ['restore', file, '--data', target], { killAfterMs: (wholeMs * n) / 6 })
      made.push(existsSync(target))
      if (existsSync(target)) expect((await command('verify', '--data', target)).code).toBe(0)
      rmSync(target, { recursive: true, force: true })
    }
    expect(made.at(0)).toBe(false)
    expect(made.at(-1)).toBe(true)
  })
})
