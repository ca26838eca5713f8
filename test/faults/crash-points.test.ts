import type { Execution, ParkedItemPage } from '@waybill/spec'
import { afterEach, expect, test } from 'vitest'
import type { FailpointName } from '../../server/src/runtime/failpoint.ts'
import { checkEachDelivered, checkOrder, checkProgress, checkStages } from '../support/check-record.ts'
import { type CallAnswer, type Delivery, RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { getJob, submit, untilDone } from '../support/submit.ts'

// The failpoint run ends a busy process anywhere; here it ends where one promise hangs on it, and that promise is looked at.

const LOOK_EVERY_MS = 20

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function world(answer: (delivery: Delivery, call: number) => CallAnswer, channel: object = {}) {
  const connector = new RecordingConnector({ answer })
  await connector.start()
  cleanups.push(() => connector.stop())
  const server = await ServerProcess.create({
    fromSource: true,
    args: ['--threads', '1'],
    config: { channels: { shop: { connector: { type: 'http', url: connector.url }, ...channel } } },
  })
  cleanups.push(() => server.remove())
  return { connector, server }
}

const succeed = (): CallAnswer => ({ kind: 'items', answer: () => ({ kind: 'succeeded' }) })

async function untilEnded(server: ServerProcess): Promise<void> {
  while (server.running) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
}

/** Between the commit of a stage's last outcome and the moment its dependants have their places. */
const beforeOpening: FailpointName[] = [
  'store.commitOutcomes.durable',
  'outcomes.durable',
  'outcomes.announced',
  'store.makeEligible.written',
  'store.makeEligible.durable',
  'schedule.eligible.durable',
]

test.each(beforeOpening)('PRG-3 a stage opens exactly once though the process dies at %s', async (name) => {
  const { connector, server } = await world(succeed)
  await server.start({ name, hit: 1 })
  const job = { channel: 'shop', objectType: 'product', action: 'update' }
  const answer = await server.fetch('/v1/executions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      stages: [
        { name: 'first', jobs: [{ ...job, items: [{ id: 'one' }] }] },
        { name: 'second', jobs: [{ ...job, items: [{ id: 'two' }, { id: 'three' }] }] },
      ],
    }),
  })
  expect(answer.status).toBe(202)
  const [first, second] = ((await answer.json()) as Execution).stages.map((stage) => stage.jobs[0]!.id)
  await untilEnded(server)
  expect(connector.calls.filter((call) => call.jobId === second)).toEqual([])
  await server.start()
  for (const id of [first!, second!])
    expect(await untilDone(server, id)).toMatchObject({ outcome: 'succeeded', counts: { failed: 0, pending: 0 } })
  expect(checkStages(connector.calls, [{ first: first!, second: second! }])).toEqual([])
  expect(connector.calls.filter((call) => call.jobId === second).map(({ index }) => index)).toHaveLength(2)
})

test('REC-5 processes that die while they recover change nothing: places, attempts and counts are what they were', async () => {
  let isUp = false
  const { connector, server } = await world(
    (delivery) => ({
      kind: 'items',
      answer: ({ index }) => (isUp || index % 2 === 0 ? { kind: 'succeeded' } : { kind: 'retry', code: 'ask' }),
      delayMs: delivery.items[0]!.index % 3,
    }),
    { retry: { maxAttempts: 8, rules: [{ code: ['ask'], then: 'park' }] } },
  )
  await server.start()
  const items = Array.from({ length: 40 }, (_, n) => ({ id: `sku-${n}`, partitionKey: `key-${Math.floor(n / 4)}` }))
  const job = await submit(server, { channel: 'shop' }, items)
  let before = job
  while (before.counts.waiting < 10) before = await getJob(server, job.id)
  const parked = async (): Promise<number[]> => {
    const page = (await (await server.fetch(`/v1/parked?jobId=${job.id}`)).json()) as ParkedItemPage
    return page.parked.map(({ item }) => item.index)
  }
  const list = await parked()
  await server.kill()
  const calls = connector.calls.length
  const deaths: FailpointName[] = [
    'store.open.written',
    'store.open.folded',
    'recover.begun',
    'recover.job',
    'recover.done',
  ]
  for (const name of deaths) await expect(server.start({ name, hit: 1 })).rejects.toThrow('ended with code')
  await server.start()
  const after = await getJob(server, job.id)
  expect(after.counts).toEqual(before.counts)
  expect(await parked()).toEqual(list)
  expect(connector.calls).toHaveLength(calls)
  isUp = true
  let ended = after
  while (!ended.done) {
    const decided = (await parked()).map((index) => ({ jobId: job.id, index }))
    if (decided.length > 0)
      await server.fetch('/v1/parked/resolve', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ items: decided, decision: 'retry' }),
      })
    ended = await getJob(server, job.id)
  }
  expect(ended).toMatchObject({ outcome: 'succeeded', counts: { succeeded: 40 } })
  const accepted = [{ jobId: job.id, keys: items.map((item) => item.partitionKey) }]
  expect([
    ...checkOrder(connector.calls, accepted),
    ...checkEachDelivered(connector.calls, accepted),
    ...checkProgress([before, after, ended]),
  ]).toEqual([])
})

