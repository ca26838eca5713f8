import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { envelopeFaults } from '../http/spec-schemas.ts'
import type { ProblemError } from '../model/errors.ts'
import type { JobId } from '../model/ids.ts'
import { hashOf, itemIdSeed, jobKeyHash, partitionKeySeed } from '../model/item-hashes.ts'
import { Verdict } from '../model/outcome-batch.ts'
import { FakeClock } from '../runtime/fake-clock.ts'
import { silentLogger } from '../runtime/logger.ts'
import { createSqliteStore } from '../store/sqlite/sqlite-store.ts'
import { type Store, StoreError } from '../store/store.ts'
import { bodyOf, FakeStages, FedBody, linesOf, refusalOf } from './fake-stages.ts'
import { Ingest } from './ingest.ts'
import type { SubmittedJob } from './ingest-ports.ts'

const envelope = { channel: 'sandbox', objectType: 'product', action: 'update' } as const
const item = (n: number): object => ({ id: `sku-${n}`, data: { price: n } })

let store: Store
let stages: FakeStages
let ingest: Ingest

beforeAll(async () => {
  store = createSqliteStore({ kind: 'memory', dataDir: null, logger: silentLogger, clock: new FakeClock() })
  await store.start()
})

afterAll(async () => {
  await store.stop()
})

beforeEach(() => {
  stages = new FakeStages()
  ingest = new Ingest(stages.options({ store, findFaults: envelopeFaults }))
})

afterEach(() => {
  ingest.stop()
  expect(ingest.uploads).toBe(0)
})

async function storedLines(job: SubmittedJob): Promise<string[]> {
  const record = (await store.findJob(job.id))!
  const lines: string[] = []
  for (let fromIndex: number | null = 0; fromIndex !== null;) {
    const page = await store.readItems({ ref: record.ref, fromIndex, limit: 1000 })
    lines.push(...page.items.map(({ line }) => Buffer.from(line).toString()))
    fromIndex = page.nextIndex
  }
  return lines
}

function jobs(): Promise<readonly { id: JobId }[]> {
  return store.listJobs({ subscription: stages.subscription, limit: 100 })
}

