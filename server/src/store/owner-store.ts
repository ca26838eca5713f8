import type { ChannelTerm } from '../model/channel-term.ts'

/** Owners of channels. The rules of every call stand in `store.ts`. */
export interface OwnerStore {
  /**
   * Takes over channels, all of them or none, in one transaction. Each gets a new term, larger than every one it had before; it is durable when
   * this resolves, and writes with an older term are refused from then on. A channel need not exist. One that this start owns gets a new term, too;
   * one that was never adopted starts at the epoch.
   * @param names each once
   * @returns in the order given
   */
  adoptChannels(names: readonly string[]): Promise<readonly Adoption[]>

  /**
   * Gives up channels, all of them or none, in one transaction: writes with these terms are refused from then on, and the next adoption of each
   * gets its note.
   * @param releases of each channel once
   * @throws StoreError `stale_term`
   */
  releaseChannels(releases: readonly ChannelRelease[]): Promise<void>

  /** Calls back with the channels of each write that is refused with `stale_term`, before its promise rejects. */
  onTermsLost(listener: (channels: readonly string[]) => void): void
}

export interface Adoption extends ChannelTerm {
  /** The note of the owner before; a later adoption does not get it again. Null: there was none, or it ended without a release. */
  readonly note: HandoverNote | null
}

export interface ChannelRelease extends ChannelTerm {
  readonly note: HandoverNote
}

/** The state of a channel's limits at its release. */
export interface HandoverNote {
  /** Units of the rate limit that were taken and are not refilled, 0 and up, also a part of one (RAT-1). A stored TAT says it better. */
  readonly owedUnits: number
  /** No call starts before, wall ms: a `Retry-After`, also one whose item has ended (RAT-2). Null: none holds. */
  readonly blockedUntilMs: number | null
}
