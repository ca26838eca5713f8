import type { Channel } from '../limits/channel-registry.ts'
import type { JobEnd } from '../model/job.ts'
import type { LiveJob } from '../model/live-job.ts'
import { type OutcomeBatch, OutcomeView, Verdict } from '../model/outcome-batch.ts'
import type { CalledItems, CallResult, EndedItems, FailedItems, TelemetryEvents } from '../runtime/telemetry.ts'
import { type Account, AccountCounts, Accounts } from './account-counts.ts'
import { type BatchFacts, CRASHED_CODE, errorCode, healthOf, itemsPerCall, UNCALLED_CODES } from './call-health.ts'
import type { DurableCommit } from './durable-commit.ts'
import type { JobChange } from './tally-commit.ts'

/** The changes of some commits to jobs, as far as they are counted. */
export interface CountedTally {
  readonly jobs: ReadonlyMap<LiveJob, CountedChange>
  /** Jobs that ended by the last of the commits. */
  readonly ends: ReadonlyMap<LiveJob, JobEnd>
}

export type CountedChange = Pick<JobChange, 'succeeded' | 'failed' | 'cancelled'>

/** A durable commit as it is counted. */
export interface CountedCommit extends DurableCommit {
  /** Items with an outcome. */
  readonly items: number
}

/** A batch of calls as it was judged. */
interface JudgedBatch {
  readonly channel: string
  /** Code of the error of each record that did not come as a success, by its number. */
  readonly codes: ReadonlyMap<number, string>
  readonly itemsPerCall: number
}

/** Where a batch keeps how it was judged: at itself, as a weak map costs more than all other counting, and by a symbol, which no message carries. */
const JUDGED = Symbol('judged')

/** A batch that may have been judged. */
type NotedBatch = OutcomeBatch & { [JUDGED]?: JudgedBatch }

/** Counts commits by channel and subscription for whoever listens to them; only while somebody does. */
export class OutcomeCounts {
  /** Keeps what `judgeBatch` found in a batch until it is committed. */
  noteBatch(channel: Channel, batch: NotedBatch, codes: ReadonlyMap<number, string>): void {
    batch[JUDGED] = { channel: channel.name, codes, itemsPerCall: itemsPerCall(channel) }
  }

  /** The event of commits whose counts the jobs have. Items that end with their stopped job are counted, too. */
  eventOf(commits: readonly CountedCommit[], tally: CountedTally): TelemetryEvents['outcomes.committed'] {
    const accounts = new Accounts(tally.jobs)
    const calls = callCounts()
    const called: CalledItems[] = []
    for (const { batches } of commits) {
      for (const batch of batches) {
        const judged = (batch as NotedBatch)[JUDGED]
        if (judged === undefined) continue // nothing was called for it
        const { channel, itemsPerCall } = judged
        const { count, records, details } = batch
        const uncalled = countCalls(batch, judged, { calls, accounts })
        called.push({ channel, itemsPerCall, count, records, details, uncalled })
      }
    }
    const eligibleAtMs = new Map<number, number | null>()
    for (const job of tally.jobs.keys()) eligibleAtMs.set(job.record.ref, job.eligibleAtMs)
    return {
      commits,
      imbalances: countImbalances(tally),
      ended: countEnded(tally, accounts),
      deadLetters: countDeadLetters(commits, tally, accounts),
      calls: calls.entries,
      called,
      eligibleAtMs,
      jobOf: jobsByRef(tally),
    }
  }
}

/**
 * Counts how the calls of a batch went. Its records do not say which of them were one call, see `OutcomeView`; a call that succeeded for one
 * of its items was answered.
 * @returns the records without a call, by number; null: none
 */
