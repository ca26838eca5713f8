import { jobOutcome } from '@waybill/spec/rules'
import { type TermOf, termsOf } from '../model/channel-term.ts'
import type { JobRef } from '../model/ids.ts'
import type { JobEnd, StopMark } from '../model/job.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import type { OutcomeBatch } from '../model/outcome-batch.ts'
import { type JobEvents, noJobEvents, type WebhookEventDraft } from '../model/webhook-event.ts'
import type { Clock } from '../runtime/clock.ts'
import { failpoint } from '../runtime/failpoint.ts'
import type { Logger } from '../runtime/logger.ts'
import { type AuditedAct, takeAct } from '../store/audited-act.ts'
import type { OutcomeStore } from '../store/outcome-store.ts'
import { StoreError } from '../store/store-error.ts'
import { isPassing, type PassingError, StoreRetries } from '../store/store-retries.ts'
import { commitApart } from './commit-apart.ts'
import type { DurableCommit } from './durable-commit.ts'
import { type CommitTally, type JobCountsAfter, tallyCommit } from './tally-commit.ts'

export interface CommitLineOptions {
  readonly store: Pick<OutcomeStore, 'commitOutcomes'>
  readonly clock: Clock
  readonly liveJobs: LiveJobs
  readonly termOf: TermOf
  /** The version under which a job's end will be shown; nothing newer is shown before. */
  readonly endVersion: (job: LiveJob) => number
  /** Called after each commit, in the order of the commits, with what it changed. */
  readonly onDurable: (tally: CommitTally, ends: ReadonlyMap<LiveJob, JobEnd>, commit: DurableCommit) => void
  /** Called once when outcomes can no longer be made durable at all: the process must end. */
  readonly onFatal: (error: unknown) => void
  /** Makes the webhook events of jobs that start or end by a commit. @default none */
  readonly events?: Pick<JobEvents, 'started' | 'ended'>
  readonly logger: Logger
  /** Outcomes after which no further batch joins a commit. @default 4096 */
  readonly maxCommitItems?: number
}

/**
 * Commits handed to the store before the first of them is answered: while one is written, the outcomes that its successor will free
 * are on their way. A third was slower in a sketch of this design, as commits got smaller.
 */
const MAX_FLIGHTS = 2
/**
 * Copying, counting and announcing this many takes the main thread about 2 ms. When it was kept from its processor it finds more, and would
 * hold up its readers once more.
 */
const MAX_COMMIT_ITEMS = 4096

/** A commit that took longer gets a line of the log. */
const SLOW_COMMIT_MS = 1000

/** One call of the store. */
interface Commit {
  readonly batches: readonly OutcomeBatch[]
  readonly ends: ReadonlyMap<LiveJob, JobEnd>
  /** Of jobs that start by it. */
  readonly events: readonly WebhookEventDraft[]
}

type Ending = Map<LiveJob, StopMark['reason'] | null>

/** A commit that was handed to the store and not announced yet. */
interface Flight {
  readonly batches: readonly OutcomeBatch[]
  readonly tally: CommitTally
  /** Jobs that end by it, and why. */
  readonly ending: Ending
  /** Number of the last entry that it carries. */
  readonly upTo: number
  /** When it was handed to the store, monotonic µs. */
  readonly startedUs: number
  /** Its last try was refused for now. */
  failing: boolean
  /** Resolves when it was announced, or never can be. */
  landed: Promise<void>
}

/**
 * Makes judged outcomes durable, and jobs end by them, in the order in which they came.
 *
 * The next commit starts as soon as anything waits and fewer than two are on their way, without a timer: batching comes from the commit's own
 * duration. Commits are announced in their order, each only when it is durable (ORD-3). A commit that ends a job waits for one on its way that
 * touches the same job, since the counts of the end depend on it.
 */
export class CommitLine {
  readonly #options: CommitLineOptions
  readonly #maxCommitItems: number
  readonly #events: Pick<JobEvents, 'started' | 'ended'>
  #waiting: OutcomeBatch[] = []
  #ending: Ending = new Map()
  /** Requests that decided what is in a batch that waits, or is on its way. */
  readonly #acts = new Map<OutcomeBatch, AuditedAct>()
  #flights: Flight[] = []
  /** Waiting batches depend on a commit on its way. */
  #dependent = false
  #added = 0
  #announced = 0
  #dead = false
  #givenUp = false
  /** Callers that wait for a commit, and not for the store to take it. */
  readonly #onFailing = new Set<() => void>()
  readonly #retries: StoreRetries
  /** A refusal is not waited for any more, also one that comes later. */
  #draining = false
  /** Why the last commit failed that is tried again. */
  #refusal: PassingError['code'] = 'disk_full'

