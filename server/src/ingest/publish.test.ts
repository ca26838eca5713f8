import { expect, it, onTestFinished } from 'vitest'
import { FAILPOINT_LISTENER } from '../runtime/failpoint.ts'
import { StoreError } from '../store/store-error.ts'
import type { Ingest } from './ingest.ts'
import { refusalOf } from './testing/fake-stages.ts'
import { cancelledJob, envelope, ingest, ingestOver, item, stages, store, useIngest } from './testing/fake-world.ts'

useIngest()

type Way = 'submission' | 'delivery' | 'retry' | 'execution'

/** Makes jobs by one way. */
async function make(way: Way, by: Ingest, key: string | null = null): Promise<unknown> {
  const { subscription, caller } = stages
  switch (way) {
    case 'submission':
      return by.submitJob(stages.request('json', { ...envelope, items: [item(1)] }, key))
    case 'delivery':
      return by.deliverItem(stages.request('json', { ...envelope, item: item(1) }, key))
    case 'retry': {
      const { id } = await cancelledJob(ingest)
      stages.admitted.length = 0
      const request = { caller, idempotencyKey: key, body: new Uint8Array() }
      return by.retryJob({ id, subscription }, { status: ['cancelled'], allowStale: true }, request)
    }
    case 'execution': {
      const jobs = [1, 2].map((n) => ({ ...envelope, items: [item(n)] }))
      return by.createExecution(stages.request('json', { id: 'nightly', stages: [{ name: 'only', jobs }] }, key))
    }
  }
}

it.each([
  ['submission', 'ingest.job.durable', 1],
  ['delivery', 'ingest.job.durable', 1],
  ['retry', 'ingest.retry.durable', 1],
  ['execution', 'ingest.execution.durable', 2],
] as const)('a %s passes %s before its jobs have places', async (way, failpoint, jobs) => {
  const passed: [string, number][] = []
  const listeners = globalThis as Record<symbol, unknown>
  const name = Symbol.for(FAILPOINT_LISTENER)
  listeners[name] = (at: string) => {
    if (/\.(job|retry|execution)\./.test(at)) passed.push([at, stages.admitted.length])
  }
  onTestFinished(() => void delete listeners[name])
  await make(way, ingest)
  expect(passed.at(-1)).toEqual([failpoint, 0])
  expect(stages.admitted).toHaveLength(jobs)
})

it.each(['submission', 'delivery', 'retry', 'execution'] as const)(
  'a %s whose key another process took meanwhile is refused, and leaves nothing',
  async (way) => {
    const conflict = new StoreError('conflict', 'the key is used')
    const late = ingestOver({ publishJobs: () => Promise.reject(conflict) })
    expect(await refusalOf(make(way, late, 'key'))).toMatchObject({ code: 'idempotency_in_progress' })
    expect(await refusalOf(make(way, late))).toBe(conflict)
    expect([stages.admitted, stages.liveJobs.size]).toEqual([[], 0])
  },
)

it('an execution whose id another request took meanwhile is refused, with a key too', async () => {
  let looks = 0
  const late = ingestOver({
    // As if it was created after the first check.
    findExecution: (id, subscription) =>
      looks++ === 0 ? Promise.resolve(null) : store.findExecution(id, subscription),
  })
  await make('execution', ingest)
  for (const key of [null, 'other']) {
    looks = 0
    expect(await refusalOf(make('execution', late, key))).toMatchObject({
      code: 'execution_exists',
      errors: [{ pointer: '/id' }],
    })
  }
  expect(stages.liveJobs.size).toBe(2)
})
