/** A server that runs channels. */
export interface OwningServer {
  readonly serverId: number
  /** Of its peer port, as `http://host:port`. */
  readonly address: string
  /** It is this process. */
  readonly isOwn: boolean
}

/** Which server runs which channel, as this one has read it last: at most a look (500 ms) old, and older while the database cannot be reached. */
export interface ChannelOwners {
  /** Null: nobody runs it at present, or its owner is gone. */
  ownerOf(channel: string): OwningServer | null

  /** All living servers, this one included. */
  servers(): readonly OwningServer[]

  /** Reads the owners once more; calls at the same time share one read. @throws StoreError `unavailable` */
  lookAgain(): Promise<void>

  /** Calls back after channels have changed their owners. Returns how to stop. */
  onChange(listener: (channels: readonly string[]) => void): () => void
}
