import type { Logger } from './logger.ts'

/*
 * Events of the stages, for metrics, traces and logs: per commit, batch, request or transition, never per item. What can be
 * looked up at any time (items by status, bytes, rates in use) is no event. Durations are in ms of the monotonic clock, times wall ms.
 */

/** Counts of one subscription in a channel. */
export interface EndedItems {
  readonly channel: string
  readonly subscription: string
  readonly outcome: 'succeeded' | 'failed' | 'cancelled'
  readonly count: number
}

export interface FailedItems {
  readonly channel: string
  readonly subscription: string
  /** Code of the items' last error. */
  readonly code: string
  readonly count: number
}

/** How calls went: `throttled` were asked to come later, `timeout` had no answer in time, `unreachable` no connection. */
export type CallResult = 'ok' | 'failed' | 'throttled' | 'timeout' | 'unreachable'

export interface EndedCalls {
  readonly channel: string
  readonly subscription: string
  readonly result: CallResult
  readonly count: number
}

/** Outcomes of calls on one channel, as `OutcomeView` reads them. Only for the time of the event: they are used again. */
export interface CalledItems {
  readonly channel: string
  /** The most items that a call takes. */
  readonly itemsPerCall: number
  readonly count: number
  readonly records: ArrayBuffer
  readonly details: Uint8Array | null
  /** Numbers of the records for which nothing was called; null: there are none. */
  readonly uncalled: ReadonlySet<number> | null
}

/** A commit of outcomes; `items` have one, ended or to be tried again. */
export interface ReportedCommit {
  /** From the hand-over to the store until it was durable, its turn behind the commit before included. */
  readonly durationMs: number
  readonly items: number
}

/** A job as an event names it: its record, which changes later. */
export interface ReportedJob {
  readonly id: string
  readonly subscription: string
  /** Items; of an open job those appended so far. */
  readonly total: number
  readonly createdAtMs: number
  /** The `traceparent` of the request that made it. */
  readonly traceparent: string | null
  /** The `tracestate` of that request. */
  readonly tracestate: string | null
  /** Its calls are part of the trace of that request. */
  readonly continuesTrace: boolean
  readonly envelope: {
    readonly channel: string
    readonly executionId: string | null
    readonly source: string | null
    readonly webhook?: { readonly events: readonly string[] }
  }
}

export interface ReportedEnd extends ReportedJob {
  readonly end: {
    readonly outcome: 'succeeded' | 'partial' | 'failed' | 'cancelled' | 'expired'
    readonly succeeded: number
    readonly failed: number
    readonly cancelled: number
    /** Start of its first call. */
    readonly startedAtMs: number | null
    readonly endedAtMs: number
  } | null
}

