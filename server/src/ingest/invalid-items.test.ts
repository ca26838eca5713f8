import { describe, expect, it, onTestFinished } from 'vitest'
import { FedBody, linesOf, refusalOf } from './testing/fake-stages.ts'
import { Ingest } from './ingest.ts'
import { envelopeFaults } from '../http/request/spec-schemas.ts'
import type { RejectedItems } from '../store/item-store.ts'
import type { Publication } from '../store/job-store.ts'
import { Verdict } from '../model/outcome-batch.ts'
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

/** Rows that one transaction may take. */
const MOST_AT_ONCE = 250

/** Ingest on a store that reports how many items were rejected at ingest with a publication, and with each write before. */
function watchStore(): { ingest: Ingest; ahead: number[]; withJob: number } {
  const written = { ahead: [] as number[], withJob: 0 }
  const count = (batches: readonly { count: number }[]): number => batches.reduce((sum, batch) => sum + batch.count, 0)
  const watched = new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      return (...args: unknown[]): unknown => {
        if (name === 'publishJobs')
          written.withJob += count((args[0] as Publication).jobs.flatMap(({ outcomes }) => outcomes))
        if (name === 'writeRejectedItems')
          written.ahead.push(count((args[1] as RejectedItems[]).map(({ outcomes }) => outcomes)))
        return Reflect.apply(member, target, args)
      }
    },
  })
  const own = new Ingest(stages.options({ store: watched, findFaults: envelopeFaults }))
  onTestFinished(() => own.stop())
  return Object.assign(written, { ingest: own })
}

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
    expect(live.lastProgressAtMs).toBe(live.record.createdAtMs)
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
    const lastProgressAtMs = stages.clock.nowMs()
    expect(await store.findJob(job.id)).toMatchObject({
      phase: 'ended',
      total: 2,
      end: { outcome: 'failed', failed: 2, lastProgressAtMs },
    })
    expect(stages.admitted).toEqual([])
    expect(JSON.parse(job.body)).toMatchObject({ phase: 'ended', failed: 2 })
  })

  it('are counted up to 10,000', async () => {
    const refused = await refusalOf(
      ingest.submitJob(stages.request('ndjson', linesOf(envelope) + '{}\n'.repeat(10_001))),
    )
    expect(refused).toMatchObject({ code: 'invalid_item', errorCount: 10_000 })
    expect(refused.message).toContain('reading stopped after 10000 invalid items')
    expect(await jobs()).toEqual([])
  })

  it.each([200, 1000, 20_000])('are written before the job is published: %i of them', async (count) => {
    const written = watchStore()
    const lenient = linesOf({ ...envelope, onInvalidItem: 'fail' }, item(0)) + '{}\n'.repeat(count)
    const job = await written.ingest.submitJob(stages.request('ndjson', lenient))
    expect(written.withJob).toBeLessThanOrEqual(MOST_AT_ONCE)
    expect(written.ahead.reduce((sum, rejected) => sum + rejected, written.withJob)).toBe(count)
    expect(Math.max(0, ...written.ahead)).toBeLessThanOrEqual(MOST_AT_ONCE)
    const record = (await store.findJob(job.id))!
    const query = { subscription: stages.subscription, limit: 30_000 }
    expect(new Set((await store.listDeadLetters(query)).map(({ index }) => index)).size).toBe(count)
    const page = await store.readItems({ ref: record.ref, fromIndex: count - 5, limit: 10 })
    expect(page.items.map(({ verdict }) => verdict)).toEqual(new Array(6).fill(Verdict.failed))
    expect(stages.admitted[0]!.job.failed).toBe(count)
  })

  it('leave nothing behind when the body breaks off', async () => {
    const written = watchStore()
    const body = new FedBody()
    const refused = refusalOf(written.ingest.submitJob(stages.request('ndjson', body)))
    body.push(linesOf({ ...envelope, onInvalidItem: 'fail' }) + '{}\n'.repeat(9000))
    while (written.ahead.length === 0) await new Promise(setImmediate)
    body.abort()
    await refused
    expect(await store.listDeadLetters({ subscription: stages.subscription, limit: 10 })).toEqual([])
    expect(await jobs()).toEqual([])
  })

  const lenient = '{"channel":"sandbox","objectType":"p","action":"update","onInvalidItem":"fail"'

  it.each([
    ['a bracket of the wrong kind', '[{"id":"a"},{"id":"b","data":[1}},{"id":"c"},[{"id":"d"}]]', '/items/1'],
    ['a text that continues into the next item', '[{"id":"a"},{"id":"b\n"},{"id":"c"}]', '/items/1'],
    ['a word that is none', '[{"id":"a"},nul]', '/items/1'],
    ['a number that is none', '[{"id":"a","data":01}]', '/items/0'],
  ])('refuse the whole of a JSON body with %s, whatever onInvalidItem is', async (_, items, pointer) => {
    for (const head of [lenient, lenient.replace('fail', 'reject')]) {
      const problem = await refusalOf(submitJson(`${head},"items":${items}}`))
      expect(problem).toMatchObject({ code: 'bad_request', errors: [{ pointer }] })
    }
    expect(await jobs()).toEqual([])
  })

  it('that are broken lines fail alone, as a line ends where it ends', async () => {
    const job = await submitLines({ ...envelope, onInvalidItem: 'fail' }, '{"id":"b","data":[1}}', item(1))
    expect(job.status).toBe(202)
    expect(stages.admitted[0]!.job.failed).toBe(1)
  })

  it('may be longer than a block, and are found in their place', async () => {
    const long = (id: unknown, data: string): string => `{"data":[${data.repeat(100_000)}0],"id":${JSON.stringify(id)}}`
    const lines = [
      item(0),
      long('long', '1e5,'),
      long('deep', '[[]],'),
      item(3),
      long(7, '1,'),
      ' '.repeat(100_000),
      item(5),
    ]
    const job = await submitLines({ ...envelope, onInvalidItem: 'fail' }, ...lines)
    expect(await storedLines(job)).toEqual([
      ...[JSON.stringify(item(0)), lines[1], lines[2], JSON.stringify(item(3))],
      ...[expect.stringMatching(/^\{"data":\[1,1,/) as string, JSON.stringify(item(5))],
    ])
    expect(stages.admitted[0]!.job.failed).toBe(1)
    const refusal = await refusalOf(submitLines(envelope, ...lines))
    expect(refusal).toMatchObject({ code: 'invalid_item', errors: [{ line: 6, pointer: '/id' }], errorCount: 1 })
    const json = `${lenient.replace('fail', 'reject')},"items":[${lines
      .map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
      .filter((line) => line.trim() !== '')
      .join(',')}]}`
    expect(await refusalOf(submitJson(json))).toMatchObject({
      code: 'invalid_item',
      errors: [{ pointer: '/items/4/id' }],
    })
  })
})
