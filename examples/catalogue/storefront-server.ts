// One storefront as a process of its own: `node storefront-server.ts <name>`. It takes what the protocol of the http connector
// sends, refuses what is wrong with it, and watches what nobody should see: calls out of order, and calls too fast.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { Shelf } from './shelf.ts'
import { storefronts } from './storefronts.ts'

interface Delivery {
  readonly objectType: string
  readonly items: readonly {
    index: number
    id: string
    partitionKey: string | null
    idempotencyKey: string
    data: Record<string, unknown>
  }[]
}

const storefront = storefronts.find(({ name }) => name === process.argv[2])!
const shelf = new Shelf(storefront.rateLimit)
let calls = 0

const server = createServer((request, response) => {
  if (request.method === 'GET') response.end(JSON.stringify(shelf.report()))
  else void deliver(request, response)
})

async function deliver(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const atMs = performance.now()
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  const { objectType, items } = JSON.parse(Buffer.concat(pieces).toString()) as Delivery
  const call = ++calls
  shelf.countCall(atMs, items.length)
  shelf.enter(items)
  await sleep(storefront.latencyMs)
  shelf.leave(items)
  if (isEvery(call, storefront.throttleEvery)) {
    shelf.throttled++
    response.writeHead(429, { 'retry-after': '1' }).end()
    return
  }
  if (isEvery(call, storefront.failEvery)) {
    shelf.unavailable++
    response.writeHead(503).end('the index is being rebuilt')
    return
  }
  const refusals = items.map((item) => shelf.put(objectType, item))
  // One item a call is judged by the status, several by their results.
  if (storefront.batchSize === 1 && refusals[0] !== null) {
    response.writeHead(422, { 'content-type': 'text/plain' }).end(refusals[0])
    return
  }
  const results = items.map(({ index }, n) =>
    refusals[n] === null
      ? { index, status: 'succeeded' }
      : { index, status: 'failed', error: { code: 'refused', detail: refusals[n], retryable: false } },
  )
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ results }))
}

function isEvery(call: number, every: number): boolean {
  return every > 0 && call % every === 0
}

server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number }
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}/deliver` }))
})
// The demo is over, however it ended.
process.stdin.resume().once('end', () => process.exit())
