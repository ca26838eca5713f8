import type { EndedItemStatus, ItemStatus, ResultEnd, ResultLine } from '@waybill/spec'
import type { Item, Job, JobId } from './ids.ts'
import type { Backoff } from './transport/backoff.ts'
import type { ItemSource } from './upload/encode-items.ts'

/** Options of every call. */
export interface CallOptions {
  /** Aborts the call: it rejects with the signal's reason within milliseconds, also while it waits before a retry. */
  signal?: AbortSignal
}

/** How far an upload is. */
export interface UploadProgress {
  /** The job that takes the items: `JSON.stringify(job)` is enough to continue in another process. */
  job: JobHandle
  /** The items before this index are durable at the server. */
  nextIndex: number
  /** Bytes of NDJSON sent so far. */
  bytes: number
}

/** How items are sent that do not fit into one request. */
export interface UploadOptions {
  /**
   * Called when the open job is there, and after every part. Not for a job that fits into one request. What it throws ends the upload,
   * as the `cause` of its `UploadError`.
   */
  onUploadProgress?: (progress: UploadProgress) => void
  /**
   * How long to keep trying while no part gets through, in milliseconds. Only temporary failures are retried (no connection, a
   * time-out, 408, 425, 429, 5xx): the server may be restarted meanwhile. 0: every part is sent once.
   * @default 600000; 0 for a client that was made with `retry: false`
   */
  retryUploadForMs?: number
}

/** How an upload is taken up again. */
export interface ResumeOptions extends CallOptions, UploadOptions {
  /**
   * The index of the first of the given items, for a source that need not be read from its beginning: at most the job's
   * `nextIndex`. What the server has is passed over.
   * @default 0
   */
  from?: number
}

/** How a job is followed until it is done. */
export interface FollowOptions extends CallOptions {
  /**
   * How long to follow at most, in milliseconds; then a `WaitTimeoutError` with the job and its last snapshot is thrown. The job
   * itself continues. Jobs may take days, so there is no limit unless you set one.
   * @default no limit
   */
  timeoutMs?: number
  /**
   * How the server is asked. `events`: it sends each snapshot over one stream, up to two a second; `long-poll`: it holds each answer
   * back until the status changes; `poll`: it answers at once and is asked again after a delay; `auto`: `long-poll`, which passes
   * every proxy, holds nothing open that others need, and reports the end as soon as a stream. All mean the same: what does not come
   * through (streams that a proxy collects, a server that does not hold back) is replaced by the next of this order, whichever is set.
   * @default 'auto'
   */
  transport?: 'auto' | 'events' | 'long-poll' | 'poll'
  /**
   * The delays between polls, and after failures. A `Retry-After` of the server's is never undercut.
   * @default 500 ms, growing by 1.25 up to 30 s, with up to 20 % random jitter
   */
  backoff?: Partial<Backoff>
  /**
   * How many failures in a row end it. A failure that may pass (no connection, a time-out, 408, 425, 429, 5xx) does not end it by
   * itself; 400, 401, 403, 404, 410, 422 and every other 4xx do at once.
   * @default no limit
   */
  maxConsecutiveErrors?: number
}

/** How a job is waited for. */
export interface WaitOptions extends FollowOptions {
  /** Called with every new snapshot, the last one included; about every 2 s while the job runs. What it throws ends the wait. */
  onProgress?: (job: Job) => void
}

/** How a job's events are followed. */
export type EventsOptions = Omit<FollowOptions, 'transport'>

/** Which results to read. */
export interface ResultsOptions extends CallOptions {
  /** Only items that ended so. @default all */
  status?: EndedItemStatus | readonly EndedItemStatus[]
  /** The first index, itself included. @default 0 */
  from?: number
  /** True reads what has ended so far, and does not wait until the job is done. @default false */
  partial?: boolean
  /** How long to wait until the job is done, in milliseconds. Not a limit for the reading. @default no limit */
  timeoutMs?: number
  /**
   * How long to continue while no further item arrives (the server restarts, the stream keeps breaking off), in milliseconds; then a
   * `StreamTruncatedError` says where to read on. Time in which you do not ask for the next item does not count.
   * @default 300000
   */
  giveUpAfterMs?: number
}

