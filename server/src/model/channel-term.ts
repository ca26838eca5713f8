/** An owner of a channel: the process that adopted it, until the next adoption. */
export interface ChannelTerm {
  readonly channel: string
  /** 1 and up; grows with every adoption of the channel. Terms of different channels are not comparable. */
  readonly term: number
}

/** Returns the term in which this process owns a channel; 0: it does not. */
export type TermOf = (channel: string) => number

/** Returns the terms of the channels of jobs, each channel once. */
export function termsOf(
  jobs: Iterable<{ readonly record: { readonly envelope: { readonly channel: string } } }>,
  termOf: TermOf,
): ChannelTerm[] {
  const terms: ChannelTerm[] = []
  const seen = new Set<string>()
  for (const { record } of jobs) {
    const { channel } = record.envelope
    if (seen.has(channel)) continue
    seen.add(channel)
    terms.push({ channel, term: termOf(channel) })
  }
  return terms
}
