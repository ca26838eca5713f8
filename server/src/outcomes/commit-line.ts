import { type TermOf, termsOf } from '../model/channel-term.ts'
import type { JobRef } from '../model/ids.ts'
import type { JobEnd, StopMark } from '../model/job.ts'
import type { LiveJob } from '../model/live-job.ts'
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
import {
  batchesOf,
  changesBy,
  type CommitOwner,
  endingBy,
  type Ending,
  endsOf,
  firstBatches,
  jobsOf,
  type OwnChanges,
  type Share,
  type Shares,
  sharesOf,
  startsBy,
  touchesAny,
  type WaitingBatch,
} from './commit-shares.ts'
import { tallyCommit } from './tally-commit.ts'

export interface CommitLineOptions {
  readonly store: Pick<OutcomeStore, 'commitOutcomes'>
  readonly clock: Clock
  readonly termOf: TermOf
  /** Called after each commit, when the owners of its outcomes know. @default nobody */
  readonly onCommitted?: (changes: readonly OwnChanges[], commit: DurableCommit) => void
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

/** A commit that was handed to the store and not announced yet. */
interface Flight {
  readonly shares: Shares
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
 * Makes judged outcomes durable, and jobs end by them, in the order in which they came: those of all channels of a process, so that they share
 * transactions.
 *
 * The next commit starts as soon as anything waits and fewer than two are on their way, without a timer: batching comes from the commit's own
 * duration. Commits are announced in their order, each only when it is durable (ORD-3). A commit that ends a job waits for one on its way that
 * touches the same job, since the counts of the end depend on it.
 */
export class CommitLine {
  readonly #options: CommitLineOptions
  readonly #maxCommitItems: number
  readonly #events: Pick<JobEvents, 'started' | 'ended'>
  #waiting: WaitingBatch[] = []
  #ending = new Map<CommitOwner, Ending>()
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

