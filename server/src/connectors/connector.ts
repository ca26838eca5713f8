import type { ChannelConfig, Credentials } from '../model/channel.ts'
import type { Egress } from '../model/egress.ts'
import type { Action, PartitionBy } from '../model/job.ts'
import type { Logger } from '../runtime/logger.ts'
import type { CallObserver } from './call-observer.ts'
import type { CallLease } from './call-lease.ts'

/** The job of a call's items. */
export interface CallJob {
  readonly jobId: string
  readonly subscription: string
  readonly channel: string
  readonly objectType: string
  /** The job's action; an item's own stands in its line. */
  readonly action: Action
  /** The ordering of the job's items. */
  readonly partitionBy: PartitionBy
}

/** One item of a call as the client sent it. */
export interface CallItem {
  readonly index: number
  /** Number of this call in the life of the item, 1 and up. */
  readonly attempt: number
  /** The item's JSON text; decoded anew each time. */
  readonly line: string
  /** Hold the same text as UTF-8 from `start` up to `end`. */
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

/** One delivery: items of one job and one action, of different keys. */
export interface Call {
  readonly job: CallJob
  readonly items: readonly CallItem[]
  readonly epoch: number
  /** Those of the job's subscription, else the channel's default; null: none. */
  readonly credentials: Credentials | null
  /** The W3C `traceparent` of the call; the same at each look. */
  readonly traceparent: string
  /** The `tracestate` that goes with it; null: there is none. */
  readonly tracestate: string | null
  /** Aborted when the call's time is up. Made at its first use: `onTimedOut` costs nothing. */
  readonly signal: AbortSignal
  /** The rest of the call's time, or of the time until its job's deadline if that is less: whole ms, 1 and up. */
  readonly timeLeftMs: number
  /** The call's time is up. */
  readonly timedOut: boolean
  /** Called when the call's time is up, if it runs then. */
  onTimedOut: ((reason: Error) => void) | null
  /** The answer of `Connector.refusals`; undefined: it was not asked. */
  readonly refusals?: readonly (ItemAnswer | null)[] | null | undefined
}

/** The answer for one item of a call. */
export interface ItemAnswer {
  readonly succeeded: boolean
  /** 0: there was no HTTP answer. */
  readonly httpStatus: number
  /** `FLAG_*` of model/outcome-batch. */
  readonly flags: number
  /** End of a `Retry-After`, wall ms; 0: none. */
  readonly retryAtMs: number
  /** JSON text of an `OutcomeDetail`; null: there is none. */
  readonly detail: string | null
  /** The call was not made: its own error is more specific than a timeout. */
  readonly uncalled?: true
  /** The call was not made, or not to its end, as the server may not call at present: the item waits, and the attempt does not count. */
  readonly withheld?: true
}

/**
 * Delivers items and answers for each. Lives on a worker thread, one for each channel of the thread; many calls may run at once.
 */
export interface Connector {
  /** Items a call may hold, 1 and up. */
  readonly batchSize: number
  /**
   * Returns for each item of a call the answer by which it ends without being sent, null for those that are sent; null: all are. Asked before
   * the call takes its units of the rate limit; it takes none for the others, and no `deliver` follows when there are no others. Connectors that
   * refuse nothing by themselves do not have it.
   */
  refusals?(call: Call): readonly (ItemAnswer | null)[] | null
  /**
   * Makes one call. Never throws, never rejects, and answers for every item in the order of `call.items`; a plain array means the
   * call has ended already.
   */
  deliver(call: Call): readonly ItemAnswer[] | Promise<readonly ItemAnswer[]>
  /** Closes connections. No call follows. */
  close(): Promise<void>
}

/** The dependencies of a connector on its thread. */
export interface ConnectorSetup {
  readonly channel: string
  readonly config: ChannelConfig
  /** True in `--dev`: private addresses may be called whatever the channel's setting. */
  readonly allowPrivateAddresses: boolean
  /** Bounds of connections. @default none */
  readonly egress?: Egress | undefined
  readonly logger: Logger
  /** Closes the channel's gate until a wall time, before anything else is done with the answer that requested it (RAT-2). */
  throttle(untilMs: number): void
  /** Wall ms, from which waits count. @default Date.now */
  readonly nowMs?: () => number
  /** Sees the exchange of each call. @default none */
  readonly observer?: CallObserver
  /** Whether calls may start. @default they always may */
  readonly lease?: CallLease
}
