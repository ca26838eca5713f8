import { describe, expect, it } from 'vitest'
import { createClientIn } from '../create-client.ts'
import { answer, breakConnection, createFakeServer, type Handler, inTurn, jobId } from '../testing/fake-server.ts'
import { createFakeTiming } from '../testing/fake-timing.ts'

function setUp(handler: Handler) {
  const server = createFakeServer(handler)
  const waybill = createClientIn(createFakeTiming(), { baseUrl: 'https://waybill.test', fetch: server.fetch })
  return { parked: waybill.parked, requests: server.requests }
}

const parkedItem = { channel: 'shop', since: '', until: '', item: { jobId, index: 3 } }

describe('parked items', () => {
  it('are listed page by page', async () => {
    const { parked, requests } = setUp(
      inTurn(answer(200, { parked: [parkedItem], nextPageToken: 'next' }), answer(200, { parked: [parkedItem] })),
    )
    const indexes: number[] = []
    for await (const { item } of parked.list({ channel: 'shop', jobId, pageSize: 1 })) indexes.push(item.index)
    expect(indexes).toEqual([3, 3])
    const filters = `channel=shop&jobId=${jobId}&pageSize=1`
    expect(requests.map(({ url }) => url.pathname + url.search)).toEqual([
      `/v1/parked?${filters}`,
      `/v1/parked?${filters}&pageToken=next`,
    ])
  })

  it('are decided on as they were listed, or by job and index', async () => {
    const receipt = { resolved: 2, notParked: [] }
    const { parked, requests } = setUp(inTurn(answer(200, { parked: [parkedItem] }), answer(200, receipt)))
    for await (const listed of parked.list()) {
      expect(await parked.resolve([listed, { jobId, index: 4 }], 'skip_key')).toEqual(receipt)
    }
    expect(`${requests[1]!.method} ${requests[1]!.url.pathname}`).toBe('POST /v1/parked/resolve')
    expect(JSON.parse(requests[1]!.body)).toEqual({
      items: [
        { jobId, index: 3 },
        { jobId, index: 4 },
      ],
      decision: 'skip_key',
    })
  })

  it('are tried again with other data, one at a time', async () => {
    const receipt = { resolved: 1, notParked: [] }
    const { parked, requests } = setUp(
      inTurn(answer(200, { parked: [parkedItem] }), answer(200, receipt), answer(200, receipt)),
    )
    for await (const item of parked.list()) {
      expect(await parked.resolve({ decision: 'replace', item, data: { price: 1 } })).toEqual(receipt)
    }
    await parked.resolve({ decision: 'replace', item: { jobId, index: 4 }, data: null })
    expect(requests.slice(1).map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { items: [{ jobId, index: 3 }], decision: 'replace', data: { price: 1 } },
      { items: [{ jobId, index: 4 }], decision: 'replace', data: null },
    ])
  })

  it('are not decided on twice when the answer gets lost', async () => {
    const { parked, requests } = setUp(breakConnection)
    await expect(parked.resolve([{ jobId, index: 4 }], 'retry')).rejects.toMatchObject({ name: 'ConnectionError' })
    expect(requests).toHaveLength(1)
  })
})
