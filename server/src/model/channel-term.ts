/** An owner of a channel: the process that adopted it, until the next adoption. */
export interface ChannelTerm {
  readonly channel: string
  /** 1 and up; grows with every adoption of the channel. Terms of different channels are not comparable. */
  readonly term: number
}
