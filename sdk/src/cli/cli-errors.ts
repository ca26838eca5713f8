/** Wrong arguments, or input that cannot be read: nothing that trying again would help. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** The command ended before its job was done: the time was up, or somebody pressed Ctrl-C. */
export class StoppedError extends Error {
  override name = 'StoppedError'
  /** The job that goes on, or that is left open; null when it is not known whether there is one. */
  readonly jobId: string | null

  constructor(message: string, jobId: string | null = null) {
    super(message)
    this.jobId = jobId
  }
}

/** Whoever read our output has gone, as `head` does. */
export class OutputClosedError extends Error {
  override name = 'OutputClosedError'
}
