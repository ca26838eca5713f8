import { beforeEach, describe, expect, it } from 'vitest'
import { envelopeFaults } from '../../http/request/spec-schemas.ts'
import { termsOf } from '../../model/channel-term.ts'
import { hashOf, partitionKeySeed } from '../../model/item-hashes.ts'
import { markStopped } from '../../model/job-phase.ts'
import type { LiveJob } from '../../model/live-job.ts'
import { Verdict } from '../../model/outcome-batch.ts'
import { hearEvents } from '../../runtime/testing/heard-events.ts'
import type { AppendReceipt } from './append-part.ts'
import { FedBody, linesOf, refusalOf } from '../testing/fake-stages.ts'
import { envelope as complete, ingest, item, stages, store, useIngest } from '../testing/fake-world.ts'
import { Ingest } from '../ingest.ts'
import type { BodyStream } from '../ingest-ports.ts'

const envelope = { ...complete, open: true } as const
const items = (from: number, to: number): object[] => Array.from({ length: to - from }, (_, n) => item(from + n))

let job: LiveJob

useIngest()

beforeEach(async () => {
  job = await open()
})

async function open(more: object = {}): Promise<LiveJob> {
  const { id, status } = await ingest.submitJob(stages.request('json', { ...envelope, ...more }))
  expect(status).toBe(201)
  return stages.liveJobs.byId(id)!
}

function append(fromIndex: number, body: string | object | BodyStream, to = job): Promise<AppendReceipt> {
  const { subscription, caller } = stages
  const request = stages.request(Array.isArray(body) ? 'json' : 'ndjson', body)
  return ingest.appendItems({
    id: to.record.id,
    subscription,
    caller,
    fromIndex,
    mediaType: request.mediaType,
    body: request.body,
  })
}

const seal = (itemCount: number, of = job): Promise<void> =>
  ingest.sealJob({ id: of.record.id, subscription: stages.subscription, caller: stages.caller, itemCount })

async function storedLines(of: LiveJob): Promise<string[]> {
  const { items } = await store.readItems({ ref: of.record.ref, fromIndex: 0, limit: 100_000 })
  return items.map(({ line }) => Buffer.from(line).toString())
}

