import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningProcess, startProcess } from '../processes.ts'
import type { StorefrontReport } from './shelf.ts'

/*
 * Each storefront takes a request of its API, and no other.
 */

interface Storefront {
  readonly name: string
  /** A request that it takes, and its answer. */
  readonly path: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: (change: { readonly price?: number; readonly revision?: number }) => string
  readonly answer: object
}

const json = (value: unknown): string => JSON.stringify(value)

const storefronts: readonly Storefront[] = [
  {
    name: 'shop-eu',
    path: '/products/sku-1.json',
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'x-shopify-access-token': 'k', 'idempotency-key': 'job/0' },
    body: ({ price = 1990, revision = 2 }) =>
      json({
        product: { variants: [{ price: String(price / 100) }], metafields: [{ key: 'revision', value: revision }] },
      }),
    answer: { product: { id: 'sku-1' } },
  },
  {
    name: 'marketplace',
    path: '',
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer k' },
    body: ({ price = 1990, revision = 2 }) =>
      json({
        query:
          'mutation($listings: [ListingInput!]!) { listingsUpsert(listings: $listings) { results { externalId userErrors { code } } } }',
        variables: {
          listings: [
            {
              clientMutationId: `job/${revision}`,
              kind: 'PRODUCT',
              externalId: 'sku-1',
              version: revision,
              attributes: { price },
            },
          ],
        },
      }),
    answer: { data: { listingsUpsert: { results: [{ externalId: 'sku-1', userErrors: [] }] } } },
  },
  {
    name: 'search-index',
    path: '/_bulk',
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', authorization: `Basic ${btoa('waybill:k')}` },
    body: ({ price = 1990, revision = 2 }) =>
      `${json({ index: { _index: 'product', _id: 'sku-1', version: revision, version_type: 'external_gte' } })}\n${json({ price })}\n`,
    answer: { errors: false, items: [{ index: { _id: 'sku-1', _version: 2, status: 200 } }] },
  },
]

const waybillBody = json({
  jobId: 'job_1',
  objectType: 'product',
  action: 'update',
  items: [{ index: 0, id: 'sku-1' }],
})

describe.each(storefronts)('$name', ({ name, path, method, headers, body, answer }) => {
  let running: RunningProcess
  beforeAll(async () => {
    const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
    running = await startProcess(file, { env: { STOREFRONT_KEY: 'k' } })
  })
  afterAll(() => running.stop())

  const send = (request: RequestInit & { readonly path?: string }): Promise<Response> =>
    fetch(running.url + (request.path ?? path), { method, headers, body: body({}), ...request })
  const report = async (): Promise<StorefrontReport> =>
    (await (await fetch(new URL('/report', running.url))).json()) as StorefrontReport

  it('takes a request of its API, and a repeat of it without doing the work twice', async () => {
    for (let n = 0; n < 2; n++) {
      const response = await send({})
      expect(response.status).toBe(200)
      expect(await response.json()).toMatchObject(answer)
    }
    expect(await report()).toMatchObject({ calls: 2, items: 2, orderViolations: 0, repeats: 1, foreignRequests: [] })
  })

  it('sees two changes of one product at once, and an older one after a newer one', async () => {
    const violations = async (): Promise<number> => (await report()).orderViolations
    const atFirst = await violations()
    // A call takes a few ms: on a busy machine the second may come when the first is over.
    await expect
      .poll(async () => {
        await Promise.all([send({}), send({})])
        return violations()
      })
      .toBeGreaterThan(atFirst)
    const before = await violations()
    const older = { headers: { ...headers, 'idempotency-key': 'job/older' }, body: body({ revision: 1 }) }
    expect(await (await send(older)).text()).toMatch(/older|newer/)
    expect(await violations()).toBe(before + 1)
  })

  it('refuses a product without a price, alone', async () => {
    const response = await send({ body: body({ price: -1, revision: 3 }) })
    expect(await response.text()).toMatch(/price/i)
    expect((await report()).foreignRequests).toEqual([])
  })

  it.each<[string, RequestInit & { readonly path?: string }]>([
    ['a body of Waybill', { body: waybillBody }],
    ['a body that is no JSON', { body: 'x' }],
    ['no credentials', { headers: { ...headers, authorization: '', 'x-shopify-access-token': '' } }],
    ['another content type', { headers: { ...headers, 'content-type': 'text/plain' } }],
    ['another path', { path: '/deliver' }],
  ])('refuses %s, and reports it', async (_what, request) => {
    const before = (await report()).foreignRequests.length
    const { status } = await send(request)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect((await report()).foreignRequests).toHaveLength(before + 1)
  })
})