const submitJson = (body: object | string): Promise<SubmittedJob> => ingest.submitJob(stages.request('json', body))
const submitLines = (...lines: unknown[]): Promise<SubmittedJob> =>
  ingest.submitJob(stages.request('ndjson', linesOf(...lines)))

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
    [
      'a field of a later version',
      { ...envelope, webhook: { url: 'https://pim.example' }, items: [] },
      'unknown_field',
      '/webhook',
    ],
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

  it('names the channels there are when it does not know one', async () => {
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

describe('invalid items', () => {
  it('are named by line and refused together', async () => {
    const lines = Array.from({ length: 20_000 }, (_, n) => JSON.stringify(item(n)))
    lines[17_201] = '{"id": "broken'
    lines[18_000] = '{"id":"a","prize":1}'
    const problem = await refusalOf(submitLines(envelope, ...lines))
    expect(problem).toMatchObject({ code: 'invalid_item', errorCount: 2 })
    expect(problem.message).toContain('line 17203')
    expect(problem.errors).toMatchObject([{ line: 17_203 }, { line: 18_002, pointer: '/prize' }])
    expect(await jobs()).toEqual([])
    expect(stages.payloads.size).toBe(0)
  })

  it('are named by pointer in JSON, the first 100 of all', async () => {
    const items = Array.from({ length: 300 }, (_, n) => (n % 2 === 0 ? item(n) : { id: n }))
    const problem = await refusalOf(submitJson({ ...envelope, items }))
    expect(problem.errorCount).toBe(150)
    expect(problem.errors).toHaveLength(100)
    expect(problem.errors![0]).toEqual({
      pointer: '/items/1/id',
      detail: 'must be a string: current value is a number',
    })
  })

  it('fail in their place with onInvalidItem of fail', async () => {
    const long = `{"id": ${'x'.repeat(5000)}`
    const job = await submitLines(
      { ...envelope, onInvalidItem: 'fail' },
      item(0),
      'no json',
      item(2),
      { id: '' },
      long,
      { id: 'six', action: 'drop' },
    )
    expect(job.status).toBe(202)
    const { job: live, chunks } = stages.admitted[0]!
    expect(live).toMatchObject({ failed: 4, record: { total: 6, phase: 'eligible' } })
    expect([...chunks[0]!.verdicts!]).toEqual([0, 1, 0, 1, 1, 1].map((failed) => failed * Verdict.failed))
    expect([...chunks[0]!.keys.subarray(2, 4)]).toEqual([0, 0])
    const { items } = await store.readItems({ ref: live.record.ref, fromIndex: 0, limit: 10 })
    expect(items.map(({ verdict }) => verdict)).toEqual([0, 2, 0, 2, 2, 2])
    const details = items.map(({ detail }) =>
      detail === null ? null : (JSON.parse(Buffer.from(detail).toString()) as Record<string, unknown>),
    )
    expect(details[1]).toMatchObject({
      error: { code: 'invalid_item', origin: 'engine', retryable: false },
      text: 'no json',
    })
    expect(details[3]).toMatchObject({
      error: { pointer: '/id', detail: 'must have 1 to 256 bytes: current value has 0' },
    })
    expect(details[3]).not.toHaveProperty('text')
    expect(details[4]!['text']).toBe(long.slice(0, 4096))
    expect(items[4]!.line.length).toBe(4096)
    expect(details[5]).toMatchObject({ error: { pointer: '/action' } })
  })

  it('end the job at once when all of them failed', async () => {
    const job = await submitJson({ ...envelope, onInvalidItem: 'fail', items: [{}, 5] })
    expect(await store.findJob(job.id)).toMatchObject({
      phase: 'ended',
      total: 2,
      end: { outcome: 'failed', failed: 2 },
    })
    expect(stages.admitted).toEqual([])
    expect(JSON.parse(job.body)).toMatchObject({ phase: 'ended', failed: 2 })
  })

  it('are counted up to 10,000, and may fail up to 100,000', async () => {
    const refused = await refusalOf(
      ingest.submitJob(stages.request('ndjson', linesOf(envelope) + '{}\n'.repeat(10_001))),
    )
    expect(refused).toMatchObject({ code: 'invalid_item', errorCount: 10_000 })
    expect(refused.message).toContain('reading stopped after 10000 invalid items')
    const lenient = linesOf({ ...envelope, onInvalidItem: 'fail' }) + '{}\n'.repeat(100_001)
    const tooMany = await refusalOf(ingest.submitJob(stages.request('ndjson', lenient)))
    expect(tooMany).toMatchObject({ code: 'invalid_item', errors: [{ line: 100_002, pointer: '/id' }] })
    expect(await jobs()).toEqual([])
  }, 30_000)

  it('keep the line breaks of broken JSON out of the stored lines', async () => {
    const job = await submitJson(
      '{"channel":"sandbox","objectType":"p","action":"update","onInvalidItem":"fail","items":[{"id":\n"a\nb"},{"id":"c"}]}',
    )
    expect(await storedLines(job)).toEqual(['{"id": "a b"}', '{"id":"c"}'])
    expect(stages.admitted[0]!.job.failed).toBe(1)
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

describe('limits', () => {
  const over = (name: string): object => ({ members: { limit: { name } } })

  it('refuses too many items of a JSON body', async () => {
    const items = `[${Array.from({ length: 10_001 }, () => '{"id":"a"}').join(',')}]`
    const problem = await refusalOf(
      submitJson(`{"channel":"sandbox","objectType":"p","action":"update","items":${items}}`),
    )
    expect(problem).toMatchObject({ code: 'too_many_items', ...over('maxItemsPerJsonRequest') })
  })

  it('refuses an itemCount above what a request may have, at once', async () => {
    const problem = await refusalOf(submitLines({ ...envelope, itemCount: 1_000_001 }))
    expect(problem).toMatchObject({ code: 'too_many_items', ...over('maxItemsPerNdjsonRequest') })
  })

  it('refuses a JSON body above 16 MiB', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"items":[')
      for (;;) yield Buffer.from(`{"id":"a","data":"${'x'.repeat(100_000)}"},`)
    }
    expect(await refusalOf(ingest.submitJob(stages.request('json', endless())))).toMatchObject({
      code: 'body_too_large',
      ...over('maxJsonBodyBytes'),
    })
  })

  it('takes a line of 1 MiB and names the one above', async () => {
    const line = (bytes: number): string => JSON.stringify({ id: 'a', data: 'x'.repeat(bytes - 20) })
    expect(line(1_048_576).length).toBe(1_048_576)
    const job = await submitLines(envelope, item(1), line(1_048_576), item(2))
    expect(stages.admitted[0]!.job.chunkStarts).toEqual([0, 1, 2])
    expect((await storedLines(job))[1]).toBe(line(1_048_576))
    const problem = await refusalOf(submitLines(envelope, item(1), line(1_048_577)))
    expect(problem).toMatchObject({ code: 'line_too_large', errors: [{ line: 3 }], ...over('maxLineBytes') })
    const inJson = await refusalOf(submitJson({ ...envelope, items: [item(1), JSON.parse(line(1_048_577))] }))
    expect(inJson).toMatchObject({ code: 'line_too_large', errors: [{ pointer: '/items/1' }], ...over('maxItemBytes') })
  })

  it('refuses an envelope above 64 KiB', async () => {
    const large = { ...envelope, metadata: { a: 'x'.repeat(70_000) } }
    expect(await refusalOf(submitJson({ ...large, items: [] }))).toMatchObject({
      code: 'line_too_large',
      ...over('maxEnvelopeBytes'),
    })
    expect(await refusalOf(submitLines(large))).toMatchObject({
      code: 'line_too_large',
      errors: [{ line: 1 }],
      ...over('maxEnvelopeBytes'),
    })
    const names = Array.from({ length: 20_000 }, (_, n) => `"name-${n}":0`).join(',')
    expect(await refusalOf(submitJson(`{${names}}`))).toMatchObject({ code: 'line_too_large' })
  })

  it('refuses more than may be pending, with Retry-After', async () => {
    stages.pendingBefore = 1_999_999
    expect(await submitJson({ ...envelope, items: [item(1)] })).toMatchObject({ status: 202 })
    const problem = await refusalOf(submitJson({ ...envelope, items: [item(1)] }))
    expect(problem).toMatchObject({ code: 'overloaded' })
    expect(problem.retryAfterSeconds).toBeGreaterThan(0)
  })

  it('counts items that are being received', async () => {
    const small = new Ingest(stages.options({ store, findFaults: envelopeFaults }, { maxPendingItems: 10 }))
    const body = new FedBody()
    const first = small.submitJob(stages.request('ndjson', body))
    body.push(linesOf(envelope, ...Array.from({ length: 8 }, (_, n) => item(n))))
    await new Promise(setImmediate)
    expect(
      await refusalOf(small.submitJob(stages.request('json', { ...envelope, items: [item(1), item(2), item(3)] }))),
    ).toMatchObject({ code: 'overloaded' })
    expect(
      await refusalOf(small.submitJob(stages.request('ndjson', linesOf({ ...envelope, itemCount: 3 })))),
    ).toMatchObject({ code: 'overloaded' })
    body.end()
    expect(await first).toMatchObject({ status: 202 })
  })

  it('refuses too many uploads at once', async () => {
    const bodies = Array.from({ length: 64 }, () => new FedBody())
    const uploads = bodies.map((body) => refusalOf(ingest.submitJob(stages.request('json', body))))
    expect(await refusalOf(submitJson({ ...envelope, items: [] }))).toMatchObject({ code: 'overloaded' })
    for (const body of bodies) body.abort()
    await Promise.all(uploads)
    expect(await submitJson({ ...envelope, items: [] })).toMatchObject({ status: 202 })
  })

  it('refuses new work when it stops', async () => {
    ingest.stop()
    expect(await refusalOf(submitJson({ ...envelope, items: [] }))).toMatchObject({ code: 'stopping' })
  })
})

describe('the store', () => {
  /** `Ingest` over the store with some calls replaced. */
  function over(replaced: Partial<Store>): Ingest {
    const handed = new Proxy(store, {
      get: (target, name) => {
        const value: unknown = Reflect.get(replaced, name) ?? Reflect.get(target, name, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    return new Ingest(stages.options({ store: handed, findFaults: envelopeFaults }))
  }

  const full = (): Promise<never> => Promise.reject(new StoreError('disk_full', 'full'))
  const many = linesOf(envelope, ...Array.from({ length: 9000 }, (_, n) => item(n)))

  it.each([
    ['publishJob', { publishJob: full }],
    ['writeChunks', { writeChunks: full }],
  ])('refuses work with disk_full when %s does', async (_, replaced) => {
    const discarded: number[] = []
    const discardJob: Store['discardJob'] = (ref) => store.discardJob(ref).then(() => void discarded.push(ref))
    const problem = await refusalOf(over({ ...replaced, discardJob }).submitJob(stages.request('ndjson', many, 'key')))
    expect(problem).toMatchObject({ code: 'disk_full' })
    expect(problem.retryAfterSeconds).toBeGreaterThan(0)
    expect(discarded).toHaveLength(1)
    expect([stages.liveJobs.size, stages.payloads.size]).toEqual([0, 0])
    // Nothing of it stands in the way of the repeat.
    expect(await ingest.submitJob(stages.request('ndjson', many, 'key'))).toMatchObject({ replayed: false })
  })

  it('answers stopping when it is closed', async () => {
    const closed = over({ publishJob: () => Promise.reject(new StoreError('closed', 'closed')) })
    expect(await refusalOf(closed.submitJob(stages.request('json', { ...envelope, items: [] })))).toMatchObject({
      code: 'stopping',
    })
  })

  it('hands on other errors as they are', async () => {
    const broken = new StoreError('io', 'broken')
    const failing = over({ findIdempotency: () => Promise.reject(broken) })
    expect(await refusalOf(failing.submitJob(stages.request('json', '{}', 'key')))).toBe(broken)
    expect(await refusalOf(failing.submitJob(stages.request('json', '{}', 'key')))).toBe(broken)
  })

  it('gives jobs their places in the order of eligibleSeq, whoever makes them', async () => {
    const opened = await Promise.all(
      Array.from({ length: 10 }, () => ingest.submitJob(stages.request('json', { ...envelope, open: true }))),
    )
    const { subscription } = stages
    await Promise.all(
      opened.flatMap(({ id }, n) => [
        submitLines(envelope, item(n)),
        ingest
          .appendItems({ ...stages.request('json', [item(n)]), id, fromIndex: 0 })
          .then(() => ingest.sealJob({ id, subscription, itemCount: 1 })),
        ingest.deliverItem(stages.request('json', { ...envelope, item: item(n) })),
      ]),
    )
    const order = stages.admitted.map(({ job }) => job.record.eligibleSeq)
    expect(order).toHaveLength(30)
    expect(order).toEqual([...order].sort((a, b) => a - b))
  })

  it('lets others run while a large body is read', async () => {
    const text = linesOf(envelope, ...Array.from({ length: 100_000 }, (_, n) => item(n)))
    let ticks = 0
    const tick = (): void => {
      ticks++
      timer = setImmediate(tick)
    }
    let timer = setImmediate(tick)
    await ingest.submitJob(stages.request('ndjson', text))
    clearImmediate(timer)
    expect(ticks).toBeGreaterThan(2)
  })
})

describe('deliverItem', () => {
  it('makes a job of one item', async () => {
    const job = await ingest.deliverItem(stages.request('json', { ...envelope, item: item(7) }))
    expect(await store.findJob(job.id)).toMatchObject({ phase: 'eligible', total: 1 })
    expect(await storedLines(job)).toEqual([JSON.stringify(item(7))])
  })

  it.each([
    ['no item', envelope, 'bad_request', '/item'],
    ['items', { ...envelope, items: [], item: item(1) }, 'unknown_field', '/items'],
    ['onInvalidItem', { ...envelope, onInvalidItem: 'fail', item: item(1) }, 'unknown_field', '/onInvalidItem'],
    ['an invalid item', { ...envelope, item: { id: 5 } }, 'invalid_item', '/item/id'],
    ['an item that is no object', { ...envelope, item: null }, 'invalid_item', '/item'],
  ])('refuses %s', async (_, body, code, pointer) => {
    const problem = await refusalOf(ingest.deliverItem(stages.request('json', body)))
    expect(problem).toMatchObject({ code, errors: [{ pointer }] })
  })

  it('joins the job that the same key made', async () => {
    const body = { ...envelope, item: item(7) }
    const first = await ingest.deliverItem(stages.request('json', body, 'k'))
    const again = await ingest.deliverItem(stages.request('json', body, 'k'))
    expect(again).toMatchObject({ id: first.id, replayed: true })
    expect(stages.admitted).toHaveLength(1)
    // Another operation has keys of its own.
    expect(await ingest.submitJob(stages.request('json', { ...envelope, items: [] }, 'k'))).toMatchObject({
      replayed: false,
    })
  })
})

describe('idempotency', () => {
  const body = JSON.stringify({ ...envelope, items: [item(1)] })
  const submit = (text = body, key = '"key-1"'): Promise<SubmittedJob> =>
    ingest.submitJob(stages.request('json', text, key))

  it('gives the first answer again, and refuses another body', async () => {
    const first = await submit()
    expect(await submit(body, 'key-1')).toEqual({ ...first, replayed: true })
    expect(await refusalOf(submit(`${body} `))).toMatchObject({ code: 'idempotency_mismatch' })
    const lines = stages.request('ndjson', body, 'key-1')
    expect(await refusalOf(ingest.submitJob(lines))).toMatchObject({ code: 'idempotency_mismatch' })
    expect(await ingest.submitJob({ ...stages.request('json', body, 'key-1'), subscription: 'other' })).toMatchObject({
      replayed: false,
    })
    expect(stages.admitted).toHaveLength(2)
  })

  it('says so while the first request is being received, and when its job is gone', async () => {
    const fed = new FedBody()
    const first = ingest.submitJob(stages.request('json', fed, 'key-1'))
    fed.push(body.slice(0, 20))
    const problem = await refusalOf(submit())
    expect(problem).toMatchObject({ code: 'idempotency_in_progress', retryAfterSeconds: 1 })
    fed.push(body.slice(20))
    fed.end()
    const job = await first
    expect(await submit()).toEqual({ ...job, replayed: true })
  })

  it('remembers no failure', async () => {
    expect(await refusalOf(submit('{"channel":'))).toMatchObject({ code: 'bad_request' })
    expect(await submit()).toMatchObject({ replayed: false })
  })

  it('makes one job of many requests that come at once', async () => {
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => submit()))
    const made = results.filter((result) => result.status === 'fulfilled').map((result) => result.value)
    expect(made.filter((job) => !job.replayed)).toHaveLength(1)
    for (const result of results) {
      if (result.status === 'rejected') expect((result.reason as ProblemError).code).toBe('idempotency_in_progress')
    }
    expect(await jobs()).toHaveLength(1)
  })

  it('says so when the job was deleted', async () => {
    const text = JSON.stringify({ ...envelope, items: [] })
    const first = await submit(text)
    await store.deleteJob((await store.findJob(first.id))!.ref)
    expect(await refusalOf(submit(text))).toMatchObject({ code: 'job_purged' })
    expect(await refusalOf(submit())).toMatchObject({ code: 'idempotency_mismatch' })
  })

  it.each(['', '""', 'x'.repeat(256), 'a\u0001b', '"half'])('refuses the key %j', async (key) => {
    expect(await refusalOf(submit(body, key))).toMatchObject({
      code: 'bad_request',
      errors: [{ parameter: 'Idempotency-Key' }],
    })
  })
})
