import { describe, expect, it } from 'vitest'
import { bodyOf, FedBody, linesOf, refusalOf } from './testing/fake-stages.ts'
import { hashOf, itemIdSeed, jobKeyHash, partitionKeySeed } from '../model/item-hashes.ts'
import { hearEvents } from '../runtime/testing/heard-events.ts'
import {
  envelope,
  ingest,
  item,
  jobs,
  stages,
  store,
  storedLines,
  submitJson,
  submitLines,
  useIngest,
} from './testing/fake-world.ts'

useIngest()

describe('submitJob', () => {
  it('accepts a JSON body and gives its items their places', async () => {
    const job = await submitJson({ ...envelope, source: 'pim', items: [item(1), item(2)] })
    expect(job).toMatchObject({ status: 202, replayed: false })
    const record = (await store.findJob(job.id))!
    expect(record).toMatchObject({ phase: 'eligible', total: 2, subscription: stages.subscription })
    expect(record.envelope).toEqual({
      ...{ ...envelope, source: 'pim', partitionBy: 'item', onInvalidItem: 'reject', metadata: {} },
      ...{ executionId: null, runAtMs: null, deadlineAtMs: null, dependsOn: [], onExhausted: 'fail', retry: null },
      retainForSeconds: 604_800,
    })
    expect(await storedLines(job)).toEqual([JSON.stringify(item(1)), JSON.stringify(item(2))])
    expect(stages.admitted).toHaveLength(1)
    const [{ job: live, chunks }] = stages.admitted as [(typeof stages.admitted)[0]]
    expect(live.record).toEqual(record)
    expect(live.chunkStarts).toEqual([0])
    const seed = partitionKeySeed(stages.subscription, 'sandbox')
    expect([...chunks[0]!.keys]).toEqual([...hashOf(seed, 'sku-1'), ...hashOf(seed, 'sku-2')])
    expect(stages.liveJobs.byId(job.id)).toBe(live)
    expect(Buffer.from(stages.payloads.get(`${live.record.ref}/0`)!).toString()).toBe(linesOf(item(1), item(2)))
  })

  it('accepts fields of the envelope behind the items, and line breaks inside of them', async () => {
    const body = `{ "items": [ ${JSON.stringify(item(1), null, 2)} , {"id":"b"}\n], "channel":"sandbox","objectType":"product",\r\n"action":"update"}`
    const job = await submitJson(body)
    const lines = await storedLines(job)
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([item(1), { id: 'b' }])
  })

  it('accepts NDJSON at any borders, with CRLF, a byte order mark, empty lines and no last line break', async () => {
    const text = `\ufeff${JSON.stringify(envelope)}\r\n${JSON.stringify(item(1))}\r\n\r\n  \n${JSON.stringify(item(2))}\n{"id":"ü-\\u0031"}`
    const job = await ingest.submitJob(
      stages.request('ndjson', bodyOf(...Array.from(Buffer.from(text), (byte) => Buffer.of(byte)))),
    )
    expect(await storedLines(job)).toEqual([JSON.stringify(item(1)), JSON.stringify(item(2)), '{"id":"ü-\\u0031"}'])
    const found = await store.readItems({
      ref: stages.admitted[0]!.job.record.ref,
      fromIndex: 0,
      limit: 9,
      idHash: hashOf(itemIdSeed('product'), 'ü-1'),
    })
    expect(found.items.map(({ index }) => index)).toEqual([2])
  })

  it('cuts a large job into chunks and keeps all of it', async () => {
    const count = 12_345
    const job = await submitLines(
      { ...envelope, itemCount: count },
      ...Array.from({ length: count }, (_, n) => item(n)),
    )
    const lines = await storedLines(job)
    expect(lines).toHaveLength(count)
    expect(lines[12_344]).toBe(JSON.stringify(item(12_344)))
    const { job: live, chunks } = stages.admitted[0]!
    expect(live.chunkStarts).toEqual(Array.from({ length: 13 }, (_, n) => n * 1000))
    expect(chunks.map(({ count }) => count).reduce((a, b) => a + b)).toBe(count)
    expect(chunks[12]!.keys.length).toBe(690)
  })

  it('ends a job without items at once', async () => {
    for (const job of [
      await submitJson({ ...envelope, items: [] }),
      await submitLines({ ...envelope, itemCount: 0 }),
    ]) {
      expect(job.status).toBe(202)
      expect(await store.findJob(job.id)).toMatchObject({ phase: 'ended', total: 0, end: { outcome: 'succeeded' } })
    }
    expect(stages.admitted).toEqual([])
    expect(stages.liveJobs.size).toBe(0)
  })

  it.each([
    ['json', JSON.stringify(envelope)],
    ['ndjson', linesOf(envelope)],
  ] as const)('refuses %s without items', async (mediaType, body) => {
    expect(await refusalOf(ingest.submitJob(stages.request(mediaType, body)))).toMatchObject({ code: 'items_missing' })
  })

  it.each([
    ['json', JSON.stringify({ ...envelope, itemCount: 3, items: [item(1)] })],
    ['ndjson', linesOf({ ...envelope, itemCount: 3 }, item(1))],
    ['ndjson', linesOf({ ...envelope, itemCount: 3 })],
  ] as const)('refuses %s with another itemCount', async (mediaType, body) => {
    const problem = await refusalOf(ingest.submitJob(stages.request(mediaType, body)))
    expect(problem).toMatchObject({ code: 'item_count_mismatch', errors: [{ pointer: '/itemCount' }] })
    expect(await jobs()).toEqual([])
  })

  it.each([
    ['open with items', { ...envelope, open: true, items: [] }, 'bad_request', '/open'],
    ['open with itemCount', { ...envelope, open: true, itemCount: 1 }, 'bad_request', '/itemCount'],
    ['an unknown field', { ...envelope, chanel: 'x', items: [] }, 'unknown_field', '/chanel'],
    ['a field of a later version', { ...envelope, priority: 9, items: [] }, 'unknown_field', '/priority'],
    ['a missing field', { channel: 'sandbox', action: 'update', items: [] }, 'bad_request', '/objectType'],
    ['a wrong action', { ...envelope, action: 'upsert', items: [] }, 'bad_request', '/action'],
    ['items that are no array', { ...envelope, items: {} }, 'bad_request', '/items'],
    ['a wrong pointer', { ...envelope, partitionBy: 'data', items: [] }, 'bad_request', '/partitionBy'],
    [
      'a wrong number of metadata',
      { ...envelope, metadata: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`k${n}`, ''])), items: [] },
      'bad_request',
      '/metadata',
    ],
    [
      'half a surrogate pair',
      '{"channel":"sandbox","objectType":"\\ud800","action":"update","items":[]}',
      'bad_request',
      '/objectType',
    ],
    [
      '__proto__',
      '{"channel":"sandbox","objectType":"p","action":"update","__proto__":{"x":1},"items":[]}',
      'unknown_field',
      '/__proto__',
    ],
    [
      'a field twice',
      '{"channel":"sandbox","objectType":"p","action":"update","items":[],"objectType":"q"}',
      'bad_request',
      '/objectType',
    ],
    [
      'items twice, once escaped',
      '{"channel":"sandbox","objectType":"p","action":"update","items":[],"it\\u0065ms":[]}',
      'bad_request',
      '/items',
    ],
  ])('refuses %s', async (_, body, code, pointer) => {
    const problem = await refusalOf(submitJson(body))
    expect(problem).toMatchObject({ code, errorCount: 1 })
    expect(problem.errors![0]!.pointer).toBe(pointer)
    expect(await jobs()).toEqual([])
  })

  it('names the line of an envelope that is wrong', async () => {
    expect(await refusalOf(submitLines({ ...envelope, chanel: 1 }, item(1)))).toMatchObject({
      code: 'unknown_field',
      errors: [{ line: 1, pointer: '/chanel' }],
    })
    expect(await refusalOf(submitLines('', '{"channel":"sandbox","channel":"x"}'))).toMatchObject({
      code: 'bad_request',
      errors: [{ line: 2 }],
    })
    expect(await refusalOf(submitLines('nonsense'))).toMatchObject({ code: 'bad_request', errors: [{ line: 1 }] })
    expect(await refusalOf(ingest.submitJob(stages.request('ndjson', '')))).toMatchObject({ code: 'bad_request' })
  })

  it('lists the channels when the channel is unknown', async () => {
    const problem = await refusalOf(submitJson({ ...envelope, channel: 'shop-us', items: [] }))
    expect(problem).toMatchObject({
      code: 'unknown_channel',
      members: { channels: ['sandbox', 'shop-eu'] },
      errors: [{ pointer: '/channel' }],
    })
  })

  it('refuses an NDJSON body with a wrong envelope before the items have come', async () => {
    const body = new FedBody()
    const refused = refusalOf(ingest.submitJob(stages.request('ndjson', body)))
    body.push(linesOf({ ...envelope, channel: 'nowhere' }))
    expect(await refused).toMatchObject({ code: 'unknown_channel' })
  })

  it('leaves nothing of an upload that is broken off', async () => {
    const body = new FedBody()
    const failed = refusalOf(ingest.submitJob(stages.request('ndjson', body, 'key-1')))
    body.push(linesOf(envelope, ...Array.from({ length: 9000 }, (_, n) => item(n))))
    body.abort()
    expect((await failed).message).toBe('aborted')
    expect(await jobs()).toEqual([])
    expect(stages.payloads.size).toBe(0)
    expect(ingest.uploads).toBe(0)
    // The key is free again, and the removed job's number is not in the way.
    expect(await ingest.submitJob(stages.request('ndjson', linesOf(envelope, item(1)), 'key-1'))).toMatchObject({
      replayed: false,
    })
  })
})

