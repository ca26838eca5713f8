import { describe, expect, test } from 'vitest'
import type { JobId } from '../model/ids.ts'
import type { JobRecord } from '../model/job.ts'
import { Verdict } from '../model/outcome-batch.ts'
import type { StoredItem } from '../store/item-store.ts'
import { ask, bytes, ended, ID, itemReadsWorld, NOW_MS, stored } from './testing/item-reads-world.ts'

describe('ItemReads', () => {
  test('joins what is stored with what memory knows', async () => {
    const items = [
      stored(0, { ...ended, verdict: Verdict.succeeded, detail: bytes({ result: { revision: 7 } }) }),
      stored(1),
      stored(2),
      stored(3, { ...ended, verdict: Verdict.retry, retryAtMs: 1_800_000_009_000 }),
      stored(4, { ...ended, verdict: Verdict.parked }),
      stored(5, { ...ended, verdict: Verdict.parked }),
      stored(6, { endedAtMs: ended.endedAtMs, verdict: Verdict.cancelled }),
      stored(7, { ...ended, verdict: Verdict.parked }),
    ]
    // Somebody decided to try items 5 and 7 again: they are parked on the disk only.
    const { reads } = itemReadsWorld(items, {}, { 3: 'retry', 4: 'parked', 5: 'rate_limit', 7: 'paused' })
    const page = (await reads.page(ask))!
    expect(page.items.map(({ item }) => item.status)).toEqual([
      ...['succeeded', 'running', 'pending', 'waiting', 'waiting', 'pending', 'cancelled', 'pending'],
    ])
    expect(page.items[6]!.item).toMatchObject({
      attempts: 0,
      startedAt: null,
      endedAt: '2027-01-15T08:00:00.020Z',
      waiting: null,
    })
    expect(page.items[0]!.item).toMatchObject({
      result: { revision: 7 },
      attempts: 1,
      waiting: null,
      partitionKey: 'sku-0',
    })
    expect(page.items[2]!.item.waiting).toEqual({
      reason: 'partition',
      since: null,
      until: null,
      position: null,
      behind: { jobId: ID, index: 1 },
    })
    expect(page.items[0]).not.toHaveProperty('data')
  })

  test('an item says what stands behind it, as long as it has not ended', async () => {
    const { reads } = itemReadsWorld([stored(0, { verdict: Verdict.succeeded }), stored(1)])
    const read = async (index: number) =>
      (await reads.item({ jobId: ID, subscription: 'default', caller: 'token:admin', index, data: true }))!.item
    expect(await read(1)).toMatchObject({ waitingBehind: 2, nextBehind: { jobId: ID, index: 2 } })
    expect(await read(0)).toMatchObject({ waitingBehind: 0, nextBehind: null })
  })

  test('an item behind others says how many come before it, and when its turn is expected', async () => {
    const { reads } = itemReadsWorld([stored(0)], {}, { 0: 'rate_limit' }, { 0: { position: 400, ahead: 400 } })
    const { item } = (await reads.item({ jobId: ID, subscription: 'default', caller: 'token:admin', index: 0 }))!
    // 400 items at 2 a minute.
    const until = new Date(NOW_MS + 200 * 60_000).toISOString()
    expect(item.waiting).toEqual({ reason: 'rate_limit', since: null, until, position: 400, behind: null })
    const { reads: paused } = itemReadsWorld([stored(0)], {}, { 0: 'paused' }, { 0: { position: 400, ahead: 400 } })
    expect(
      (await paused.item({ jobId: ID, subscription: 'default', caller: 'token:admin', index: 0 }))!.item.waiting,
    ).toMatchObject({
      ...{ reason: 'paused', until: null, position: 400 },
    })
  })

  test('each item of a list says when its own turn is expected, or nothing where that is not known', async () => {
    const reasons = { 0: 'rate_limit', 2: 'rate_limit', 3: 'paused', 4: 'rate_limit' } as const
    const turns = { 0: { position: 0, ahead: 0 }, 2: { position: 2, ahead: 2 } }
    const nextTokenMs = NOW_MS + 20_000
    const { reads } = itemReadsWorld(
      [0, 2, 3, 4].map((index) => stored(index)),
      {},
      reasons,
      turns,
      nextTokenMs,
    )
    // Two a minute, the first one when the channel calls next.
    const at = (ms: number) => new Date(nextTokenMs + ms).toISOString()
    const page = (await reads.page(ask))!
    expect(page.items.map(({ item }) => [item.waiting?.position, item.waiting?.until])).toEqual([
      [0, at(0)],
      [2, at(60_000)],
      [null, at(0)],
      [null, null],
    ])
    const second = await reads.item({ jobId: ID, subscription: 'default', caller: 'token:admin', index: 2 })
    expect(second!.item.waiting).toEqual(page.items[1]!.item.waiting)
  })

  test('SEC-1 knows no job of another subscription', async () => {
    const { reads } = itemReadsWorld([stored(0)])
    expect(await reads.page({ ...ask, subscription: 'other', caller: 'token:admin' })).toBeNull()
    expect(await reads.item({ jobId: ID, subscription: 'other', caller: 'token:admin', index: 0 })).toBeNull()
    expect(await reads.results({ jobId: ID, subscription: 'other', caller: 'token:admin', fromIndex: 0 })).toBeNull()
  })

  test('reads several items of a job together, with their logs', async () => {
    const { reads, queries } = itemReadsWorld(Array.from({ length: 1000 }, (_, index) => stored(index)))
    const indexes = [999, 5, 5, 7, 5000]
    const items = await reads.items({ jobId: ID, subscription: 'default', caller: 'token:admin', indexes })
    expect([...items.keys()]).toEqual([5, 7, 999])
    expect(items.get(7)).toMatchObject({ index: 7, log: [] })
    expect(queries).toHaveLength(1)
    expect(queries[0]).toMatchObject({ indexes: [5, 7, 999, 5000] })
    expect((await reads.items({ jobId: ID, subscription: 'other', caller: 'token:admin', indexes })).size).toBe(0)
  })

  test('shows a line that was no item with its text, without id and data', async () => {
    const error = {
      code: 'invalid_item',
      origin: 'engine',
      title: 't',
      status: null,
      detail: 'd',
      retryable: false,
      pointer: null,
    }
    const { reads } = itemReadsWorld([
      stored(0, {
        line: bytes('{"id":'),
        verdict: Verdict.failed,
        endedAtMs: 5,
        detail: bytes({ error, text: '{"id":' }),
      }),
    ])
    const { item, data } = (await reads.item({
      jobId: ID,
      subscription: 'default',
      caller: 'token:admin',
      index: 0,
      data: true,
    }))!
    expect(data).toBeNull()
    expect(item).toMatchObject({ id: '', partitionKey: null, status: 'failed', attempts: 0, log: [] })
    expect(item.error).toMatchObject({ code: 'invalid_item', text: '{"id":' })
  })

  test('hands out data as it was sent, and finds id and key around it', async () => {
    const data = `{ "n":1.0,"big":12345678901234567890, "t":"\\u0041","n":2,"deep":[${'[1e5],'.repeat(50_000)}0],"shop":"eu" }`
    const { reads } = itemReadsWorld([
      stored(0, { line: bytes(`{"data":${data} ,"id":"\\u0061","action":"delete"}`) }),
      stored(1, { line: bytes('{"id":"b","data":null}') }),
      stored(2, { line: bytes('{"id":"c"}') }),
      stored(3, { line: bytes('{"id":"old","data":1,"id":"twice","data":2}') }), // a line of an older server
    ])
    const page = (await reads.page({ ...ask, include: { data: true, log: false } }))!
    const text = (at: number): string | null => {
      const { data } = page.items[at]!
      return data == null ? null : Buffer.from(data).toString()
    }
    expect([0, 1, 2, 3].map(text)).toEqual([data, 'null', null, '2'])
    expect(page.items.map(({ item }) => [item.id, item.partitionKey, item.action])).toEqual([
      ...[['a', 'a', 'delete'] as const, ['b', 'b', 'update'] as const],
      ...[['c', 'c', 'update'] as const, ['twice', 'twice', 'update'] as const],
    ])
    expect((await reads.page(ask))!.items[0]).not.toHaveProperty('data')
  })

  test('shows every call in the log, oldest first', async () => {
    const error = {
      code: 'http_503',
      origin: 'connector',
      title: 't',
      status: 503,
      detail: 'busy',
      retryable: true,
      pointer: null,
    }
    const call = { attempt: 1, epoch: 2, startedAtMs: 1000, endedAtMs: 1040, httpStatus: 503, retryAtMs: 2000 }
    const { reads } = itemReadsWorld([
      stored(0, {
        ...ended,
        attempt: 2,
        verdict: Verdict.succeeded,
        log: [
          { ...call, verdict: Verdict.retry, detail: bytes({ error }) },
          { ...call, attempt: 2, verdict: Verdict.succeeded, httpStatus: 200, retryAtMs: 0, detail: null },
        ],
      }),
    ])
    const { log } = (await reads.item({ jobId: ID, subscription: 'default', caller: 'token:admin', index: 0 }))!.item
    expect(log).toMatchObject([
      { attempt: 1, epoch: 2, durationMs: 40, verdict: 'retry', code: 'http_503', status: 503, detail: 'busy' },
      { attempt: 2, verdict: 'succeeded', code: null, status: 200, retryAt: null },
    ])
    expect(log![0]!.retryAt).toBe(new Date(2000).toISOString())
  })

  test('results give every ended item and name the first that has not ended', async () => {
    const { reads } = itemReadsWorld([
      stored(0, { ...ended, verdict: Verdict.succeeded }),
      stored(1),
      stored(2, { ...ended, verdict: Verdict.failed }),
    ])
    const answer = (await reads.results({ jobId: ID, subscription: 'default', caller: 'token:admin', fromIndex: 0 }))!
    expect(answer.items.map((item) => item.index)).toEqual([0, 2])
    expect(answer).toMatchObject({ firstUnended: 1, end: true, nextIndex: 3 })
  })

  test('items without an outcome in an ended job are cancelled', async () => {
    const end = {
      outcome: 'cancelled' as const,
      succeeded: 1,
      failed: 0,
      cancelled: 1,
      startedAtMs: 1,
      lastProgressAtMs: 2,
      endedAtMs: 1_800_000_005_000,
      version: 9,
    }
    const { reads } = itemReadsWorld(
      [stored(0, { ...ended, verdict: Verdict.succeeded }), stored(1, { ...ended, verdict: Verdict.retry })],
      { phase: 'ended', end },
    )
    const answer = (await reads.results({
      jobId: ID,
      subscription: 'default',
      caller: 'token:admin',
      fromIndex: 0,
      statuses: ['cancelled'],
    }))!
    expect(answer.items).toMatchObject([
      { index: 1, status: 'cancelled', endedAt: new Date(end.endedAtMs).toISOString() },
    ])
    expect(answer.firstUnended).toBeNull()
  })

  test('asks the store for verdicts and hashes, and looks at the texts itself', async () => {
    const { reads, queries } = itemReadsWorld([stored(0), stored(1)])
    const page = (await reads.page({ ...ask, id: 'sku-1', partitionKey: 'sku-1', statuses: ['pending', 'running'] }))!
    expect(page.items.map(({ item }) => item.index)).toEqual([1])
    expect(queries[0]!.verdicts).toEqual([Verdict.unjudged, Verdict.retry, Verdict.throttled, Verdict.parked])
    expect(queries[0]!.idHash).toHaveLength(2)
    expect(queries[0]!.keyHash).toHaveLength(2)
  })

  test('names the job that tries an item again, and says what to do where the answer said nothing', async () => {
    const retriedAs = 'job_00000000000000000000000000000002' as JobId
    const error = { code: 'http_401', origin: 'connector', title: 'x', status: 401, retryable: false, pointer: null }
    const { reads } = itemReadsWorld([
      stored(0, { ...ended, verdict: Verdict.failed, retriedAs, detail: bytes({ error: { ...error, detail: null } }) }),
      stored(1, { ...ended, verdict: Verdict.failed, detail: bytes({ error: { ...error, detail: 'bad token' } }) }),
    ])
    const { items } = (await reads.page(ask))!
    expect(items.map(({ item }) => item.retriedAs)).toEqual([retriedAs, null])
    expect(items[0]!.item.error!.detail).toMatch(/^Renew the channel's credentials/)
    expect(items[1]!.item.error!.detail).toBe('bad token')
  })

  test('what is left at the deadline was cancelled by it', async () => {
    const end = { outcome: 'expired', endedAtMs: 1_800_000_001_000 } as JobRecord['end']
    const { reads } = itemReadsWorld([stored(0)], { phase: 'ended', end })
    expect((await reads.page(ask))!.items[0]!.item).toMatchObject({ status: 'cancelled', error: null })
    const late = itemReadsWorld([stored(0)], {
      phase: 'ended',
      end,
      envelope: { partitionBy: 'item', deadlineAtMs: 1 } as never,
    })
    expect((await late.reads.page(ask))!.items[0]!.item.error!.code).toBe('deadline_passed')
  })

  test('a decision without a call is no attempt in the log', async () => {
    const call = { epoch: 1, httpStatus: 503, startedAtMs: 1, endedAtMs: 2, retryAtMs: 0, detail: null }
    const log = [
      { ...call, attempt: 1, verdict: Verdict.parked },
      { ...call, attempt: 1, verdict: Verdict.failed },
    ] as StoredItem['log']
    const { reads } = itemReadsWorld([stored(0, { ...ended, verdict: Verdict.failed, log })])
    expect((await reads.item({ ...ask, index: 0 }))!.item.log!.map((one) => one.verdict)).toEqual(['parked'])
  })
})
