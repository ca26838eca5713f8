import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JobId } from '../../model/ids.ts'
import { fakeItem } from '../testing/fake-item.ts'
import { eventually, FakePorts, TOKEN } from '../testing/fake-ports.ts'
import { fakeSnapshot, JOB_ID } from '../testing/fake-snapshot.ts'
import { buildHttp } from '../server.ts'

let ports: FakePorts
let app: FastifyInstance

beforeEach(() => {
  ports = new FakePorts()
  app = buildHttp(ports)
})

afterEach(async () => {
  await app.close()
})

function get(url: string, headers: Record<string, string> = {}) {
  return app.inject({ url, headers: { authorization: `Bearer ${TOKEN}`, ...headers } })
}

describe('getJob', () => {
  it('answers with the snapshot and its tag', async () => {
    ports.show(fakeSnapshot(7, 'running', { retryAfterSeconds: 3 }))
    const answer = await get(`/v1/jobs/${JOB_ID}`)
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({
      etag: 'W/"7"',
      'cache-control': 'private, no-cache',
      'retry-after': '3',
      'content-type': 'application/json; charset=utf-8',
    })
    expect(answer.json()).toEqual(ports.jobs.get(JOB_ID)!.job)
  })

  it.each(['W/"7"', '"7"', 'W/"6", W/"7"', '*'])('answers 304 to If-None-Match %s', async (tag) => {
    ports.show(fakeSnapshot(7, 'running'))
    const answer = await get(`/v1/jobs/${JOB_ID}`, { 'if-none-match': tag })
    expect([answer.statusCode, answer.body, answer.headers.etag]).toEqual([304, '', 'W/"7"'])
  })

  it('answers with the whole job when the tag differs', async () => {
    ports.show(fakeSnapshot(8, 'running'))
    expect((await get(`/v1/jobs/${JOB_ID}`, { 'if-none-match': 'W/"7"' })).statusCode).toBe(200)
  })

  it('waits for another status than the known one, ignoring If-None-Match', async () => {
    ports.show(fakeSnapshot(7, 'pending', { retryAfterSeconds: 3 }))
    const answer = get(`/v1/jobs/${JOB_ID}?knownStatus=pending`, {
      prefer: 'respond-async, wait=5',
      'if-none-match': 'W/"8"',
    })
    await eventually(() => ports.waits.size).toBe(1)
    ports.show(fakeSnapshot(8, 'running', { retryAfterSeconds: 3 }))
    const { statusCode, headers, json } = await answer
    expect(statusCode).toBe(200)
    expect(headers['preference-applied']).toBe('wait=5')
    expect(headers['retry-after']).toBeUndefined()
    expect(json()).toMatchObject({ status: 'running' })
  })

  it('answers at once when the status differs from the known one', async () => {
    ports.show(fakeSnapshot(7, 'running'))
    const answer = await get(`/v1/jobs/${JOB_ID}?knownStatus=pending`, { prefer: 'wait=30' })
    expect([answer.statusCode, answer.headers['preference-applied']]).toEqual([200, 'wait=30'])
  })

  it('answers with the job as it is when the time is over, at most 30 s', async () => {
    ports.show(fakeSnapshot(7, 'running'))
    const answer = get(`/v1/jobs/${JOB_ID}`, { prefer: 'wait=3600' })
    await eventually(() => ports.clock.pending).toBe(1)
    ports.clock.advance(30_000)
    expect((await answer).headers['preference-applied']).toBe('wait=30')
  })

  it.each(['wait', 'wait=soon', 'wait=-1', 'return=minimal'])('ignores Prefer: %s', async (prefer) => {
    ports.show(fakeSnapshot(7, 'running'))
    expect((await get(`/v1/jobs/${JOB_ID}`, { prefer })).headers['preference-applied']).toBeUndefined()
  })
})

