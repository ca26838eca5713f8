import { describe, expect, it } from 'vitest'
import type { JobId } from '../../model/ids.ts'
import { termsOf } from '../../model/channel-term.ts'
import { hashOf, partitionKeySeed } from '../../model/item-hashes.ts'
import type { JobEnd } from '../../model/job.ts'
import { OutcomeWriter, Verdict } from '../../model/outcome-batch.ts'
import { markEnded } from '../../model/job-phase.ts'
import { linesOf, refusalOf } from '../testing/fake-stages.ts'
import { envelope, ingest, stages, store, useIngest } from '../testing/fake-world.ts'
import type { DeadLettersRetry, RetryOptions } from './retries.ts'

const fromPim = { ...envelope, source: 'pim' } as const
const failed = { status: ['failed'], allowStale: false } as const

useIngest()

async function submit(ids: readonly string[], over: object = {}): Promise<JobId> {
  const lines = ids.map((id, n) => ({ id, data: { n } }))
  return (await ingest.submitJob(stages.request('ndjson', linesOf({ ...fromPim, ...over }, ...lines)))).id
}

/** Commits outcomes of items; with `end` the job has ended by them. */
async function commit(
  id: JobId,
  verdicts: Record<number, 'succeeded' | 'failed'>,
  end: JobEnd['outcome'] | null = null,
): Promise<void> {
  const job = stages.liveJobs.byId(id)!
  const writer = new OutcomeWriter()
  for (const [index, verdict] of Object.entries(verdicts)) {
    const detail = {
      error: {
        code: 'http_503',
        origin: 'connector',
        title: 'x',
        status: 503,
        detail: null,
        retryable: true,
        pointer: null,
      },
    }
    writer.add({
      ...{
        jobRef: job.record.ref,
        chunk: 0,
        index: Number(index),
        itemHandle: 0,
        epoch: store.epoch,
        attempt: 1,
        httpStatus: 503,
      },
      ...{ verdict: Verdict[verdict], flags: 0, throttled: 0, startedAtMs: 1, endedAtMs: 2, retryAtMs: 0 },
      ...(verdict === 'failed' && { detail: new TextEncoder().encode(JSON.stringify(detail)) }),
    })
  }
  const batch = writer.take()
  const counts = Object.values(verdicts)
  const succeeded = counts.filter((verdict) => verdict === 'succeeded').length
  const jobEnd: JobEnd = {
    ...{ outcome: end ?? 'partial', succeeded, failed: counts.length - succeeded },
    cancelled: job.record.total - counts.length,
    ...{ startedAtMs: 1, lastProgressAtMs: 2, endedAtMs: stages.clock.nowMs(), version: 1 },
  }
  const ended = end === null ? [] : [{ ref: job.record.ref, end: jobEnd }]
  await store.commitOutcomes({
    terms: termsOf([job], stages.termOf),
    batches: batch === null ? [] : [batch],
    ended,
  })
  if (end !== null) {
    markEnded(job.record, jobEnd)
    stages.liveJobs.remove(job)
  }
}

async function linesIn(id: JobId): Promise<string[]> {
  const { ref } = (await store.findJob(id))!
  const { items } = await store.readItems({ ref, fromIndex: 0, limit: 100 })
  return items.map(({ line }) => Buffer.from(line).toString())
}

async function retry(id: JobId, options: RetryOptions, subscription = stages.subscription): Promise<readonly JobId[]> {
  return (await ingest.retryJob({ id, subscription }, options)).ids
}

async function retryLetters(query: DeadLettersRetry): Promise<readonly JobId[]> {
  return (await ingest.retryDeadLetters(query)).ids
}

