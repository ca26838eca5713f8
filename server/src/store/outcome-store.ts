import type { ChannelTerm } from '../model/channel-term.ts'
import type { JobId, JobRef } from '../model/ids.ts'
import type { JobEnd } from '../model/job.ts'
import type { OutcomeBatch } from '../model/outcome-batch.ts'
import type { AuditedAct } from './audited-act.ts'
import type { WebhookEventDraft } from '../model/webhook-event.ts'

/** How items and jobs ended. The rules of every call stand in `store.ts`. */
export interface OutcomeStore {
  /**
   * Writes a segment with what its batches replace, and webhook events, and ends jobs, atomically. Times of calls are kept in whole ms. The outcomes are copied: they
   * may be committed again.
   * @throws StoreError `stale_term`: a channel is another owner's, or nobody's (REC-2); nothing is written of the others either
   * @throws StoreError `conflict`: a record has no verdict or is of no stored item of a published job, or a job has ended already
   */
  commitOutcomes(commit: OutcomeCommit): Promise<void>

  /** Failed items across jobs, newest first. */
  listDeadLetters(query: DeadLettersQuery): Promise<readonly DeadLetter[]>

  /** Groups failed items by channel, code and error, the newest first, until `maxLetters` were looked at or another group would be one too many. */
  groupDeadLetters(query: DeadLetterGroupsQuery): Promise<DeadLetterGroups>
}

/** One commit of the outcomes stage: a segment, and the jobs that ended by it. Of many channels at once. */
export interface OutcomeCommit {
  /** The terms of all channels of its outcomes and ends, each channel once. */
  readonly terms: readonly ChannelTerm[]
  readonly batches: readonly OutcomeBatch[]
  readonly ended: readonly { readonly ref: JobRef; readonly end: JobEnd }[]
  /** Requests whose decisions are among the outcomes: each has its entry in the audit. @default none */
  readonly acts?: readonly AuditedAct[]
  /** Webhook events that report it. @default none */
  readonly events?: readonly WebhookEventDraft[]
}

/** One failed item; a row of its own, written with the commit of its outcome. */
export interface DeadLetter {
  /** Grows with every dead letter; the position from which pages continue. */
  readonly seq: number
  readonly ref: JobRef
  readonly jobId: JobId
  readonly channel: string
  readonly index: number
  readonly code: string
  readonly failedAtMs: number
  /** The job that tries it again, if one does. */
  readonly retriedAs: JobId | null
}

/** Which failed items; filters are combined. */
export interface DeadLetterFilter {
  readonly subscription: string
  /** Only those older than this one. */
  readonly beforeSeq?: number
  readonly channels?: readonly string[]
  readonly jobIds?: readonly JobId[]
  readonly codes?: readonly string[]
  /** The numbers of their errors (`errorNumber`). */
  readonly errors?: readonly number[]
  readonly keyHash?: readonly [number, number]
  /** Without those that are tried again already. */
  readonly notRetried?: boolean
}

export interface DeadLettersQuery extends DeadLetterFilter {
  /** The one in whose turns of the reader it runs. @default all of its subscription */
  readonly caller?: string
  readonly limit: number
}

export interface DeadLetterGroupsQuery extends DeadLetterFilter {
  /** The one in whose turns of the reader it runs. @default all of its subscription */
  readonly caller?: string
  readonly maxLetters: number
  readonly maxGroups: number
}

/** Failed items of one channel with the same error. */
export interface DeadLetterGroup {
  readonly channel: string
  readonly code: string
  /** The number of their error. */
  readonly error: number
  readonly count: number
  /** How many of them are tried again. */
  readonly retried: number
  readonly firstFailedAtMs: number
  readonly lastFailedAtMs: number
  /** The newest of them. */
  readonly newest: Pick<DeadLetter, 'ref' | 'jobId' | 'index'>
}

export interface DeadLetterGroups {
  /** In the order of their newest items. */
  readonly groups: readonly DeadLetterGroup[]
  /** Where to continue (`beforeSeq`); null: the oldest was looked at. */
  readonly nextBeforeSeq: number | null
}
