import { gzipSync } from 'node:zlib'
import type { CreatedWebhookEndpoint, Job, Operation } from '@waybill/spec'
import { operations } from '@waybill/spec'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ENVELOPE,
  envelopeLine,
  HostileWorld,
  WORLD_ADMIN_TOKEN,
  itemLines,
  JSON_BODY,
  NDJSON,
  usedBy,
} from '../support/hostile-world.ts'
import { LOOP_PRELOAD } from '../support/server-process.ts'

/*
 * Bodies and items that cost far more to read than to send. They are read in slices, their senders wait for their turn, and nobody
 * else does: what an honest client gets done meanwhile is counted in requests, not in seconds.
 */

const MIB = 1024 * 1024
/**
 * Our own code holds the loop for 5 ms at most; the rest is what V8 collects garbage in, and new memory, of which a MiB costs up to 30 ms in a
 * virtual machine whose host gives it page by page. While items were parsed whole it was 250.
 */
const MAX_STEP_MS = 100

let world: HostileWorld
beforeAll(async () => {
  world = await HostileWorld.start({ preload: LOOP_PRELOAD, scopes: ['jobs:read', 'jobs:write', 'items:read'] })
})
afterAll(() => world.remove())

/** JSON of almost 1 MiB that is made of many small values. */
function manyValues(unit: string): string {
  return `[${unit.repeat(Math.floor((MIB - 200) / unit.length))}12345678901234567890]`
}

const dense = [...['1e5,', '[],', '{"a":1},', '"\\n",', '0.1,'], `${'['.repeat(60)}${']'.repeat(60)},`].map(manyValues)
const denseLines = dense.map((data, n) => `{"id":"dense-${n}","data":${data}}`)

/** The honest client: submits small jobs and reads them, one request after another, until the attack is over. */
async function honestRequests(attack: Promise<unknown>): Promise<number> {
  let running = true
  const over = attack.finally(() => (running = false))
  let requests = 0
  while (running) {
    const accepted = await world.post('/v1/jobs', envelopeLine() + itemLines(3), NDJSON)
    expect(accepted.status).toBe(202)
    const { id } = (await accepted.json()) as Job
    expect(await world.statusOf(`/v1/jobs/${id}`)).toBe(200)
    requests += 2
  }
  await over
  return requests
}

test('ten gzip bodies of a few KiB that unpack to 60 MiB of small values hold nobody else up', async () => {
  const items = [...denseLines, '{"id":7}'].join(',')
  const packed = gzipSync(`${JSON.stringify(ENVELOPE).slice(0, -1)},"items":[${items}]}`, { level: 9 })
  expect(packed.length).toBeLessThan(20 * 1024)
  const memoryMiB = usedBy(world.server.pid).memoryMiB
  await world.server.longestStepMs()
  const attack = Promise.all(
    Array.from({ length: 10 }, async () => {
      const headers = { ...JSON_BODY, 'content-encoding': 'gzip' }
      return (await world.refused('/v1/jobs', { method: 'POST', body: packed, headers })).problem
    }),
  )
  // While it was parsed in one piece, an item at a time: 40.
  expect(await honestRequests(attack)).toBeGreaterThan(100)
  expect(await world.server.longestStepMs()).toBeLessThan(MAX_STEP_MS)
  for (const problem of await attack) expect(problem).toMatchObject({ code: 'invalid_item', errorCount: 1 })
  expect(usedBy(world.server.pid).memoryMiB).toBeLessThan(memoryMiB + 300)
})

