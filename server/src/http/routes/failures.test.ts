import type { DeadLetterGroupPage } from '@waybill/spec'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JobId, JobRef } from '../../model/ids.ts'
import { hashOf, partitionKeySeed } from '../../model/item-hashes.ts'
import { fakeItem } from '../testing/fake-item.ts'
import { FakePorts, TOKEN } from '../testing/fake-ports.ts'
import { fakeSnapshot, JOB_ID } from '../testing/fake-snapshot.ts'
import { buildHttp } from '../server.ts'

const headers = { authorization: `Bearer ${TOKEN}` }
const error = {
  code: 'http_422',
  origin: 'connector',
  title: 'The connector answered 422',
  status: 422,
  detail: 'price',
  retryable: false,
  pointer: null,
} as const

let ports: FakePorts
let app: FastifyInstance

beforeEach(() => {
  ports = new FakePorts()
  app = buildHttp(ports)
  ports.show(fakeSnapshot(1, 'running', { total: 9 }))
})

afterEach(async () => {
  await app.close()
})

const get = (url: string) => app.inject({ method: 'GET', url, headers })
const post = (url: string, payload: object) => app.inject({ method: 'POST', url, headers, payload })

describe('retryJob', () => {
  it('answers with the new jobs, and retries failed items by default', async () => {
    const answer = await post(`/v1/jobs/${JOB_ID}/retry`, {})
    expect([answer.statusCode, answer.json()]).toMatchObject([202, { jobs: [{ id: JOB_ID }] }])
    await post(`/v1/jobs/${JOB_ID}/retry`, { status: ['failed', 'cancelled'], allowStale: true })
    expect(ports.asked).toEqual([
      { status: ['failed'], allowStale: false },
      { status: ['failed', 'cancelled'], allowStale: true },
    ])
  })

  it.each([
    [{ status: [] }, 'bad_request', '/status'],
    [{ status: ['succeeded'] }, 'bad_request', '/status/0'],
    [{ force: true }, 'unknown_field', '/force'],
  ])('refuses %j', async (payload, code, pointer) => {
    expect((await post(`/v1/jobs/${JOB_ID}/retry`, payload)).json()).toMatchObject({ code, errors: [{ pointer }] })
  })
})

describe('listDeadLetterGroups', () => {
  const group = (index: number, count: number) => ({
    ...{ channel: 'shop', code: 'http_422', error: index, count, retried: 0 },
    ...{ firstFailedAtMs: Date.UTC(2026, 0, 15, 8), lastFailedAtMs: Date.UTC(2026, 0, 15, 9) },
    newest: { ref: 1 as JobRef, jobId: JOB_ID, index },
  })

  it('shows the largest first, with the first line of an example, and where to continue', async () => {
    ports.items.set(1, fakeItem(1, { status: 'failed', error: { ...error, detail: ' price\nsecret' }, data: 'secret' }))
    ports.finding.letterGroups = { groups: [group(2, 1), group(1, 7)], nextBeforeSeq: 12 }
    const answer = await get('/v1/dead-letters/groups?channel=shop')
    const { groups, complete, nextPageToken } = answer.json<DeadLetterGroupPage>()
    expect(complete).toBe(false)
    expect(groups).toMatchObject([
      { id: 'dlg_0000000000001', count: 7, detail: 'price', example: { jobId: JOB_ID, index: 1 } },
      { id: 'dlg_0000000000002', count: 1, detail: null }, // its job was deleted meanwhile
    ])
    expect(groups[0]!.links.items).toBe('/v1/dead-letters?channel=shop&code=http_422&group=dlg_0000000000001')
    expect(answer.body).not.toContain('secret')

    ports.finding.letterGroups = { groups: [], nextBeforeSeq: null }
    const next = `/v1/dead-letters/groups?channel=shop&pageToken=${nextPageToken}`
    expect((await get(next)).json()).toEqual({ groups: [], complete: true })
    expect(ports.asked).toMatchObject([{ channels: ['shop'] }, { channels: ['shop'], beforeSeq: 12 }])
    expect((await get(`${next}&retried=false`)).json()).toMatchObject({ code: 'bad_request' })
  })

  it('refuses what is no group', async () => {
    const answer = await get('/v1/dead-letters/groups?group=dlg_1')
    expect(answer.json()).toMatchObject({ code: 'bad_request', errors: [{ parameter: 'group' }] })
  })
})

