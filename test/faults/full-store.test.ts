import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Channel, Job, Problem } from '@waybill/spec'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'

const MAX_DATA_BYTES = 6_000_000
const TMPFS_MIB = 40
/** About 600 KB of a job. */
const ITEMS = 200
const PADDING = 'x'.repeat(3_000)

describe('a full store', { timeout: 120_000 }, () => {
  let shop: RecordingConnector
  let server: ServerProcess
  /** Of every item. */
  let result: string | null

  beforeEach(async () => {
    result = null
    shop = new RecordingConnector({
      answer: () => ({ kind: 'items', answer: () => ({ kind: 'succeeded', result }) }),
    })
    await shop.start()
  })
  afterEach(async () => {
    await server.remove()
    await shop.stop()
  })

  async function call<T>(path: string, init: RequestInit = {}): Promise<{ status: number; body: T }> {
    const answer = await server.fetch(path, init)
    const text = await answer.text()
    return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as T }
  }
  const post = <T>(path: string) => call<T>(path, { method: 'POST' })
  function submit(count = ITEMS): Promise<{ status: number; body: { readonly id: string; readonly code?: string } }> {
    const items = Array.from({ length: count }, (_, n) => ({ id: `sku-${n}`, data: { padding: PADDING } }))
    return call('/v1/jobs', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ channel: 'shop', objectType: 'product', action: 'update', items }),
    })
  }
  async function fill(): Promise<string[]> {
    const ids: string[] = []
    for (;;) {
      const { status, body } = await submit()
      if (status !== 202) {
        expect([status, body.code]).toEqual([503, 'disk_full'])
        return ids
      }
      ids.push(body.id)
      expect(ids.length).toBeLessThan(200)
    }
  }
  /** Fills it to the last item. */
  async function fillUp(): Promise<string[]> {
    const ids = await fill()
    for (let count = ITEMS; count > 0;) {
      const { status, body } = await submit(count)
      if (status === 202) ids.push(body.id)
      else count >>= 1
    }
    return ids
  }
  const job = async (id: string): Promise<Job> => (await call<Job>(`/v1/jobs/${id}`)).body
  const ended = (id: string) => expect.poll(async () => (await job(id)).done, { timeout: 60_000 }).toBe(true)
  const ready = async (): Promise<unknown[]> => {
    const { status, body } = await call<Partial<Problem>>('/healthz/ready')
    return [status, body.code]
  }
  const config = (limits: object = {}) => ({
    channels: { shop: { connector: { type: 'http', url: shop.url } } },
    limits,
  })

  /** Everything that frees space, one after another, on a store that takes no new work. */
  async function emptyByTheApi(ids: readonly string[]): Promise<void> {
    const [first, second, third, ...rest] = ids
    expect((await post<Job>(`/v1/jobs/${second}/pause`)).status).toBe(202)
    expect((await post<Job>(`/v1/jobs/${second}/resume`)).status).toBe(202)
    expect((await post(`/v1/jobs/${first}/cancel`)).status).toBe(202)
    await ended(first!)
    expect((await job(first!)).outcome).toBe('cancelled')
    expect((await call(`/v1/jobs/${first}`, { method: 'DELETE' })).status).toBe(204)
    // Accepted work ends: its outcomes have space.
    expect((await post('/v1/channels/shop/resume')).status).toBe(200)
    for (const id of [second!, third!]) await ended(id)
    expect((await job(second!)).counts).toMatchObject({ succeeded: ITEMS })
    for (const id of [second!, third!, ...rest]) {
      await post(`/v1/jobs/${id}/cancel`)
      await ended(id)
      expect((await call(`/v1/jobs/${id}`, { method: 'DELETE' })).status).toBe(204)
    }
    await expect.poll(ready, { timeout: 30_000 }).toEqual([200, undefined])
    // Deleted data is returned step by step: the first space may be too small for a whole job.
    await expect.poll(async () => (await submit()).status, { timeout: 30_000 }).toBe(202)
  }

  /** Ends and deletes every job with no more than the API: deletes those that have ended, cancels one where nothing else moves. */
  async function endEveryJob(ids: readonly string[]): Promise<void> {
    let left = ids
    while (left.length > 0) {
      const jobs = await Promise.all(left.map((id) => job(id)))
      const done = jobs.filter((one) => one.done)
      for (const { id, counts } of done) {
        // Every call that was made has its outcome.
        expect(counts.succeeded + counts.cancelled).toBe(counts.total)
        expect((await call(`/v1/jobs/${id}`, { method: 'DELETE' })).status).toBe(204)
      }
      left = jobs.filter((one) => !one.done).map(({ id }) => id)
      const stands = jobs.find(
        ({ status, waiting }) => status !== 'cancelling' && waiting.some(({ reason }) => reason === 'disk_full'),
      )
      if (done.length > 0) continue
      if (stands !== undefined) expect((await post(`/v1/jobs/${stands.id}/cancel`)).status).toBe(202)
      await sleep(50)
    }
  }

  const standsForSpace = async (ids: readonly string[]): Promise<boolean> => {
    const jobs = await Promise.all(ids.map((id) => job(id)))
    return jobs.some(({ waiting }) => waiting.some(({ reason }) => reason === 'disk_full'))
  }

  describe('by maxDataBytes', () => {
    beforeEach(async () => {
      server = await ServerProcess.create({
        config: config({ maxDataBytes: MAX_DATA_BYTES }),
        args: ['--threads', '1'],
      })
      await server.start()
    })

    it('says so when it refuses, lets accepted work end, and can be emptied through the API', async () => {
      await post('/v1/channels/shop/pause')
      const ids = await fill()
      expect(ids.length).toBeGreaterThan(3)
      expect(await ready()).toEqual([503, 'disk_full'])
      expect(shop.calls).toHaveLength(0)
      await emptyByTheApi(ids)
    })

    it('starts no further call when results use up the reserve, says why, and can be emptied all the same', async () => {
      result = 'r'.repeat(4000)
      await post('/v1/channels/shop/pause')
      const ids = await fill()
      await post('/v1/channels/shop/resume')
      const reasons = async (): Promise<unknown[]> => {
        const jobs = await Promise.all(ids.map((id) => job(id)))
        return jobs.flatMap(({ waiting }) => waiting.map(({ reason }) => reason))
      }
      await expect.poll(reasons, { timeout: 30_000 }).toContain('disk_full')
      for (const id of ids) {
        expect((await post(`/v1/jobs/${id}/cancel`)).status).toBeLessThan(300)
        await ended(id)
        const { counts } = await job(id)
        // Every call that was made has its outcome.
        expect(counts.succeeded + counts.cancelled).toBe(ITEMS)
        expect((await call(`/v1/jobs/${id}`, { method: 'DELETE' })).status).toBe(204)
      }
      await expect.poll(ready, { timeout: 30_000 }).toEqual([200, undefined])
      await expect.poll(async () => (await submit()).status, { timeout: 30_000 }).toBe(202)
    })

    it('that was filled to the last item, and then by results, has no job that cannot be ended through the API', async () => {
      result = 'r'.repeat(1000)
      await post('/v1/channels/shop/pause')
      const ids = await fillUp()
      await post('/v1/channels/shop/resume')
      await expect.poll(() => standsForSpace(ids), { timeout: 30_000 }).toBe(true)
      await endEveryJob(ids)
      await expect.poll(ready, { timeout: 30_000 }).toEqual([200, undefined])
      await expect.poll(async () => (await submit()).status, { timeout: 30_000 }).toBe(202)
    })

    it('starts again as it is, and delivers what it has accepted', async () => {
      await post('/v1/channels/shop/pause')
      const ids = await fill()
      await server.kill()
      await server.start()
      expect((await submit()).status).toBe(503)
      expect(await ready()).toEqual([503, 'disk_full'])
      await post('/v1/channels/shop/resume')
      for (const id of ids) await ended(id)
      expect((await call<Channel>('/v1/channels/shop')).body.state.runningCalls).toBe(0)
      for (const id of ids) expect((await job(id)).outcome).toBe('succeeded')
    })
  })

  describe('by its file system', () => {
    let mounted: string | null
    let data: string

    beforeEach(async (context) => {
      server = await ServerProcess.create({ config: config(), args: ['--threads', '1'] })
      data = join(server.folder, 'data')
      mkdirSync(data)
      mounted = mountSmall(data)
      if (mounted === null) context.skip('mounting a small file system needs to be root, with mount permitted')
    })
    afterEach(async () => {
      if (mounted === null) return
      if (server.running) await server.kill()
      execFileSync('umount', ['-l', data])
    })

    /** A sixteenth of the file system. */
    const reserveIsWhole = () =>
      expect
        .poll(() => statSync(join(data, 'reserve'), { throwIfNoEntry: false })?.size, { timeout: 30_000 })
        .toBe((TMPFS_MIB * 2 ** 20) / 16)

    /** Takes all that is free, as another program would. */
    function fillDisk(): void {
      const { bavail, bsize } = statfsSync(data)
      try {
        writeFileSync(join(data, 'somebody-elses'), Buffer.alloc(bavail * bsize, 1), { flag: 'a' })
      } catch (error) {
        // The server wrote meanwhile: what was free is taken all the same.
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      }
    }

    it('says so when it refuses, lets accepted work end, and can be emptied through the API', async () => {
      await server.start()
      await post('/v1/channels/shop/pause')
      const ids = await fill()
      expect(ids.length).toBeGreaterThan(10)
      expect(await ready()).toEqual([503, 'disk_full'])
      await emptyByTheApi(ids)
    })

    it('cancels, pauses, delivers and deletes when others took every byte, and takes work again when they give it back', async () => {
      // More than the pages and the log that the database has: outcomes take the reserve.
      result = 'r'.repeat(1000)
      await server.start()
      await post('/v1/channels/shop/pause')
      const ids: string[] = []
      for (let n = 0; n < 8; n++) ids.push((await submit()).body.id)
      await reserveIsWhole()
      fillDisk()
      await expect.poll(ready, { timeout: 30_000 }).toEqual([503, 'disk_full'])
      const refused = await submit()
      expect([refused.status, refused.body.code]).toEqual([503, 'disk_full'])
      expect((await post(`/v1/jobs/${ids[0]}/cancel`)).status).toBe(202)
      await ended(ids[0]!)
      expect((await call(`/v1/jobs/${ids[0]}`, { method: 'DELETE' })).status).toBe(204)
      expect((await post(`/v1/jobs/${ids[1]}/pause`)).status).toBe(202)
      expect((await post(`/v1/jobs/${ids[1]}/resume`)).status).toBe(202)
      await post('/v1/channels/shop/resume')
      // The reserve takes outcomes of two jobs at least. When it is used up, deletes of those that have ended make space.
      for (const id of ids.slice(1, 3)) {
        await ended(id)
        expect((await job(id)).counts).toMatchObject({ succeeded: ITEMS })
      }
      await endEveryJob(ids.slice(1))
      rmSync(join(data, 'somebody-elses'))
      await expect.poll(ready, { timeout: 30_000 }).toEqual([200, undefined])
      expect((await submit()).status).toBe(202)
      await reserveIsWhole()
    })

    it('starts on a full disk with its reserve, and says in a sentence when not even that is enough', async () => {
      await server.start()
      await post('/v1/channels/shop/pause')
      const { id } = (await submit()).body
      await reserveIsWhole()
      await server.kill()
      fillDisk()
      await server.start()
      expect(await ready()).toEqual([503, 'disk_full'])
      expect((await post(`/v1/jobs/${id}/cancel`)).status).toBe(202)
      await ended(id)
      expect((await call(`/v1/jobs/${id}`, { method: 'DELETE' })).status).toBe(204)
      await server.stop()

      rmSync(join(data, 'reserve'), { force: true })
      rmSync(join(data, 'somebody-elses'))
      fillDisk()
      const before = server.output.length
      await expect(server.start()).rejects.toThrow('ended with code 1')
      expect(server.output.slice(before)).toMatch(
        /^Cannot open data folder as its file system must have free space: [^\n]*data has \d+ bytes free[^\n]*\n$/m,
      )
    })
  })
})

/** A file system of its own on a folder; null where that is not permitted. */
function mountSmall(folder: string): string | null {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${TMPFS_MIB}m`, 'tmpfs', folder], { stdio: 'ignore' })
    return folder
  } catch {
    return null
  }
}
