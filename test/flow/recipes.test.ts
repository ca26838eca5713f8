import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readFile } from 'node:fs/promises'
import { afterEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ServerProcess } from '../support/server-process.ts'
import { submit, untilDone } from '../support/submit.ts'

/*
 * The recipes of docs/, as they stand there, each with a server that checks requests as the real one does.
 */

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

type Answer = (request: IncomingMessage, body: string, response: ServerResponse) => void

/** Starts a target system and a server with the recipe, in which the system takes the place of every `https://....example`. */
async function world(recipe: string, answer: Answer, env: Record<string, string> = {}) {
  const target = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      answer(request, Buffer.concat(chunks).toString(), response)
    })
  })
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve))
  cleanups.push(async () => {
    target.closeAllConnections()
    await new Promise((resolve) => target.close(resolve))
  })
  const origin = `http://127.0.0.1:${(target.address() as AddressInfo).port}`
  const page = await readFile(new URL(`../../docs/recipes/${recipe}.md`, import.meta.url), 'utf8')
  const [, yaml] = /```yaml\n([\s\S]*?)```/.exec(page)!
  const config = parse(yaml!.replaceAll(/https:\/\/\w+\.example/g, origin)) as object
  const server = await ServerProcess.create({ config, env })
  cleanups.push(() => server.remove())
  await server.start()
  return server
}

function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

async function itemsOf(
  server: ServerProcess,
  id: string,
): Promise<{ status: string; result?: unknown; error?: { code: string; pointer: string | null } }[]> {
  const response = await server.fetch(`/v1/jobs/${id}/results`)
  return (await response.text())
    .trimEnd()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { status: string })
}

test('a REST API with a leaky bucket takes every item, and refuses few', async () => {
  const stored = new Map<string, number>()
  const strange: string[] = []
  let level = 0
  let leakedMs = performance.now()
  let refused = 0
  const server = await world(
    'rest-with-leaky-bucket',
    (request, body, response) => {
      const nowMs = performance.now()
      level = Math.max(0, level - ((nowMs - leakedMs) / 1000) * 20)
      leakedMs = nowMs
      if (level + 1 > 40) {
        refused++
        answerJson(response, 429, { errors: 'Exceeded' }, { 'retry-after': '2.0' })
        return
      }
      level++
      const limit = { 'x-shopify-shop-api-call-limit': `${Math.ceil(level)}/40` }
      const [, id] = /^\/admin\/api\/products\/([^/]+)\.json$/.exec(request.url!) ?? []
      const { product } = JSON.parse(body) as { product: { price: number } }
      if (id === undefined || request.method !== 'PUT' || request.headers['x-shopify-access-token'] !== 'shop-token') {
        strange.push(`${request.method} ${request.url}`)
      }
      stored.set(decodeURIComponent(id!), product.price)
      answerJson(response, 200, { product: { id: Number(product.price), ...product } }, limit)
    },
    { SHOP_TOKEN: 'shop-token' },
  )
  const items = Array.from({ length: 120 }, (_, n) => ({ id: `sku/${n}`, data: { price: n } }))
  const job = await submit(server, { channel: 'shop' }, items)
  expect(await untilDone(server, job.id)).toMatchObject({ outcome: 'succeeded' })
  expect(strange).toEqual([])
  expect(stored).toEqual(new Map(items.map(({ id, data }) => [id, data.price])))
  expect((await itemsOf(server, job.id))[7]).toMatchObject({ result: { id: 7 } })
  // At 20/s, with 4 calls at once: without the headers a third of the calls are refused.
  expect(refused).toBeLessThan(12)
})