/** Which items to list. */
export interface ItemsOptions extends CallOptions {
  /** Only items that are so now. @default all */
  status?: ItemStatus | readonly ItemStatus[]
  /** Only items that run under this partition key. */
  partitionKey?: string
  /** Only items of this id. */
  id?: string
  /** Parts of an item that are left out otherwise. @default none */
  include?: readonly ('data' | 'log')[]
  /** Items fetched by one request, 1 to 1000. @default 100 */
  pageSize?: number
}

/** How items are tried again. */
export interface RetryItemsOptions extends CallOptions {
  /**
   * Names this retry for 24 hours: the same key again gives the jobs that were made first, and no further ones.
   * @default a new one for every call, kept over its retries
   */
  idempotencyKey?: string
  /**
   * Whether items may be tried again of which newer ones (same channel, object type and id) were submitted since: the old data is
   * delivered after the new. @default false: the call is refused
   */
  allowStale?: boolean
}

/** Which items of a job are tried again, and how. */
export interface RetryFailedOptions extends RetryItemsOptions {
  /** How they ended. @default 'failed' */
  status?: 'failed' | 'cancelled' | readonly ('failed' | 'cancelled')[]
}

/** An item; `data` is there when it was asked for. */
export type JobItem<Data = unknown, Result = unknown> = Omit<Item, 'data' | 'result'> & {
  data?: Data
  result: Result | null
}

/** An item that has ended. `index` is its place in what was submitted: results and inputs are matched by it. */
export type ResultItem<Result = unknown> = Omit<ResultLine, 'result'> & { result: Result | null }

/** A stream of results. It is read as often as it is iterated, each time anew. */
export interface Results<Result = unknown> extends AsyncIterable<ResultItem<Result>> {
  /**
   * The server's statement at the end of the stream: whether that was all (`complete`), else where to read on (`nextIndex`). Null until an
   * iteration came to its end.
   */
  readonly end: ResultEnd | null
}

/** Plain JSON with which another process can continue with a job. */
export interface JobState {
  /** Of this format. */
  version: 1
  id: JobId
}

/**
 * A job at the server. It holds no connection, may be dropped at any time, and is not a promise: returning it from an async
 * function does not wait for the job.
 *
 * `Data` is what its items carry and `Result` what the channel answers for one, as far as you have said so: neither is checked.
 */
export interface JobHandle<Data = unknown, Result = unknown> {
  readonly id: JobId
  /** The newest snapshot that this handle has seen; null before the first. Not live: `get()` asks the server. */
  readonly last: Job | null

  /**
   * Asks for the job as it is now.
   * @throws {NotFoundError} there is no such job
   * @throws {ApiError} for every other refusal
   * @throws {ConnectionError} the server could not be reached, retries included
   * @throws {RequestTimeoutError} it did not answer in time, retries included
   */
  get(options?: CallOptions): Promise<Job>

  /**
   * Waits until the job is done, and gives the ended job. Failed items are an ordinary result: look at `outcome` and `counts`.
   * Never submits again, and never cancels: a wait that ends early leaves the job as it is.
   *
   * @throws {WaitTimeoutError} `timeoutMs` passed; carries `job` and `last`
   * @throws {ApiError} the server refused for good (400, 401, 403, 404, 410, 422 ...); carries `last`
   * @throws {TypeError} an option makes no sense; nothing is sent
   * @throws the signal's reason, when it is aborted
   * @example
   * ```ts
   * const ended = await job.wait({ onProgress: (job) => console.log(job.counts) })
   * if (ended.outcome !== 'succeeded') console.log(`${ended.counts.failed} items failed`)
   * ```
   */
  wait(options?: WaitOptions): Promise<Job>

  /**
   * The job's snapshots: the first at once, then each one that differs, the ended job last. Nothing is asked while you do not ask
   * for the next. Throws as `wait()` does.
   */
  poll(options?: FollowOptions): AsyncIterable<Job>