  add(owner: CommitOwner, batch: OutcomeBatch): void {
    if (this.#dead) return
    const act = takeAct()
    if (act !== null) this.#acts.set(batch, act)
    this.#added++
    this.#waiting.push({ owner, batch })
    this.#start()
  }

  /** Ends a job with the next commit. A second call does nothing. @param reason null: all of its items have ended */
  endJob(owner: CommitOwner, job: LiveJob, reason: StopMark['reason'] | null): void {
    const ending = this.#ending.get(owner) ?? new Map<LiveJob, StopMark['reason'] | null>()
    if (this.#dead || job.record.phase === 'ended' || ending.has(job)) return
    this.#added++
    this.#ending.set(owner, ending.set(job, reason))
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

  /** Resolves when everything of this owner was announced, or never can be: it adds nothing meanwhile. */
  async drained(owner: CommitOwner): Promise<void> {
    while (!this.#dead && !this.#givenUp && this.#concerns(owner)) await this.#flights[0]!.landed
  }

  #concerns(owner: CommitOwner): boolean {
    if (this.#ending.has(owner) || this.#flights.some(({ shares }) => shares.has(owner))) return true
    return this.#waiting.some((one) => one.owner === owner)
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
      const taken = this.#ending.size > 0 ? this.#waiting : firstBatches(this.#waiting, this.#maxCommitItems)
      const shares = sharesOf(taken, this.#ending, this.#flights)
      this.#dependent = this.#flights.some((flight) => touchesAny(flight.shares, shares))
      if (this.#dependent) return
      this.#waiting = this.#waiting.slice(taken.length)
      this.#ending = new Map()
      FAILPOINT: failpoint('outcomes.judged')
      const upTo = this.#added - this.#waiting.length
      const previous = this.#flights.at(-1)?.landed ?? null
      const startedUs = this.#options.clock.monotonicUs()
      const flight: Flight = { shares, upTo, startedUs, failing: false, landed: Promise.resolve() }
      this.#flights.push(flight)
      flight.landed = this.#fly(flight, previous)
    }
  }

  /** @param previous resolves when the commit before it was announced; null: it was */
  async #fly(flight: Flight, previous: Promise<void> | null): Promise<void> {
    try {
      const { shares, startedUs } = flight
      const { clock } = this.#options
      const batches = batchesOf(shares)
      let changes = Array.from(shares, ([owner, share]) => changesBy(owner, share, clock.nowMs()))
      const started = this.#startsBy(flight)
      const ends = endsOf(changes)
      const refusal = await this.#makeDurable({ batches, ends, events: started }, { flight, previous })
      if (previous !== null) await previous
      if (this.#dead || this.#givenUp) return
      if (refusal !== null) changes = await this.#commitApart(flight, started)
      FAILPOINT: failpoint('outcomes.durable')
      this.#announced = flight.upTo
      const durationMs = (clock.monotonicUs() - startedUs) / 1000
      if (durationMs > SLOW_COMMIT_MS) this.#logSlow(durationMs, countOf(batches))
      for (const [n, owner] of [...shares.keys()].entries()) owner.onDurable(changes[n]!)
      const committed = changes.length === 1 ? changes[0]!.committed : changes.flatMap((one) => one.committed)
      this.#options.onCommitted?.(changes, { batches, committed, durationMs })
      FAILPOINT: failpoint('outcomes.announced')
    } catch (error) {
      if (!(error instanceof NeverDurable)) throw error
    } finally {
      this.#flights.splice(this.#flights.indexOf(flight), 1)
      if (this.#acts.size > 0) for (const batch of batchesOf(flight.shares)) this.#acts.delete(batch)
      this.#dependent = false
      this.#start()
    }
  }

  /** Events of jobs whose first call is in a commit, and in none before it. */
  #startsBy(flight: Flight): readonly WebhookEventDraft[] {
    const events: WebhookEventDraft[] = []
    for (const [owner, { tally }] of flight.shares) {
      for (const [job, { firstStartedAtMs }] of tally.jobs) {
        if (job.startedAtMs !== null || firstStartedAtMs === Infinity) continue
        if (this.#flights.some((other) => other !== flight && startsBy(other.shares, owner, job))) continue
        events.push(...this.#events.started(job, { ...tally.after(job), startedAtMs: firstStartedAtMs }))
      }
    }
    return events
  }

  #endEvents(ends: ReadonlyMap<LiveJob, JobEnd>): WebhookEventDraft[] {
    const events: WebhookEventDraft[] = []
    for (const [{ record }, end] of ends) events.push(...this.#events.ended(record, end))
    return events
  }

  /**
   * Commits what the store does not refuse of a refused commit: the items of the other outcomes fail, and each job ends on its own, so that one
   * whose end is refused holds up no other. Every commit before it has been announced.
   */
  async #commitApart(flight: Flight, started: readonly WebhookEventDraft[]): Promise<OwnChanges[]> {
    // They go with the first batch that is taken, of whatever owner: a start is reported once.
    const unreported = { events: started }
    const changes: OwnChanges[] = []
    for (const [owner, share] of flight.shares) {
      changes.push(await this.#commitShareApart({ owner, share, flight }, unreported))
    }
    return changes
  }

  async #commitShareApart(
    { owner, share, flight }: { readonly owner: CommitOwner; readonly share: Share; readonly flight: Flight },
    unreported: { events: readonly WebhookEventDraft[] },
  ): Promise<OwnChanges> {
    const { logger, clock } = this.#options
    const { liveJobs } = owner
    const committed = await commitApart(share.batches, {
      ...{ liveJobs, logger },
      commit: async (batch) => {
        const alone = { batches: [batch], ends: NO_ENDS, events: unreported.events }
        const refusal = await this.#makeDurable(alone, { flight, previous: null })
        if (refusal === null) unreported.events = []
        return refusal
      },
      nowMs: () => clock.nowMs(),
    })
    const tally = tallyCommit(committed, liveJobs)
    const ending = endingBy(tally, share.ending, [])
    const changes = changesBy(owner, { batches: committed, tally, ending }, clock.nowMs())
    for (const [job, end] of changes.ends) {
      const alone = { batches: [], ends: new Map([[job, end]]), events: [] }
      const refusal = await this.#makeDurable(alone, { flight, previous: null })
      if (refusal === null) continue
      const { ref, id } = job.record
      logger.error({ jobRef: ref, jobId: id, reason: refusal.message }, 'Cannot store the end of a job')
    }
    return changes
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
        const terms = termsOf([...jobsOf(flight.shares), ...ends.keys()], termOf)
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

function countOf(batches: readonly OutcomeBatch[]): number {
  return batches.reduce((sum, { count }) => sum + count, 0)
}
