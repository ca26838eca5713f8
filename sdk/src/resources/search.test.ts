import { expect, it } from 'vitest'
import { createClientIn } from '../create-client.ts'
import { answer, createFakeServer, inTurn } from '../testing/fake-server.ts'
import { createFakeTiming } from '../testing/fake-timing.ts'

it('finds by a text, request by request, up to as many hits and requests as it may', async () => {
  const page = (hits: number[], nextPageToken?: string) =>
    answer(200, { hits, ...(nextPageToken && { nextPageToken }) })
  const server = createFakeServer(
    inTurn(page([1], 'a'), page([], 'b'), page([2, 3]), page([1, 2], 'a'), page([], 'a'), page([], 'b')),
  )
  const waybill = createClientIn(createFakeTiming(), { baseUrl: 'https://waybill.test', fetch: server.fetch })
  expect(await waybill.search('sku 1', { kind: 'item' })).toEqual({ hits: [1, 2, 3], complete: true })
  expect(server.requests.map(({ url }) => url.pathname + url.search)).toEqual([
    '/v1/search?q=sku%201&kind=item',
    '/v1/search?q=sku%201&kind=item&pageToken=a',
    '/v1/search?q=sku%201&kind=item&pageToken=b',
  ])
  expect(await waybill.search('x', { limit: 1 })).toEqual({ hits: [1], complete: false })
  expect(await waybill.search('x', { maxRequests: 2 })).toEqual({ hits: [], complete: false })
})