describe('partition keys', () => {
  const hash = (key: string): readonly [number, number] => hashOf(partitionKeySeed(stages.subscription, 'sandbox'), key)
  const keysOf = (): number[] => [...stages.admitted[0]!.chunks[0]!.keys]

  it('are the partitionKey, else the id', async () => {
    await submitJson({ ...envelope, items: [{ id: 'a' }, { id: 'a', partitionKey: 'k' }] })
    expect(keysOf()).toEqual([...hash('a'), ...hash('k')])
  })

  it('are what a JSON Pointer leads to', async () => {
    const items = ['de', 12.5, true].map((value) => ({ id: 'a', data: { 'a/b': [{}, { '~': value }] } }))
    await submitJson({ ...envelope, partitionBy: '/data/a~1b/1/~0', items })
    expect(keysOf()).toEqual(['de', '12.5', 'true'].flatMap((key) => [...hash(key)]))
  })

  it.each([{}, null, [], '', 'x'.repeat(257), undefined])(
    'make an item invalid that a JSON Pointer leads to %j in',
    async (value) => {
      const problem = await refusalOf(
        submitJson({ ...envelope, partitionBy: '/data/k', items: [{ id: 'a', data: { k: value } }] }),
      )
      expect(problem).toMatchObject({ code: 'invalid_item', errors: [{ pointer: '/items/0/data/k' }] })
    },
  )

  it('are no members of a prototype', async () => {
    const problem = await refusalOf(
      submitJson({ ...envelope, partitionBy: '/data/__proto__/constructor/name', items: [{ id: 'a', data: {} }] }),
    )
    expect(problem.code).toBe('invalid_item')
  })

  it('are one for all items of a job, or none', async () => {
    const job = await submitJson({ ...envelope, partitionBy: 'job', items: [item(1), item(2)] })
    const key = jobKeyHash({ subscription: stages.subscription, channel: 'sandbox', jobId: job.id })
    expect(keysOf()).toEqual([...key, ...key])
    stages.admitted.length = 0
    await submitJson({ ...envelope, partitionBy: 'none', items: [item(1), item(2)] })
    expect(keysOf()).toEqual([0, 0, 0, 0])
  })
})

