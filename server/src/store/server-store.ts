import type { Lease } from '../runtime/lease.ts'

/** A process as others see it. */
export interface ServerIdentity {
  /** For people. */
  readonly name: string
  readonly version: string
  /** Hash of the configuration that must be equal on all servers, as hex, without a way back to it; '': unknown. */
  readonly configHash: string
}

/** A process that nobody has described. */
export const UNNAMED_SERVER: ServerIdentity = { name: '', version: '', configHash: '' }

/** A server among those of one database. */
export interface ServerMember extends ServerIdentity {
  /** URL at which other servers reach it. */
  readonly address: string
  /** Called when it begins to wait as a standby, and whenever another server becomes active while it waits. */
  readonly onStandby: (state: StandbyState) => void
}

/** The server that has the database; `address` '': it has none for other servers. Null: none has it at present. */
export interface StandbyState {
  readonly active: { readonly serverId: number; readonly address: string } | null
}

/** How a server took the database from another one that had not given it back. */
export interface Takeover {
  /** Wall ms, by the clock of the database. */
  readonly atMs: number
  /** The server that had it. */
  readonly fromServer: number
  /** `lease`: it showed no sign of life for as long as the lease lasts; `process`: its process is gone from the same machine. */
  readonly proof: 'lease' | 'process'
  /** Until then nothing was called, wall ms of the database; null: at once. */
  readonly quietUntilMs: number | null
}

/** A server that is started on this database. */
export interface ServerEntry extends ServerIdentity {
  readonly id: number
  /** '': it has none. */
  readonly address: string
  /** It has the database; false: it waits as a standby. */
  readonly active: boolean
  /** It is being stopped. */
  readonly draining: boolean
  /** Wall ms. */
  readonly startedAtMs: number
  /** Time since its last sign of life, by the clock of the database. */
  readonly beatAgeSeconds: number
  /** How it took the database; null: from nobody. */
  readonly lastTakeover: Takeover | null
}

/** A store that servers may share: one of them is active, the others wait. */
export interface ServerStore {
  /** Whether this server may call and answer for its channels. */
  readonly lease: Lease

  /**
   * Until then nothing may be called, `performance.now()` of this process: calls of the server that had the database before may still run. Null: calls
   * may start.
   */
  readonly quiet: { readonly untilMs: number | null }

  /** Calls back when the lease was lost, when it is held again, and when the quiet time is over. */
  onLease(listener: () => void): void

  /**
   * Makes durable how long a call may take, before one does. A shorter time changes nothing: who takes the database from this server waits as long.
   * @param longestMs from the begin of a call to its end, however it ends, ms
   * @throws StoreError
   */
  coverCalls(longestMs: number): Promise<void>

  /** Returns the servers of this database, the active one first, then by id; without other servers this one. @throws StoreError */
  listServers(): Promise<readonly ServerEntry[]>
}
