import { describe, expect, it } from 'vitest'
import { createClientIn } from '../create-client.ts'
import {
  answer,
  breakConnection,
  createFakeServer,
  type Handler,
  inTurn,
  jobAs,
  refuse,
} from '../testing/fake-server.ts'
import { createFakeTiming } from '../testing/fake-timing.ts'

function setUp(handler: Handler) {
  const server = createFakeServer(handler)
  const waybill = createClientIn(createFakeTiming(), { baseUrl: 'https://waybill.test', fetch: server.fetch })
  return { deadLetters: waybill.deadLetters, requests: server.requests }
}

describe('dead letters', () => {
  it('are listed page by page with the same filters, and only as far as they are read', async () => {
    const { deadLetters, requests } = setUp(
      inTurn(
        answer(200, { deadLetters: [{ code: 'a' }, { code: 'b' }], nextPageToken: 'next' }),
        answer(200, { deadLetters: [{ code: 'c' }] }),
      ),
    )
    const filter = { channel: 'shop', jobId: ['job_1', 'job_2'], code: 'http_422', retried: false, pageSize: 2 }
    const codes: string[] = []
    for await (const { code } of deadLetters.list(filter)) {
      expect(requests).toHaveLength(code < 'c' ? 1 : 2)
      codes.push(code)
    }
    expect(codes).toEqual(['a', 'b', 'c'])
    const filters = 'channel=shop&jobId=job_1&jobId=job_2&code=http_422&retried=false&pageSize=2'
    expect(requests.map(({ url }) => url.pathname + url.search)).toEqual([
      `/v1/dead-letters?${filters}`,
      `/v1/dead-letters?${filters}&pageToken=next`,
    ])
  })

  it('are grouped, with the counts of all pages, up to a number of requests', async () => {
    const group = (id: string, channel: string, count: number) => ({
      ...{ id, channel, count, retried: 1, firstFailedAt: `${count}`, lastFailedAt: `${count}` },
    })
    const { deadLetters, requests } = setUp(
      inTurn(
        answer(200, { groups: [group('a', 'shop', 2), group('a', 'search', 3)], complete: false, nextPageToken: 'b' }),
        answer(200, { groups: [group('a', 'shop', 5)], complete: true }),
        answer(200, { groups: [], complete: false, nextPageToken: 'b' }),
      ),
    )
    expect(await deadLetters.groups({ channel: ['shop', 'search'], group: 'a', retried: false })).toEqual({
      groups: [
        { ...group('a', 'shop', 7), retried: 2, firstFailedAt: '5', lastFailedAt: '2' },
        group('a', 'search', 3),
      ],
      complete: true,
    })
    const filters = 'channel=shop&channel=search&group=a&retried=false'
    expect(requests.map(({ url }) => url.pathname + url.search)).toEqual([
      `/v1/dead-letters/groups?${filters}`,
      `/v1/dead-letters/groups?${filters}&pageToken=b`,
    ])
    expect(await deadLetters.groups({ maxRequests: 1 })).toEqual({ groups: [], complete: false })
  })

  it('are tried again as new jobs, whose handles it gives', async () => {
    const jobs = [jobAs({ id: 'job_1' }), jobAs({ id: 'job_2' })]
    const { deadLetters, requests } = setUp(inTurn(answer(202, { jobs })))
    const selection = { channel: 'shop', code: ['http_422', 'timeout'], partitionKey: 'sku-1' }
    const handles = await deadLetters.retry(selection, { allowStale: true })
    expect(handles.map(({ id, last }) => [id, last])).toEqual(jobs.map((job) => [job.id, job]))
    expect(`${requests[0]!.method} ${requests[0]!.url.pathname}`).toBe('POST /v1/dead-letters/retry')
    expect(JSON.parse(requests[0]!.body)).toEqual({
      channels: ['shop'],
      codes: ['http_422', 'timeout'],
      partitionKey: 'sku-1',
      allowStale: true,
    })
    await deadLetters.retry({})
    expect(requests[1]!.body).toBe('{}')
  })

  it('are tried again once though the answer gets lost', async () => {
    const { deadLetters, requests } = setUp(inTurn(breakConnection, answer(202, { jobs: [] })))
    await deadLetters.retry({})
    await deadLetters.retry({}, { idempotencyKey: 'mine' })
    const keys = requests.map(({ headers }) => headers.get('Idempotency-Key'))
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), keys[0], 'mine'])
  })

  it('say which newer items there are', async () => {
    const stale = [{ id: 'sku-1', jobId: 'job_1', index: 1, newerJobId: 'job_2', newerIndex: 2 }]
    const { deadLetters } = setUp(inTurn(refuse(409, 'stale', {}, { stale } as object)))
    await expect(deadLetters.retry({})).rejects.toMatchObject({ name: 'ConflictError', problem: { stale } })
  })
})
