import { describe, expect, test } from 'vitest'
import { ProblemError } from '../model/errors.ts'
import type { JobId, JobRef } from '../model/ids.ts'
import type { JobEnd, JobRecord, StopMark } from '../model/job.ts'
import { markEnded } from '../model/job-phase.ts'
import { type LiveJob, liveJob, LiveJobs } from '../model/live-job.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { hearEvents } from '../runtime/testing/heard-events.ts'
import { silentLogger } from '../runtime/logger.ts'
import { Telemetry } from '../runtime/telemetry.ts'
import { StoreError } from '../store/store-error.ts'
import { JobControl } from './job-control.ts'

const ID = 'job_00000000000000000000000000000001' as JobId

function record(over: Partial<JobRecord> = {}): JobRecord {
  return {
    ref: 1 as JobRef,
    id: ID,
    subscription: 'mine',
    phase: 'eligible',
    total: 3,
    stop: null,
    pausedAtMs: null,
    releasedAtMs: null,
    envelope: { channel: 'shop', dependsOn: [] },
    end: null,
    ...over,
  } as JobRecord
}

/** Whatever needs no I/O has reached the store. */
const asked = (): Promise<void> => new Promise(setImmediate)

/** A job that is live, or only stored; the store marks when asked to. */
function world(given: JobRecord | null, live: boolean) {
  const liveJobs = new LiveJobs()
  const job: LiveJob | null = given !== null && live ? liveJob(given) : null
  if (job !== null) liveJobs.add(job)
  const did: string[] = []
  const marks: { mark: StopMark; end: (error?: Error) => void }[] = []
  let deleteError: Error | null = null
  const telemetry = new Telemetry(silentLogger)
  const control = new JobControl({
    store: {
      findJob: () => Promise.resolve(given),
      markStopped: (_, mark) =>
        new Promise((resolve, reject) => {
          marks.push({ mark, end: (error) => (error === undefined ? resolve() : reject(error)) })
        }),
      holdJobs: ({ refs, terms }, hold) => {
        expect(terms).toEqual([{ channel: 'shop', term: 3 }])
        did.push(`hold ${refs.join(' ')} ${JSON.stringify(hold)}`)
        return Promise.resolve()
      },
      deleteJob: (ref) => {
        did.push(`delete ${ref}`)
        return deleteError === null ? Promise.resolve() : Promise.reject(deleteError)
      },
    },
    liveJobs,
    termOf: () => 3,
    calendar: {
      drop: ({ record: { ref } }) => {
        did.push(`drop ${ref}`)
        return true
      },
      release: ({ record: { ref } }) => did.push(`release ${ref}`),
    },
    scheduler: {
      stopJob: ({ record: { ref } }) => did.push(`stop ${ref}`),
      pauseJob: ({ record: { ref } }) => did.push(`pause ${ref}`),
      resumeJob: ({ record: { ref } }) => did.push(`resume ${ref}`),
    },
    outcomes: { endJob: ({ record: { ref } }, reason) => did.push(`end ${ref} ${reason}`) },
    progress: { controlled: ({ record: { ref } }) => did.push(`notify ${ref}`) },
    clock: new FakeClock(5000),
    telemetry,
  })
  const failDelete = (error: Error): void => {
    deleteError = error
  }
  return { control, telemetry, did, marks, failDelete, liveJobs, job: job! }
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof ProblemError ? error.code : String(error)),
  )
}