describe('listDeadLetters', () => {
  const letter = (seq: number) => ({
    seq,
    ref: 1 as JobRef,
    jobId: JOB_ID,
    channel: 'sandbox',
    index: seq,
    code: 'http_422',
    failedAtMs: Date.UTC(2026, 0, 15, 8),
    retriedAs: null,
  })

  beforeEach(() => {
    for (const seq of [5, 4, 3, 2, 1]) {
      ports.letters.push(letter(seq))
      ports.items.set(seq, fakeItem(seq, { status: 'failed', result: null, error, data: { secret: 1 }, log: [] }))
    }
  })

  it('shows each with its log and what to do, without its data', async () => {
    const answer = await get('/v1/dead-letters?pageSize=1')
    expect(answer.json()).toMatchObject({
      deadLetters: [
        {
          channel: 'sandbox',
          code: 'http_422',
          failedAt: '2026-01-15T08:00:00.000Z',
          advice: 'Correct the item as the connector says and submit it again: the same would fail again',
          item: { index: 5, status: 'failed', log: [] },
        },
      ],
    })
    expect(answer.body).not.toContain('secret')
  })

  it('comes in pages, and continues although a job was deleted', async () => {
    ports.items.delete(3)
    const seen: number[] = []
    let token = ''
    for (let pages = 1; ; pages++) {
      const page = (await get(`/v1/dead-letters?pageSize=2${token}`)).json<{
        deadLetters: { item: { index: number } }[]
        nextPageToken?: string
      }>()
      seen.push(...page.deadLetters.map(({ item }) => item.index))
      if (page.nextPageToken === undefined) {
        expect(pages).toBe(3)
        break
      }
      token = `&pageToken=${page.nextPageToken}`
    }
    expect(seen).toEqual([5, 4, 2, 1])
  })

  it('passes its filters to the store', async () => {
    const query = `channel=shop&jobId=${JOB_ID}&code=http_422&code=timeout&partitionKey=sku-4&retried=false&pageSize=7`
    const answer = await get(`/v1/dead-letters?${query}`)
    expect(ports.letterQueries).toEqual([
      {
        subscription: 'default',
        caller: 'token:admin',
        channels: ['shop'],
        jobIds: [JOB_ID],
        codes: ['http_422', 'timeout'],
        keyHash: hashOf(partitionKeySeed('default', 'shop'), 'sku-4'),
        notRetried: true,
        limit: 8,
      },
    ])
    // The others of the fake only share the hash.
    expect(answer.json<{ deadLetters: unknown[] }>().deadLetters).toHaveLength(1)
  })

  it('requires the channel of a key', async () => {
    for (const query of ['partitionKey=a', 'partitionKey=a&channel=x&channel=y']) {
      expect((await get(`/v1/dead-letters?${query}`)).json()).toMatchObject({
        code: 'bad_request',
        errors: [{ parameter: 'partitionKey' }],
      })
    }
    const { statusCode } = await get('/v1/dead-letters?retried=maybe')
    expect(statusCode).toBe(400)
  })
})

describe('retryDeadLetters', () => {
  it('passes on the filter', async () => {
    const answer = await post('/v1/dead-letters/retry', { channels: ['shop'], partitionKey: 'a', allowStale: true })
    expect([answer.statusCode, answer.json()]).toMatchObject([202, { jobs: [{ id: JOB_ID }] }])
    await post('/v1/dead-letters/retry', {})
    expect(ports.asked).toEqual([
      {
        subscription: 'default',
        channels: ['shop'],
        partitionKey: 'a',
        keyHash: hashOf(partitionKeySeed('default', 'shop'), 'a'),
        allowStale: true,
      },
      { subscription: 'default', allowStale: false },
    ])
    expect((await post('/v1/dead-letters/retry', { partitionKey: 'a' })).json()).toMatchObject({
      errors: [{ pointer: '/partitionKey' }],
    })
  })
})