describe('retryJob', () => {
  it('makes a new job of the failed items, in their order, on the copy of what was submitted', async () => {
    const old = await submit(['a', 'b', 'c'], {
      runAt: '2020-01-01T00:00:00Z',
      onExhausted: 'park',
      retry: { maxAttempts: 2 },
    })
    await commit(old, { 0: 'failed', 1: 'succeeded', 2: 'failed' }, 'partial')
    const [id, ...others] = await retry(old, failed)
    expect(others).toEqual([])
    const record = (await store.findJob(id!))!
    expect(record).toMatchObject({ phase: 'eligible', total: 2, retryOf: old })
    expect(record.envelope).toMatchObject({
      runAtMs: null,
      source: 'pim',
      onExhausted: 'park',
      retry: { maxAttempts: 2 },
    })
    expect(await linesIn(id!)).toEqual(['{"id":"a","data":{"n":0}}', '{"id":"c","data":{"n":2}}'])
    const seed = partitionKeySeed(stages.subscription, 'sandbox')
    expect([...stages.admitted.at(-1)!.chunks[0]!.keys]).toEqual([...hashOf(seed, 'a'), ...hashOf(seed, 'c')])
    const { ref } = (await store.findJob(old))!
    const { items } = await store.readItems({ ref, fromIndex: 0, limit: 9 })
    expect(items.map(({ retriedAs }) => retriedAs)).toEqual([id, null, id])
  })

  it('reports how long ago the failed items had failed, once for each new job that is made', async () => {
    const retried: unknown[] = []
    const stop = stages.telemetry.on('dead_letters.retried', ({ channel, counts }) => {
      retried.push([channel, [...counts.values()]])
    })
    const old = await submit(['a', 'b', 'c', 'd'])
    await commit(old, { 0: 'failed', 1: 'succeeded', 2: 'failed' }, 'partial')
    await retry(old, { status: ['failed', 'cancelled'], allowStale: false })
    await expect(retry(old, failed)).rejects.toMatchObject({ code: 'nothing_to_retry' })
    stop()
    expect(retried).toEqual([['sandbox', [2]]])
  })

  it('retries nothing twice, also when called twice at once', async () => {
    const old = await submit(['a', 'b'])
    await commit(old, { 0: 'failed', 1: 'failed' }, 'failed')
    const both = [1, 2].map(() => retry(old, failed))
    const [first, second] = await Promise.allSettled(both)
    expect(first!.status).toBe('fulfilled')
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'nothing_to_retry' } })
  })

  it('takes cancelled items only when asked, and of a job that has not ended only those that have', async () => {
    const old = await submit(['a', 'b', 'c'])
    await commit(old, { 0: 'succeeded', 1: 'failed' })
    const cancelled = { status: ['cancelled'], allowStale: false } as const
    expect(await refusalOf(retry(old, cancelled))).toMatchObject({
      code: 'nothing_to_retry',
    })
    await commit(old, {}, 'cancelled')
    const [id] = await retry(old, cancelled)
    expect(await linesIn(id!)).toEqual(['{"id":"c","data":{"n":2}}'])
  })

  it('leaves out what was invalid', async () => {
    const old = await ingest.submitJob(
      stages.request('ndjson', linesOf({ ...fromPim, onInvalidItem: 'fail' }, { id: 'a' }, 'no json')),
    )
    await commit(old.id, { 0: 'failed' }, 'failed')
    const [id] = await retry(old.id, failed)
    expect(await linesIn(id!)).toEqual(['{"id":"a"}'])
  })

  it('refuses items of which newer ones were submitted since, naming them, unless that is allowed', async () => {
    const old = await submit(['a', 'b', 'c'])
    await commit(old, { 0: 'failed', 1: 'failed', 2: 'failed' }, 'failed')
    const newer = await submit(['x', 'b'])
    await submit(['a'], { objectType: 'brand' })
    const before = await store.listJobs({ subscription: stages.subscription, limit: 99 })
    const problem = await refusalOf(retry(old, failed))
    expect(problem).toMatchObject({ code: 'stale', errorCount: 1 })
    expect(problem.errors![0]!.detail).toBe(`item 1 ("b") of ${old} is older than item 1 of ${newer}`)
    expect(await store.listJobs({ subscription: stages.subscription, limit: 99 })).toEqual(before)
    expect(await retry(old, { ...failed, allowStale: true })).toHaveLength(1)
  })

  it('refuses work over a quota, and of channels that are gone', async () => {
    const old = await submit(['a', 'b'])
    await commit(old, { 0: 'failed', 1: 'failed' }, 'failed')
    stages.quota = 1
    expect(await refusalOf(retry(old, failed))).toMatchObject({ code: 'quota_exceeded' })
    stages.channels = ['shop-eu']
    expect(await refusalOf(retry(old, failed))).toMatchObject({
      code: 'unknown_channel',
    })
  })

  it('replays the first answer for the same Idempotency-Key, job and body', async () => {
    const old = await submit(['a'])
    const other = await submit(['b'])
    for (const id of [old, other]) await commit(id, { 0: 'failed' }, 'failed')
    const ask = (id: JobId, body: string) =>
      ingest.retryJob({ id, subscription: stages.subscription }, failed, {
        caller: stages.caller,
        idempotencyKey: 'again',
        body: Buffer.from(body),
      })
    const first = await ask(old, '{}')
    expect(first).toMatchObject({ replayed: false, ids: [expect.any(String)] })
    expect(await ask(old, '{}')).toEqual({ ...first, replayed: true })
    expect(await refusalOf(ask(old, '{ }'))).toMatchObject({ code: 'idempotency_mismatch' })
    expect(await refusalOf(ask(other, '{}'))).toMatchObject({ code: 'idempotency_mismatch' })
  })

  it('SEC-1: finds no job of another subscription', async () => {
    const old = await submit(['a'])
    await commit(old, { 0: 'failed' }, 'failed')
    expect(await refusalOf(retry(old, failed, 'other'))).toMatchObject({ code: 'job_not_found' })
  })
})

describe('retryDeadLetters', () => {
  it('makes one new job for each old one, in the order in which those became eligible', async () => {
    const first = await submit(['a', 'b'])
    const second = await submit(['a', 'c'])
    await commit(second, { 0: 'failed', 1: 'failed' }, 'failed')
    await commit(first, { 0: 'failed', 1: 'succeeded' }, 'partial')
    const { subscription } = stages
    const ids = await retryLetters({ subscription, allowStale: false })
    const records = await Promise.all(ids.map((id) => store.findJob(id)))
    expect(records.map((record) => [record!.retryOf, record!.total])).toEqual([
      [first, 1],
      [second, 2],
    ])
    expect(await refusalOf(retryLetters({ subscription, allowStale: false }))).toMatchObject({
      code: 'nothing_to_retry',
    })
  })

  it('takes only the requested items', async () => {
    const old = await submit(['a', 'b'])
    await commit(old, { 0: 'failed', 1: 'failed' }, 'failed')
    const { subscription } = stages
    const keyHash = hashOf(partitionKeySeed(subscription, 'sandbox'), 'b')
    const query = { subscription, channels: ['sandbox'], keyHash, partitionKey: 'b', allowStale: false }
    const [id] = await retryLetters(query)
    expect(await linesIn(id!)).toEqual(['{"id":"b","data":{"n":1}}'])
    const unknown = { subscription, jobIds: ['job_00000000000000000000000000000000' as JobId], allowStale: false }
    expect(await refusalOf(retryLetters(unknown))).toMatchObject({ code: 'job_not_found' })
  })
})