test('a GraphQL mutation fails items for errors in a 200, and retries when throttled', async () => {
  const seen: string[] = []
  let throttled = 0
  const server = await world('graphql-mutation', (request, body, response) => {
    const { query, variables } = JSON.parse(body) as { query: string; variables: { id: string; price: unknown } }
    if (request.url !== '/graphql' || !query.startsWith('mutation($id: ID!')) return answerJson(response, 400, {})
    seen.push(variables.id)
    if (variables.id === 'busy' && throttled++ === 0) {
      return answerJson(response, 200, { errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }] })
    }
    const userErrors = variables.id === 'bad' ? [{ field: 'price', message: 'must be positive', code: 'INVALID' }] : []
    answerJson(response, 200, { data: { priceUpdate: { price: variables.price, userErrors } } })
  })
  const items = ['good', 'bad', 'busy'].map((id) => ({ id, data: { price: 1.5 } }))
  const job = await submit(server, { channel: 'shop' }, items)
  await untilDone(server, job.id)
  expect(await itemsOf(server, job.id)).toMatchObject([
    { status: 'succeeded', result: 1.5 },
    { status: 'failed', error: { code: 'INVALID', pointer: '/data/price' } },
    { status: 'succeeded', result: 1.5 },
  ])
  expect(seen.filter((id) => id === 'busy')).toHaveLength(2)
})

test('a bulk endpoint takes many items a call, and judges each', async () => {
  const sizes: number[] = []
  const server = await world('bulk-ndjson', (request, body, response) => {
    const lines = body.split('\n')
    if (request.headers['content-type'] !== 'application/x-ndjson' || lines.pop() !== '')
      return answerJson(response, 400, {})
    const items: object[] = []
    for (let n = 0; n < lines.length; n += 2) {
      const { index } = JSON.parse(lines[n]!) as { index: { _index: string; _id: string } }
      const document = JSON.parse(lines[n + 1]!) as { n: number }
      const failed = { status: 400, error: { type: 'mapper_parsing_exception', reason: 'n' } }
      items.push({ index: { ...index, ...(document.n === 3 ? failed : { status: 201, _version: 1 }) } })
    }
    sizes.push(items.length)
    answerJson(response, 200, { errors: true, items })
  })
  const items = Array.from({ length: 1200 }, (_, n) => ({ id: `d${n}`, data: { n } }))
  const job = await submit(server, { channel: 'index' }, items)
  expect(await untilDone(server, job.id)).toMatchObject({ counts: { succeeded: 1199, failed: 1 } })
  expect((await itemsOf(server, job.id))[3]).toMatchObject({ error: { code: 'mapper_parsing_exception' } })
  expect(Math.max(...sizes)).toBeGreaterThan(100)
})

test('an API behind OAuth 2 sees a new token when the old one has expired, and no item is lost', async () => {
  const valid = new Set<string>()
  let tokens = 0
  let calls = 0
  const server = await world(
    'oauth-client-credentials',
    (request, body, response) => {
      if (request.url === '/token') {
        if (request.headers.authorization !== `Basic ${Buffer.from('waybill:erpsecret').toString('base64')}`) {
          return answerJson(response, 401, {})
        }
        if (!body.includes('scope=articles')) return answerJson(response, 400, {})
        const token = `token-${++tokens}`
        valid.clear()
        valid.add(token)
        return answerJson(response, 200, { access_token: token, token_type: 'Bearer', expires_in: 3600 })
      }
      // Half-way through, what was issued is revoked.
      if (++calls === 100) valid.clear()
      const token = request.headers.authorization?.replace('Bearer ', '')
      response.writeHead(token !== undefined && valid.has(token) ? 204 : 401).end()
    },
    { ERP_SECRET: 'erpsecret' },
  )
  const job = await submit(
    server,
    { channel: 'erp' },
    Array.from({ length: 200 }, (_, n) => ({ id: `a${n}`, data: { n } })),
  )
  expect(await untilDone(server, job.id)).toMatchObject({ outcome: 'succeeded' })
  expect(tokens).toBe(2)
})