describe('JobControl cancel', () => {
  test('stops a job once the mark is durable, not before', async () => {
    const { control, did, marks, job } = world(record(), true)
    const done = control.cancel(ID, 'mine')
    await asked()
    expect(marks[0]!.mark).toEqual({ reason: 'cancelled', atMs: 5000 })
    expect([did, job.record.stop]).toEqual([[], null])
    marks[0]!.end()
    await done
    expect(did).toEqual(['notify 1', 'stop 1'])
    expect(job.record.stop).toEqual({ reason: 'cancelled', atMs: 5000 })
  })

  test('marks a job once, however often it is cancelled', async () => {
    const { control, did, marks } = world(record(), true)
    const both = [control.cancel(ID, 'mine'), control.cancel(ID, 'mine')]
    await asked()
    marks[0]!.end()
    await Promise.all(both)
    await control.cancel(ID, 'mine')
    expect(marks).toHaveLength(1)
    expect(did).toEqual(['notify 1', 'stop 1'])
  })

  test.each(['disk_full', 'unavailable'] as const)('marks it again after the store refused with %s', async (code) => {
    const { control, did, marks } = world(record(), true)
    const refused = control.cancel(ID, 'mine')
    await asked()
    marks[0]!.end(new StoreError(code, 'refused'))
    expect(await codeOf(refused)).toMatch(/refused/)
    const done = control.cancel(ID, 'mine')
    await asked()
    marks[1]!.end()
    await done
    expect(did).toEqual(['notify 1', 'stop 1'])
  })

  test('ends an open job at once', async () => {
    const { control, did, marks } = world(record({ phase: 'open' }), true)
    const done = control.cancel(ID, 'mine')
    await asked()
    marks[0]!.end()
    await done
    expect(did).toEqual(['notify 1', 'end 1 cancelled'])
  })

  test('ends a waiting job at once', async () => {
    const { control, did, marks } = world(record({ phase: 'waiting' }), true)
    const done = control.cancel(ID, 'mine')
    await asked()
    marks[0]!.end()
    await done
    expect(did).toEqual(['notify 1', 'drop 1', 'end 1 cancelled'])
  })

  test('changes nothing of a job that ended while it was marked', async () => {
    const { control, did, marks, job } = world(record(), true)
    const done = control.cancel(ID, 'mine')
    markEnded(job.record, {} as JobEnd)
    await asked()
    marks[0]!.end()
    await done
    expect([did, job.record.stop]).toEqual([[], null])
  })

  test('accepts a job that has ended', async () => {
    const { control, did, marks } = world(record({ phase: 'ended' }), false)
    await control.cancel(ID, 'mine')
    expect([did, marks]).toEqual([[], []])
  })

  test('SEC-1: finds no job that is not there, or is of another subscription', async () => {
    expect(await codeOf(world(null, false).control.cancel(ID, 'mine'))).toBe('job_not_found')
    expect(await codeOf(world(record(), true).control.cancel(ID, 'other'))).toBe('job_not_found')
    expect(await codeOf(world(record({ phase: 'ended' }), false).control.cancel(ID, 'other'))).toBe('job_not_found')
  })
})

