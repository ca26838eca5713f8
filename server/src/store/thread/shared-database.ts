import { monotonicUs } from '../../runtime/clock.ts'
import { Lease } from '../../runtime/lease.ts'
import { LeaseWatch } from '../../runtime/lease-watch.ts'
import {
  type ServerEntry,
  type ServerIdentity,
  type ServerStore,
  type StandbyState,
  UNNAMED_SERVER,
} from '../server-store.ts'
import type { StoreCalls } from '../calls/store-calls.ts'
import type { Calls, Opened } from './messages.ts'

/** The lease of a store that several servers may share. */
export interface SharedProgram {
  readonly lease: Lease
  /** Between two looks at it by the main thread. */
  readonly lookMs: number
  readonly onStandby: (state: StandbyState) => void
  /** Called with the calls of the store, for those of a kind of store alone. */
  readonly onCalls?: (calls: StoreCalls, shared: { readonly serverId: number }) => void
}

type Call = <Name extends 'coverCalls' | 'listServers'>(
  name: Name,
  args: Calls[Name]['args'],
) => Promise<Calls[Name]['result']>

export interface SharedDatabaseOptions {
  /** Asks the store's thread. */
  readonly call: Call
  /** @default nothing is known of this server */
  readonly identity: ServerIdentity | undefined
}

/** The place of this server among those of its database, as stages see it; without others it is the only one, and nothing is asked. */
export class SharedDatabase {
  readonly ports: ServerStore
  /** This server among those that have the database open at once; 0: it has it alone. */
  serverId = 0
  readonly #watch: LeaseWatch | null
  readonly #listeners: (() => void)[] = []
  #quietUntilMs: number | null = null
  #quietTimer: NodeJS.Timeout | null = null

  /** @param program null: no other server may have this store */
  constructor(program: SharedProgram | null, { call, identity = UNNAMED_SERVER }: SharedDatabaseOptions) {
    const quietUntilMs = (): number | null => this.#quietUntilMs
    const alone: ServerEntry = {
      ...{ id: 1, ...identity, address: '', active: true, fenced: false, draining: false, startedAtMs: Date.now() },
      ...{ beatAgeSeconds: 0, lastTakeover: null },
    }
    this.ports = {
      lease: program?.lease ?? Lease.permanent(),
      quiet: {
        get untilMs() {
          return quietUntilMs()
        },
      },
      onLease: (listener) => void this.#listeners.push(listener),
      coverCalls: async (longestMs) => void (program !== null && (await call('coverCalls', { longestMs }))),
      listServers: async () => (program === null ? [alone] : await call('listServers', null)),
    }
    this.#watch =
      program === null
        ? null
        : new LeaseWatch(program.lease, { lookMs: program.lookMs, onChange: () => this.#changed() })
  }

  /** The store's thread begins to open the database. */
  begin(): void {
    this.#watch?.start()
  }

  /** The store is open. */
  opened({ quietUntilUs = null, shared }: Pick<Opened, 'quietUntilUs' | 'shared'>): void {
    this.serverId = shared?.serverId ?? 0
    if (quietUntilUs === null) return
    const leftMs = (quietUntilUs - monotonicUs()) / 1000
    if (leftMs <= 0) return
    this.#quietUntilMs = performance.now() + leftMs
    this.#quietTimer = setTimeout(() => this.#endQuiet(), leftMs)
    this.#quietTimer.unref()
  }

  stop(): void {
    this.#watch?.stop()
    if (this.#quietTimer !== null) clearTimeout(this.#quietTimer)
  }

  #endQuiet(): void {
    const leftMs = (this.#quietUntilMs ?? 0) - performance.now()
    // A timer may be a moment early.
    if (leftMs > 0) this.#quietTimer = setTimeout(() => this.#endQuiet(), leftMs)
    else {
      this.#quietUntilMs = null
      this.#changed()
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}
