/** A server that may own channels. */
export interface Candidate {
  /** Of the process: another one after each start. */
  readonly id: number
  /** Stays the same over restarts: a server that starts again is the right one for the channels that it had. */
  readonly address: string
  /** The channels of its configuration. */
  readonly channels: ReadonlySet<string>
}

const PRIME = 0x01_00_01_93
const OFFSET = 0x81_1c_9d_c5
const GOLDEN = 0x9e_37_79_b1

/** Returns a number of 32 bits that is well spread over texts: FNV-1a, then the finalizer of MurmurHash3. */
export function spreadHash(text: string): number {
  let hash = OFFSET
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), PRIME)
  return finalize(hash)
}

/** Returns the score of a server for a channel, 0 up to 2^32: it depends on these two alone, so nobody else's coming or going changes it. */
export function scoreOf(channelHash: number, addressHash: number): number {
  return finalize(finalize(channelHash ^ GOLDEN) + addressHash)
}

function finalize(hash: number): number {
  let mixed = hash ^ (hash >>> 16)
  mixed = Math.imul(mixed, 0x85_eb_ca_6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2_b2_ae_35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

/**
 * The right server of each channel among servers that live and are not draining: the one with the highest score (rendezvous hash) of those whose
 * configuration has the channel. A server that joins or leaves moves only its own share. Pure: the same servers give the same answers anywhere.
 */
export class Placement {
  readonly candidates: readonly Candidate[]
  readonly #hashes: readonly number[]
  readonly #right = new Map<string, Candidate | null>()

  constructor(candidates: readonly Candidate[]) {
    // Of two processes at one address the later one: the earlier one has ended.
    this.candidates = [...candidates].sort((a, b) => b.id - a.id)
    this.#hashes = this.candidates.map(({ address }) => spreadHash(address))
  }

  /** Returns the server that the channel should have; null: none of them has it in its configuration. */
  rightOf(channel: string): Candidate | null {
    const known = this.#right.get(channel)
    if (known !== undefined) return known
    const hash = spreadHash(channel)
    let right: Candidate | null = null
    let best = -1
    for (const [at, candidate] of this.candidates.entries()) {
      const score = scoreOf(hash, this.#hashes[at]!)
      if (score <= best || !candidate.channels.has(channel)) continue
      best = score
      right = candidate
    }
    this.#right.set(channel, right)
    return right
  }

  /** Returns all servers that have the channel, the right one first. */
  ranked(channel: string): Candidate[] {
    const hash = spreadHash(channel)
    return this.candidates
      .map((candidate, at) => ({ candidate, score: scoreOf(hash, this.#hashes[at]!) }))
      .filter(({ candidate }) => candidate.channels.has(channel))
      .sort((a, b) => b.score - a.score)
      .map(({ candidate }) => candidate)
  }

  /** Returns how many servers come before this one for a key of any kind, whatever their configuration; all of them if it is none of them. */
  rankOf(key: string, id: number): number {
    const own = this.candidates.findIndex((one) => one.id === id)
    if (own === -1) return this.candidates.length
    const hash = spreadHash(key)
    const score = scoreOf(hash, this.#hashes[own]!)
    let before = 0
    for (const [at, addressHash] of this.#hashes.entries()) {
      const other = scoreOf(hash, addressHash)
      if (other > score || (other === score && at < own)) before++
    }
    return before
  }
}
