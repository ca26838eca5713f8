import { defaultRetry } from '../../model/channel.ts'
import { ChannelErrors } from '../../limits/channel-errors.ts'
import { Circuit } from '../../limits/circuit.ts'
import type { JobId, JobRef } from '../../model/ids.ts'
import type { JobRecord } from '../../model/job.ts'
import { type LiveJob, liveJob, LiveJobs } from '../../model/live-job.ts'
import { type OutcomeBatch, OutcomeWriter, Verdict } from '../../model/outcome-batch.ts'
import type { DurableOutcomes } from '../../model/ports.ts'
import { FakeClock } from '../../runtime/testing/fake-clock.ts'
import { silentLogger } from '../../runtime/logger.ts'
import { Telemetry } from '../../runtime/telemetry.ts'
import type { OutcomeCommit } from '../../store/outcome-store.ts'
import { Outcomes } from '../outcomes.ts'
import type { UncalledOutcome } from '../uncalled-outcomes.ts'

const LAST = new TextEncoder().encode('{"error":{"code":"http_409"}}')
const NO_CIRCUIT = { circuit: null, connector: { timeoutMs: 1000 } }
export const channel = {
  name: 'shop',
  config: { retry: defaultRetry, circuit: null },
  circuit: new Circuit(NO_CIRCUIT),
  errors: new ChannelErrors(),
} as never

function record(total: number, over: Partial<JobRecord> = {}): JobRecord {
  return {
    ref: 1 as JobRef,
    id: 'job_00000000000000000000000000000001' as JobId,
    subscription: 'default',
    envelope: { channel: 'shop', onExhausted: 'fail', retry: null } as never,
    phase: 'eligible',
    total,
    eligibleSeq: 1,
    createdAtMs: 1,
    touchedAtMs: 1,
    sealedAtMs: 1,
    stop: null,
    pausedAtMs: null,
    releasedAtMs: null,
    retryOf: null,
    traceparent: null,
    tracestate: null,
    continuesTrace: false,
    end: null,
    ...over,
  }
}

export function batchOf(indexes: readonly number[], verdict: Verdict = Verdict.succeeded): OutcomeBatch {
  const call = verdict === Verdict.unjudged ? { code: 'http_503', httpStatus: 503 } : {}
  return callsOf(indexes.map((index) => ({ index, verdict, ...call })))
}

interface SeenCall {
  readonly index: number
  readonly verdict?: Verdict
  /** Of its error. @default it has succeeded */
  readonly code?: string
  readonly httpStatus?: number
  readonly attempt?: number
  readonly flags?: number
  readonly startedAtMs?: number
}

export function callsOf(calls: readonly SeenCall[]): OutcomeBatch {
  const writer = new OutcomeWriter()
  for (const { index, code, httpStatus = 0, attempt = 1, flags = 0, ...call } of calls) {
    const { verdict = code === undefined ? Verdict.succeeded : Verdict.unjudged } = call
    writer.add({
      ...{ jobRef: 1, chunk: 0, index, itemHandle: index + 100, epoch: 1, attempt, httpStatus, verdict, flags },
      throttled: 0,
      startedAtMs: call.startedAtMs ?? 1000 + index,
      endedAtMs: 2000 + (call.startedAtMs ?? index),
      retryAtMs: flags === 0 ? 0 : 5000,
      detail: code === undefined ? undefined : new TextEncoder().encode(JSON.stringify({ error: { code } })),
    })
  }
  return writer.take()!
}

export function cancelled(index: number): UncalledOutcome {
  return { ref: 1 as JobRef, index, itemHandle: index + 100, attempt: 0, throttled: 0, verdict: Verdict.cancelled }
}

export function world(total: number) {
  const clock = new FakeClock()
  const liveJobs = new LiveJobs()
  const job: LiveJob = liveJob(record(total))
  liveJobs.add(job)
  const commits: { commit: OutcomeCommit; finish: (error?: Error) => void }[] = []
  const durable: DurableOutcomes[] = []
  const reported: string[] = []
  const fatal: unknown[] = []
  let version = 0
  const telemetry = new Telemetry(silentLogger)
  const outcomes = new Outcomes({
    store: {
      readItems: ({ fromIndex }) =>
        Promise.resolve({ items: [{ index: fromIndex, detail: LAST } as never], nextIndex: null }),
      commitOutcomes: (commit) =>
        new Promise((resolve, reject) => {
          commits.push({ commit, finish: (error) => (error === undefined ? resolve() : reject(error)) })
        }),
    },
    clock,
    liveJobs,
    progress: {
      endVersion: () => ++version,
      advanced: (_, ended) => reported.push(`advanced ${ended}`),
      ended: (ended) => reported.push(`ended ${ended.record.end!.outcome}`),
    },
    termOf: () => 1,
    onDurable: (outcome) => durable.push(outcome),
    onFatal: (error) => fatal.push(error),
    logger: silentLogger,
    telemetry,
    random: () => 0.5,
  })
  return { outcomes, telemetry, commits, durable, reported, job, liveJobs, clock, fatal }
}

export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