describe('parked items', () => {
  const waiting = { reason: 'parked', since: null, until: null, position: null, behind: null } as const

  beforeEach(() => {
    for (const index of [1, 2, 3]) {
      ports.parkedItems.push({
        jobRef: 7 as JobRef,
        jobId: JOB_ID,
        index,
        channel: 'sandbox',
        sinceMs: Date.UTC(2026, 0, 15),
        untilMs: Date.UTC(2026, 0, 16),
        behind: 4,
      })
      ports.items.set(index, fakeItem(index, { status: 'waiting', endedAt: null, error, waiting, data: 'secret' }))
    }
  })

  it('are listed in pages, without those that were decided on meanwhile', async () => {
    ports.items.set(2, fakeItem(2))
    const first = (await get('/v1/parked?pageSize=2')).json<{ parked: unknown[]; nextPageToken: string }>()
    expect(first.parked).toMatchObject([
      {
        channel: 'sandbox',
        since: '2026-01-15T00:00:00.000Z',
        until: '2026-01-16T00:00:00.000Z',
        waitingBehind: 4,
        item: { index: 1, waiting: { reason: 'parked' } },
      },
    ])
    expect(JSON.stringify(first)).not.toContain('secret')
    const second = await get(`/v1/parked?pageSize=2&pageToken=${first.nextPageToken}`)
    expect(second.json()).toMatchObject({ parked: [{ item: { index: 3 } }] })
    expect(second.json()).not.toHaveProperty('nextPageToken')
    expect((await get(`/v1/parked?channel=sandbox&pageToken=${first.nextPageToken}`)).statusCode).toBe(400)
  })

  it('are decided on one by one', async () => {
    const items = [1, 8].map((index) => ({ jobId: JOB_ID, index }))
    const answer = await post('/v1/parked/resolve', { items, decision: 'skip_key' })
    expect([answer.statusCode, answer.json()]).toEqual([200, { resolved: 1, notParked: [{ jobId: JOB_ID, index: 8 }] }])
    expect(ports.asked).toEqual(items.map((item) => [{ subscription: 'default', ...item }, 'skip_key']))
  })

  it('are reported when none of them is parked, without an error', async () => {
    const items = [{ jobId: JOB_ID, index: 8 }]
    const answer = await post('/v1/parked/resolve', { items, decision: 'skip_key' })
    expect([answer.statusCode, answer.json()]).toEqual([200, { resolved: 0, notParked: items }])
  })

  it('of another subscription do not exist', async () => {
    const other = 'job_0198c2f04b7e7c3fa1d2b3c4d5e6f709' as JobId
    ports.show(fakeSnapshot(1, 'running', { id: other, subscription: 'other' }))
    const items = [1, 2].map((index) => ({ jobId: index === 1 ? JOB_ID : other, index }))
    expect((await post('/v1/parked/resolve', { items, decision: 'retry' })).json()).toMatchObject({
      code: 'job_not_found',
    })
    expect(ports.asked).toEqual([])
  })

  it.each([
    [{ items: [], decision: 'retry' }, '/items'],
    [{ items: [{ jobId: JOB_ID, index: 1 }], decision: 'drop' }, '/decision'],
    [{ items: [{ jobId: 'job_1', index: 1 }], decision: 'skip' }, '/items/0/jobId'],
  ])('refuse %j', async (payload, pointer) => {
    expect((await post('/v1/parked/resolve', payload)).json()).toMatchObject({
      code: 'bad_request',
      errors: [{ pointer }],
    })
  })
})
