import { describe, expect, it } from 'vitest'
import type { ProblemError } from '../model/errors.ts'
import type { SubmittedJob } from './ingest-ports.ts'
import { FedBody, linesOf, refusalOf } from './testing/fake-stages.ts'
import { envelopeFaults } from '../http/request/spec-schemas.ts'
import { Ingest } from './ingest.ts'
import type { Store } from '../store/store.ts'
import { StoreError } from '../store/store-error.ts'
import { stressService } from '../runtime/testing/stress-service.ts'
import {
  envelope,
  ingest,
  ingestOver,
  item,
  jobs,
  stages,
  store,
  storedLines,
  submitLines,
  useIngest,
} from './testing/fake-world.ts'

useIngest()

describe('the store', () => {
  const full = (): Promise<never> => Promise.reject(new StoreError('disk_full', 'full'))
  const unavailable = (): Promise<never> => Promise.reject(new StoreError('unavailable', 'unavailable'))
  const many = linesOf(envelope, ...Array.from({ length: 9000 }, (_, n) => item(n)))

  it.each([
    ['publishJobs', 'disk_full', { publishJobs: full }],
    ['writeChunks', 'disk_full', { writeChunks: full }],
    ['publishJobs', 'unavailable', { publishJobs: unavailable }],
    ['writeChunks', 'unavailable', { writeChunks: unavailable }],
    ['findIdempotency', 'unavailable', { findIdempotency: unavailable }],
  ])('refuses work when %s is refused, with %s, and leaves nothing of it', async (call, code, replaced) => {
    const discarded: number[] = []
    const discardJob: Store['discardJob'] = (ref) => store.discardJob(ref).then(() => void discarded.push(ref))
    const refused = ingestOver({ ...replaced, discardJob }).submitJob(stages.request('ndjson', many, 'key'))
    expect(await refusalOf(refused)).toMatchObject({ name: 'StoreError', code })
    expect(discarded).toHaveLength(call === 'findIdempotency' ? 0 : 1)
    expect([stages.liveJobs.size, stages.payloads.size]).toEqual([0, 0])
    // Nothing of it stands in the way of the repeat.
    expect(await ingest.submitJob(stages.request('ndjson', many, 'key'))).toMatchObject({ replayed: false })
  })

  it('refuses the repeat as it refused the request, with the same error', async () => {
    const broken = new StoreError('io', 'broken')
    const failing = ingestOver({ findIdempotency: () => Promise.reject(broken) })
    expect(await refusalOf(failing.submitJob(stages.request('json', '{}', 'key')))).toBe(broken)
    expect(await refusalOf(failing.submitJob(stages.request('json', '{}', 'key')))).toBe(broken)
  })

  it('gives jobs their places in the order of eligibleSeq, whichever way they are made', async () => {
    const opened = await Promise.all(
      Array.from({ length: 10 }, () => ingest.submitJob(stages.request('json', { ...envelope, open: true }))),
    )
    const { subscription } = stages
    await Promise.all(
      opened.flatMap(({ id }, n) => [
        submitLines(envelope, item(n)),
        ingest
          .appendItems({ ...stages.request('json', [item(n)]), id, fromIndex: 0 })
          .then(() => ingest.sealJob({ id, subscription, caller: stages.caller, itemCount: 1 })),
        ingest.deliverItem(stages.request('json', { ...envelope, item: item(n) })),
      ]),
    )
    const order = stages.admitted.map(({ job }) => job.record.eligibleSeq)
    expect(order).toHaveLength(30)
    expect(order).toEqual([...order].sort((a, b) => a - b))
  })

  it('does not block the event loop while a large body is read', async () => {
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

  it('replays the first answer, and refuses another body', async () => {
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

  it('reports that the first request is being received, and that its job is gone', async () => {
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

  it('reports that the job was deleted', async () => {
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

it('leaves nothing behind, however it is started and stopped', async () => {
  await stressService(() => ({
    service: new Ingest(stages.options({ store, findFaults: envelopeFaults })),
    clock: stages.clock,
  }))
})