describe('submitJob telemetry', () => {
  const names = ['job.created', 'items.accepted', 'items.rejected', 'job.ended'] as const

  it('reports a job that is durable, its items by action, and those that were rejected', async () => {
    const heard = hearEvents(stages.telemetry, ...names)
    const job = await submitLines(
      { ...envelope, onInvalidItem: 'fail' },
      ...[item(1), { id: 'a', action: 'delete' }, { id: 'b', action: 'delete' }, { id: 'ü', action: 'create' }],
      ...[{ id: 'c', action: 'update' }, { id: 3 }, item(2)],
    )
    const channel = 'sandbox'
    expect(heard).toMatchObject([
      ['job.created', { id: job.id, total: 7, envelope: { channel } }],
      ['items.accepted', { channel, subscription: stages.subscription, action: 'create', count: 1 }],
      ['items.accepted', { channel, subscription: stages.subscription, action: 'update', count: 4 }],
      ['items.accepted', { channel, subscription: stages.subscription, action: 'delete', count: 2 }],
      ['items.rejected', { channel, subscription: stages.subscription, code: 'invalid_item', count: 1 }],
    ])
  })

  it('reports a job that has ended at ingest, and none that was refused', async () => {
    const heard = hearEvents(stages.telemetry, ...names)
    await refusalOf(submitLines(envelope, { id: 3 }))
    expect(heard).toEqual([])
    await submitLines({ ...envelope, onInvalidItem: 'fail' }, { id: 3 })
    expect(heard.map(([name]) => name)).toEqual(names)
    expect(heard.at(-1)![1]).toMatchObject({ end: { outcome: 'failed', failed: 1 } })
  })
})