  /**
   * The job's snapshots as the server sends them, up to two a second, over one stream of server-sent events: the first at once, the
   * ended job last. A stream that breaks is opened again after the last event; where streams do not get through, it continues by
   * long-poll. Leaving the loop closes the stream. Throws as `wait()` does.
   *
   * @example
   * ```ts
   * for await (const snapshot of job.events()) console.log(snapshot.counts)
   * ```
   */
  events(options?: EventsOptions): AsyncIterable<Job>

  /**
   * The ended items in index order, as a stream: nothing is held but the line being read. Waits until the job is done, unless
   * `partial`; jobs that were cancelled have results too. Order, number and SHA-256 are checked against what the server says it
   * sent; a stream that breaks off is taken up again at the item after the last. Leaving the loop closes the connection.
   *
   * @throws {StreamTruncatedError} no item came for `giveUpAfterMs`, or it is not what was sent; `nextIndex` says where to read on
   * @throws what `wait()` throws, and the signal's reason
   * @example
   * ```ts
   * for await (const item of job.results({ status: 'failed' })) console.log(item.index, item.id, item.error)
   * ```
   */
  results<Answer = Result>(options?: ResultsOptions): Results<Answer>

  /** The items in index order, ended or not, fetched page by page as you iterate. An item may change between two pages. */
  items<Sent = Data, Answer = Result>(options?: ItemsOptions): AsyncIterable<JobItem<Sent, Answer>>

  /** One item with its data, its log of attempts, and what it waits for. */
  item<Sent = Data, Answer = Result>(index: number, options?: CallOptions): Promise<JobItem<Sent, Answer>>

  /**
   * Marks the job as cancelled, in every status, and does not wait: calls that run may finish, the rest becomes `cancelled`. A
   * job that has ended stays as it is. May be repeated, and is, when its answer is lost.
   */
  cancel(options?: CallOptions): Promise<Job>

  /**
   * Starts no further item until the job is resumed; calls that run finish. Its items keep their places: those behind them wait.
   * May be repeated, and is, when its answer is lost.
   * @throws {ConflictError} the job has ended
   */
  pause(options?: CallOptions): Promise<Job>

  /**
   * Resumes a paused job. May be repeated, and is, when its answer is lost.
   * @throws {ConflictError} the job has ended
   */
  resume(options?: CallOptions): Promise<Job>

  /**
   * Drops the dependencies of a blocked job that are not met: it takes its place as soon as its `runAt` has come. May be repeated, and
   * is, when its answer is lost.
   * @throws {ConflictError} the job has ended
   */
  release(options?: CallOptions): Promise<Job>

  /**
   * Tries items that failed (or were cancelled) again: a new job from the server's copy of what was submitted. Gives the new job's
   * handle and does not wait. This job stays as it is; items that are tried again already are left out.
   *
   * @throws {ConflictError} `nothing_to_retry`: there are no such items; `stale`: newer items of the same id were submitted since,
   * which `problem` names: `allowStale` tries the old ones nevertheless
   * @example
   * ```ts
   * if (ended.counts.failed > 0) await (await job.retryFailed()).wait()
   * ```
   */
  retryFailed(options?: RetryFailedOptions): Promise<JobHandle<Data, Result>>

  /**
   * Removes a job that has ended, with its items and results.
   * @throws {ConflictError} the job has not ended: cancel it first
   */
  delete(options?: CallOptions): Promise<void>

  /**
   * Fills an open job with items and seals it: one whose upload broke off, also in another process, or one that was made open. Give the
   * same items again from the beginning (or `from` an index): as many as the server has are passed over, by their number; the id of the
   * last of them must be the same there. Gives the sealed job, and does not wait for it. A job that is sealed already stays as it is,
   * and no item is read.
   *
   * @throws {UploadError} not all items could be sent, or they are not those of before; `nextIndex` says where the server stands
   * @throws {NotFoundError} there is no such job
   * @throws the signal's reason, when it is aborted
   * @example
   * ```ts
   * const job = waybill.jobs.attach(JSON.parse(kept))
   * await job.upload(readProducts())
   * ```
   */
  upload(items: ItemSource<Data>, options?: ResumeOptions): Promise<Job>

  /** Returns the argument of `jobs.attach` for another process, so that `JSON.stringify(job)` is all there is to keep. */
  toJSON(): JobState
}
