import type { Job, WaitingCount } from '@waybill/spec'
import { beforeEach, describe, expect, it } from 'vitest'
import { fakeSnapshot } from '../testing/fake-snapshot.ts'
import { ChangedLists } from './changed-lists.ts'

const START_MS = Date.parse('2026-01-15T08:00:00.000Z')
let lists: ChangedLists

beforeEach(() => {
  lists = new ChangedLists(START_MS)
})

/** A job made at the start, unless it says otherwise. */
function job({ failed = 0, parked = 0, done = false, ...rest }: JobFacts = {}): Job {
  const { job: made } = fakeSnapshot(1, done ? 'ended' : 'running')
  const waiting: WaitingCount[] = parked === 0 ? [] : [{ reason: 'parked', items: parked, until: null }]
  return { ...made, counts: { ...made.counts, failed }, waiting, ...rest }
}

interface JobFacts extends Partial<Pick<Job, 'id' | 'createdAt' | 'executionId' | 'retryOf'>> {
  readonly failed?: number
  readonly parked?: number
  readonly done?: boolean
}

/** Returns the lists that a report of jobs changes. */
function changedBy(...jobs: Job[]): string[] {
  for (const one of jobs) lists.noteJob(one, START_MS + 5000)
  return lists.take()
}

describe('changed lists', () => {
  it('are none of a job that only progresses', () => {
    expect(changedBy(job(), job())).toEqual([])
    expect(changedBy(job({ failed: 2, parked: 1 }))).toEqual(['parked', 'dead_letters'])
    expect(changedBy(job({ failed: 2 }))).toEqual(['parked'])
    expect(changedBy(job({ failed: 2 }))).toEqual([])
  })

  it('are those of items that were parked, decided or failed', () => {
    expect(changedBy(job({ parked: 1 }))).toEqual(['parked'])
    expect(changedBy(job({ parked: 2 }))).toEqual(['parked'])
    expect(changedBy(job({ failed: 1, parked: 1, done: true }))).toEqual(['parked', 'dead_letters'])
  })

  it('are those of parked items also where as many were decided as parked, or one parked again', () => {
    expect(changedBy(job({ parked: 1 }))).toEqual(['parked'])
    expect(changedBy(job({ parked: 1 }))).toEqual(['parked'])
  })

  it('may be both of a job that was there before', () => {
    const createdAt = '2026-01-15T07:59:59.999Z'
    expect(changedBy(job({ createdAt }))).toEqual(['parked', 'dead_letters'])
    expect(changedBy(job({ createdAt }))).toEqual([])
  })

  it('are dead letters of a job that retries them, once, and of one that was deleted', () => {
    const retryOf = 'job_00000000000000000000000000000001'
    expect(changedBy(job({ retryOf }))).toEqual(['dead_letters'])
    expect(changedBy(job({ retryOf }))).toEqual([])
    lists.noteDeleted()
    expect(lists.take()).toEqual(['dead_letters', 'executions'])
  })

  it('are executions with each change of one of their jobs', () => {
    expect(changedBy(job({ executionId: 'launch' }))).toEqual(['executions'])
    expect(changedBy(job({ executionId: 'launch' }))).toEqual(['executions'])
  })

  it('are assumed of jobs that are not counted, as 1,000 others are', () => {
    const idOf = (n: number): string => `job_${String(n).padStart(32, '0')}`
    const many = Array.from({ length: 1001 }, (_, n) => job({ id: idOf(n), parked: 1 }))
    expect(changedBy(...many)).toEqual(['parked'])
    expect(changedBy(job({ id: idOf(1), parked: 1 }))).toEqual(['parked'])
    expect(changedBy(job({ id: idOf(0) }))).toEqual(['parked', 'dead_letters'])
  })
})