test('items are checked before they are sent, by the schema of their channel', async () => {
  const seen: string[] = []
  const server = await world('item-schema', (_request, body, response) => {
    const { items } = JSON.parse(body) as { items: { index: number; id: string }[] }
    seen.push(...items.map(({ id }) => id))
    answerJson(response, 200, { results: items.map(({ index }) => ({ index, status: 'succeeded' })) })
  })
  const article = (...prices: number[]): object => ({
    sku: 'AB-1',
    title: 'Shirt',
    releasedAt: '2026-01-15T08:00:00Z',
    variants: prices.map((price, n) => ({ sku: `AB-1${n}`, price, stock: null })),
  })
  const items = Array.from({ length: 10 }, (_, n) => ({
    id: `i${n}`,
    data: n === 4 ? article(19.99, -1) : article(19.99, n),
  }))
  const job = await submit(server, { channel: 'shop' }, items)
  expect(await untilDone(server, job.id)).toMatchObject({ counts: { succeeded: 9, failed: 1 } })
  expect(seen.toSorted()).toEqual(items.map(({ id }) => id).filter((id) => id !== 'i4'))
  const page = await readFile(new URL('../../docs/recipes/item-schema.md', import.meta.url), 'utf8')
  const [, error] = /```json\n([\s\S]*?)```/.exec(page)!
  expect((await itemsOf(server, job.id))[4]!.error).toEqual(JSON.parse(error!))
})

test('data comes from a PIM by its id, as it is when it is delivered', async () => {
  const prices = new Map(Array.from({ length: 300 }, (_, n) => [`${n}`, n / 4]))
  const strange: string[] = []
  const stored = new Map<string, unknown>()
  const deleted: string[] = []
  let busy = 0
  let searches = 0
  const server = await world(
    'payload-by-id',
    (request, body, response) => {
      const { method, url = '', headers } = request
      if (url.startsWith('/api/products/')) {
        const id = decodeURIComponent(url.slice('/api/products/'.length))
        // Credentials go where they belong.
        if (headers['x-api-key'] !== 'shop-key' || headers.authorization !== undefined) strange.push(`${method} ${url}`)
        if (method === 'DELETE') deleted.push(id)
        else stored.set(id, JSON.parse(body))
        return void response.writeHead(204).end()
      }
      if (method !== 'POST' || url !== '/api/article/search') return answerJson(response, 404, {})
      if (headers.authorization !== 'Bearer pim-token' || headers['x-api-key'] !== undefined) {
        return answerJson(response, 401, {})
      }
      const { ids, ...others } = JSON.parse(body) as { ids: string[] }
      if (ids.length > 100 || new Set(ids).size !== ids.length || Object.keys(others).length > 0) {
        return answerJson(response, 400, {})
      }
      if ([1, 4].includes(searches++)) {
        busy++
        return answerJson(response, 500, { message: 'busy' })
      }
      const items = ids
        .filter((id) => prices.has(id))
        .map((id) => ({ id, data: { title: `Lamp ${id}`, price: prices.get(id) } }))
      answerJson(response, 200, { items })
    },
    { PIM_TOKEN: 'pim-token', SHOP_KEY: 'shop-key' },
  )
  const items = [
    ...[...prices.keys()].map((id) => ({ id })),
    { id: 'missing' },
    { id: 'own', data: { title: 'Own', price: 1 } },
    { id: 'gone', action: 'delete' },
  ]
  const job = await submit(server, { channel: 'shop', objectType: 'article' }, items)
  expect(await untilDone(server, job.id)).toMatchObject({ counts: { succeeded: 302, failed: 1 } })
  expect((await itemsOf(server, job.id))[300]).toMatchObject({ status: 'failed', error: { code: 'payload_not_found' } })
  expect(strange).toEqual([])
  expect(stored.size).toBe(301)
  expect([stored.get('299'), stored.get('own')]).toEqual([
    { title: 'Lamp 299', price: 74.75 },
    { title: 'Own', price: 1 },
  ])
  expect(deleted).toEqual(['gone'])
  expect(busy).toBe(2)
  // One by one they were more than 300, and ids of a failed search come again at times of their own.
  expect(searches).toBeLessThan(100)
})