function countCalls(
  batch: OutcomeBatch,
  { channel, codes, itemsPerCall }: JudgedBatch,
  { calls, accounts }: { readonly calls: ReturnType<typeof callCounts>; readonly accounts: Accounts },
): ReadonlySet<number> | null {
  if (itemsPerCall === 1 && codes.size === 0 && accounts.only !== null) {
    calls.add(accounts.only, 'ok', batch.count)
    return null
  }
  const view = new OutcomeView(batch)
  const unknown = { channel, subscription: '' }
  const accountAt = (n: number): Account => accounts.only ?? accounts.of(view.jobRef(n)) ?? unknown
  let uncalled: Set<number> | null = null
  let call: CallResult | null = null
  let items = 0
  for (let n = 0; n < view.count; n++) {
    const result = resultOf({ view, codes }, n)
    if (result === null) (uncalled ??= new Set()).add(n)
    if (items > 0 && items < itemsPerCall && view.isSameCall(n)) {
      items++
      if (call === null || result === 'ok') call = result
      continue
    }
    if (call !== null) calls.add(accountAt(n - 1), call, 1)
    call = result
    items = 1
  }
  if (call !== null) calls.add(accountAt(view.count - 1), call, 1)
  return uncalled
}

/** @returns null: there was no call */
function resultOf(facts: BatchFacts, n: number): CallResult | null {
  const code = facts.codes.get(n)
  if (code === undefined) return 'ok'
  if (UNCALLED_CODES.has(code)) return null
  if (code === 'timeout') return 'timeout'
  if (code === 'connection_failed') return 'unreachable'
  return code !== CRASHED_CODE && healthOf(facts, n) === 'none' ? 'throttled' : 'failed'
}

function countDeadLetters(commits: readonly CountedCommit[], tally: CountedTally, accounts: Accounts): FailedItems[] {
  const letters = letterCounts()
  const failing = new Set<number>()
  for (const [{ record }, { failed }] of tally.jobs) if (failed > 0) failing.add(record.ref)
  if (failing.size === 0) return letters.entries
  for (const batch of commits.flatMap(({ committed }) => committed)) {
    const view = new OutcomeView(batch)
    const codes = (batch as NotedBatch)[JUDGED]?.codes
    for (let n = 0; n < view.count; n++) {
      if (view.verdict(n) !== Verdict.failed) continue
      const ref = view.jobRef(n)
      if (failing.has(ref)) letters.add(accounts.of(ref)!, codes?.get(n) ?? errorCode(view.detail(n)), 1)
    }
  }
  return letters.entries
}

/** Made at the first look: most commits are not looked at by job. */
function jobsByRef(tally: CountedTally): TelemetryEvents['outcomes.committed']['jobOf'] {
  let jobs: Map<number, LiveJob['record']> | null = null
  return (ref) => {
    jobs ??= new Map(Array.from(tally.jobs.keys(), ({ record }) => [record.ref, record]))
    return jobs.get(ref)
  }
}

function countEnded({ jobs, ends }: CountedTally, accounts: Accounts): EndedItems[] {
  const ended = endCounts()
  for (const [{ record }, { succeeded, failed, cancelled }] of jobs) {
    const account = accounts.of(record.ref)!
    ended.add(account, 'succeeded', succeeded)
    ended.add(account, 'failed', failed)
    ended.add(account, 'cancelled', cancelled)
  }
  for (const [job, { cancelled }] of ends) ended.add(accounts.ofJob(job), 'cancelled', cancelled - job.cancelled)
  return ended.entries
}

/** Jobs whose counts do not add up after commits that they have: more items ended than there are, or of a job that ended with it not as many. */
function countImbalances({ jobs, ends }: CountedTally): number {
  let imbalances = 0
  for (const job of jobs.keys()) {
    const { succeeded, failed, cancelled } = ends.get(job) ?? job
    const ended = succeeded + failed + cancelled
    if (ends.has(job) ? ended !== job.record.total : ended > job.record.total) imbalances++
  }
  return imbalances
}

const callCounts = () => new AccountCounts((account, result: CallResult, count) => ({ ...account, result, count }))
const endCounts = () =>
  new AccountCounts((account, outcome: EndedItems['outcome'], count) => ({ ...account, outcome, count }))
const letterCounts = () => new AccountCounts((account, code: string, count) => ({ ...account, code, count }))
