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

/** Counts commits by channel and subscription for whoever listens to them; only while somebody does. */
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
    const lanes = new Lanes(tally.jobs.keys())
    const calls = new Counts<CallResult>()
    const called: CalledItems[] = []
    for (const batch of batches) {
      const judged = this.#judged.get(batch)
      if (judged === undefined) continue // nothing was called for it
      const { channel, itemsPerCall } = judged
      called.push({ ...batch, channel, itemsPerCall, uncalled: countCalls(batch, judged, { calls, lanes }) })
    }
    return {
      durationMs,
      items: tally.durable.count,
      jobs: tally.jobs.size,
      imbalances: countImbalances(tally, ends),
      ended: countEnded(tally, ends, lanes).map((lane, outcome, count) => ({ ...lane, outcome, count })),
      deadLetters: this.#countDeadLetters(committed, tally, lanes).map((lane, code, count) => ({
        ...lane,
        code,
        count,
      })),
      calls: calls.map((lane, result, count) => ({ ...lane, result, count })),
      called,
      eligibleAtMs: new Map(Array.from(tally.jobs.keys(), (job) => [job.record.ref, job.eligibleAtMs])),
    }
  }

  #countDeadLetters(batches: readonly OutcomeBatch[], tally: CommitTally, lanes: Lanes): Counts<string> {
    const letters = new Counts<string>()
    const failing = new Set<number>()
    for (const [{ record }, { failed }] of tally.jobs) if (failed > 0) failing.add(record.ref)
    if (failing.size === 0) return letters
    for (const batch of batches) {
      const view = new OutcomeView(batch)
      const codes = this.#judged.get(batch)?.codes
      for (let n = 0; n < view.count; n++) {
        if (view.verdict(n) !== Verdict.failed) continue
        const ref = view.jobRef(n)
        if (failing.has(ref)) letters.add(lanes.of(ref)!, codes?.get(n) ?? errorCode(view.detail(n)), 1)
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
  { calls, lanes }: { readonly calls: Counts<CallResult>; readonly lanes: Lanes },
): ReadonlySet<number> | null {
  if (itemsPerCall === 1 && codes.size === 0 && lanes.only !== null) {
    calls.add(lanes.only, 'ok', batch.count)
    return null
  }
  const view = new OutcomeView(batch)
  const unknown = { channel, subscription: '' }
  const laneAt = (n: number): Lane => lanes.only ?? lanes.of(view.jobRef(n)) ?? unknown
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
    if (call !== null) calls.add(laneAt(n - 1), call, 1)
    call = result
    items = 1
  }
  if (call !== null) calls.add(laneAt(view.count - 1), call, 1)
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

function countEnded(
  tally: CommitTally,
  ends: ReadonlyMap<LiveJob, JobEnd>,
  lanes: Lanes,
): Counts<'succeeded' | 'failed' | 'cancelled'> {
  const ended = new Counts<'succeeded' | 'failed' | 'cancelled'>()
  for (const [{ record }, { succeeded, failed, cancelled }] of tally.jobs) {
    const lane = lanes.of(record.ref)!
    ended.add(lane, 'succeeded', succeeded)
    ended.add(lane, 'failed', failed)
    ended.add(lane, 'cancelled', cancelled)
  }
  for (const [job, { cancelled }] of ends)
    ended.add(lanes.ofJob(job), 'cancelled', cancelled - tally.after(job).cancelled)
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

/** A subscription's work in a channel. */
interface Lane {
  readonly channel: string
  readonly subscription: string
}

/** The lanes of the jobs of a commit, each one object. */
class Lanes {
  readonly #lanes = new Map<string, Lane>()
  readonly #ofRefs = new Map<number, Lane>()

  constructor(jobs: Iterable<LiveJob>) {
    for (const job of jobs) this.#ofRefs.set(job.record.ref, this.ofJob(job))
  }

  /** The lane of all jobs of the commit; null: there are several, or none. */
  get only(): Lane | null {
    return this.#lanes.size === 1 ? this.#lanes.values().next().value! : null
  }

  of(ref: number): Lane | undefined {
    return this.#ofRefs.get(ref)
  }

  ofJob({ record: { subscription, envelope } }: LiveJob): Lane {
    const { channel } = envelope
    const key = `${subscription}\n${channel}`
    let lane = this.#lanes.get(key)
    if (lane === undefined) this.#lanes.set(key, (lane = { channel, subscription }))
    return lane
  }
}

/** Counts by lane and one more label. */
class Counts<Label extends string> {
  readonly #lanes = new Map<Lane, Map<Label, number>>()

  add(lane: Lane, label: Label, count: number): void {
    if (count === 0) return
    let counts = this.#lanes.get(lane)
    if (counts === undefined) this.#lanes.set(lane, (counts = new Map()))
    counts.set(label, (counts.get(label) ?? 0) + count)
  }

  map<Result>(make: (lane: Lane, label: Label, count: number) => Result): Result[] {
    return [...this.#lanes].flatMap(([lane, counts]) =>
      Array.from(counts, ([label, count]) => make(lane, label, count)),
    )
  }
}
