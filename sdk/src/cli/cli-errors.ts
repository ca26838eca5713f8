/** Wrong arguments, or input that cannot be read: nothing that trying again would help. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** The command ended before its job was done: the time was up, or somebody pressed Ctrl-C. */
export class StoppedError extends Error {
  override name = 'StoppedError'
}

/** Whoever read our output has gone, as `head` does. */
export class OutputClosedError extends Error {
  override name = 'OutputClosedError'
}
