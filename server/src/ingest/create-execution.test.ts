import { describe, expect, it } from 'vitest'
import { envelopeFaults } from '../http/request/spec-schemas.ts'
import type { JobRecord } from '../model/job.ts'
import { refusalOf } from './testing/fake-stages.ts'
import { envelope as job, ingest, stages, store, useIngest } from './testing/fake-world.ts'
import { Ingest } from './ingest.ts'

useIngest()

const create = (body: object | string, key: string | null = null): ReturnType<Ingest['createExecution']> =>
  ingest.createExecution(stages.request('json', body, key))

async function made(): Promise<JobRecord[]> {
  return [...(await store.listJobs({ subscription: stages.subscription, limit: 99 }))].reverse()
}

describe('createExecution', () => {
  it('does not block the event loop while it makes hundreds of jobs', async () => {
    let looks = 0
    const look = (): void => {
      looks++
      if (looks > 0) setImmediate(look)
    }
    // From the first job on, when the body has been read.
    const watched = new Ingest(
      stages.options({
        store,
        findFaults: (schema, value) => {
          if (schema === 'StageJobSubmission' && looks++ === 0) setImmediate(look)
          return envelopeFaults(schema, value)
        },
      }),
    )
    const jobs = new Array<object>(100).fill({ ...job, itemCount: 7, items: [] })
    const many = Array.from({ length: 5 }, (_, n) => ({ name: `stage ${n}`, jobs }))
    // The first job is refused when all of them have been looked at.
    const refused = watched.createExecution(stages.request('json', { stages: many }))
    expect(await refusalOf(refused)).toMatchObject({ code: 'item_count_mismatch' })
    watched.stop()
    expect(watched.uploads).toBe(0)
    expect(looks - 500).toBeGreaterThan(0)
    looks = -1
  })

  it('makes all jobs at once, each stage behind all jobs of the one before', async () => {
    const stagesOf = [
      {
        name: 'one',
        jobs: [
          { ...job, items: [{ id: 'a' }, { id: 'b' }] },
          { ...job, items: [{ id: 'c' }] },
        ],
      },
      { name: 'two', require: 'succeeded', jobs: [job] },
      { name: 'three', jobs: [{ ...job, items: [] }] },
    ]
    const execution = await create(JSON.stringify({ id: 'nightly', stages: stagesOf }, null, 2))
    const [a, b, c, d] = (await made()) as [JobRecord, JobRecord, JobRecord, JobRecord]
    expect([a, b, c, d].map(({ phase, total }) => [phase, total])).toEqual([
      ['eligible', 2],
      ['eligible', 1],
      ['open', 0],
      ['waiting', 0],
    ])
    expect(c.envelope.dependsOn).toEqual([a, b].map(({ id }) => ({ job: id, require: 'succeeded' })))
    expect(d.envelope.dependsOn).toEqual([{ job: c.id, require: 'finished' }])
    expect(new Set([a, b, c, d].map(({ envelope }) => envelope.executionId))).toEqual(new Set(['nightly']))
    expect(stages.admitted.map(({ job }) => job.record.id)).toEqual([a.id, b.id])
    expect(stages.waiting.map(({ job }) => job.record.id)).toEqual([d.id])
    expect(execution).toMatchObject({ id: 'nightly', replayed: false })
    expect((await store.findExecution('nightly', stages.subscription))!.stages).toEqual([
      { name: 'one', jobs: [a.id, b.id] },
      { name: 'two', jobs: [c.id] },
      { name: 'three', jobs: [d.id] },
    ])
  })

  it('makes an id where none is given, and replays the first answer', async () => {
    const body = { stages: [{ name: 'one', jobs: [job] }] }
    const first = await create(body, 'key')
    expect(first.id).toMatch(/^exec_[0-9a-f]{32}$/)
    expect(await create(body, 'key')).toEqual({ ...first, replayed: true })
    expect(await made()).toHaveLength(1)
  })

  it('refuses an id that is taken, also when two come at once', async () => {
    const body = { id: 'same', stages: [{ name: 'one', jobs: [job] }] }
    const both = await Promise.allSettled([create(body), create(body)])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await refusalOf(create(body))).toMatchObject({ code: 'execution_exists' })
    expect(await made()).toHaveLength(1)
  })

  it.each([
    ['no stages', { stages: [] }, 'bad_request', '/stages'],
    ['an unknown field', { stages: [{ name: 'a', jobs: [job], after: 1 }] }, 'unknown_field', '/stages/0/after'],
    [
      'an unknown field of a job',
      { stages: [{ name: 'a', jobs: [job, { ...job, x: 1 }] }] },
      'unknown_field',
      '/stages/0/jobs/1/x',
    ],
    ['a name twice', { stages: [1, 2].map(() => ({ name: 'a', jobs: [job] })) }, 'bad_request', '/stages/1/name'],
    [
      'an invalid item',
      { stages: [{ name: 'a', jobs: [{ ...job, items: [{ id: 'a' }, { id: 1 }] }] }] },
      'invalid_item',
      '/stages/0/jobs/0/items/1/id',
    ],
    [
      'an unknown channel',
      { stages: [{ name: 'a', jobs: [{ ...job, channel: 'x' }] }] },
      'unknown_channel',
      '/stages/0/jobs/0/channel',
    ],
    ['a job that is no object', { stages: [{ name: 'a', jobs: [1] }] }, 'bad_request', '/stages/0/jobs/0'],
    [
      'an unknown dependency',
      { stages: [{ name: 'a', jobs: [{ ...job, dependsOn: [{ job: 'job_00000000000000000000000000000001' }] }] }] },
      'dependency_not_found',
      '/stages/0/jobs/0/dependsOn/0/job',
    ],
    [
      'open together with items',
      { stages: [{ name: 'a', jobs: [{ ...job, open: true, items: [{ id: 'a' }] }] }] },
      'bad_request',
      '/stages/0/jobs/0/open',
    ],
    ['half a surrogate pair in the id', { id: '\ud800', stages: [{ name: 'a', jobs: [job] }] }, 'bad_request', '/id'],
    [
      'half a surrogate pair in a name',
      { stages: [{ name: 'a\udc00', jobs: [job] }] },
      'bad_request',
      '/stages/0/name',
    ],
  ])('refuses %s and leaves nothing', async (_, body, code, pointer) => {
    const problem = await refusalOf(create(body))
    expect(problem).toMatchObject({ code })
    expect(problem.errors![0]!.pointer).toBe(pointer)
    expect(await made()).toEqual([])
  })
})