describe('appendItems', () => {
  it('adds parts of either form, durable before the answer', async () => {
    expect(await append(0, linesOf(item(0), item(1)))).toEqual({ nextIndex: 2, accepted: 2, deduplicated: 0 })
    expect(await append(2, [item(2)])).toEqual({ nextIndex: 3, accepted: 1, deduplicated: 0 })
    expect(await store.findJob(job.record.id)).toMatchObject({ phase: 'open', total: 3 })
    expect(await storedLines(job)).toEqual(items(0, 3).map((one) => JSON.stringify(one)))
    expect(job).toMatchObject({ chunkStarts: [0, 2], record: { total: 3 } })
    expect(stages.admitted).toEqual([])
  })

  it('compares what is stored already, over the borders of chunks', async () => {
    await append(0, linesOf(...items(0, 2500)))
    expect(await append(700, linesOf(...items(700, 2600)))).toEqual({
      nextIndex: 2600,
      accepted: 100,
      deduplicated: 1800,
    })
    expect(await append(0, items(0, 10))).toEqual({ nextIndex: 2600, accepted: 0, deduplicated: 10 })
    expect(await append(2600, '')).toEqual({ nextIndex: 2600, accepted: 0, deduplicated: 0 })
    expect(await storedLines(job)).toEqual(items(0, 2600).map((one) => JSON.stringify(one)))
  })

  it('refuses other content at a stored index, and names the first', async () => {
    await append(0, linesOf(...items(0, 1500)))
    const lines = items(900, 1600)
    lines[200] = { id: 'other' }
    const problem = await refusalOf(append(900, `\n${linesOf(...lines)}`))
    expect(problem).toMatchObject({ code: 'item_conflict', members: { index: 1100 }, errors: [{ line: 202 }] })
    expect(await refusalOf(append(1499, [item(7)]))).toMatchObject({
      code: 'item_conflict',
      errors: [{ pointer: '/0' }],
    })
    expect(job.record.total).toBe(1500)
  })

  it('refuses a gap and reports where to continue', async () => {
    await append(0, [item(0)])
    expect(await refusalOf(append(2, [item(2)]))).toMatchObject({ code: 'upload_gap', members: { nextIndex: 1 } })
  })

  it('takes all of a part or nothing', async () => {
    const broken = await refusalOf(append(0, linesOf(item(0), '{"id":', item(2))))
    expect(broken).toMatchObject({ code: 'invalid_item', errors: [{ line: 2 }] })
    expect(await refusalOf(append(0, [item(0), { id: 'a', x: 1 }]))).toMatchObject({ errors: [{ pointer: '/1/x' }] })
    const body = new FedBody()
    const aborted = refusalOf(append(0, body))
    body.push(linesOf(item(0)))
    body.abort()
    expect((await aborted).message).toBe('aborted')
    expect(await append(0, [item(0)])).toMatchObject({ nextIndex: 1, accepted: 1 })
  })

  it('rejects invalid items in their place with onInvalidItem of fail, and recognises them again', async () => {
    const lenient = await open({ onInvalidItem: 'fail' })
    const part = linesOf(item(0), `{"id": ${'\u0001'.repeat(5000)}`, item(2))
    expect(await append(0, part, lenient)).toMatchObject({ accepted: 3 })
    const rejected = { failed: 1, lastProgressAtMs: stages.clock.nowMs() }
    expect(lenient).toMatchObject(rejected)
    stages.clock.advance(5)
    expect(await append(0, part + linesOf(item(3)), lenient)).toEqual({ nextIndex: 4, accepted: 1, deduplicated: 3 })
    expect(lenient).toMatchObject(rejected)
    await seal(4, lenient)
    expect(
      stages.admitted[0]!.chunks.flatMap(({ verdicts, count }) => [...(verdicts ?? new Uint8Array(count))]),
    ).toEqual([0, Verdict.failed, 0, 0])
  })

  it('takes one part at a time', async () => {
    const body = new FedBody()
    const first = append(0, body)
    body.push(linesOf(item(0)))
    expect(await refusalOf(append(0, [item(0)]))).toMatchObject({ code: 'append_in_progress', retryAfterSeconds: 1 })
    expect(await refusalOf(seal(0))).toMatchObject({ code: 'append_in_progress' })
    body.end()
    expect(await first).toMatchObject({ nextIndex: 1 })
  })

  it('refuses parts above the limits', async () => {
    const many = linesOf(...Array.from({ length: 10_001 }, () => '{"id":"a"}'))
    expect(await refusalOf(append(0, many))).toMatchObject({
      code: 'too_many_items',
      members: { limit: { name: 'maxItemsPerAppend' } },
    })
    expect(await refusalOf(append(0, `[${many.trim().replaceAll('\n', ',')}]`))).toMatchObject({ code: 'invalid_item' })
    const long = linesOf(item(0), JSON.stringify({ id: 'a', data: 'x'.repeat(1_100_000) }))
    expect(await refusalOf(append(0, long))).toMatchObject({ code: 'line_too_large', errors: [{ line: 2 }] })
    const large = linesOf(...Array.from({ length: 17 }, () => JSON.stringify({ id: 'a', data: 'x'.repeat(1_000_000) })))
    expect(await refusalOf(append(0, large))).toMatchObject({
      code: 'body_too_large',
      members: { limit: { name: 'maxAppendBodyBytes' } },
    })
  })

  it('refuses more items than may ever be pending', async () => {
    const small = new Ingest(stages.options({ store, findFaults: envelopeFaults }, { maxPendingItems: 5 }))
    const { body, mediaType } = stages.request('json', items(0, 6))
    const request = {
      id: job.record.id,
      subscription: stages.subscription,
      caller: stages.caller,
      fromIndex: 0,
      body,
      mediaType,
    }
    expect(await refusalOf(small.appendItems(request))).toMatchObject({
      code: 'too_many_items',
      members: { limit: { name: 'maxPendingItems' } },
    })
  })

  it('opens no more jobs than a subscription may have, until one is sealed or has ended', async () => {
    stages.maxOpenJobs = 3
    const [second, third] = [await open(), await open()]
    const before = stages.liveJobs.size
    const another = () => ingest.submitJob(stages.request('json', envelope))
    expect(await refusalOf(another())).toMatchObject({
      code: 'quota_exceeded',
      retryAfterSeconds: 30,
      members: { limit: { name: 'maxOpenJobs', value: 3 } },
    })
    expect(await refusalOf(ingest.submitJob(stages.request('ndjson', linesOf(envelope))))).toMatchObject({
      code: 'quota_exceeded',
    })
    expect(stages.liveJobs.size).toBe(before)
    expect(await store.listJobs({ subscription: stages.subscription, limit: 10 })).toHaveLength(3)
    const closed = { ...envelope, open: false, items: [item(0)] }
    expect(await ingest.submitJob(stages.request('json', closed))).toMatchObject({ status: 202 })
    const others = { ...stages.request('json', envelope), subscription: `${stages.subscription}-other` }
    expect(await ingest.submitJob(others)).toMatchObject({ status: 201 })

    await append(0, [item(0)], second)
    await seal(1, second)
    const fourth = await open()
    expect(await refusalOf(another())).toMatchObject({ code: 'quota_exceeded' })
    stages.liveJobs.remove(third)
    await open()
    expect(fourth.record.phase).toBe('open')
    expect(await refusalOf(another())).toMatchObject({ code: 'quota_exceeded' })
  })

  it('replays the answer for an open job although the quota is exhausted, and makes an execution whole or not at all', async () => {
    stages.maxOpenJobs = 3
    const opened = await ingest.submitJob(stages.request('json', envelope, 'first'))
    const stage = (name: string) => ({ name, jobs: [envelope] })
    const create = (...names: string[]) => ingest.createExecution(stages.request('json', { stages: names.map(stage) }))
    expect(await refusalOf(create('a', 'b'))).toMatchObject({ code: 'quota_exceeded', retryAfterSeconds: 30 })
    expect(await store.listJobs({ subscription: stages.subscription, limit: 10 })).toHaveLength(2)
    await create('a')
    expect(await ingest.submitJob(stages.request('json', envelope, 'first'))).toMatchObject({
      id: opened.id,
      replayed: true,
    })
  })

  it('knows only open jobs of the own subscription', async () => {
    const { body, mediaType } = stages.request('json', [item(0)])
    const request = {
      id: job.record.id,
      subscription: 'other',
      caller: 'token:other',
      fromIndex: 0,
      body,
      mediaType,
    }
    expect(await refusalOf(ingest.appendItems(request))).toMatchObject({ code: 'job_not_found' })
    await append(0, [item(0)])
    await seal(1)
    expect(await refusalOf(append(1, [item(1)]))).toMatchObject({ code: 'job_sealed' })
    const ended = await ingest.submitJob(stages.request('json', { ...envelope, open: false, items: [] }))
    const toEnded = { ...request, id: ended.id, subscription: stages.subscription }
    expect(await refusalOf(ingest.appendItems(toEnded))).toMatchObject({ code: 'job_ended' })
  })

  it('adds nothing to a job that is cancelled meanwhile', async () => {
    const body = new FedBody()
    const refused = refusalOf(append(0, body))
    body.push(linesOf(item(0)))
    await store.markStopped(
      { refs: [job.record.ref], terms: termsOf([job], stages.termOf) },
      { reason: 'cancelled', atMs: 1 },
    )
    body.end()
    expect(await refused).toMatchObject({ code: 'job_ended' })
    expect(job.record.total).toBe(0)
  })
})