describe('listJobs', () => {
  const ids = Array.from({ length: 5 }, (_, n) => `job_${String(n).padStart(32, '0')}` as JobId)

  it('gives pages, newest first, that end without a token', async () => {
    for (const id of ids) ports.show(fakeSnapshot(1, 'running', { id }))
    const seen: string[] = []
    let token: string | undefined
    do {
      const answer = await get(
        `/v1/jobs?pageSize=2&channel=sandbox&channel=shop${token === undefined ? '' : `&pageToken=${token}`}`,
      )
      const page = answer.json<{ jobs: { id: string }[]; nextPageToken?: string }>()
      seen.push(...page.jobs.map((job) => job.id))
      token = page.nextPageToken
    } while (token !== undefined)
    expect(seen).toEqual([...ids].reverse())
  })

  it('refuses a token that was changed, or comes with other filters', async () => {
    for (const id of ids) ports.show(fakeSnapshot(1, 'running', { id }))
    const { nextPageToken } = (await get('/v1/jobs?pageSize=2')).json<{ nextPageToken: string }>()
    for (const query of [
      `pageToken=${nextPageToken}x`,
      `pageToken=A${nextPageToken}`,
      `status=ended&pageToken=${nextPageToken}`,
    ]) {
      const answer = await get(`/v1/jobs?${query}`)
      expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([400, 'bad_request'])
    }
  })
})

describe('listItems and getItem', () => {
  beforeEach(() => {
    ports.show(fakeSnapshot(1, 'running', { total: 5 }))
    for (let n = 0; n < 5; n++) ports.items.set(n, fakeItem(n, n % 2 === 0 ? {} : { status: 'failed' }))
  })

  it('gives pages of items in index order', async () => {
    const first = (await get(`/v1/jobs/${JOB_ID}/items?pageSize=2&status=succeeded&include=data,log`)).json<{
      items: { index: number }[]
      nextPageToken: string
    }>()
    expect(first.items.map((item) => item.index)).toEqual([0, 2])
    const url = `/v1/jobs/${JOB_ID}/items?pageSize=2&status=succeeded&include=log&include=data&pageToken=${first.nextPageToken}`
    expect((await get(url)).json()).toMatchObject({ items: [{ index: 4 }] })
    expect((await get(url)).json()).not.toHaveProperty('nextPageToken')
  })

  it('sends long data as it is, with its length, to HEAD only that', async () => {
    const data = { text: 'ü'.repeat(100_000), more: Array.from({ length: 20_000 }, (_, n) => n) }
    ports.items.set(0, fakeItem(0, { data }))
    ports.items.set(1, fakeItem(1, { data: null }))
    for (const url of [`/v1/jobs/${JOB_ID}/items?pageSize=2&include=data`, `/v1/jobs/${JOB_ID}/items/0`]) {
      const answer = await get(url)
      expect(answer.headers).toMatchObject({
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'private, no-cache',
      })
      expect(Number(answer.headers['content-length'])).toBe(answer.rawPayload.length)
      const body = answer.json<{ items?: { data: unknown }[]; data?: unknown }>()
      expect(body.items?.[0]?.data ?? body.data).toEqual(data)
      if (body.items !== undefined) expect(body.items[1]!.data).toBeNull()
      const head = await app.inject({ method: 'HEAD', url, headers: { authorization: `Bearer ${TOKEN}` } })
      expect([head.statusCode, head.headers['content-length'], head.payload]).toEqual([
        200,
        answer.headers['content-length'],
        '',
      ])
    }
  })

  it('continues over pages without a match', async () => {
    const { page } = ports.itemReads
    ports.itemReads.page = async (query) =>
      query.fromIndex < 3 ? { items: [], nextIndex: query.fromIndex + 1 } : page.call(ports.itemReads, query)
    expect((await get(`/v1/jobs/${JOB_ID}/items`)).json()).toMatchObject({ items: [{ index: 3 }, { index: 4 }] })
  })

  it('distinguishes a missing item from a missing job', async () => {
    expect((await get(`/v1/jobs/${JOB_ID}/items/4`)).json()).toMatchObject({ index: 4 })
    expect((await get(`/v1/jobs/${JOB_ID}/items/5`)).json()).toMatchObject({ code: 'item_not_found' })
    expect((await get(`/v1/jobs/job_${'0'.repeat(32)}/items/0`)).json()).toMatchObject({ code: 'job_not_found' })
  })
})

