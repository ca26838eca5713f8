import type { ChannelConfig, DurableTat } from '../model/channel.ts'

/** What can be set of a channel: its configuration (those of the config file are not stored), and a mark for all channels by name. */
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
export interface ChannelTat {
  readonly name: string
  /** Null: forgets it. */
  readonly tat: DurableTat | null
}
