import type { Clock } from '../runtime/clock.ts'
import type { ServerEntry, ServerStore, Takeover } from './server-store.ts'

/** A list is given to all who ask within this time. */
const KEPT_MS = 1000

export type ServerRole = 'active' | 'standby' | 'fenced'

/** Returns what a server does. */
export function serverRole({ active, fenced }: Pick<ServerEntry, 'active' | 'fenced'>): ServerRole {
  if (fenced) return 'fenced'
  return active ? 'active' : 'standby'
}

export type TakeoverKind = 'handover' | 'lease_ended'

/** Returns how the server before ended, for callers: a process that is gone has no lease any more. */
export function takeoverKind(proof: Takeover['proof']): TakeoverKind {
  return proof === 'handover' ? 'handover' : 'lease_ended'
}

export interface ServerListOptions {
  readonly store: Pick<ServerStore, 'listServers'>
  readonly clock: Pick<Clock, 'monotonicUs'>
}

/** The servers that share the store, read at most once a second, whoever asks. */
export class ServerList {
  readonly #options: ServerListOptions
  #kept: { readonly atUs: number; readonly entries: Promise<readonly ServerEntry[]> } | null = null
  #known: readonly ServerEntry[] = []

  constructor(options: ServerListOptions) {
    this.#options = options
  }

  /** The servers as they were read last; empty: they were never read. */
  get known(): readonly ServerEntry[] {
    return this.#known
  }

  /** The servers as of now, or at most a second old: the active one first, then by start. @throws StoreError `unavailable` and others */
  readonly read = (): Promise<readonly ServerEntry[]> => {
    const { store, clock } = this.#options
    const nowUs = clock.monotonicUs()
    if (this.#kept !== null && nowUs - this.#kept.atUs < KEPT_MS * 1000) return this.#kept.entries
    const entries = store.listServers()
    const kept = { atUs: nowUs, entries }
    this.#kept = kept
    entries.then(
      (read) => (this.#known = read),
      () => {
        if (this.#kept === kept) this.#kept = null
      },
    )
    return entries
  }
}
