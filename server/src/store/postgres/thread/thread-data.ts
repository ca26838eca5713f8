import type { ServerMember } from '../../server-store.ts'

/** Passed to the thread at its start. */
export interface ThreadData {
  /** Secret: a password is part of it. */
  readonly databaseUrl: string
  /** How long a server may be silent before another one takes its place. */
  readonly leaseMs: number
  /** `Lease.shared`. */
  readonly lease: SharedArrayBuffer | null
  /** How this server is listed. `address` '': it has none for other servers. */
  readonly identity: Omit<ServerMember, 'onStandby'>
  /** Waits while another server lives. */
  readonly isMember: boolean
  /** Has the database beside others, and owns the channels that it claims. */
  readonly sharing: boolean
}
