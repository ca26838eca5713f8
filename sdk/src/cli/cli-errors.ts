/** Wrong arguments, or input that cannot be read: nothing that trying again would help. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** The command ended before its job was done: the time was up, or somebody pressed Ctrl-C. */
export class StoppedError extends Error {
  override name = 'StoppedError'
  /** The job that continues, or that is left open; null when it is not known whether there is one. */
  readonly jobId: string | null

  constructor(message: string, jobId: string | null = null) {
    super(message)
    this.jobId = jobId
  }
}

/** Nothing but parked items is left of a job, and the caller does not want to wait for a decision. */
export class ParkedError extends Error {
  override name = 'ParkedError'
  readonly jobId: string
  /** How to decide. */
  readonly advice: string

  constructor(message: string, jobId: string, advice: string) {
    super(message)
    this.jobId = jobId
    this.advice = advice
  }
}

/** The server refused items of a file. `cause` is what it said. */
export class RefusedFileError extends Error {
  override name = 'RefusedFileError'
  readonly fileName: string
  /** The item that a line of the request is; null for a line that is none. */
  readonly indexOf: (requestLine: number) => number | null
  /** The line of the file that an item stands at; null where the format has no lines. */
  readonly lineOf: (index: number) => number | null

  constructor(cause: Error, file: Pick<RefusedFileError, 'fileName' | 'indexOf' | 'lineOf'>) {
    super(cause.message, { cause })
    this.fileName = file.fileName
    this.indexOf = file.indexOf
    this.lineOf = file.lineOf
  }
}

/** Whoever read our output has gone, as `head` does. */
export class OutputClosedError extends Error {
  override name = 'OutputClosedError'
}
