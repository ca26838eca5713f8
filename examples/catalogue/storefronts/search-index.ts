// A bulk endpoint as Elasticsearch's: `POST /_bulk` takes NDJSON, an action and a document in turn, and answers with a status for each.

import { demand, readJson, serveStorefront } from './serve-storefront.ts'
import type { Arrival, Problem } from './shelf.ts'

const AUTHORIZATION = `Basic ${Buffer.from(`waybill:${process.env['STOREFRONT_KEY']}`).toString('base64')}`
const INDICES = ['category', 'brand', 'product', 'offer']
/** Every n-th call finds no primary shard. */
const UNAVAILABLE_EVERY = 9
/** Every n-th document finds the queue full. */
const REJECT_EVERY = 900

interface IndexAction {
  readonly index?: {
    readonly _index: string
    readonly _id: string
    readonly version: number
    readonly version_type: string
  }
}

interface Source {
  readonly sku?: string
  readonly price?: number
}

let calls = 0
let documents = 0

serveStorefront({
  basePath: '',
  latencyMs: 20,
  describe: (reason) => ({ error: { type: 'illegal_argument_exception', reason } }),

  read({ method, path, headers, body }) {
    demand(headers.authorization === AUTHORIZATION, 401, 'unable to authenticate user')
    demand(method === 'POST' && path === '/_bulk', 405, 'requests go to POST /_bulk')
    demand(headers['content-type'] === 'application/x-ndjson', 406, 'the content type must be application/x-ndjson')
    const lines = body.split('\n')
    demand(lines.pop() === '', 400, 'The bulk request must be terminated by a newline [\\n]')
    demand(lines.length % 2 === 0, 400, 'each action must be followed by its document')
    const arrivals: Arrival[] = []
    for (let n = 0; n < lines.length; n += 2) {
      arrivals.push(readDocument(readJson(lines[n]!) as IndexAction, readJson(lines[n + 1]!) as Source))
    }
    return arrivals
  },

  answer(arrivals, shelf) {
    if (++calls % UNAVAILABLE_EVERY === 0) {
      shelf.countFault('503')
      const error = { type: 'cluster_block_exception', reason: 'no primary shard is active' }
      return { status: 503, body: { error, status: 503 } }
    }
    const items = arrivals.map((arrival) => {
      const { kind, id, revision } = arrival
      if (++documents % REJECT_EVERY === 0) {
        shelf.countFault('429 for a document')
        const error = { type: 'es_rejected_execution_exception', reason: 'the queue of the write thread pool is full' }
        return { index: { _index: kind, _id: id, status: 429, error } }
      }
      const problem = shelf.put(arrival)
      return problem === null
        ? { index: { _index: kind, _id: id, _version: revision, result: 'updated', status: 200 } }
        : { index: { _index: kind, _id: id, ...failure(problem, arrival) } }
    })
    return { status: 200, body: { took: 20, errors: items.some(({ index }) => 'error' in index), items } }
  },
})

function readDocument({ index }: IndexAction, source: Source): Arrival {
  demand(index !== undefined, 400, 'Malformed action/metadata line: expected index')
  const { _index: kind, _id: id, version, version_type: versionType } = index
  demand(INDICES.includes(kind), 404, `no such index [${kind}]`)
  demand(Number.isInteger(version) && versionType === 'external_gte', 400, 'documents come with an external version')
  return {
    kind,
    id,
    sku: source.sku ?? id,
    key: `${kind} ${id} ${version}`,
    revision: version,
    price: source.price ?? null,
  }
}

function failure(
  problem: Problem,
  { sku, price }: Arrival,
): { status: number; error: { type: string; reason: string } } {
  switch (problem) {
    case 'price': {
      const reason = `failed to parse field [price] of type [unsigned_long]: '${price}'`
      return { status: 400, error: { type: 'document_parsing_exception', reason } }
    }
    case 'unlisted':
      return { status: 400, error: { type: 'illegal_argument_exception', reason: `parent [${sku}] does not exist` } }
    case 'outdated':
      return { status: 409, error: { type: 'version_conflict_engine_exception', reason: 'a newer version is stored' } }
  }
}