/** Every event: its name, when it is reported, and what it says. What a store keeps is durable before it is reported. */
export interface TelemetryEvents {
  /** Items of a job were accepted, once for each action that some of them ask for; also as they are tried again by a new job. */
  'items.accepted': {
    readonly channel: string
    readonly subscription: string
    readonly action: string
    readonly count: number
  }
  /** Of the accepted items some were invalid: they have ended `failed` without a call. */
  'items.rejected': FailedItems
  /** Failed items were retried as part of a new job. */
  'dead_letters.retried': {
    readonly channel: string
    /** By the time since they had failed, in ms of two significant digits. */
    readonly counts: ReadonlyMap<number, number>
  }
  /** Commits of outcomes, those of some 50 ms together: items that ended, dead letters (the failed ones by code) and calls. */
  'outcomes.committed': {
    readonly commits: readonly ReportedCommit[]
    /** Jobs whose counts do not add up after these commits. */
    readonly imbalances: number
    readonly ended: readonly EndedItems[]
    readonly deadLetters: readonly FailedItems[]
    readonly calls: readonly EndedCalls[]
    readonly called: readonly CalledItems[]
    /** When each of the jobs became eligible, by its number in the records; null: it is not. */
    readonly eligibleAtMs: ReadonlyMap<number, number | null>
    /** The job of a number in the records. Only for the time of the event. */
    readonly jobOf: (ref: number) => ReportedJob | undefined
  }
  /** Everything of a lot that was sent to a worker thread has ended or was returned, some of it was called. */
  'lot.ended': {
    readonly channel: string
    readonly startedAtMs: number
    readonly endedAtMs: number
    /** Its jobs, with the items of each that were sent. */
    readonly jobs: readonly { readonly job: ReportedJob; readonly items: number }[]
  }
  /** Spans were not exported: there were too many, or the collector did not take them. */
  'spans.dropped': { readonly cause: 'rate' | 'queue_full' | 'export_failed'; readonly count: number }
  /** A job was made, open ones included. */
  'job.created': ReportedJob
  /** The outcome of a job's first call was committed. */
  'job.started': ReportedJob
  /** A job ended. */
  'job.ended': ReportedEnd
  /** A job ended whose remaining time was estimated when 20 % of its items had ended; only of jobs that took a second until then. */
  'job.estimate_checked': {
    readonly channel: string
    /** From that time on, as it was reported and as it was. */
    readonly estimatedMs: number
    readonly actualMs: number
    /** From its first call to its end. */
    readonly jobMs: number
  }
  /** An open job was sealed: it takes no more items. */
  'job.sealed': ReportedJob
  /** The unmet dependencies of a job were dropped by a caller. */
  'job.released': ReportedJob
  /** A job that waited for its time or for others may begin. */
  'job.eligible': ReportedJob
  /** A job was paused: nothing more of it starts. */
  'job.paused': ReportedJob
  /** A paused job was resumed. */
  'job.resumed': ReportedJob
  /** An ended job was removed with its items, by a caller or as its time was over. */
  'job.deleted': { readonly id: string; readonly subscription: string }
  /** A caller cancelled a job: its end follows. */
  'job.cancelled': ReportedJob
  /** A job reached its deadline, or was left open too long: its end follows. */
  'job.expired': ReportedJob
  /** A channel was paused: no call of it starts. */
  'channel.paused': { readonly channel: string }
  /** A paused channel was resumed. */
  'channel.resumed': { readonly channel: string }
  /** Items of a batch were answered with a `Retry-After`: no call of the channel starts before. Not durable before their commit. */
  'channel.blocked': { readonly channel: string; readonly items: number; readonly untilMs: number }
  /** A caller lifted a channel's `Retry-After`. */
  'channel.unblocked': { readonly channel: string }
  /** Too many calls of a channel failed, or its probe: no call starts until `untilMs`. */
  'circuit.opened': {
    readonly channel: string
    /** The calls that opened it first, and those of them that failed. */
    readonly calls: number
    readonly failed: number
    /** It was not closed before: a probe failed. */
    readonly again: boolean
    readonly untilMs: number
  }
  /** A probe of a channel with an open circuit was handed over. */
  'circuit.half_opened': { readonly channel: string }
  /** The probe was answered: calls of the channel start again. */
  'circuit.closed': { readonly channel: string; readonly openForMs: number }
  /** The store can take less, or more again. */
  'store.condition': { readonly condition: 'ample' | 'low' | 'none' | 'damaged' }
  /** The store committed a transaction with calls of the stages. */
  'store.committed': {
    /** On its thread, from the beginning of the transaction to the end of the fsync. */
    readonly durationMs: number
    readonly writes: number
  }
  /** A worker thread was lost with items it had taken: `killed`, as a call did not end, or it `ended` by itself. */
  'thread.lost': {
    readonly pool: 'http' | 'module'
    readonly cause: 'killed' | 'ended'
    readonly channel: string
    readonly items: number
  }
  /** A request was refused as the server had too much to do. */
  'request.overloaded': { readonly operation: string | null }
  /** A request was answered (status 499: its client left before). */
  'request.ended': {
    /** Null: the path is none of the contract's. */
    readonly operation: string | null
    /** Method and path of the contract, as `POST /v1/jobs`; of a path that is none the method alone. */
    readonly route: string
    readonly subscription: string
    /** Ids of the jobs, or the execution, that it made. */
    readonly made: readonly string[]
    /** The valid headers of W3C Trace Context; null: it had none. */
    readonly trace: { readonly traceparent: string; readonly tracestate: string | null } | null
    readonly requestId: string
    readonly status: number
    readonly statusClass: string
    readonly durationMs: number
  }
  /** A request with a body began to be read. */
  'upload.started': { readonly operation: string }
  /** The request of an upload was answered, or its client left. */
  'upload.ended': { readonly operation: string; readonly durationMs: number }
  /** A stream of a job's events was opened. */
  'event_stream.opened': { readonly open: number }
  /** A stream of a job's events was closed. */
  'event_stream.closed': { readonly open: number }
}

export type TelemetryName = keyof TelemetryEvents
export type TelemetryListener<Name extends TelemetryName> = (event: TelemetryEvents[Name]) => void

type AnyListener = (event: never) => void

/**
 * Where stages report events, and exporters listen. With nobody listening an event costs a look: one that has to be made or counted is
 * reported behind `listens`.
 */
export class Telemetry {
  readonly #logger: Pick<Logger, 'error'>
  /** Replaced by every change, so that a listener may stop listening within an event. */
  readonly #listeners = new Map<TelemetryName, readonly AnyListener[]>()
  /** Logged already: what fails at each commit would fill the log. */
  readonly #failed = new WeakSet<AnyListener>()

  constructor(logger: Pick<Logger, 'error'>) {
    this.#logger = logger
  }

  /** Calls back with each event of this name, within the stage's turn of the event loop: it should be brief. Returns how to stop. */
  on<Name extends TelemetryName>(name: Name, listener: TelemetryListener<Name>): () => void {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener])
    return () => {
      const others = this.#listeners.get(name)?.filter((other) => other !== listener) ?? []
      if (others.length > 0) this.#listeners.set(name, others)
      else this.#listeners.delete(name)
    }
  }

  /** Whether anybody wants events of this name. */
  listens(name: TelemetryName): boolean {
    return this.#listeners.has(name)
  }

  /** Reports an event to all who listen. Never throws: the first error of each listener is logged. */
  emit<Name extends TelemetryName>(name: Name, event: TelemetryEvents[Name]): void {
    const listeners = this.#listeners.get(name)
    if (listeners === undefined) return
    for (const listener of listeners) {
      try {
        ;(listener as TelemetryListener<Name>)(event)
      } catch (error) {
        if (this.#failed.has(listener)) continue
        this.#failed.add(listener)
        this.#logger.error({ event: name, error: String(error) }, 'A telemetry listener failed: it is called again')
      }
    }
  }
}
