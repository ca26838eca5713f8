import { closeSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DatabaseSync } from 'node:sqlite'
import type { Job, Problem } from '@waybill/spec'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ServerProcess } from '../support/server-process.ts'

const PAGE_BYTES = 8192
const ITEMS = 200
const BUILT_MAIN = fileURLToPath(new URL('../../server/dist/main.js', import.meta.url))

function overwriteStart(path: string, bytes: number): void {
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(bytes, 0x5a))
  closeSync(file)
}

describe('a damaged data folder', { timeout: 60_000 }, () => {
  let server: ServerProcess
  let database: string

  beforeEach(async () => {
    server = await ServerProcess.create({ args: ['--threads', '1'] })
    database = join(server.folder, 'data', 'waybill.db')
  })
  afterEach(() => server.remove())

  async function call<T>(path: string, init?: RequestInit): Promise<{ status: number; body: T }> {
    const answer = await server.fetch(path, init)
    return { status: answer.status, body: (await answer.json()) as T }
  }
  function submit(
    channel = 'sandbox',
  ): Promise<{ status: number; body: { readonly id: string; readonly code?: string } }> {
    const items = Array.from({ length: ITEMS }, (_, n) => ({
      id: `sku-${n}`,
      data: { padding: 'x'.repeat(2000), sandbox: { delayMs: 0 } },
    }))
    return call('/v1/jobs', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ channel, objectType: 'product', action: 'update', items }),
    })
  }
  /** A folder with one job, from a server that was stopped. */
  async function usedFolder(): Promise<string> {
    await server.start()
    await server.fetch('/v1/channels/sandbox/pause', { method: 'POST' })
    const { body } = await submit()
    await server.stop()
    return body.id
  }
  async function refusal(): Promise<string> {
    const before = server.output.length
    await expect(server.start()).rejects.toThrow('ended with code 1')
    return server.output.slice(before)
  }
  function overwrite(page: number, bytes = PAGE_BYTES): void {
    const file = openSync(database, 'r+')
    writeSync(file, Buffer.alloc(bytes, 0x5a), 0, bytes, (page - 1) * PAGE_BYTES)
    closeSync(file)
  }
  /** The pages of a table: its b-tree, then what overflows from it. */
  function pagesOf(table: string): number[] {
    const db = new DatabaseSync(database, { readOnly: true })
    try {
      const rows = db.prepare('SELECT pageno FROM dbstat WHERE name = ? ORDER BY path').all(table)
      return (rows as { pageno: number }[]).map(({ pageno }) => pageno)
    } finally {
      db.close()
    }
  }

  it.each([
    ['a database of 0 bytes', () => truncateSync(database)],
    [
      'a database cut in half',
      () => truncateSync(database, Math.floor(statSync(database).size / PAGE_BYTES / 2) * PAGE_BYTES),
    ],
    ['a database that is missing', () => rmSync(database)],
    ['another file in its place', () => writeFileSync(database, 'x'.repeat(20_000))],
    ['an overwritten first page', () => overwrite(1)],
    ['an overwritten table of jobs', () => pagesOf('jobs').forEach((page) => overwrite(page))],
    ['an overwritten table of channels', () => pagesOf('channels').forEach((page) => overwrite(page))],
    ['overwritten keys of a job that has not ended', () => overwrite(pagesOf('chunks')[0]!)],
    ['a damaged lock', () => writeFileSync(join(server.folder, 'data', 'lock.db'), 'x'.repeat(20_000)), 'lock.db'],
  ])('is refused at the start, with the file and the way out: %s', async (_, damage, file = 'waybill.db') => {
    await usedFolder()
    damage()
    const output = await refusal()
    expect(output).toMatch(/^Cannot open data folder [^\n]+\n$/)
    expect(output).toContain(join(server.folder, 'data', file))
    expect(output).toContain(file === 'lock.db' ? 'delete' : 'backup')
    // Nothing was made anew, nothing is lost that was there.
    const again = await refusal()
    expect(again).toBe(output)
  })

  it('that lost its database after a kill is not taken for a new one', async () => {
    await server.start()
    expect((await submit()).status).toBe(202)
    await server.kill()
    truncateSync(database)
    rmSync(`${database}-wal`, { force: true })
    rmSync(`${database}-shm`, { force: true })
    expect(await refusal()).toContain('backup')
  })

  it.each([
    ['is missing', (log: string) => rmSync(log)],
    ['has 0 bytes', (log: string) => truncateSync(log)],
    ['is another file', (log: string) => writeFileSync(log, 'x'.repeat(statSync(log).size))],
    ['has an overwritten beginning', (log: string) => overwriteStart(log, 8192)],
    ['has an overwritten head', (log: string) => overwriteStart(log, 32)],
  ])('whose write-ahead log %s after a kill, with all jobs in it, is not taken for a new one', async (_, damage) => {
    await server.start()
    expect((await submit()).status).toBe(202)
    await server.kill()
    const log = `${database}-wal`
    // A copy of the database alone has not even its tables.
    expect(statSync(log).size).toBeGreaterThan(statSync(database).size)
    damage(log)
    rmSync(`${database}-shm`, { force: true })
    const output = await refusal()
    expect(output).toMatch(/^Cannot open data folder [^\n]+\n$/)
    expect(output).toContain('waybill.db-wal')
    expect(output).toContain('backup')
    expect(await refusal()).toBe(output)
    const args = ['verify', '--data', join(server.folder, 'data')]
    const verified = spawnSync(process.execPath, [BUILT_MAIN, ...args], { encoding: 'utf8' })
    expect([verified.status, verified.stderr]).toEqual([1, expect.stringContaining('waybill.db-wal')])
  })

  it('is reported when it is met later: 503 store_damaged, ready says so, one line of the log, nothing new starts', async () => {
    const id = await usedFolder()
    const pages = pagesOf('chunks')
    for (const page of pages.slice(pages.length / 2)) overwrite(page)
    await server.start()
    expect((await server.fetch('/healthz/ready')).status).toBe(200)

    const from = server.output.length
    for (let n = 0; n < 3; n++) {
      const read = await call<Problem>(`/v1/jobs/${id}/items?include=data&pageSize=1000`)
      expect([read.status, read.body.code]).toEqual([503, 'store_damaged'])
    }
    expect(await call('/healthz/ready')).toMatchObject({ status: 503, body: { code: 'store_damaged' } })
    expect(await submit()).toMatchObject({ status: 503, body: { code: 'store_damaged' } })
    // What can still be read is.
    expect((await call<Job>(`/v1/jobs/${id}`)).body).toMatchObject({ id, counts: { total: ITEMS } })

    await server.fetch('/v1/channels/sandbox/resume', { method: 'POST' })
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect((await call<Job>(`/v1/jobs/${id}`)).body.counts).toMatchObject({ pending: ITEMS, running: 0 })
    const lines = server.output
      .slice(from)
      .split('\n')
      .filter((line) => line.includes('"level":"error"'))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(database)
    expect(lines[0]).toContain('backup')
  })

  it('is reported when a delivery meets it, and the item is not called with half of its data', async () => {
    const id = await usedFolder()
    const pages = pagesOf('chunks')
    for (const page of pages.slice(pages.length / 2)) overwrite(page)
    await server.start()
    await server.fetch('/v1/channels/sandbox/resume', { method: 'POST' })
    await expect.poll(async () => (await server.fetch('/healthz/ready')).status, { timeout: 30_000 }).toBe(503)
    expect(await call('/healthz/ready')).toMatchObject({ body: { code: 'store_damaged' } })
    expect((await call<Job>(`/v1/jobs/${id}`)).body.counts).toMatchObject({ pending: ITEMS, failed: 0, succeeded: 0 })
    expect(server.running).toBe(true)
  })

  it('that never had a database is a new one: an admin token alone, or nothing', async () => {
    await server.start()
    await server.stop()
    for (const name of ['waybill.db', 'lock.db']) rmSync(join(server.folder, 'data', name))
    writeFileSync(join(server.folder, 'data', 'admin-token'), 'a-token-of-at-least-16\n', { mode: 0o600 })
    await server.start()
    expect((await server.fetch('/healthz/ready')).status).toBe(200)
    expect(readFileSync(join(server.folder, 'data', 'admin-token'), 'utf8')).toContain('a-token')
  })
})
