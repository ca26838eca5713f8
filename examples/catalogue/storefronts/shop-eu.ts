// A REST API as Shopify's: `PUT /admin/api/<version>/products/<id>.json`, one object a call, behind a leaky bucket.

import { demand, readJson, serveStorefront } from './serve-storefront.ts'

const BASE_PATH = '/admin/api/2026-10'
const NAMES: Readonly<Record<string, string>> = {
  custom_collections: 'custom_collection',
  brands: 'brand',
  products: 'product',
  offers: 'offer',
}
/** The bucket holds this many calls, and leaks empty in 20 s. */
const BUCKET_SIZE = 24_000
const LEAKED_PER_MS = BUCKET_SIZE / 20_000
/** At this call another app of the merchant has filled the bucket. */
const FULL_AT_CALL = 1500

interface Resource {
  readonly product_id?: string
  readonly variants?: readonly { readonly price: string }[]
  readonly metafields?: readonly { readonly key: string; readonly value: number }[]
}

/** The access tokens of the merchants, each with a shop of its own: ids of different merchants name different objects. */
const merchants = process.env['STOREFRONT_KEY']!.split(',')

let calls = 0
let level = 0
let leakedMs = performance.now()

serveStorefront({
  basePath: BASE_PATH,
  latencyMs: 8,
  describe: (reason) => ({ errors: reason }),

  read({ method, path, headers, body }) {
    const merchant = merchants.findIndex((key) => key === headers['x-shopify-access-token'])
    demand(merchant >= 0, 401, 'the access token is not valid')
    const shop = merchant === 0 ? '' : `merchant ${merchant}: `
    const [, plural, id] = /^\/admin\/api\/2026-10\/(\w+)\/([^/?]+)\.json$/.exec(path) ?? []
    const name = NAMES[plural ?? '']
    demand(name !== undefined && id !== undefined, 404, 'Not Found')
    demand(method === 'PUT', 405, 'the method must be PUT')
    demand(headers['content-type'] === 'application/json', 415, 'the content type must be application/json')
    const resource = (readJson(body) as Record<string, Resource | undefined>)[name]
    demand(resource !== undefined, 400, `Required parameter missing or invalid: ${name}`)
    const key = headers['idempotency-key']
    demand(typeof key === 'string', 400, 'the Idempotency-Key must be set')
    return [
      {
        kind: name,
        id: shop + decodeURIComponent(id),
        sku: shop + (resource.product_id ?? decodeURIComponent(id)),
        key,
        revision: resource.metafields?.find((field) => field.key === 'revision')?.value ?? null,
        price: resource.variants === undefined ? null : Math.round(Number(resource.variants[0]?.price) * 100),
      },
    ]
  },

  answer([arrival], shelf) {
    const nowMs = performance.now()
    level = Math.max(0, level - (nowMs - leakedMs) * LEAKED_PER_MS)
    leakedMs = nowMs
    if (++calls === FULL_AT_CALL) level = BUCKET_SIZE
    const isFull = level + 1 > BUCKET_SIZE
    if (!isFull) level++
    const limit = { 'x-shopify-shop-api-call-limit': `${Math.ceil(level)}/${BUCKET_SIZE}` }
    if (isFull) {
      shelf.countFault('429')
      const errors = 'Exceeded the calls per second for the api client. Reduce the request rate to resume.'
      return { status: 429, headers: { ...limit, 'retry-after': '2.0' }, body: { errors } }
    }
    const { kind, id, sku } = arrival!
    const headers = { ...limit, 'x-request-id': `${kind}-${calls}` }
    switch (shelf.put(arrival!)) {
      case 'price':
        return { status: 422, headers, body: { errors: { price: ['must be greater than 0'] } } }
      case 'unlisted':
        return { status: 422, headers, body: { errors: { product_id: [`${sku} is not a product`] } } }
      case 'outdated':
        return { status: 409, headers, body: { errors: { revision: ['is older than the one that is stored'] } } }
      case null:
        return { status: 200, headers, body: { [kind]: { id } } }
    }
  },
})
