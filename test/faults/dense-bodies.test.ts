import { gzipSync } from 'node:zlib'
import { type Operation, operations, type SchemaName } from '@waybill/spec'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { denseBodies } from '../support/dense-bodies.ts'
import { ENVELOPE, HostileWorld, itemLines, JSON_BODY, NDJSON } from '../support/hostile-world.ts'
import { LOOP_PRELOAD } from '../support/server-process.ts'

/*
 * JSON that costs most to read, as large as it can be, in every place of every body of the spec that takes any JSON, as it is and as gzip of a
 * few KiB: it is read in slices, and somebody else's requests are carried out in between.
 */

const MIB = 1024 * 1024
/** CPU time; as in costly-bodies.test.ts. */
const MAX_STEP_MS = 100
/** Larger bodies than this carry items. */
const SMALL_BYTES = 64 * 1024
/** Of an item; beside its data it has an id. */
const ITEM_BYTES = MIB - 1024
const BODY_BYTES = 8 * MIB
const AT_ONCE = 2
/** Requests of somebody else while the bodies of one operation are read: 16 and more were seen on a busy machine. */
const MIN_HONEST = 4

let world: HostileWorld
let openJob: string

beforeAll(async () => {
  world = await HostileWorld.start({ preload: LOOP_PRELOAD })
  const open = await world.post('/v1/jobs', JSON.stringify({ ...ENVELOPE, open: true }), JSON_BODY)
  openJob = ((await open.json()) as { id: string }).id
}, 120_000)
afterAll(() => world.remove())

/** Asks and submits as somebody else, one request after the other, until the attack is over. @returns how many */
async function honestRequests(attack: Promise<unknown>): Promise<number> {
  let isOver = false
  const over = attack.finally(() => (isOver = true))
  let requests = 0
  const lines = `${JSON.stringify(ENVELOPE)}\n${itemLines(3)}`
  while (!isOver) {
    expect(await world.statusOf('/v1/jobs', { method: 'POST', body: lines, headers: NDJSON })).toBe(202)
    expect(await world.statusOf('/v1/jobs?pageSize=5')).toBe(200)
    requests += 2
  }
  await over
  return requests
}

const bodies = Object.values<Operation>(operations).flatMap((operation) =>
  Object.entries(operation.requestBody?.content ?? {})
    .filter(([, { maxBytes }]) => maxBytes !== null && maxBytes > SMALL_BYTES)
    .map(([mediaType, content]) => ({ operation, mediaType, content })),
)

test('there are bodies that take any JSON', () => {
  const names = new Set(bodies.map(({ operation }) => operation.operationId))
  for (const name of [
    'submitJob',
    'appendItems',
    'deliverItem',
    'createExecution',
    'resolveParked',
    'testChannel',
  ] as const)
    expect(names).toContain(name)
})

test.each(bodies.map((body) => [`${body.operation.operationId} as ${body.mediaType}`, body] as const))(
  '%s',
  async (_, { operation, mediaType, content }) => {
    const attacker = await world.little.enoughFor(operation)
    const path = operation.path.replace(':jobId', openJob).replace(':channel', 'shop')
    const query = operation.operationId === 'appendItems' ? '?fromIndex=0' : ''
    const isLines = content.schema === null
    const schema: SchemaName = content.schema ?? 'ItemInput'
    const head = isLines && content.lineSchemas.length > 1 ? `${JSON.stringify(ENVELOPE)}\n` : ''
    const texts = [...denseBodies(schema, { itemBytes: ITEM_BYTES, bodyBytes: BODY_BYTES, isLines })]
    expect(texts.length).toBeGreaterThan(0)
    const send = async (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<void> => {
      const response = await world.fetch(path + query, {
        ...{ method: operation.method, body },
        headers: { ...attacker, 'content-type': mediaType, prefer: 'wait=0', ...headers },
      })
      const text = await response.text()
      if (response.status >= 500) throw new Error(`${operation.operationId}: ${response.status} ${text.slice(0, 500)}`)
    }
    await world.server.longestStepMs()
    const attack = async (): Promise<void> => {
      for (const text of texts) {
        const packed = new Uint8Array(gzipSync(head + text, { level: 9 }))
        await Promise.all(Array.from({ length: AT_ONCE }, () => send(head + text, {})))
        await Promise.all(Array.from({ length: AT_ONCE }, () => send(packed, { 'content-encoding': 'gzip' })))
      }
    }
    expect(await honestRequests(attack())).toBeGreaterThan(MIN_HONEST)
    // V8 collects the whole heap now and then, in a step: it does not do so in both.
    if ((await world.server.longestStepMs()) < MAX_STEP_MS) return
    await attack()
    expect(await world.server.longestStepMs()).toBeLessThan(MAX_STEP_MS)
  },
)

test('the server is well, and its log is clean', async () => {
  expect(await world.server.stop()).toBe(0)
  expect(world.logFaults()).toEqual([])
})