describe('getResults', () => {
  function lines(body: string): Record<string, unknown>[] {
    return body
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  }

  it('streams all items of an ended job, and an end that sums them up', async () => {
    ports.show(fakeSnapshot(1, 'ended', { total: 5 }))
    for (let n = 0; n < 5; n++) ports.items.set(n, fakeItem(n))
    const answer = await get(`/v1/jobs/${JOB_ID}/results`)
    expect(answer.headers['content-type']).toBe('application/x-ndjson')
    const all = lines(answer.body)
    expect(all.map((line) => line['index'])).toEqual([0, 1, 2, 3, 4, undefined])
    expect(all[0]).toMatchObject({ type: 'item', status: 'succeeded', result: { revision: 0 } })
    const before = answer.body.slice(0, answer.body.lastIndexOf('{"type":"end"'))
    expect(all[5]).toEqual({
      type: 'end',
      complete: true,
      count: 5,
      nextIndex: 5,
      sha256: createHash('sha256').update(before).digest('hex'),
    })
  })

  it('reports where to continue when the job is not done, over gaps', async () => {
    ports.show(fakeSnapshot(1, 'running', { total: 5 }))
    for (let n = 0; n < 5; n++) ports.items.set(n, fakeItem(n, n === 3 ? { status: 'running' } : {}))
    const all = lines((await get(`/v1/jobs/${JOB_ID}/results?from=1`)).body)
    expect(all.map((line) => line['index'])).toEqual([1, 2, 4, undefined])
    expect(all[3]).toMatchObject({ complete: false, count: 3, nextIndex: 3 })
  })

  it('is not complete before the job is done, also when all items it knows have ended', async () => {
    ports.show(fakeSnapshot(1, 'open', { total: 1 }))
    ports.items.set(0, fakeItem(0))
    expect(lines((await get(`/v1/jobs/${JOB_ID}/results`)).body).at(-1)).toMatchObject({
      complete: false,
      nextIndex: 1,
    })
  })

  it('returns only the requested statuses, and is complete with none', async () => {
    ports.show(fakeSnapshot(1, 'ended', { total: 3 }))
    for (let n = 0; n < 3; n++) ports.items.set(n, fakeItem(n))
    expect(lines((await get(`/v1/jobs/${JOB_ID}/results?status=failed`)).body)).toEqual([
      expect.objectContaining({ type: 'end', complete: true, count: 0, nextIndex: 3 }),
    ])
  })

  it('ends without its last line when reading fails', async () => {
    ports.show(fakeSnapshot(1, 'ended', { total: 500 }))
    const { results } = ports.itemReads
    for (let n = 0; n < 500; n++) ports.items.set(n, fakeItem(n, { result: 'x'.repeat(1000) }))
    ports.resultsPerRead = 100
    ports.itemReads.results = async (query) => {
      if (query.fromIndex === 300) throw new Error('disk gone')
      return results.call(ports.itemReads, query)
    }
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    const answer = await fetch(`${url}/v1/jobs/${JOB_ID}/results`, { headers: { authorization: `Bearer ${TOKEN}` } })
    await expect(answer.text()).rejects.toThrow('terminated')
    expect(ports.logged.map(({ level }) => level)).toContain('error')
  })

  it('reads no further than the client takes', async () => {
    ports.show(fakeSnapshot(1, 'ended', { total: 100_000 }))
    let reads = 0
    const items = Array.from({ length: 100 }, (_, n) => fakeItem(n, { result: 'x'.repeat(10_000) }))
    ports.itemReads.results = async (query) => {
      reads++
      return { items, nextIndex: query.fromIndex + 100, end: query.fromIndex > 90_000, firstUnended: null }
    }
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    const controller = new AbortController()
    const answer = await fetch(`${url}/v1/jobs/${JOB_ID}/results`, {
      headers: { authorization: `Bearer ${TOKEN}` },
      signal: controller.signal,
    })
    const reader = answer.body!.getReader()
    await reader.read()
    // Wait until nothing moves any more: what fits the sockets' buffers has been read.
    let seen = -1
    await expect.poll(() => seen === (seen = reads), { interval: 100, timeout: 8000 }).toBe(true)
    expect(reads).toBeLessThan(50) // of 900 reads of 1 MB each
    controller.abort()
  })
})