describe('sealJob', () => {
  it('gives the items their places with the keys of all parts', async () => {
    await append(0, linesOf(...items(0, 1200)))
    await append(1200, [item(1200)])
    await seal(1201)
    expect(job.record).toMatchObject({ phase: 'eligible', sealedAtMs: stages.clock.nowMs() })
    expect(job.record.eligibleSeq).toBeGreaterThan(0)
    const [{ chunks }] = stages.admitted as [(typeof stages.admitted)[0]]
    expect(chunks.map(({ firstIndex, count }) => [firstIndex, count])).toEqual([
      [0, 1000],
      [1000, 200],
      [1200, 1],
    ])
    expect([...chunks[2]!.keys]).toEqual([...hashOf(partitionKeySeed(stages.subscription, 'sandbox'), 'sku-1200')])
  })

  it('is accepted again, and by several at once, but not with another count', async () => {
    await append(0, [item(0)])
    await Promise.all([seal(1), seal(1), seal(1)])
    await seal(1)
    expect(stages.admitted).toHaveLength(1)
    expect(await refusalOf(seal(2))).toMatchObject({ code: 'job_sealed' })
  })

  it('refuses another number than was appended', async () => {
    await append(0, [item(0)])
    expect(await refusalOf(seal(2))).toMatchObject({ code: 'item_count_mismatch', errors: [{ pointer: '/itemCount' }] })
    expect(job.record.phase).toBe('open')
  })

  it('ends a job that has nothing to deliver', async () => {
    await seal(0)
    expect(stages.ended).toEqual([{ job, reason: null }])
    const lenient = await open({ onInvalidItem: 'fail' })
    await append(0, ['not an item'], lenient)
    await seal(1, lenient)
    expect(stages.ended[1]).toEqual({ job: lenient, reason: null })
    expect(stages.admitted).toEqual([])
  })

  it('refuses more than may be pending; the job stays open', async () => {
    await append(0, [item(0), item(1)])
    stages.pendingBefore = 1_999_999
    expect(await refusalOf(seal(2))).toMatchObject({ code: 'overloaded' })
    stages.pendingBefore = 0
    await seal(2)
    expect(stages.admitted).toHaveLength(1)
  })

  it('refuses a job that was cancelled', async () => {
    await store.markStopped(
      { refs: [job.record.ref], terms: termsOf([job], stages.termOf) },
      { reason: 'cancelled', atMs: 1 },
    )
    expect(await refusalOf(seal(0))).toMatchObject({ code: 'job_ended' })
    markStopped(job.record, { reason: 'cancelled', atMs: 1 })
    expect(await refusalOf(seal(0))).toMatchObject({ code: 'job_ended' })
  })
})