describe('items of 1 MiB of small values', () => {
  let jobPath: string
  beforeAll(async () => {
    const runAt = '2100-01-01T00:00:00Z'
    const accepted = await world.post('/v1/jobs', `${envelopeLine({ runAt })}${denseLines.join('\n')}\n`, NDJSON)
    expect(accepted.status).toBe(202)
    jobPath = `/v1/jobs/${((await accepted.json()) as Job).id}`
  })

  test('are read as they were sent', async () => {
    const page = await (await world.fetch(`${jobPath}/items?include=data`)).text()
    expect(page.startsWith('{"items":[{')).toBe(true)
    const one = await (await world.fetch(`${jobPath}/items/2`)).text()
    expect(one.includes(dense[2]!)).toBe(true)
    for (const data of dense.slice(0, 4)) expect(page.includes(data)).toBe(true)
    expect(JSON.parse(page)).toMatchObject({ items: denseLines.slice(0, 4).map((_, n) => ({ id: `dense-${n}` })) })
  })

  test('hold nobody up when 12 clients read pages of them, and do not stay in memory', async () => {
    const memoryMiB = usedBy(world.server.pid).memoryMiB
    let peakMiB = 0
    await world.server.longestStepMs()
    const attack = Promise.all(
      Array.from({ length: 12 }, async () => {
        const response = await world.fetch(`${jobPath}/items?include=data`)
        const bytes = (await response.arrayBuffer()).byteLength
        peakMiB = Math.max(peakMiB, usedBy(world.server.pid).memoryMiB)
        return bytes
      }),
    )
    // While they were parsed and written again: 4, and 500 MB more.
    expect(await honestRequests(attack)).toBeGreaterThan(20)
    expect(await world.server.longestStepMs()).toBeLessThan(MAX_STEP_MS)
    for (const bytes of await attack) expect(bytes).toBeGreaterThan(4 * MIB - 1000)
    expect(peakMiB).toBeLessThan(memoryMiB + 300)
  })

  test('are delivered, retried and listed with all their digits', async () => {
    const accepted = await world.post('/v1/jobs', `${envelopeLine()}${denseLines[0]}\n`, NDJSON)
    const { id } = (await accepted.json()) as Job
    expect((await world.untilDone(id)).outcome).toBe('succeeded')
    for (const path of ['results', 'results.csv', 'items'])
      expect(await world.statusOf(`/v1/jobs/${id}/${path}`)).toBe(200)

    expect((await world.post(`${jobPath}/cancel`, '', {})).status).toBe(202)
    await world.untilDone(jobPath.slice('/v1/jobs/'.length))
    const retried = await world.post(`${jobPath}/retry`, '{"status":["cancelled"],"allowStale":true}', JSON_BODY)
    expect(retried.status).toBe(202)
    const [again] = ((await retried.json()) as { jobs: Job[] }).jobs
    const one = await (await world.fetch(`/v1/jobs/${again!.id}/items/5`)).text()
    expect(one.includes(dense[5]!)).toBe(true)
    expect((await world.untilDone(again!.id)).counts).toMatchObject({ total: dense.length, succeeded: dense.length })
  })
})

describe('a bomb of 174 bytes of gzip', () => {
  const bombs = {
    brackets: '['.repeat(60_000),
    rules: JSON.stringify({ retry: { rules: new Array(16_000).fill({}) } }),
    items: JSON.stringify({ decision: 'retry', items: new Array(16_000).fill(1) }),
  }
  // These may carry items, which may be alike: they are read in pieces, which are charged to their caller.
  const taken = new Set(['submitJob', 'appendItems', 'deliverItem', 'createExecution', 'resolveParked', 'testChannel'])
  const small = Object.values(operations).filter(
    ({ operationId, requestBody }) => requestBody !== null && !taken.has(operationId),
  )
  const asAdmin = { ...JSON_BODY, authorization: `Bearer ${WORLD_ADMIN_TOKEN}` }
  /** Looked for before a body is read. */
  let endpointId: string
  beforeAll(async () => {
    const wish = { url: 'https://hooks.invalid/waybill', state: 'disabled' }
    const made = await world.post('/v1/webhook-endpoints', JSON.stringify(wish), asAdmin)
    endpointId = ((await made.json()) as CreatedWebhookEndpoint).id
  })
  const path = ({ operationId, path: template }: Operation): string => {
    const channel = operationId === 'putCredentials' ? 'shop' : 'some'
    const names: Record<string, string> = { jobId: `job_${'0'.repeat(32)}`, endpointId, channel }
    return template.replace(/:(\w+)/g, (_, name: string) => names[name] ?? 'some')
  }

  test.each(small.map((operation) => [operation.operationId, operation] as const))(
    'is refused by %s before it is parsed',
    async (_, operation) => {
      for (const bomb of Object.values(bombs)) {
        const body = gzipSync(bomb, { level: 9 })
        expect(body.length).toBeLessThan(300)
        const { status, problem } = await world.refused(path(operation), {
          method: operation.method,
          body,
          headers: { ...asAdmin, 'content-encoding': 'gzip' },
        })
        expect([status, problem.detail]).toEqual([
          400,
          'Cannot read the body as it must unpack to at most 64 times its size: it unpacks to more',
        ])
      }
    },
  )
})

test('the server is well, and its log is clean', async () => {
  expect(await world.deliverSomething()).toEqual([])
  expect(await world.server.stop()).toBe(0)
  expect(world.logFaults()).toEqual([])
})
