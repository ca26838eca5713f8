import { closeSync, existsSync, openSync, readdirSync, renameSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Channel, Job } from '@waybill/spec'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RecordingConnector } from '../support/recording-connector.ts'
import { runServerCommand } from '../support/run-server-command.ts'
import { ServerProcess } from '../support/server-process.ts'

const PAGE_BYTES = 8192
const ITEMS = 60

describe('copies of a data folder', { timeout: 60_000 }, () => {
  let shop: RecordingConnector
  let server: ServerProcess
  let data: string

  beforeEach(async () => {
    shop = new RecordingConnector({
      answer: () => ({
        kind: 'items',
        delayMs: 1,
        answer: ({ index }) => ({ kind: index % 7 === 0 ? 'failed' : 'succeeded', code: 'no' }),
      }),
    })
    await shop.start()
    server = await ServerProcess.create({
      args: ['--threads', '1'],
      config: { channels: { shop: { connector: { type: 'http', url: shop.url, batchSize: 5 } } } },
    })
    data = join(server.folder, 'data')
  })
  afterEach(async () => {
    await server.remove()
    await shop.stop()
  })

  const command = (...args: string[]) => runServerCommand(server.folder, args)
  async function submit(): Promise<string> {
    const items = Array.from({ length: ITEMS }, (_, n) => ({
      id: `sku-${n}`,
      partitionKey: `key-${n % 9}`,
      data: { n },
    }))
    const answer = await server.fetch('/v1/jobs', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ channel: 'shop', objectType: 'product', action: 'update', items }),
    })
    expect(answer.status).toBe(202)
    return ((await answer.json()) as Job).id
  }
  const job = async (id: string): Promise<Job> => (await (await server.fetch(`/v1/jobs/${id}`)).json()) as Job
  const channel = async (): Promise<Channel> => (await (await server.fetch('/v1/channels/shop')).json()) as Channel
  const ended = (id: string) => expect.poll(async () => (await job(id)).done, { timeout: 30_000 }).toBe(true)
  const post = (path: string) => server.fetch(path, { method: 'POST' })

  it('backup copies the folder of a running server, verified, for its user only, and never over another file', async () => {
    await server.start()
    const id = await submit()
    await ended(id)
    const file = join(server.folder, 'copy.db')
    const first = await command('backup', file, '--data', data)
    expect([first.code, first.err]).toEqual([0, ''])
    expect(first.out).toContain('60 items')
    expect(first.out).toMatch(/credentials/)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(server.folder).filter((name) => name.startsWith('copy'))).toEqual(['copy.db'])

    const again = await command('backup', file, '--data', data)
    expect([again.code, again.out]).toEqual([1, ''])
    expect(again.err).toContain(`Cannot write backup as ${file} must not exist`)
    expect((await command('backup', file, '--data', data, '--force')).code).toBe(0)
    // The server is still there, and has noticed nothing.
    expect((await job(id)).counts).toMatchObject({ total: ITEMS })
  })

  it('backup copies while work is accepted and delivered: whole jobs only, and every outcome up to a moment', async () => {
    await server.start()
    const ids: string[] = []
    let copying = true
    const load = (async () => {
      while (copying) ids.push(await submit())
    })()
    for (let n = 0; n < 3; n++) {
      const { code, out, err } = await command('backup', join(server.folder, `copy-${n}.db`), '--data', data)
      expect([n, code, err]).toEqual([n, 0, ''])
      expect(out).toContain('verified')
    }
    copying = false
    await load
    expect(ids.length).toBeGreaterThan(3)
  })

  it('a restored backup starts with --paused, delivers nothing until it is resumed, and then everything once', async () => {
    await server.start()
    await post('/v1/channels/shop/pause')
    const id = await submit()
    const file = join(server.folder, 'copy.db')
    expect((await command('backup', file, '--data', data)).code).toBe(0)
    await post('/v1/channels/shop/resume')
    await ended(id)
    const { version } = await job(id)
    await server.stop()
    shop.calls.length = 0

    renameSync(data, join(server.folder, 'lost'))
    expect((await command('restore', file, '--data', data)).code).toBe(0)
    // The copy was made while the channel was paused: as if it had not been.
    const db = new DatabaseSync(join(data, 'waybill.db'))
    db.exec('UPDATE channels SET paused = 0')
    db.close()

    await server.start(null, ['--paused'])
    expect((await channel()).state).toMatchObject({ paused: true })
    const held = await job(id)
    expect(held.counts).toMatchObject({ pending: ITEMS })
    expect(held.waiting.map(({ reason }) => reason)).toContain('paused')
    expect((await job(id)).version).toBeGreaterThan(version)
    // A channel that is made now is held as those that were there.
    const made = await server.fetch('/v1/channels/later', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ connector: { type: 'http', url: 'https://shop.example/' } }),
    })
    expect(((await made.json()) as Channel).state).toMatchObject({ paused: true })
    // A supervisor that starts it again without the flag lets nothing out either.
    await server.kill()
    await server.start()
    expect((await channel()).state).toMatchObject({ paused: true })
    expect(shop.calls).toHaveLength(0)
    await post('/v1/channels/shop/resume')
    await ended(id)
    expect(shop.calls.flatMap((call) => call.index)).toHaveLength(ITEMS)
  })

  describe('verify', () => {
    it('reports a sound folder, also of a server that was killed, and changes nothing in it', async () => {
      await server.start()
      await ended(await submit())
      await submit()
      await server.kill()
      // The lock's own journal is no data.
      const files = (): string[] => readdirSync(data).filter((name) => !name.startsWith('lock.db'))
      const names = files()
      const sound = await command('verify', '--data', data)
      expect([sound.code, sound.err]).toEqual([0, ''])
      expect(sound.out).toContain('120 items')
      expect(sound.out).toContain('sound')
      expect(files()).toEqual(names)
    })

    it('refuses a folder that a server uses, and says what to do', async () => {
      await server.start()
      const { code, err } = await command('verify', '--data', data)
      expect(code).toBe(1)
      expect(err).toMatch(/^Cannot verify [^\n]*backup[^\n]*\n$/)
      expect((await server.fetch('/healthz/ready')).status).toBe(200)
    })

    it.each([
      ['an overwritten page', () => overwrite('chunks'), 'waybill.db'],
      [
        'an item that is another one',
        () => change("UPDATE chunks SET body = CAST(replace(CAST(body AS TEXT), 'sku-1\"', 'sku-x\"') AS BLOB)"),
        'another id',
      ],
      [
        'an item that is missing',
        () => change('UPDATE jobs SET total = total + 1'),
        'jobs whose items are not their chunks',
      ],
      ['counts that are wrong', () => change('UPDATE outcome_maps SET failed = failed + 1'), 'as failed'],
      ['outcomes without their calls', () => change('DELETE FROM calls'), 'without its call'],
      ['outcomes of nothing', () => change('UPDATE outcome_maps SET ref = 4711'), 'outcome maps without a chunk'],
    ])('reports %s with exit code 1', async (_, damage, report) => {
      await server.start()
      await ended(await submit())
      await server.stop()
      damage()
      const { code, out, err } = await command('verify', '--data', data)
      expect([code, err]).toEqual([1, ''])
      expect(out).toContain(report)
      expect(out).toContain('damaged')
      const copied = await command('backup', join(server.folder, 'copy.db'), '--data', data)
      expect(copied.code).toBe(1)
      expect(copied.err).toContain('Cannot write backup')
      expect(existsSync(join(server.folder, 'copy.db'))).toBe(false)
    })

    it('says what is missing', async () => {
      const missing = await command('verify', '--data', join(server.folder, 'nothing-here'))
      expect([missing.code, missing.err]).toEqual([
        1,
        expect.stringMatching(/^Cannot verify [^\n]+nothing-here[^\n]+\n$/),
      ])
      writeFileSync(join(server.folder, 'file'), '')
      expect((await command('verify', '--data', join(server.folder, 'file'))).code).toBe(1)
      expect((await command('backup')).code).toBe(2)
      expect((await command('verify', 'extra')).code).toBe(2)
      expect((await command('nonsense')).code).toBe(2)
    })

    function change(sql: string): void {
      const db = new DatabaseSync(join(data, 'waybill.db'))
      db.exec(sql)
      db.close()
    }
    function overwrite(table: string): void {
      const db = new DatabaseSync(join(data, 'waybill.db'), { readOnly: true })
      const { pageno } = db.prepare('SELECT max(pageno) AS pageno FROM dbstat WHERE name = ?').get(table) as {
        pageno: number
      }
      db.close()
      const file = openSync(join(data, 'waybill.db'), 'r+')
      writeSync(file, Buffer.alloc(PAGE_BYTES, 0x5a), 0, PAGE_BYTES, (pageno - 1) * PAGE_BYTES)
      closeSync(file)
    }
  })
})
