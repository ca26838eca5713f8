import { effectiveRetry, judgeFailedCall, type RetryPolicy } from '@waybill/spec/rules'
import type { CallError } from '../limits/channel-errors.ts'
import type { Channel } from '../limits/channel-registry.ts'
import { defaultRetry } from '../model/channel.ts'
import type { JobRef } from '../model/ids.ts'
import type { OutcomeDetail } from '../model/item.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import {
  FLAG_PERMANENT,
  FLAG_RETRY_AFTER,
  FLAG_RETRY_LATER,
  FLAG_RETRYABLE,
  FLAG_UNRESOLVED,
  type OutcomeBatch,
  OutcomeView,
  Verdict,
} from '../model/outcome-batch.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import { type BatchFacts, reportToCircuit } from './call-health.ts'
import { NO_OUTAGE, type OutageLedger } from './outage-ledger.ts'

export interface JudgeOptions {
  readonly clock: Clock
  readonly liveJobs: Pick<LiveJobs, 'byRef'>
  readonly outages: OutageLedger
  readonly random: () => number
  readonly telemetry: Pick<Telemetry, 'emit'>
}

/**
 * Writes a verdict into every record that has none yet; successes come with theirs and cost nothing here. The channel's circuit is notified of the
 * whole batch first: the calls that open it are already judged as part of the outage.
 * @returns the code of the error of each record that had no verdict, by its number
 */
export function judgeBatch(channel: Channel, batch: OutcomeBatch, options: JudgeOptions): BatchFacts['codes'] {
  const { clock, liveJobs, outages, random } = options
  const view = new OutcomeView(batch)
  const codes = errorCodes(view)
  const nowMs = clock.nowMs()
  const nowUs = clock.monotonicUs()
  const facts: BatchFacts = { view, codes }
  const { sinceUs, openUntilUs } = channel.circuit
  reportToCircuit(channel, facts, nowUs)
  if (channel.circuit.openUntilUs !== openUntilUs) reportCircuit(channel, { brokenSinceUs: sinceUs, ...options })
  if (codes.size === 0) return codes
  const isBroken = channel.circuit.state(nowUs) !== 'closed'
  const blocked = { items: 0, untilMs: 0 }
  const probeAtMs = nowMs + Math.max(0, channel.circuit.openUntilUs - nowUs) / 1000
  let job: LiveJob | undefined
  let policy: RetryPolicy | null = null
  const lastOf = new Map<string, number>()
  for (const [n, code] of codes) {
    const ref = view.jobRef(n) as JobRef
    if (policy === null || job?.record.ref !== ref) {
      job = liveJobs.byRef(ref)
      policy = policyOf(channel, job)
    }
    if (job !== undefined) lastOf.set(job.record.subscription, n)
    const index = view.index(n)
    const flags = view.flags(n)
    const startedAtMs = view.startedAtMs(n)
    const { outageAttempts, unresolvedAttempts, outageSinceMs } = job === undefined ? NO_OUTAGE : outages.of(job, index)
    const outage = isBroken && job !== undefined ? { probeAtMs, firstCallAtMs: outageSinceMs ?? startedAtMs } : null
    const call = {
      code,
      httpStatus: view.httpStatus(n),
      attempt: view.attempt(n),
      throttledBefore: view.throttled(n),
      outageAttemptsBefore: outageAttempts,
      retryAfterMs: (flags & FLAG_RETRY_AFTER) === 0 ? 0 : view.retryAtMs(n),
      retryLater: (flags & FLAG_RETRY_LATER) !== 0,
      retryable: (flags & FLAG_RETRYABLE) !== 0 ? true : (flags & FLAG_PERMANENT) !== 0 ? false : null,
      outage,
      unresolved:
        (flags & FLAG_UNRESOLVED) === 0
          ? null
          : { failuresBefore: unresolvedAttempts, retry: channel.config.payload?.retry ?? defaultRetry },
    }
    const judgement = judgeFailedCall(policy, call, { nowMs, random: random() })
    if (judgement.verdict === 'throttled') {
      if (view.holdsChannel(n)) {
        blocked.items++
        blocked.untilMs = Math.max(blocked.untilMs, judgement.retryAtMs)
      } else if (job !== undefined && !view.asksForDelay(n)) {
        outages.note(job, { index, startedAtMs, isUnresolved: view.isUnresolved(n) })
      }
    }
    view.judge(n, Verdict[judgement.verdict], judgement)
  }
  if (blocked.items > 0) options.telemetry.emit('channel.blocked', { channel: channel.name, ...blocked })
  for (const [subscription, n] of lastOf) channel.errors.note(subscription, callError(view, n))
  return codes
}

/** @param by.brokenSinceUs since when it was not closed before; 0: it was */
function reportCircuit(
  { name: channel, circuit }: Channel,
  { clock, telemetry, brokenSinceUs }: Pick<JudgeOptions, 'clock' | 'telemetry'> & { readonly brokenSinceUs: number },
): void {
  const nowUs = clock.monotonicUs()
  if (circuit.sinceUs === 0) {
    telemetry.emit('circuit.closed', { channel, openForMs: (nowUs - brokenSinceUs) / 1000 })
  } else {
    const untilMs = clock.nowMs() + (circuit.openUntilUs - nowUs) / 1000
    telemetry.emit('circuit.opened', { channel, ...circuit.openedBy, again: brokenSinceUs !== 0, untilMs })
  }
}

/** A job that was removed meanwhile is judged by its channel alone: nobody will see it. */
function policyOf(channel: Channel, job: LiveJob | undefined): RetryPolicy {
  const envelope = job?.record.envelope
  return {
    retry: effectiveRetry(channel.config.retry, envelope?.retry ?? null),
    onExhausted: envelope?.onExhausted ?? 'fail',
  }
}

function errorCodes(view: OutcomeView): ReadonlyMap<number, string> {
  let codes: Map<number, string> | undefined
  for (let n = 0; n < view.count; n++) {
    if (view.verdict(n) === Verdict.unjudged) (codes ??= new Map()).set(n, errorCode(view.detail(n)))
  }
  return codes ?? NO_CODES
}

function callError(view: OutcomeView, n: number): CallError {
  const { code = '', detail = null } = parseDetail(view.detail(n)).error ?? {}
  return { atMs: view.endedAtMs(n), code, status: view.httpStatus(n) || null, detail }
}

const NO_CODES: ReadonlyMap<number, string> = new Map()
const decoder = new TextDecoder()

/** The code in a record's detail; empty: there is none. */
export function errorCode(detail: Uint8Array | null): string {
  return parseDetail(detail).error?.code ?? ''
}

/** A detail that is no JSON is the business of those who wrote it: the outcome counts. */
function parseDetail(detail: Uint8Array | null): OutcomeDetail {
  if (detail === null) return {}
  try {
    return JSON.parse(decoder.decode(detail)) as OutcomeDetail
  } catch {
    return {}
  }
}