  constructor(options: CommitLineOptions) {
    this.#options = options
    this.#retries = new StoreRetries(options.clock)
    this.#events = options.events ?? noJobEvents
    this.#maxCommitItems = options.maxCommitItems ?? MAX_COMMIT_ITEMS
  }

  /** Nothing can become durable any more. */
  get dead(): boolean {
    return this.#dead
  }

  /** Why commits fail that are tried again; null: they do not. */
  get refusal(): PassingError['code'] | null {
    return this.failing ? this.#refusal : null
  }

  /** True while commits fail. */
  get failing(): boolean {
    return this.#dead || this.#givenUp || this.#flights.some((flight) => flight.failing)
  }

  add(batch: OutcomeBatch): void {
    if (this.#dead) return
    const act = takeAct()
    if (act !== null) this.#acts.set(batch, act)
    this.#added++
    this.#waiting.push(batch)
    this.#start()
  }

  /** Ends a job with the next commit. A second call does nothing. @param reason null: all of its items have ended */
  endJob(job: LiveJob, reason: StopMark['reason'] | null): void {
    if (this.#dead || job.record.phase === 'ended' || this.#ending.has(job)) return
    this.#added++
    this.#ending.set(job, reason)
    this.#start()
  }

  /** Resolves when everything added so far is durable. @throws StoreError `disk_full`, `unavailable`: it is not yet; `closed`: it can never be */
  async durable(): Promise<void> {
    const upTo = this.#added
    while (this.#announced < upTo && this.#flights.length > 0 && !this.failing)
      await this.#landedOrFailing(this.#flights[0]!)
    if (this.#announced < upTo)
      throw new StoreError(this.#dead ? 'closed' : this.#refusal, 'Cannot commit what was decided')
  }

  /** Resolves when everything added is durable, or cannot be as the store refuses it for now. */
  async drain(): Promise<void> {
    this.#draining = true
    while (this.#flights.length > 0) {
      this.#retries.giveUp()
      await this.#flights[0]!.landed
      if (this.#givenUp) return
    }
  }

  #landedOrFailing(flight: Flight): Promise<void> {
    return new Promise((resolve) => {
      this.#onFailing.add(resolve)
      void flight.landed.then(() => {
        this.#onFailing.delete(resolve)
        resolve()
      })
    })
  }

  #start(): void {
    while (this.#flights.length < MAX_FLIGHTS && (this.#waiting.length > 0 || this.#ending.size > 0)) {
      if (this.#dependent || this.failing) return
      // A stopped job ends with everything added before: its counts depend on it.
      const batches = this.#ending.size > 0 ? this.#waiting : firstBatches(this.#waiting, this.#maxCommitItems)
      const tally = tallyCommit(batches, this.#options.liveJobs)
      const ending = this.#endingBy(tally, this.#ending, this.#flights)
      this.#dependent = this.#flights.some((flight) => touchesAny(flight, ending))
      if (this.#dependent) return
      this.#waiting = this.#waiting.slice(batches.length)
      this.#ending = new Map()
      FAILPOINT: failpoint('outcomes.judged')
      const upTo = this.#added - this.#waiting.length
      const previous = this.#flights.at(-1)?.landed ?? null
      const startedUs = this.#options.clock.monotonicUs()
      const flight: Flight = { batches, tally, ending, upTo, startedUs, failing: false, landed: Promise.resolve() }
      this.#flights.push(flight)
      flight.landed = this.#fly(flight, previous)
    }
  }

  /** @param previous resolves when the commit before it was announced; null: it was */
  async #fly(flight: Flight, previous: Promise<void> | null): Promise<void> {
    try {
      const { batches, startedUs } = flight
      let { tally, batches: committed } = flight
      let ends: ReadonlyMap<LiveJob, JobEnd> = this.#ends(tally, flight.ending)
      const started = this.#startsBy(flight)
      const refusal = await this.#makeDurable({ batches, ends, events: started }, { flight, previous })
      if (previous !== null) await previous
      if (this.#dead || this.#givenUp) return
      if (refusal !== null) ({ tally, ends, committed } = await this.#commitApart(flight, started))
      FAILPOINT: failpoint('outcomes.durable')
      this.#announced = flight.upTo
      const durationMs = (this.#options.clock.monotonicUs() - startedUs) / 1000
      if (durationMs > SLOW_COMMIT_MS) this.#logSlow(durationMs, tally.durable.count)
      this.#options.onDurable(tally, ends, { batches, committed, durationMs })
      FAILPOINT: failpoint('outcomes.announced')
    } catch (error) {
      if (!(error instanceof NeverDurable)) throw error
    } finally {
      this.#flights.splice(this.#flights.indexOf(flight), 1)
      if (this.#acts.size > 0) for (const batch of flight.batches) this.#acts.delete(batch)
      this.#dependent = false
      this.#start()
    }
  }

  /**
   * Jobs that end by a commit: all their items have ended, or they were stopped.
   * @param ahead commits on their way, which are counted too
   */
  #endingBy(tally: CommitTally, stopped: Ending, ahead: readonly Flight[]): Ending {
    const ending: Ending = new Map()
    for (const job of tally.jobs.keys()) {
      if (job.record.phase !== 'eligible') continue
      const after = tally.after(job)
      let ended = after.succeeded + after.failed + after.cancelled
      for (const flight of ahead) ended += flight.tally.ended(job)
      if (ended === job.record.total) ending.set(job, null)
    }
    for (const [job, reason] of stopped) {
      if (!ending.has(job) && job.record.phase !== 'ended') ending.set(job, reason)
    }
    return ending
  }

  #ends(tally: CommitTally, ending: Ending): Map<LiveJob, JobEnd> {
    const ends = new Map<LiveJob, JobEnd>()
    for (const [job, reason] of ending) ends.set(job, this.#endOf(job, tally.after(job), reason))
    return ends
  }

  /** Events of jobs whose first call is in a commit, and in none before it. */
  #startsBy(flight: Flight): readonly WebhookEventDraft[] {
    const events: WebhookEventDraft[] = []
    for (const [job, { firstStartedAtMs }] of flight.tally.jobs) {
      if (job.startedAtMs !== null || firstStartedAtMs === Infinity) continue
      if (this.#flights.some((other) => other !== flight && startsBy(other, job))) continue
      events.push(...this.#events.started(job, { ...flight.tally.after(job), startedAtMs: firstStartedAtMs }))
    }
    return events
  }

  #endEvents(ends: ReadonlyMap<LiveJob, JobEnd>): WebhookEventDraft[] {
    const events: WebhookEventDraft[] = []
    for (const [{ record }, end] of ends) events.push(...this.#events.ended(record, end))
    return events
  }

  #endOf(job: LiveJob, after: JobCountsAfter, reason: StopMark['reason'] | null): JobEnd {
    const { total } = job.record
    const cancelled = total - after.succeeded - after.failed
    const endedAtMs = this.#options.clock.nowMs()
    // What has no outcome of its own ends with the job.
    const lastProgressAtMs = cancelled > after.cancelled ? endedAtMs : after.lastProgressAtMs
    return {
      outcome: jobOutcome({
        ...{ total, reason },
        succeeded: after.succeeded,
        stopped: cancelled - after.cancelled,
        wasOpen: job.record.phase === 'open',
      }),
      succeeded: after.succeeded,
      failed: after.failed,
      cancelled,
      startedAtMs: after.startedAtMs,
      lastProgressAtMs,
      endedAtMs,
      version: this.#options.endVersion(job),
    }
  }

  /**
   * Commits what the store does not refuse of a refused commit: the items of the other outcomes fail, and each job ends on its own, so that one
   * whose end is refused holds up no other. Every commit before it has been announced.
   */
  async #commitApart(
    flight: Flight,
    started: readonly WebhookEventDraft[],
  ): Promise<{ tally: CommitTally; ends: ReadonlyMap<LiveJob, JobEnd>; committed: readonly OutcomeBatch[] }> {
    const { liveJobs, logger, clock } = this.#options
    let events = started
    const committed = await commitApart(flight.batches, {
      ...{ liveJobs, logger },
      // With the first one that is taken: a start is reported once.
      commit: async (batch) => {
        const refusal = await this.#makeDurable({ batches: [batch], ends: NO_ENDS, events }, { flight, previous: null })
        if (refusal === null) events = []
        return refusal
      },
      nowMs: () => clock.nowMs(),
    })
    const tally = tallyCommit(committed, liveJobs)
    const ends = this.#ends(tally, this.#endingBy(tally, flight.ending, []))
    for (const [job, end] of ends) {
      const alone = { batches: [], ends: new Map([[job, end]]), events: [] }
      const refusal = await this.#makeDurable(alone, { flight, previous: null })
      if (refusal === null) continue
      const { ref, id } = job.record
      logger.error({ jobRef: ref, jobId: id, reason: refusal.message }, 'Cannot store the end of a job')
    }
    return { tally, ends, committed }
  }

  /** Tries until it is on disk (null), or the store refuses these outcomes. @throws NeverDurable */
  async #makeDurable(
    { batches, ends, events: started }: Commit,
    { flight, previous }: { flight: Flight; previous: Promise<void> | null },
  ): Promise<StoreError | null> {
    const { store, termOf, logger } = this.#options
    const ended = Array.from(ends, ([job, end]): { ref: JobRef; end: JobEnd } => ({ ref: job.record.ref, end }))
    const events = [...started, ...this.#endEvents(ends)]
    let ahead = previous
    for (;;) {
      try {
        const acts = this.#actsOf(batches)
        const terms = termsOf([...flight.tally.jobs.keys(), ...ends.keys()], termOf)
        await store.commitOutcomes({ terms, batches, ended, acts, ...(events.length > 0 && { events }) })
        flight.failing = false
        return null
      } catch (error) {
        if (this.#dead) throw new NeverDurable()
        if (error instanceof StoreError && error.code === 'conflict') return error
        if (!isPassing(error)) {
          this.#die(error)
          throw new NeverDurable()
        }
        if (!this.failing)
          logger.error({ code: error.code }, `Cannot commit outcomes as ${reasons[error.code]}: no new call starts`)
        this.#refusal = error.code
        flight.failing = true
        this.#reportFailing()
        // One waits at a time; those behind it try when it has succeeded.
        if (ahead !== null) await ahead
        else if (this.#draining || !(await this.#retries.pause())) this.#givenUp = true
        ahead = null
        if (this.#dead || this.#givenUp) throw new NeverDurable()
      }
    }
  }

  /** The requests whose decisions these batches are. */
  #actsOf(batches: readonly OutcomeBatch[]): AuditedAct[] {
    if (this.#acts.size === 0) return []
    return batches.flatMap((batch) => this.#acts.get(batch) ?? [])
  }

  #logSlow(durationMs: number, count: number): void {
    this.#options.logger.warn({ durationMs: Math.round(durationMs), count }, 'Commit was slow: look at the disk')
  }

  #die(error: unknown): void {
    this.#dead = true
    this.#reportFailing()
    // Nothing starts any more, and the store has reported it: what can be read still is.
    if (!(error instanceof StoreError && error.code === 'damaged')) this.#options.onFatal(error)
  }

  #reportFailing(): void {
    for (const report of this.#onFailing) report()
  }
}

const reasons: Readonly<Record<PassingError['code'], string>> = {
  disk_full: 'the disk is full',
  unavailable: 'the store cannot be reached',
}

const NO_ENDS: ReadonlyMap<LiveJob, JobEnd> = new Map()

/** Thrown when a batch cannot be committed in the lifetime of this process. */
class NeverDurable extends Error {}

/** The first of these batches that fill a commit; at least one. */
function firstBatches(waiting: readonly OutcomeBatch[], maxItems: number): readonly OutcomeBatch[] {
  let items = 0
  let batches = 0
  while (batches < waiting.length && items < maxItems) items += waiting[batches++]!.count
  return waiting.slice(0, batches)
}

function startsBy({ tally }: Flight, job: LiveJob): boolean {
  return (tally.jobs.get(job)?.firstStartedAtMs ?? Infinity) !== Infinity
}

function touchesAny({ tally, ending }: Flight, jobs: Ending): boolean {
  for (const job of jobs.keys()) if (tally.jobs.has(job) || ending.has(job)) return true
  return false
}
