/** Passed to the thread at its start. */
export interface ThreadData {
  /** Secret: a password is part of it. */
  readonly databaseUrl: string
  /** How long a server may be silent before another one takes its place. */
  readonly leaseMs: number
}
