import { type TermOf, termsOf } from '../model/channel-term.ts'
import type { JobEnd } from '../model/job.ts'
import type { LiveJob } from '../model/live-job.ts'
import type { OutcomeBatch } from '../model/outcome-batch.ts'
import { type JobEvents, noJobEvents, type WebhookEventDraft } from '../model/webhook-event.ts'
import { type AuditedAct, takeAct } from '../store/audited-act.ts'
import type { OutcomeCommit } from '../store/outcome-store.ts'
import { type CommitOwner, endsOf, jobsOf, type OwnChanges, type Shares, startsBy } from './commit-shares.ts'

export interface CommitCallsOptions {
  readonly termOf: TermOf
  /** Makes the webhook events of jobs that start or end by a commit. @default none */
  readonly events?: Pick<JobEvents, 'started' | 'ended'>
}

/** Webhook events of jobs of an owner that start by a commit. */
export interface StartEvents {
  readonly owner: CommitOwner
  readonly events: readonly WebhookEventDraft[]
}

/** The content of one call of the store. */
export interface CallContent {
  /** All jobs that its outcomes and ends are of, each at least once. */
  readonly jobs: Iterable<LiveJob>
  readonly batches: readonly OutcomeBatch[]
  readonly ends: ReadonlyMap<LiveJob, JobEnd>
  /** Of jobs that start by it. */
  readonly starts: readonly WebhookEventDraft[]
}

/** The calls of the store that commits are: with the terms of their channels, webhook events, and the requests that decided outcomes. */
export class CommitCalls {
  readonly #termOf: TermOf
  readonly #events: Pick<JobEvents, 'started' | 'ended'>
  /** Requests that decided what is in a batch that waits, or is on its way. */
  readonly #acts = new Map<OutcomeBatch, AuditedAct>()

  constructor({ termOf, events = noJobEvents }: CommitCallsOptions) {
    this.#termOf = termOf
    this.#events = events
  }

  /** A batch waits for its commit: the request that is being carried out decided it. */
  noteAct(batch: OutcomeBatch): void {
    const act = takeAct()
    if (act !== null) this.#acts.set(batch, act)
  }

  /** Batches are durable, or never will be. */
  forgetActs(batches: readonly OutcomeBatch[]): void {
    if (this.#acts.size > 0) for (const batch of batches) this.#acts.delete(batch)
  }

  /** Returns the call that makes changes durable. */
  ofChanges(own: readonly OwnChanges[], starts: readonly WebhookEventDraft[]): OutcomeCommit {
    const batches = own.length === 1 ? own[0]!.committed : own.flatMap(({ committed }) => committed)
    return this.of({ jobs: jobsOf(own), batches, ends: endsOf(own), starts })
  }

  of({ jobs, batches, ends, starts }: CallContent): OutcomeCommit {
    const ended = Array.from(ends, ([{ record }, end]) => ({ ref: record.ref, end }))
    const events = [...starts]
    for (const [{ record }, end] of ends) events.push(...this.#events.ended(record, end))
    const terms = termsOf(jobs, this.#termOf)
    return { terms, batches, ended, acts: this.#actsOf(batches), ...(events.length > 0 && { events }) }
  }

  /**
   * Returns the events of jobs whose first call is in a commit, and in none before it.
   * @param others all other commits on their way
   */
  startsBy(shares: Shares, others: readonly Shares[]): readonly StartEvents[] {
    const found: StartEvents[] = []
    for (const [owner, { tally }] of shares) {
      for (const [job, { firstStartedAtMs }] of tally.jobs) {
        if (job.startedAtMs !== null || firstStartedAtMs === Infinity) continue
        if (others.some((other) => startsBy(other, owner, job))) continue
        const events = this.#events.started(job, { ...tally.after(job), startedAtMs: firstStartedAtMs })
        if (events.length > 0) found.push({ owner, events })
      }
    }
    return found
  }

  #actsOf(batches: readonly OutcomeBatch[]): AuditedAct[] {
    if (this.#acts.size === 0) return []
    return batches.flatMap((batch) => this.#acts.get(batch) ?? [])
  }
}