describe('abandoned open jobs', () => {
  const HOUR_MS = 3_600_000

  it('end as expired 24 hours after the last part', async () => {
    ingest.start()
    stages.clock.advance(20 * HOUR_MS)
    await append(0, [item(0)])
    stages.clock.advance(24 * HOUR_MS - 1)
    expect(stages.ended).toEqual([])
    stages.clock.advance(60_000)
    await expect.poll(() => stages.ended).toEqual([{ job, reason: 'expired' }])
    // As after a cancel, a client that follows the job sees it stopped before its end is durable.
    expect(stages.controlled).toEqual([job])
    expect(await store.findJob(job.record.id)).toMatchObject({ stop: { reason: 'expired' } })
    const { entries } = await store.listAudit({ subscription: job.record.subscription, limit: 10 })
    const { id, envelope } = job.record
    expect(entries).toMatchObject([
      { actor: { kind: 'server' }, action: 'expireOpenJob', resource: { job: id, channel: envelope.channel } },
    ])
    expect(await refusalOf(append(1, [item(1)]))).toMatchObject({ code: 'job_ended' })
  })

  it('are looked for until ingest stops', () => {
    ingest.start()
    ingest.start()
    expect(stages.clock.pending).toBe(1)
    ingest.stop()
    expect(stages.clock.pending).toBe(0)
  })
})

it('reports the items of each part once, when they are durable', async () => {
  const heard = hearEvents(stages.telemetry, 'job.created', 'items.accepted', 'items.rejected')
  const made = await open({ onInvalidItem: 'fail' })
  await append(0, linesOf(item(0), { id: 'b', action: 'delete' }), made)
  await append(1, linesOf({ id: 'b', action: 'delete' }, { id: 3 }, item(3)), made)
  await seal(4, made)
  const channel = 'sandbox'
  expect(heard).toEqual([
    ['job.created', made.record],
    ['items.accepted', { channel, action: 'update', count: 1 }],
    ['items.accepted', { channel, action: 'delete', count: 1 }],
    ['items.accepted', { channel, action: 'update', count: 2 }],
    ['items.rejected', { channel, subscription: made.record.subscription, code: 'invalid_item', count: 1 }],
  ])
})