describe('a refusal', () => {
  it('reports the faults of all stages and jobs at once', async () => {
    const stages = [
      { name: 'a', jobs: [{ ...job, colour: 'red' }, job, { ...job, channel: 'nowhere', source: 7 }] },
      { name: 'a', require: 'luck', jobs: [job] },
      { jobs: [1] },
    ]
    const { code, errors, message } = await refusalOf(create({ stages, size: 1 }))
    expect(code).toBe('bad_request')
    expect(message).toContain('size does not exist')
    expect(errors?.map(({ pointer }) => pointer)).toEqual([
      '/size',
      '/stages/0/jobs/0/colour',
      '/stages/0/jobs/2/source',
      '/stages/0/jobs/2/channel',
      '/stages/1/require',
      '/stages/2/name',
      '/stages/2/jobs/0',
    ])
    expect(await made()).toEqual([])
  })

  it('ends after 100 places, and reads no stage behind them', async () => {
    const stages = Array.from({ length: 5 }, (_, n) => ({ name: `stage ${n}`, jobs: new Array(100).fill({}) }))
    const { errors, errorCount, message } = await refusalOf(create({ stages }))
    expect([errors?.length, errorCount]).toEqual([100, 100])
    expect(errors?.at(-1)?.pointer).toMatch(/^\/stages\/0\//)
    expect(message).toContain('checking ended after 100 faults')
  })

  it('comes for more than 500 jobs', async () => {
    const stages = Array.from({ length: 6 }, (_, n) => ({ name: `stage ${n}`, jobs: new Array(100).fill(job) }))
    expect(await refusalOf(create({ stages }))).toMatchObject({
      code: 'too_many_items',
      members: { limit: { name: 'maxJobsPerExecution', value: 500 } },
    })
    expect(await made()).toEqual([])
  })
})

describe('when a job may run', () => {
  it('takes times, dependencies and retries, and the job waits', async () => {
    const first = await ingest.submitJob(stages.request('json', { ...job, items: [{ id: 'a' }] }))
    const wish = {
      runAt: '2030-01-01T00:00:00+01:00',
      deadlineAt: '2030-01-02T00:00:00Z',
      dependsOn: [{ job: first.id }],
      retry: { rules: [{ status: [409, '500-599'], then: 'park' }] },
      executionId: 'night',
      retainForSeconds: 60,
    }
    const second = await ingest.submitJob(stages.request('json', { ...job, ...wish, items: [{ id: 'b' }] }))
    const record = (await store.findJob(second.id))!
    expect(record).toMatchObject({ phase: 'waiting', eligibleSeq: 0 })
    expect(record.envelope).toMatchObject({
      runAtMs: Date.UTC(2029, 11, 31, 23),
      deadlineAtMs: Date.UTC(2030, 0, 2),
      dependsOn: [{ job: first.id, require: 'finished' }],
      retry: { rules: [{ status: [409, [500, 599]], then: 'park' }] },
      executionId: 'night',
      retainForSeconds: 60,
    })
    expect(stages.waiting.map(({ job: live }) => live.record.id)).toEqual([second.id])
    expect(stages.watched.map(({ record: { id } }) => id)).toEqual([second.id])
  })

  it.each([
    [
      'a deadline before the start',
      { runAt: '2030-01-02T00:00:00Z', deadlineAt: '2030-01-01T00:00:00Z' },
      '/deadlineAt',
    ],
    ['a deadline that has passed', { deadlineAt: '2000-01-01T00:00:00Z' }, '/deadlineAt'],
    ['a second that there is not', { runAt: '2016-12-31T23:59:60Z' }, '/runAt'],
    [
      'a range the wrong way round',
      { retry: { rules: [{ status: ['599-500'], then: 'fail' }] } },
      '/retry/rules/0/status/0',
    ],
  ])('refuses %s', async (_, wish, pointer) => {
    const problem = await refusalOf(ingest.submitJob(stages.request('json', { ...job, ...wish, items: [] })))
    expect(problem).toMatchObject({ code: 'bad_request' })
    expect(problem.errors![0]!.pointer).toBe(pointer)
  })

  it('SEC-1: refuses to wait for a job that is not there, or is of another subscription', async () => {
    const theirs = await ingest.submitJob({
      ...stages.request('json', { ...job, items: [{ id: 'a' }] }),
      subscription: 'other',
    })
    for (const id of [theirs.id, 'job_00000000000000000000000000000001']) {
      const body = { ...job, dependsOn: [{ job: id }], items: [{ id: 'a' }] }
      const problem = await refusalOf(ingest.submitJob(stages.request('json', body)))
      expect(problem).toMatchObject({ code: 'dependency_not_found' })
      expect(problem.errors![0]!.pointer).toBe('/dependsOn/0/job')
    }
  })

  it('keeps to the quota of a subscription', async () => {
    stages.quota = 2
    await ingest.submitJob(stages.request('json', { ...job, items: [{ id: 'a' }] }))
    const problem = await refusalOf(
      ingest.submitJob(stages.request('json', { ...job, items: [{ id: 'b' }, { id: 'c' }] })),
    )
    expect(problem).toMatchObject({ code: 'quota_exceeded', retryAfterSeconds: 5 })
    expect(ingest.pendingItemsOf(stages.subscription)).toBe(1)
  })
})