test('REC-5 a parked item that somebody let be tried again is not parked again by a kill -9 after the answer', async () => {
  let isUp = false
  const { connector, server } = await world(
    () => ({ kind: 'items', answer: () => (isUp ? { kind: 'succeeded' } : { kind: 'retry', code: 'ask' }) }),
    { retry: { maxAttempts: 1, rules: [{ code: ['ask'], then: 'park' }] } },
  )
  await server.start()
  const job = await submit(server, { channel: 'shop' }, [{ id: 'one' }, { id: 'two' }])
  while ((await getJob(server, job.id)).counts.waiting < 2) await new Promise((go) => setTimeout(go, LOOK_EVERY_MS))
  await server.fetch('/v1/channels/shop/pause', { method: 'POST' })
  const decision = await server.fetch('/v1/parked/resolve', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ items: [{ jobId: job.id, index: 1 }], decision: 'retry' }),
  })
  expect(decision.status).toBe(200)
  await server.kill()
  await server.start()
  const { parked } = (await (await server.fetch('/v1/parked')).json()) as ParkedItemPage
  expect(parked.map(({ item }) => item.index)).toEqual([0])
  isUp = true
  await server.fetch('/v1/channels/shop/resume', { method: 'POST' })
  while ((await getJob(server, job.id)).counts.succeeded < 1) await new Promise((go) => setTimeout(go, LOOK_EVERY_MS))
  expect(connector.calls.filter(({ index }) => index === 1).map(({ attempt }) => attempt)).toEqual([1, 2])
  expect((await getJob(server, job.id)).counts).toMatchObject({ succeeded: 1, waiting: 1, failed: 0 })
})

/** Right after the decision is durable, and at each step that follows from it. */
const afterDecision: (FailpointName | 'the answer')[] = [
  'the answer',
  'outcomes.durable',
  'outcomes.announced',
  'store.commitOutcomes.written',
]

test.each(afterDecision)(
  'REC-5 a key that is skipped ends wholly, without a call, though the process dies at %s',
  async (name) => {
    const { connector, server } = await world(
      () => ({ kind: 'items', answer: () => ({ kind: 'retry', code: 'ask' }) }),
      { retry: { maxAttempts: 1, rules: [{ code: ['ask'], then: 'park' }] } },
    )
    // A step of the skip takes 1,024 items: the key ends in several.
    const items = Array.from({ length: 3000 }, (_, n) => ({ id: `${n}`, partitionKey: 'one' }))
    // Hit 1 is the commit that parks; the decision is in the next.
    await server.start(name === 'the answer' ? undefined : { name, hit: name.startsWith('store') ? 3 : 2 })
    const first = await submit(server, { channel: 'shop' }, items)
    const second = await submit(server, { channel: 'shop' }, items.slice(0, 10))
    while ((await getJob(server, first.id)).counts.waiting < 1) await new Promise((go) => setTimeout(go, LOOK_EVERY_MS))
    const decision = server.fetch('/v1/parked/resolve', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ items: [{ jobId: first.id, index: 0 }], decision: 'skip_key' }),
    })
    if (name === 'the answer') {
      expect((await decision).status).toBe(200)
      await server.kill()
    } else {
      await decision.catch(() => null)
      await untilEnded(server)
    }
    await server.start()
    const later = await submit(server, { channel: 'shop' }, items.slice(0, 1))
    const ended = [await untilDone(server, first.id), await untilDone(server, second.id)]
    expect(ended.map(({ counts }) => [counts.succeeded, counts.failed, counts.cancelled])).toEqual([
      [0, 1, 2999],
      [0, 0, 10],
    ])
    while ((await getJob(server, later.id)).counts.waiting < 1) await new Promise((go) => setTimeout(go, LOOK_EVERY_MS))
    expect(connector.calls.map(({ jobId, index }) => [jobId, index])).toEqual([
      [first.id, 0],
      [later.id, 0],
    ])
  },
)

test('REC-3 what ran when the process was killed counts as nothing after it, and takes no permit of its channel', async () => {
  let isUp = false
  const { connector, server } = await world(() => (isUp ? succeed() : { kind: 'hang' }), { concurrency: 4 })
  await server.start()
  const job = await submit(
    server,
    { channel: 'shop' },
    Array.from({ length: 12 }, (_, n) => ({ id: `sku-${n}` })),
  )
  while (connector.calls.length < 4) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  expect((await server.fetch('/v1/channels/shop/pause', { method: 'POST' })).status).toBe(200)
  expect((await getJob(server, job.id)).counts.running).toBeGreaterThanOrEqual(4)
  await server.kill()
  await server.start()
  expect((await getJob(server, job.id)).counts).toMatchObject({ total: 12, running: 0, pending: 12, waiting: 0 })
  isUp = true
  await server.fetch('/v1/channels/shop/resume', { method: 'POST' })
  expect(await untilDone(server, job.id)).toMatchObject({ outcome: 'succeeded', counts: { succeeded: 12 } })
})