describe('JobControl pause, resume and release', () => {
  const dependsOn = [{ job: ID, require: 'succeeded' }]

  test('holds a job durably first, once however often, and resumes it', async () => {
    const { control, did, job } = world(record(), true)
    await Promise.all([control.pause(ID, 'mine'), control.pause(ID, 'mine')])
    expect(did).toEqual(['hold 1 {"pausedAtMs":5000}', 'pause 1', 'notify 1', 'notify 1'])
    expect(job.record.pausedAtMs).toBe(5000)
    did.length = 0
    await control.resume(ID, 'mine')
    await control.resume(ID, 'mine')
    expect(did).toEqual(['hold 1 {"pausedAtMs":null}', 'resume 1', 'notify 1', 'notify 1'])
    expect(job.record.pausedAtMs).toBeNull()
  })

  test('keeps the order of calls that come at once', async () => {
    const { control, did, job } = world(record(), true)
    await Promise.all([control.pause(ID, 'mine'), control.resume(ID, 'mine'), control.pause(ID, 'mine')])
    expect(did.filter((what) => what !== 'notify 1' && !what.startsWith('hold'))).toEqual([
      'pause 1',
      'resume 1',
      'pause 1',
    ])
    expect(job.record.pausedAtMs).toBe(5000)
  })

  test('marks a job without places and does not call the scheduler', async () => {
    const { control, did } = world(record({ phase: 'waiting' }), true)
    await control.pause(ID, 'mine')
    expect(did).toEqual(['hold 1 {"pausedAtMs":5000}', 'notify 1'])
  })

  test('drops what a job waits for', async () => {
    const { control, did, job } = world(
      record({ phase: 'waiting', envelope: { channel: 'shop', dependsOn } as never }),
      true,
    )
    await control.release(ID, 'mine')
    await control.release(ID, 'mine')
    expect(did).toEqual(['hold 1 {"releasedAtMs":5000}', 'release 1', 'notify 1', 'notify 1'])
    expect(job.record.releasedAtMs).toBe(5000)
  })

  test('changes nothing of a job that waits for none, or has its places', async () => {
    for (const over of [{ phase: 'waiting' }, { envelope: { channel: 'shop', dependsOn } }] as Partial<JobRecord>[]) {
      const { control, did } = world(record(over), true)
      await control.release(ID, 'mine')
      expect(did).toEqual(['notify 1'])
    }
  })

  test('refuses a job that has ended, and changes nothing of one that is being cancelled', async () => {
    for (const action of ['pause', 'resume', 'release'] as const) {
      expect(await codeOf(world(record({ phase: 'ended' }), false).control[action](ID, 'mine'))).toBe('job_ended')
      const { control, did } = world(record({ stop: { reason: 'cancelled', atMs: 1 } }), true)
      await control[action](ID, 'mine')
      expect(did).toEqual([])
    }
  })

  test('SEC-1: finds no job that is not there, or is of another subscription', async () => {
    for (const action of ['pause', 'resume', 'release'] as const) {
      expect(await codeOf(world(null, false).control[action](ID, 'mine'))).toBe('job_not_found')
      expect(await codeOf(world(record(), true).control[action](ID, 'other'))).toBe('job_not_found')
      expect(await codeOf(world(record({ phase: 'ended' }), false).control[action](ID, 'other'))).toBe('job_not_found')
    }
  })
})

describe('JobControl delete', () => {
  test('removes an ended job', async () => {
    const { control, did } = world(record({ phase: 'ended' }), false)
    await control.delete(ID, 'mine')
    expect(did).toEqual(['delete 1'])
  })

  test('refuses a job that has not ended', async () => {
    const { control, did } = world(record(), true)
    expect(await codeOf(control.delete(ID, 'mine'))).toBe('job_not_ended')
    expect(did).toEqual([])
    const stored = world(record(), false)
    stored.failDelete(new StoreError('conflict', 'not ended'))
    expect(await codeOf(stored.control.delete(ID, 'mine'))).toBe('job_not_ended')
  })

  test('SEC-1: finds no job that is not there, or is of another subscription', async () => {
    expect(await codeOf(world(null, false).control.delete(ID, 'mine'))).toBe('job_not_found')
    expect(await codeOf(world(record(), true).control.delete(ID, 'other'))).toBe('job_not_found')
    expect(await codeOf(world(record({ phase: 'ended' }), false).control.delete(ID, 'other'))).toBe('job_not_found')
  })

  test('passes on other errors of the store', async () => {
    const { control, failDelete } = world(record({ phase: 'ended' }), false)
    failDelete(new StoreError('io', 'broken disk'))
    expect(await codeOf(control.delete(ID, 'mine'))).toMatch(/broken disk/)
  })
})

test('JobControl reports what is durable, once', async () => {
  const { control, telemetry, marks, job } = world(record(), true)
  const heard = hearEvents(telemetry, 'job.paused', 'job.resumed', 'job.cancelled')
  const names = (): string[] => heard.map(([name, event]) => `${name} ${'id' in event ? event.id : ''}`)
  await control.pause(ID, 'mine')
  await control.pause(ID, 'mine')
  await control.resume(ID, 'mine')
  expect(names()).toEqual([`job.paused ${ID}`, `job.resumed ${ID}`])
  const done = control.cancel(ID, 'mine')
  expect(heard).toHaveLength(2)
  await asked()
  marks[0]!.end()
  await done
  await control.cancel(ID, 'mine')
  expect(names().slice(2)).toEqual([`job.cancelled ${ID}`])
  expect(job.record.stop).not.toBeNull()
})
