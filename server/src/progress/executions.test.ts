import { rootPaths } from '@waybill/spec/rules'
import type { Job } from '@waybill/spec'
import { describe, expect, it } from 'vitest'
import type { JobId } from '../model/ids.ts'
import type { JobOutcome, JobRecord } from '../model/job.ts'
import type { ExecutionRecord } from '../store/job-store.ts'
import { Executions, type ExecutionsOptions } from './executions.ts'
import type { JobSnapshot } from './job-view.ts'

const NOW_MS = Date.UTC(2026, 0, 15, 8)
const ZERO = { total: 0, pending: 0, waiting: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0 }

type ShownJob = Partial<Omit<Job, 'counts'>> & { readonly counts?: Partial<Job['counts']> }

/** Executions over jobs as they are shown; those without a view were removed, and only `outcomes` knows how they ended. */
function world(
  stages: readonly (readonly string[])[] | null,
  jobs: Record<string, ShownJob>,
  options: { outcomes?: Record<string, JobOutcome>; loose?: readonly string[] } = {},
): Executions {
  const record: ExecutionRecord = {
    ...{ id: 'nightly', subscription: 'default', createdAtMs: NOW_MS },
    stages: (stages ?? []).map((ids, n) => ({ name: `stage ${n + 1}`, jobs: ids as JobId[] })),
  }
  const shown = (id: string): JobSnapshot => {
    const job = { id, status: 'pending', done: false, outcome: null, startedAt: null, progress: null, ...jobs[id] }
    return { job: { ...job, counts: { ...ZERO, ...jobs[id]!.counts } } } as unknown as JobSnapshot
  }
  const given: ExecutionsOptions = {
    clock: { nowMs: () => NOW_MS },
    store: {
      listExecutions: () => Promise.resolve(stages === null ? [] : [record]),
      findExecution: () => Promise.resolve(stages === null ? null : record),
      listJobs: () =>
        Promise.resolve(
          [...(stages ?? []).flat(), ...(options.loose ?? [])]
            .filter((id) => id in jobs)
            .map((id) => ({ id, createdAtMs: NOW_MS }) as unknown as JobRecord),
        ),
      jobOutcomes: (ids) => Promise.resolve(ids.map((id) => options.outcomes?.[id] ?? null)),
    },
    paths: rootPaths,
    progress: {
      first: ({ id }) => shown(id),
      shown: ({ id }) => shown(id),
      look: (id) => Promise.resolve(id in jobs ? shown(id) : null),
    },
  }
  return new Executions(given)
}

const ended = (outcome: JobOutcome, counts: Partial<Job['counts']> = {}): ShownJob => ({
  ...{ status: 'ended', done: true, outcome, startedAt: '2026-01-15T07:00:00Z', counts },
})
const running = (counts: Partial<Job['counts']>, etaSeconds: number | null, itemsPerSecond = 10): ShownJob => ({
  ...{ status: 'running', startedAt: '2026-01-15T07:59:00Z', counts },
  progress: { ratio: 0, itemsPerSecond, etaSeconds, estimatedEndAt: null, decidedBy: null },
})
const view = (executions: Executions) => executions.view('nightly', 'default')

describe('Executions', () => {
  it('is null for an id that nobody made or named', async () => {
    expect(await view(world(null, {}))).toBeNull()
  })

  it('adds up its jobs, and says where it and its stages are', async () => {
    const shown = await view(
      world([['a', 'b'], ['c']], {
        a: ended('partial', { total: 10, succeeded: 9, failed: 1 }),
        b: running({ total: 100, succeeded: 40, pending: 60 }, 6),
        c: { status: 'blocked', counts: { total: 50, pending: 50 } },
      }),
    )
    expect(shown).toMatchObject({
      ...{ status: 'running', done: false, outcome: null },
      counts: { total: 160, succeeded: 49, failed: 1, pending: 110 },
      stages: [
        { name: 'stage 1', status: 'running', done: false, counts: { total: 110 } },
        { name: 'stage 2', status: 'blocked', done: false, counts: { total: 50 } },
      ],
    })
    // What runs takes 6 s; then 50 items at 10 a second.
    expect(shown!.progress).toEqual({
      ...{ ratio: 50 / 160, itemsPerSecond: 10, etaSeconds: 11, estimatedEndAt: '2026-01-15T08:00:11.000Z' },
      decidedBy: null,
    })
  })

  it.each<[string, Record<string, ShownJob>]>([
    ['a job is open', { a: { status: 'open', startedAt: '2026-01-15T07:00:00Z' }, b: running({ total: 9 }, 3) }],
    ['a running job has none', { a: running({ total: 9 }, null), b: running({ total: 9 }, 3) }],
  ])('has no ETA when %s', async (_, jobs) => {
    expect((await view(world([['a', 'b']], jobs)))!.progress).toMatchObject({ etaSeconds: null, estimatedEndAt: null })
  })

  it.each<[JobOutcome[], JobOutcome]>([
    [['succeeded', 'succeeded'], 'succeeded'],
    [['succeeded', 'failed'], 'partial'],
    [['failed', 'failed'], 'failed'],
    [['succeeded', 'cancelled'], 'cancelled'],
    [['partial', 'expired'], 'expired'],
  ])('of jobs that ended %j has ended %s', async (outcomes, outcome) => {
    const jobs = Object.fromEntries(outcomes.map((one, n) => [`job ${n}`, ended(one)]))
    expect(await view(world([Object.keys(jobs)], jobs))).toMatchObject({ status: 'ended', done: true, outcome })
  })

  it('knows how removed jobs of its stages ended', async () => {
    const shown = await view(world([['gone'], ['b']], { b: ended('succeeded') }, { outcomes: { gone: 'failed' } }))
    expect(shown).toMatchObject({ done: true, outcome: 'partial', stages: [{ jobs: [], outcome: 'failed' }, {}] })
  })

  it('shows jobs that only name its id beside the stages, or without any', async () => {
    const jobs = { a: ended('succeeded'), late: { status: 'paused' as const } }
    expect(await view(world([['a']], jobs, { loose: ['late'] }))).toMatchObject({
      ...{ status: 'paused', done: false, stages: [{ done: true }], jobs: [{ id: 'late' }] },
    })
    expect(await view(world(null, jobs, { loose: ['a', 'late'] }))).toMatchObject({ stages: [], jobs: [{}, {}] })
  })
})
