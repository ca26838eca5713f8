import { expect, it } from 'vitest'
import type { JobRef } from '../model/ids.ts'
import type { JobRecord } from '../model/job.ts'
import { type LiveJob, LiveJobs } from '../model/live-job.ts'
import { Verdict } from '../model/outcome-batch.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import type { RecoveredChunk, RecoveredWait } from '../store/recovery-store.ts'
import { recoverJobs, type RecoverJobsOptions } from './recover-jobs.ts'

/** Every `Retry-After` received up to this time was lifted. */
const LIFTED_AT_MS = 10

/** Recovers jobs and returns the order of the calls. */
async function recover(jobs: readonly JobRecord[], chunks: readonly RecoveredChunk[]): Promise<string[]> {
  const done: string[] = []
  const gate = { blockUntil: (untilUs: number) => done.push(`block ${untilUs}`) }
  const store: RecoverJobsOptions['store'] = {
    recoverChunks(refs, onChunks) {
      done.push(`read ${refs.join(' ')}`)
      for (const chunk of chunks) onChunks([chunk])
      return Promise.resolve()
    },
  }
  const stages = {
    outcomes: {
      endJob: ({ record }: LiveJob) => done.push(`end ${record.ref}`),
      restoreOutages(_: LiveJob, items: readonly RecoveredWait[]) {
        for (const { index, outageAttempts, outageSinceMs } of items)
          if (outageAttempts > 0) done.push(`outage ${index}: ${outageAttempts} since ${outageSinceMs}`)
      },
    },
    scheduler: {
      admitJob: ({ record }: LiveJob, { length }: readonly unknown[]) =>
        done.push(`admit ${record.ref} with ${length}`),
    },
    calendar: { add: ({ record }: LiveJob) => done.push(`wait ${record.ref}`) },
    progress: { track() {}, changed() {} },
    deadlines: { watch() {} },
    owners: { takes: () => true },
  }
  const options = {
    ...stages,
    store,
    clock: new FakeClock(),
    liveJobs: new LiveJobs(),
    channels: { get: () => ({ gate, unblockedAtMs: LIFTED_AT_MS }) },
  }
  await recoverJobs(
    {
      ...{ jobs, channels: [], credentials: [], tokens: [], subscriptions: [], replaced: [] },
      ...{ webhookEndpoints: [], jobWebhooks: [] },
    },
    options as unknown as RecoverJobsOptions,
  )
  return done
}

function job(ref: number, members: Partial<JobRecord> = {}): JobRecord {
  return { ref, phase: 'eligible', total: 2, stop: null, envelope: { channel: 'shop' }, ...members } as JobRecord
}

function chunk(ref: number, members: Partial<RecoveredChunk> = {}): RecoveredChunk {
  return {
    ...{ ref: ref as JobRef, chunk: 0, firstIndex: 0, count: 2, keys: new Uint32Array(4), verdicts: new Uint8Array(2) },
    ...{ succeeded: 0, failed: 0, cancelled: 0, waiting: [], firstStartedAtMs: null, lastEndedAtMs: null },
    ...members,
  }
}

it('gives jobs their places in the order they are listed, waiting ones last, whatever order their chunks come in', async () => {
  const jobs = [job(4, { phase: 'waiting' }), job(7), job(2)]
  const chunks = [chunk(2), chunk(4), chunk(7), chunk(7, { chunk: 1, firstIndex: 2 })]
  expect(await recover(jobs, chunks)).toEqual(['read 4 7 2', 'admit 7 with 2', 'admit 2 with 1', 'wait 4'])
})

it('RAT-2: knows every Retry-After before any job has a place, also that of a job which comes later or was stopped', async () => {
  const throttled: RecoveredWait = {
    ...{ index: 0, attempt: 1, throttled: 1, verdict: Verdict.throttled, retryAtMs: 0, endedAtMs: LIFTED_AT_MS + 1 },
    ...{ holdsChannel: true, outageAttempts: 0, unresolvedAttempts: 0, outageSinceMs: null },
  }
  const inMs = (ms: number) => [{ ...throttled, retryAtMs: new FakeClock().nowMs() + ms }]
  const stop = { reason: 'cancelled' as const, atMs: 0 }
  const jobs = [job(1), job(2, { stop }), job(3)]
  const chunks = [chunk(1), chunk(2, { waiting: inMs(9000) }), chunk(3, { waiting: inMs(5000) })]
  const blocks = [9000, 5000].map((ms) => `block ${new FakeClock().monotonicUs() + ms * 1000}`)
  expect(await recover(jobs, chunks)).toEqual(['read 1 2 3', ...blocks, 'admit 1 with 1', 'end 2', 'admit 3 with 1'])
})

it('a Retry-After that was lifted blocks no job', async () => {
  const lifted: RecoveredWait = {
    ...{ index: 0, attempt: 1, throttled: 1, verdict: Verdict.throttled, retryAtMs: new FakeClock().nowMs() + 9000 },
    ...{ endedAtMs: LIFTED_AT_MS, holdsChannel: true, outageAttempts: 0, unresolvedAttempts: 0, outageSinceMs: null },
  }
  expect(await recover([job(1)], [chunk(1, { waiting: [lifted] })])).toEqual(['read 1', 'admit 1 with 1'])
})

it('items that wait because of an outage block no others, and their time continues', async () => {
  const retryAtMs = new FakeClock().nowMs() + 9000
  const wait: RecoveredWait = {
    ...{ index: 0, attempt: 3, throttled: 2, verdict: Verdict.throttled, retryAtMs, endedAtMs: 1 },
    ...{ holdsChannel: false, outageAttempts: 2, unresolvedAttempts: 0, outageSinceMs: 77 },
  }
  expect(await recover([job(1)], [chunk(1, { waiting: [wait] })])).toEqual([
    'read 1',
    'outage 0: 2 since 77',
    'admit 1 with 1',
  ])
})

it('ends a job whose items have all ended', async () => {
  expect(await recover([job(1)], [chunk(1, { succeeded: 1, failed: 1 })])).toEqual(['read 1', 'end 1'])
})
