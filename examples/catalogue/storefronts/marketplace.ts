// A GraphQL API: `listingsUpsert` takes many objects and answers 200, with `userErrors` for each. Its points per second are limited.

import { demand, readJson, serveStorefront } from './serve-storefront.ts'
import type { Arrival, Problem } from './shelf.ts'

const MUTATION = /^mutation\(\$listings: \[ListingInput!\]!\) \{ listingsUpsert\(listings: \$listings\) \{/
const KINDS = ['CATEGORY', 'BRAND', 'PRODUCT', 'OFFER']
/** A listing costs a point; this many can be saved up, and come back each second. */
const MAXIMUM_POINTS = 4000
const RESTORED_PER_SECOND = 2400
/** Every n-th call finds that another client of the merchant has used all points. */
const THROTTLE_EVERY = 25

interface Listing {
  readonly clientMutationId: string
  readonly kind: string
  readonly externalId: string
  readonly version: number
  readonly attributes: { readonly sku?: string; readonly price?: number }
}

let calls = 0
let points = MAXIMUM_POINTS
let restoredMs = performance.now()

serveStorefront({
  basePath: '/graphql',
  latencyMs: 40,
  describe: (reason) => ({ errors: [{ message: reason, extensions: { code: 'BAD_REQUEST' } }] }),

  read({ method, path, headers, body }) {
    demand(headers.authorization === `Bearer ${process.env['STOREFRONT_KEY']}`, 401, 'the access token is not valid')
    demand(method === 'POST' && path === '/graphql', 404, 'requests go to POST /graphql')
    demand(headers['content-type'] === 'application/json', 415, 'the content type must be application/json')
    const { query, variables } = readJson(body) as { query?: string; variables?: { listings?: Listing[] } }
    demand(query !== undefined && MUTATION.test(query), 400, 'the query must be the mutation listingsUpsert')
    demand(Array.isArray(variables?.listings), 400, 'Variable $listings of type [ListingInput!]! was not provided')
    return variables.listings.map(readListing)
  },

  answer(arrivals, shelf) {
    const nowMs = performance.now()
    points = Math.min(MAXIMUM_POINTS, points + ((nowMs - restoredMs) / 1000) * RESTORED_PER_SECOND)
    restoredMs = nowMs
    if (++calls % THROTTLE_EVERY === 0) points = 0
    const isThrottled = points < arrivals.length
    if (!isThrottled) points -= arrivals.length
    const cost = {
      requestedQueryCost: arrivals.length,
      actualQueryCost: isThrottled ? null : arrivals.length,
      throttleStatus: {
        maximumAvailable: MAXIMUM_POINTS,
        currentlyAvailable: Math.floor(points),
        restoreRate: RESTORED_PER_SECOND,
      },
    }
    if (isThrottled) {
      shelf.countFault('THROTTLED')
      const errors = [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }]
      return { status: 200, body: { errors, extensions: { cost } } }
    }
    const results = arrivals.map((arrival) => {
      const problem = shelf.put(arrival)
      return { externalId: arrival.id, userErrors: problem === null ? [] : [userError(problem, arrival)] }
    })
    return { status: 200, body: { data: { listingsUpsert: { results } }, extensions: { cost } } }
  },
})

function readListing({ clientMutationId, kind, externalId, version, attributes }: Listing): Arrival {
  demand(KINDS.includes(kind), 400, `Value ${kind} does not exist in the enum ListingKind`)
  for (const id of [clientMutationId, externalId]) demand(typeof id === 'string', 400, 'ids must be texts')
  demand(Number.isInteger(version), 400, 'Int cannot represent the version')
  return {
    kind: kind.toLowerCase(),
    id: externalId,
    sku: attributes.sku ?? externalId,
    key: clientMutationId,
    revision: version,
    price: attributes.price ?? null,
  }
}

function userError(problem: Problem, { sku }: Arrival): { field: string; message: string; code: string } {
  switch (problem) {
    case 'price':
      return { field: 'price', message: 'Price must be greater than 0', code: 'GREATER_THAN' }
    case 'unlisted':
      return { field: 'sku', message: `Listing ${sku} must exist before its offer`, code: 'NOT_FOUND' }
    case 'outdated':
      return { field: 'revision', message: 'A newer version is listed', code: 'STALE_VERSION' }
  }
}
