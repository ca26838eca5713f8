import type { TermOf } from '../model/channel-term.ts'
import type { JobEnd, StopMark } from '../model/job.ts'
import type { LiveJob } from '../model/live-job.ts'
import type { OutcomeBatch } from '../model/outcome-batch.ts'
import type { JobEvents } from '../model/webhook-event.ts'
import type { Clock } from '../runtime/clock.ts'
import { failpoint } from '../runtime/failpoint.ts'
import type { Logger } from '../runtime/logger.ts'
import type { OutcomeCommit, OutcomeStore } from '../store/outcome-store.ts'
import { StoreError } from '../store/store-error.ts'
import { isPassing, type PassingError, StoreRetries } from '../store/store-retries.ts'
import { commitApart } from './commit-apart.ts'
import { type CallContent, CommitCalls, type StartEvents } from './commit-calls.ts'
import type { DurableCommit } from './durable-commit.ts'
import {
  batchesOf,
  type Changes,
  changesBy,
  changesOf,
  type CommitOwner,
  endingBy,
  type Ending,
  firstBatches,
  type OwnChanges,
  type Share,
  type Shares,
  sharesOf,
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
 * touches the same job, since the counts of the end depend on it. One that the store refuses as channels have other owners is committed again
 * without those (REC-2).
 */
export class CommitLine {
  readonly #options: CommitLineOptions
  readonly #maxCommitItems: number
  readonly #calls: CommitCalls
  #waiting: WaitingBatch[] = []
  #ending = new Map<CommitOwner, Ending>()
  #flights: Flight[] = []
  /** Owners whose channels are another server's, and how many there were: nothing of them is committed or announced. */
  readonly #lost = new WeakSet<CommitOwner>()
  #losses = 0
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
    this.#calls = new CommitCalls(options)
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
    if (this.#dead || this.#lost.has(owner)) return
    this.#calls.noteAct(batch)
    this.#added++
    this.#waiting.push({ owner, batch })
    this.#start()
  }

  /** Ends a job with the next commit. A second call does nothing. @param reason null: all of its items have ended */
  endJob(owner: CommitOwner, job: LiveJob, reason: StopMark['reason'] | null): void {
    const ending = this.#ending.get(owner) ?? new Map<LiveJob, StopMark['reason'] | null>()
    if (this.#dead || this.#lost.has(owner) || job.record.phase === 'ended' || ending.has(job)) return
    this.#added++
    this.#ending.set(owner, ending.set(job, reason))
    this.#start()
  }

  /** Commits and announces nothing of an owner any more, as its channel is another server's: also what was added before, as far as it is not announced. */
  lose(owner: CommitOwner): void {
    this.#lost.add(owner)
    this.#losses++
  }

  /** Resolves when everything added so far is durable, but for what was lost. @throws StoreError `disk_full`, `unavailable`: it is not yet; `closed`: it can never be */
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
      const changes = changesOf(shares, clock.nowMs())
      const others = this.#flights.flatMap((other) => (other === flight ? [] : [other.shares]))
      const started = this.#calls.startsBy(shares, others)
      const refusal = await this.#makeDurable(() => this.#callOf(changes, started), { flight, previous })
      if (previous !== null) await previous
      if (this.#dead || this.#givenUp) return
      if (refusal !== null) await this.#commitApart(changes, { flight, started })
      this.#dropLost(changes)
      FAILPOINT: failpoint('outcomes.durable')
      this.#announced = flight.upTo
      const durationMs = (clock.monotonicUs() - startedUs) / 1000
      if (durationMs > SLOW_COMMIT_MS) this.#logSlow(durationMs, countOf(batchesOf(shares)))
      for (const [owner, own] of changes) owner.onDurable(own)
      this.#report(changes, { shares, durationMs })
      FAILPOINT: failpoint('outcomes.announced')
    } catch (error) {
      if (!(error instanceof NeverDurable)) throw error
    } finally {
      this.#flights.splice(this.#flights.indexOf(flight), 1)
      this.#calls.forgetActs(batchesOf(flight.shares))
      this.#dependent = false
      this.#start()
    }
  }

  #report(changes: Changes, { shares, durationMs }: { readonly shares: Shares; readonly durationMs: number }): void {
    if (changes.size === 0) return
    const own = [...changes.values()]
    const committed = own.length === 1 ? own[0]!.committed : own.flatMap((one) => one.committed)
    const isWhole = changes.size === shares.size
    const batches = batchesOf(isWhole ? shares : new Map([...shares].filter(([owner]) => changes.has(owner))))
    this.#options.onCommitted?.(own, { batches, committed, durationMs })
  }

  #dropLost(changes: Changes): void {
    if (this.#losses === 0) return
    for (const owner of changes.keys()) if (this.#lost.has(owner)) changes.delete(owner)
  }

  /** Returns the call of the store that makes these changes durable, without those of lost owners; null: nothing is left. */
  #callOf(changes: Changes, started: readonly StartEvents[]): OutcomeCommit | null {
    this.#dropLost(changes)
    if (changes.size === 0) return null
    return this.#calls.ofChanges([...changes.values()], this.#startsOf(started))
  }

  #startsOf(started: readonly StartEvents[]): CallContent['starts'] {
    return started.flatMap(({ owner, events }) => (this.#lost.has(owner) ? [] : events))
  }

  /**
   * Commits what the store does not refuse of a refused commit: the items of the other outcomes fail, and each job ends on its own, so that one
   * whose end is refused holds up no other. Every commit before it has been announced.
   */
  async #commitApart(
    changes: Changes,
    { flight, started }: { readonly flight: Flight; readonly started: readonly StartEvents[] },
  ): Promise<void> {
    // They go with the first batch that is taken, of whatever owner: a start is reported once.
    const unreported = { starts: started }
    for (const owner of changes.keys()) {
      const share = flight.shares.get(owner)!
      changes.set(owner, await this.#commitShareApart({ owner, share, flight }, unreported))
    }
  }

  async #commitShareApart(
    { owner, share, flight }: { readonly owner: CommitOwner; readonly share: Share; readonly flight: Flight },
    unreported: { starts: readonly StartEvents[] },
  ): Promise<OwnChanges> {
    const { logger, clock } = this.#options
    const { liveJobs } = owner
    const jobs = [...share.tally.jobs.keys()]
    let isSent = false
    const tryAlone = (content: CallContent): Promise<StoreError | null> => {
      const call = (): OutcomeCommit | null => {
        isSent = !this.#lost.has(owner)
        return isSent ? this.#calls.of(content) : null
      }
      return this.#makeDurable(call, { flight, previous: null })
    }
    const committed = await commitApart(share.batches, {
      ...{ liveJobs, logger },
      commit: async (batch) => {
        const starts = this.#startsOf(unreported.starts)
        const refusal = await tryAlone({ jobs, batches: [batch], ends: NO_ENDS, starts })
        if (refusal === null && isSent) unreported.starts = []
        return refusal
      },
      nowMs: () => clock.nowMs(),
    })
    const tally = tallyCommit(committed, liveJobs)
    const ending = endingBy(tally, share.ending, [])
    const changes = changesBy(owner, { batches: committed, tally, ending }, clock.nowMs())
    for (const [job, end] of changes.ends) {
      const refusal = await tryAlone({ jobs: [job], batches: [], ends: new Map([[job, end]]), starts: [] })
      if (refusal === null) continue
      const { ref, id } = job.record
      logger.error({ jobRef: ref, jobId: id, reason: refusal.message }, 'Cannot store the end of a job')
    }
    return changes
  }

  /** Tries until it is on disk, or nothing is left of it (null), or the store refuses these outcomes. @throws NeverDurable */
  async #makeDurable(
    call: () => OutcomeCommit | null,
    { flight, previous }: { flight: Flight; previous: Promise<void> | null },
  ): Promise<StoreError | null> {
    const { store, logger } = this.#options
    let ahead = previous
    for (;;) {
      const losses = this.#losses
      const commit = call()
      try {
        if (commit !== null) await store.commitOutcomes(commit)
        flight.failing = false
        return null
      } catch (error) {
        if (this.#dead) throw new NeverDurable()
        if (error instanceof StoreError && error.code === 'conflict') return error
        // The store has reported the channels that were lost: the rest is committed without them.
        if (error instanceof StoreError && error.code === 'stale_term' && this.#losses > losses) continue
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
