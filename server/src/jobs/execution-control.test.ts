import { expect, test } from 'vitest'
import { ProblemError } from '../model/errors.ts'
import { type LiveJob, liveJob } from '../model/live-job.ts'
import { ExecutionControl } from './execution-control.ts'

function job(ref: number, executionId: string | null, subscription = 'mine'): LiveJob {
  return liveJob({ ref, id: `job_${ref}`, subscription, envelope: { executionId }, phase: 'eligible' } as never)
}

function world(options: { readonly made?: boolean; readonly jobs?: readonly LiveJob[] } = {}) {
  const did: string[] = []
  const act = (name: string) => (jobs: readonly LiveJob[]) => {
    did.push(`${name} ${jobs.map(({ record }) => record.ref).join(' ')}`)
    return Promise.resolve()
  }
  const control = new ExecutionControl({
    store: {
      findExecution: (_, subscription) =>
        Promise.resolve(options.made === true && subscription === 'mine' ? ({} as never) : null),
      listJobs: () => Promise.resolve([]),
    },
    liveJobs: {
      runs: () => true,
      runsAll: true,
      values: () => (options.jobs ?? []).values() as IterableIterator<LiveJob>,
    },
    jobs: { cancelAll: act('cancel'), pauseAll: act('pause'), resumeAll: act('resume') },
  })
  return { control, did }
}

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'done',
    (error: unknown) => (error instanceof ProblemError ? error.code : error),
  )

test('acts on all live jobs of the execution at once, and on no others (SEC-1)', async () => {
  const jobs = [job(1, 'nightly'), job(2, 'other'), job(3, 'nightly', 'theirs'), job(4, 'nightly'), job(5, null)]
  const { control, did } = world({ jobs })
  for (const action of ['cancel', 'pause', 'resume'] as const) await control[action]('nightly', 'mine')
  expect(did).toEqual(['cancel 1 4', 'pause 1 4', 'resume 1 4'])
})

test('of an execution that has ended cancel changes nothing; pause and resume are refused', async () => {
  const { control, did } = world({ made: true })
  expect(await codeOf(control.cancel('nightly', 'mine'))).toBe('done')
  expect(await codeOf(control.pause('nightly', 'mine'))).toBe('execution_ended')
  expect(await codeOf(control.resume('nightly', 'mine'))).toBe('execution_ended')
  expect(did).toEqual([])
})

test('SEC-1 knows no execution of another subscription', async () => {
  const { control } = world({ made: true, jobs: [job(1, 'nightly')] })
  for (const action of ['cancel', 'pause', 'resume'] as const)
    expect(await codeOf(control[action]('nightly', 'other'))).toBe('execution_not_found')
})