describe('getResultsCsv', () => {
  it('is refused before the job has ended', async () => {
    ports.show(fakeSnapshot(1, 'running', { retryAfterSeconds: 2 }))
    const answer = await get(`/v1/jobs/${JOB_ID}/results.csv`)
    expect([answer.statusCode, answer.json<{ code: string }>().code, answer.headers['retry-after']]).toEqual([
      409,
      'job_not_ended',
      '2',
    ])
  })

  it.each(['=', '+', '-', '@', '\t', '\r', '\n', ';', '\uff1d', '\uff0b', '\uff0d', '\uff20'])(
    'guards a cell that begins with %j',
    async (lead) => {
      ports.show(fakeSnapshot(1, 'ended', { total: 1 }))
      ports.items.set(0, fakeItem(0, { id: `${lead}SUM(1)`, partitionKey: `x${lead}1` }))
      const row = (await get(`/v1/jobs/${JOB_ID}/results.csv`)).body.split('\r\n').slice(1).join('\r\n')
      expect(row.replace(/^0,"?/, '').startsWith(`'${lead}SUM(1)`)).toBe(true)
      expect(row).not.toContain("'x")
    },
  )

  it('writes long rows one by one, and short ones a hundred at a time', async () => {
    ports.show(fakeSnapshot(1, 'ended', { total: 250 }))
    for (let n = 0; n < 250; n++) ports.items.set(n, fakeItem(n, n < 20 ? { result: 'r'.repeat(60_000) } : {}))
    const lines = (await get(`/v1/jobs/${JOB_ID}/results.csv`)).body.trimEnd().split('\r\n')
    expect(lines.slice(1).map((line) => Number(line.split(',')[0]))).toEqual(Array.from({ length: 250 }, (_, n) => n))
  })

  it('has fixed columns, CRLF, and cells that no spreadsheet runs', async () => {
    ports.show(fakeSnapshot(1, 'ended', { total: 3 }))
    ports.items.set(0, fakeItem(0, { id: '=1+1', result: { a: 'x,"y"' } }))
    ports.items.set(1, fakeItem(1, { id: '-5', result: -5, partitionKey: null }))
    ports.items.set(
      2,
      fakeItem(2, {
        id: 'a\nb',
        status: 'failed',
        result: null,
        error: {
          code: '@SUM',
          origin: 'connector',
          title: '+x',
          status: 422,
          detail: '\ttab',
          retryable: false,
          pointer: null,
        },
      }),
    )
    const answer = await get(`/v1/jobs/${JOB_ID}/results.csv`)
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${JOB_ID}.csv"`,
    })
    const times = '2026-01-15T08:00:00.020Z,2026-01-15T08:00:00.061Z'
    expect(answer.body).toBe(
      [
        'index,id,partitionKey,action,status,attempts,startedAt,endedAt,errorCode,errorTitle,errorStatus,errorDetail,result',
        `0,'=1+1,sku-0,update,succeeded,1,${times},,,,,"{""a"":""x,\\""y\\""""}"`,
        `1,-5,,update,succeeded,1,${times},,,,,-5`,
        `2,"a\nb",sku-2,update,failed,1,${times},'@SUM,'+x,422,'\ttab,`,
        '',
      ].join('\r\n'),
    )
  })
})
