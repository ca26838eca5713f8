/** Exit codes of the command; scripts depend on them. */
export const exitCodes = {
  /** Done; where a job was waited for, all its items succeeded. */
  succeeded: 0,
  /** The job that was waited for has ended, and not all of its items succeeded; or the item that a channel was tested with failed. */
  notAllSucceeded: 1,
  /** Wrong arguments, or a file that cannot be read. */
  usage: 2,
  /** The server refused, or could not be reached. */
  refused: 3,
  /** The time was up or somebody pressed Ctrl-C before the job was done; the job itself continues. */
  stopped: 4,
  /** Only parked items are left of the job that was waited for, with `--fail-on-parked`; it continues after a decision. */
  parked: 5,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
