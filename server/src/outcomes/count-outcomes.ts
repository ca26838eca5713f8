import type { Channel } from '../limits/channel-registry.ts'
import type { JobEnd } from '../model/job.ts'
import type { LiveJob } from '../model/live-job.ts'
import { type OutcomeBatch, OutcomeView, Verdict } from '../model/outcome-batch.ts'
import type { CalledItems, CallResult, TelemetryEvents } from '../runtime/telemetry.ts'
import { type BatchFacts, CRASHED_CODE, healthOf, itemsPerCall, UNCALLED_CODES } from './call-health.ts'
import type { DurableCommit } from './durable-commit.ts'
import { errorCode } from './judge-batch.ts'
import type { CommitTally } from './tally-commit.ts'

/** A batch of calls as it was judged. */
interface JudgedBatch {
  readonly channel: string
  /** Code of the error of each record that did not come as a success, by its number. */
  readonly codes: ReadonlyMap<number, string>
  readonly itemsPerCall: number
}

/** Counts commits by channel for whoever listens to them; only while somebody does. */
export class OutcomeCounts {
  readonly #judged = new WeakMap<OutcomeBatch, JudgedBatch>()

  /** Keeps what `judgeBatch` found in a batch until it is committed. */
  noteBatch(channel: Channel, batch: OutcomeBatch, codes: ReadonlyMap<number, string>): void {
    this.#judged.set(batch, { channel: channel.name, codes, itemsPerCall: itemsPerCall(channel) })
  }

  /** The event of a commit. Items that end with their stopped job are counted, too. */
  eventOf(
    { batches, committed, durationMs }: DurableCommit,
    { tally, ends }: { readonly tally: CommitTally; readonly ends: ReadonlyMap<LiveJob, JobEnd> },
  ): TelemetryEvents['outcomes.committed'] {
    const calls = new Counts<CallResult>()
    const called: CalledItems[] = []
    for (const batch of batches) {
      const judged = this.#judged.get(batch)
      if (judged === undefined) continue // nothing was called for it
      const { channel, itemsPerCall } = judged
      called.push({ ...batch, channel, itemsPerCall, uncalled: countCalls(batch, judged, calls) })
    }
    return {
      durationMs,
      items: tally.durable.count,
      jobs: tally.jobs.size,
      imbalances: countImbalances(tally, ends),
      ended: countEnded(tally, ends).map((channel, outcome, count) => ({ channel, outcome, count })),
      deadLetters: this.#countDeadLetters(committed, tally).map((channel, code, count) => ({ channel, code, count })),
      calls: calls.map((channel, result, count) => ({ channel, result, count })),
      called,
      eligibleAtMs: new Map(Array.from(tally.jobs.keys(), (job) => [job.record.ref, job.eligibleAtMs])),
      jobOf: jobsByRef(tally),
    }
  }

  #countDeadLetters(batches: readonly OutcomeBatch[], tally: CommitTally): Counts<string> {
    const letters = new Counts<string>()
    const channels = new Map<number, string>()
    for (const [{ record }, { failed }] of tally.jobs) if (failed > 0) channels.set(record.ref, record.envelope.channel)
    if (channels.size === 0) return letters
    for (const batch of batches) {
      const view = new OutcomeView(batch)
      const codes = this.#judged.get(batch)?.codes
      for (let n = 0; n < view.count; n++) {
        if (view.verdict(n) !== Verdict.failed) continue
        const channel = channels.get(view.jobRef(n))
        if (channel !== undefined) letters.add(channel, codes?.get(n) ?? errorCode(view.detail(n)), 1)
      }
    }
    return letters
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
  calls: Counts<CallResult>,
): ReadonlySet<number> | null {
  if (itemsPerCall === 1 && codes.size === 0) {
    calls.add(channel, 'ok', batch.count)
    return null
  }
  const view = new OutcomeView(batch)
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
    if (call !== null) calls.add(channel, call, 1)
    call = result
    items = 1
  }
  if (call !== null) calls.add(channel, call, 1)
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

/** Made at the first look: most commits are not looked at by job. */
function jobsByRef(tally: CommitTally): TelemetryEvents['outcomes.committed']['jobOf'] {
  let jobs: Map<number, LiveJob['record']> | null = null
  return (ref) => {
    jobs ??= new Map(Array.from(tally.jobs.keys(), ({ record }) => [record.ref, record]))
    return jobs.get(ref)
  }
}

function countEnded(
  tally: CommitTally,
  ends: ReadonlyMap<LiveJob, JobEnd>,
): Counts<'succeeded' | 'failed' | 'cancelled'> {
  const ended = new Counts<'succeeded' | 'failed' | 'cancelled'>()
  for (const [{ record }, { succeeded, failed, cancelled }] of tally.jobs) {
    const { channel } = record.envelope
    ended.add(channel, 'succeeded', succeeded)
    ended.add(channel, 'failed', failed)
    ended.add(channel, 'cancelled', cancelled)
  }
  for (const [job, { cancelled }] of ends)
    ended.add(job.record.envelope.channel, 'cancelled', cancelled - tally.after(job).cancelled)
  return ended
}

/** Jobs whose counts do not add up after a commit: more items ended than there are, or of a job that ended with it not as many. */
function countImbalances(tally: CommitTally, ends: ReadonlyMap<LiveJob, JobEnd>): number {
  let imbalances = 0
  for (const job of tally.jobs.keys()) {
    const { succeeded, failed, cancelled } = ends.get(job) ?? tally.after(job)
    const ended = succeeded + failed + cancelled
    if (ends.has(job) ? ended !== job.record.total : ended > job.record.total) imbalances++
  }
  return imbalances
}

/** Counts by channel and one more label. */
class Counts<Label extends string> {
  readonly #channels = new Map<string, Map<Label, number>>()

  add(channel: string, label: Label, count: number): void {
    if (count === 0) return
    let counts = this.#channels.get(channel)
    if (counts === undefined) this.#channels.set(channel, (counts = new Map()))
    counts.set(label, (counts.get(label) ?? 0) + count)
  }

  map<Result>(make: (channel: string, label: Label, count: number) => Result): Result[] {
    return [...this.#channels].flatMap(([channel, counts]) =>
      Array.from(counts, ([label, count]) => make(channel, label, count)),
    )
  }
}
