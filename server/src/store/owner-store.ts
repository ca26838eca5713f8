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

/**
 * Owners of channels where several servers have one database open at once. Each owns the channels that it claims, and publishes to all. The rules of
 * every call stand in `store.ts`; `adoptChannels` is refused with `conflict`.
 */
export interface SharedOwnerStore {
  /** Returns the number of this server among those of the database; 0 before the start. */
  ownServer(): number

  /**
   * Takes over those of these channels that no other living server owns, in one transaction, each with a new term as of `adoptChannels`. When it resolves,
   * the outcomes that the owner before committed are where readers look.
   * @param names each once; a channel need not exist
   * @returns those that are this server's now, in the order given; the others have another owner
   */
  claimChannels(names: readonly string[]): Promise<readonly ClaimedChannel[]>

  /**
   * Gives a channel to another server, with a note. Writes with this term are refused from then on, also one that is on its way already. The next owner
   * claims it for a term of its own; if it dies before that, any server may.
   * @param to the server's number
   * @throws StoreError `stale_term`; `conflict`: no such server shares the database, or it is fenced
   */
  handOver(release: ChannelRelease, to: number): Promise<void>

  /** Returns who owns which channel, by name; channels that were never owned are not among them. */
  listOwners(): Promise<readonly ChannelOwner[]>

  /**
   * Takes a look at the other servers, and fences those whose lease is over or whose process is gone: they write nothing any more, and their channels may be
   * claimed. To be called about every 500 ms: a lease is seen to be over when looks went on for its time.
   * @throws StoreError `unavailable`: nobody is presumed dead, and the looks begin anew
   */
  lookAtOwners(): Promise<OwnersSeen>
}

export interface ClaimedChannel extends Adoption {
  /** Nothing of it may be called for so long from now on, ms: calls of an earlier owner may still run. 0: at once. */
  readonly quietForMs: number
}

export interface ChannelOwner {
  readonly channel: string
  /** The server; null: nobody. It may be fenced. */
  readonly owner: number | null
  readonly term: number
}

export interface OwnersSeen {
  /** Grows with every change of an owner, of any channel: the same number means that `listOwners` has nothing new. */
  readonly changes: number
  /** Of each channel of this server the last place that was given, by any server. */
  readonly places: readonly ChannelPlace[]
  /** The servers that this look has fenced. */
  readonly fenced: readonly number[]
}

export interface ChannelPlace {
  readonly channel: string
  readonly lastPlace: number
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
  /** The same as a time from the handover on, ms: between servers whose clocks differ. The next owner gets what is left of it. @default not said */
  readonly blockedForMs?: number
  /** The circuit lets nothing through for so long from the handover on, ms, likewise. @default not said */
  readonly circuitOpenForMs?: number
}
