import type { Execution, ExecutionId, Job } from './ids.ts'
import type { JobHandle } from './job-handle.ts'

/**
 * Base class of all errors of this package. Two kinds of errors are not of ours: what you threw yourself (the reason of an
 * aborted signal, an error of your token function or of `onProgress`) comes out unchanged, and a wrong argument is a `TypeError`.
 */
export class WaybillError extends Error {
  override name = 'WaybillError'
  /** The last snapshot of the job that was waited for; null when there was none yet, undefined when nothing was waited for. */
  declare last?: Job | null
  /** The key of the submission or delivery that failed: repeated with it, it cannot happen twice. */
  declare idempotencyKey?: string
  /** The item of the input, counted from 0, that was refused or could not be sent; null or undefined when it is not about one. */
  declare itemIndex?: number | null

  /**
   * @internal What the type guards look at: they know the errors of another copy of this package too (two versions in one program,
   * or ESM beside CJS). No symbol: bundlers keep classes with computed names, used or not.
   */
  get waybillErrorKind(): string {
    return 'WaybillError'
  }
}

/**
 * No valid answer came: the server cannot be reached, the connection broke, or something between answered in its place. Whether
 * the request took effect is unknown.
 */
export class ConnectionError extends WaybillError {
  override name = 'ConnectionError'

  /** @internal */
  override get waybillErrorKind(): string {
    return 'ConnectionError'
  }
}

/** No answer came within `requestTimeoutMs`. Whether the request took effect is unknown. */
export class RequestTimeoutError extends WaybillError {
  override name = 'RequestTimeoutError'
  /** How long the last attempt waited, in milliseconds. */
  readonly timeoutMs: number

  constructor(message: string, timeoutMs: number, options?: ErrorOptions) {
    super(message, options)
    this.timeoutMs = timeoutMs
  }

  /** @internal */
  override get waybillErrorKind(): string {
    return 'RequestTimeoutError'
  }
}

/** The job was not done within `timeoutMs` of the wait. The job continues: wait again with `error.job.wait()`. */
export class WaitTimeoutError extends WaybillError {
  override name = 'WaitTimeoutError'
  /** The job that was waited for. */
  readonly job: JobHandle

  constructor(message: string, job: JobHandle, last: Job | null) {
    super(message)
    this.job = job
    this.last = last
  }

  /** @internal */
  override get waybillErrorKind(): string {
    return 'WaitTimeoutError'
  }
}

/** The execution was not done within `timeoutMs` of the wait. It continues: wait again with `executions.wait(error.executionId)`. */
export class ExecutionTimeoutError extends WaybillError {
  override name = 'ExecutionTimeoutError'
  readonly executionId: ExecutionId
  /** The execution as it was last seen; null when it was not seen yet. */
  readonly execution: Execution | null

  constructor(message: string, executionId: ExecutionId, execution: Execution | null) {
    super(message)
    this.executionId = executionId
    this.execution = execution
  }

  /** @internal */
  override get waybillErrorKind(): string {
    return 'ExecutionTimeoutError'
  }
}

/** Fields of an `UploadError`. */
export interface UploadErrorDetails {
  job: JobHandle
  nextIndex: number
  itemIndex: number | null
  cause: unknown
}

/**
 * The items of a large job could not all be sent. The job is open: it holds the items before `nextIndex`, delivers none of them, and
 * expires when nobody continues it for 24 hours. `error.job.upload(items)` continues it, `error.job.cancel()` gives it up. `cause` is
 * what went wrong, also when it is an error of your own.
 */
export class UploadError extends WaybillError {
  override name = 'UploadError'
  /** The job that is open. */
  readonly job: JobHandle
  /** The items before this index are durable at the server, as far as it has reported. */
  readonly nextIndex: number
  /** The item that the server refused or that could not be sent, counted from 0 over the whole input; null when it is not about one. */
  declare readonly itemIndex: number | null

  constructor(message: string, { job, nextIndex, itemIndex, cause }: UploadErrorDetails) {
    super(message, { cause })
    this.job = job
    this.nextIndex = nextIndex
    this.itemIndex = itemIndex
    this.last = job.last
  }

  /** @internal */
  override get waybillErrorKind(): string {
    return 'UploadError'
  }
}

/** A stream of results kept breaking off, or is not what the server says it sent. */
export class StreamTruncatedError extends WaybillError {
  override name = 'StreamTruncatedError'
  /** Every requested result below this index was yielded: continue with `results({ from: error.nextIndex })`. */
  readonly nextIndex: number

  constructor(message: string, nextIndex: number, options?: ErrorOptions) {
    super(message, options)
    this.nextIndex = nextIndex
  }

  /** @internal */
  override get waybillErrorKind(): string {
    return 'StreamTruncatedError'
  }
}

/** The kind of one of our errors, whichever copy of this package it comes from; undefined for anything else. */
export function errorKind(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null
    ? (error as { waybillErrorKind?: string }).waybillErrorKind
    : undefined
}

/** Whether this is an error of this package, of any class. */
export function isWaybillError(error: unknown): error is WaybillError {
  return errorKind(error) !== undefined
}

export function isConnectionError(error: unknown): error is ConnectionError {
  return errorKind(error) === 'ConnectionError'
}

export function isRequestTimeoutError(error: unknown): error is RequestTimeoutError {
  return errorKind(error) === 'RequestTimeoutError'
}

export function isWaitTimeoutError(error: unknown): error is WaitTimeoutError {
  return errorKind(error) === 'WaitTimeoutError'
}

export function isExecutionTimeoutError(error: unknown): error is ExecutionTimeoutError {
  return errorKind(error) === 'ExecutionTimeoutError'
}

export function isUploadError(error: unknown): error is UploadError {
  return errorKind(error) === 'UploadError'
}

export function isStreamTruncatedError(error: unknown): error is StreamTruncatedError {
  return errorKind(error) === 'StreamTruncatedError'
}
