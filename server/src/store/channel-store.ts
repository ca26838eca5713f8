import type { ChannelTerm } from '../model/channel-term.ts'
import type { ChannelConfig, DurableTat } from '../model/channel.ts'
import type { CredentialsKey, StoredCredentials } from '../model/channel-credentials.ts'

/** Stored channels. Their secrets are sealed. The rules of every call stand in `store.ts`. */
export interface ChannelStore {
  /** Keeps a channel's settings, and removes credentials of it without a trace, all of that or nothing. @param removed @default none */
  saveChannel(channel: ChannelSettings, removed?: readonly CredentialsKey[]): Promise<void>

  /** Keeps credentials of a channel, in place of those of the same key. The channel need not exist. */
  saveCredentials(credentials: StoredCredentials): Promise<void>

  /** Removes credentials of a channel without a trace. An unknown key does nothing. */
  removeCredentials(key: CredentialsKey): Promise<void>

  /**
   * Notes that every `Retry-After` a channel received up to a wall time no longer holds; the last call counts.
   * @throws StoreError `stale_term`
   */
  unblockChannel(owner: ChannelTerm, unblockedAtMs: number): Promise<void>

  /**
   * Keeps how far gates may come before the next such write, all of them or none; the last write of a channel counts.
   * @throws StoreError `stale_term`
   */
  saveTats(tats: readonly ChannelTat[]): Promise<void>

  /** Forgets a channel's configuration, credentials and pause mark; that it was used stays, and its TAT, its last place and its term with it. An unknown name does nothing. */
  removeChannel(name: string): Promise<void>
}

/** The settings of a channel: its configuration (those of the config file are not stored), and a mark for all channels by name. */
export interface ChannelSettings {
  readonly name: string
  /** Null: a channel of the config file. */
  readonly config: ChannelConfig | null
  readonly paused: boolean
}

/** A channel as it was set over the API, and marks for all channels by name. */
export interface StoredChannel extends ChannelSettings {
  /** A job was ever accepted for it: its bucket starts empty after a restart (RAT-1), unless its TAT is known. */
  readonly used: boolean
  /** A `Retry-After` received up to this wall time no longer holds; null: none was ever lifted. */
  readonly unblockedAtMs: number | null
  /** Null: never written, or forgotten. */
  readonly tat: DurableTat | null
}

/** How far a channel's gate may have come. */
export interface ChannelTat extends ChannelTerm {
  /** Null: forgets it. */
  readonly tat: DurableTat | null
}
