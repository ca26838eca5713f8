import type { AuditEntry, AuditResource, AuditSeq, NumberedAuditEntry } from '../model/audit.ts'

/** The requests that one entry counts: those alike within an hour, or refusals from an address within a minute. */
export type TallyKind = 'requests' | 'refusals'

const PERIOD_MS: Readonly<Record<TallyKind, number>> = { requests: 3_600_000, refusals: 60_000 }
/**
 * Network addresses of a minute, and of an hour, that refusals are counted by: beyond it they share an entry. A flood from any number of addresses
 * leaves at most 500 entries an hour beside one a minute: 1.2 million in 90 days.
 */
const MAX_ADDRESSES_PER_MINUTE = 32
const MAX_ADDRESSES_PER_HOUR = 500
/** Entries that are counted at once, some 5 MB: ten operations of each of a thousand tokens. */
const MAX_TALLIES = 10_000
/** Of them those of one subscription, or of all callers that are not known: ten operations of each of a hundred tokens. */
const MAX_TALLIES_OF_SUBSCRIPTION = 1000
/** Beside them entries of a subscription as a whole, one for each status, when its share or all are used up. Beyond it subscriptions share theirs. */
const MAX_RESTS = 5000

interface Tally {
  readonly endsAtMs: number
  readonly share: Share
  entry: NumberedAuditEntry
  /** Requests that are not written yet. */
  unwritten: number
}

/** Entries of one subscription that are counted at once; of null those of callers that are not known. */
interface Share {
  readonly subscription: string | null
  size: number
}

/** Shown of an entry that counts requests of several callers of one subscription: nothing of any of them. */
const OF_SEVERAL_CALLERS = {
  actor: { kind: 'anonymous', tokenId: null, tokenName: null },
  resource: { job: null, channel: null, others: {} },
  address: null,
  requestId: null,
} as const

/** Counts requests that have no entry of their own. Memory and entries are bounded whatever comes from outside. */
export class AuditTallies {
  readonly #nextSeq: (wallMs: number) => AuditSeq
  readonly #tallies = new Map<string, Tally>()
  readonly #shares = new Map<string | null, Share>()
  readonly #changed = new Set<Tally>()
  readonly #ofMinute = new Set<string>()
  readonly #ofHour = new Set<string>()
  #minute = 0
  #hour = 0

  constructor(nextSeq: (wallMs: number) => AuditSeq) {
    this.#nextSeq = nextSeq
  }

  /** Entries that are being counted. */
  get size(): number {
    return this.#tallies.size
  }

  /** Counts a request. @param entry of the request alone */
  add(kind: TallyKind, entry: AuditEntry, nowMs: number): void {
    const period = Math.floor(nowMs / PERIOD_MS[kind])
    const endsAtMs = (period + 1) * PERIOD_MS[kind]
    const exact = kind === 'refusals' ? this.#bounded(entry, nowMs) : entry
    const key = keyOf(kind, exact)
    if (this.#addTo(key, exact, endsAtMs)) return
    const share = this.#shareOf(exact.subscription)
    if (share.size < MAX_TALLIES_OF_SUBSCRIPTION && this.#tallies.size < MAX_TALLIES) {
      this.#make(key, { entry: exact, endsAtMs, share, nowMs })
      return
    }
    const ofOne: AuditEntry = { ...exact, ...OF_SEVERAL_CALLERS }
    const restKey = JSON.stringify(['rest', exact.subscription, exact.status])
    if (this.#addTo(restKey, ofOne, endsAtMs)) return
    if (this.#tallies.size < MAX_TALLIES + MAX_RESTS) {
      this.#make(restKey, { entry: ofOne, endsAtMs, share, nowMs })
      return
    }
    const ofAll: AuditEntry = { ...ofOne, subscription: null }
    const lastKey = JSON.stringify(['rest', exact.status])
    if (!this.#addTo(lastKey, ofAll, endsAtMs))
      this.#make(lastKey, { entry: ofAll, endsAtMs, share: this.#shareOf(null), nowMs })
  }

  /** @returns false: there is no such entry of this period */
  #addTo(key: string, entry: AuditEntry, endsAtMs: number): boolean {
    const tally = this.#tallies.get(key)
    if (tally?.endsAtMs !== endsAtMs) return false
    tally.entry = merged(tally.entry, entry)
    tally.unwritten++
    this.#changed.add(tally)
    return true
  }

  #make(
    key: string,
    { entry, endsAtMs, share, nowMs }: Pick<Tally, 'endsAtMs' | 'share'> & { entry: AuditEntry; nowMs: number },
  ): void {
    const made: Tally = { endsAtMs, share, entry: { ...entry, seq: this.#nextSeq(nowMs) }, unwritten: 1 }
    this.#remove(key)
    this.#shares.set(share.subscription, share)
    share.size++
    this.#tallies.set(key, made)
    this.#changed.add(made)
  }

  #remove(key: string): void {
    const share = this.#tallies.get(key)?.share
    if (share === undefined) return
    this.#tallies.delete(key)
    if (--share.size === 0) this.#shares.delete(share.subscription)
  }

  #shareOf(subscription: string | null): Share {
    return this.#shares.get(subscription) ?? { subscription, size: 0 }
  }

  /** Takes entries that are to be written, each with the requests that it counts more than before. @returns none: all are written */
  take(limit: number): NumberedAuditEntry[] {
    const taken: NumberedAuditEntry[] = []
    for (const tally of this.#changed) {
      if (taken.length === limit) break
      taken.push({ ...tally.entry, count: tally.unwritten })
      tally.unwritten = 0
      this.#changed.delete(tally)
    }
    return taken
  }

  /** Forgets entries whose time is over and that are written. */
  forget(nowMs: number): void {
    for (const [key, tally] of this.#tallies) if (tally.endsAtMs <= nowMs && tally.unwritten === 0) this.#remove(key)
  }

  /** Gives back what could not be written. */
  giveBack(entries: readonly NumberedAuditEntry[]): void {
    const bySeq = new Map(entries.map((entry) => [entry.seq, entry.count]))
    for (const tally of this.#tallies.values()) {
      const count = bySeq.get(tally.entry.seq)
      if (count === undefined) continue
      tally.unwritten += count
      this.#changed.add(tally)
    }
  }

  /** Leaves out the address where there are too many. */
  #bounded(entry: AuditEntry, nowMs: number): AuditEntry {
    const { actor, address } = entry
    const minute = Math.floor(nowMs / PERIOD_MS.refusals)
    const hour = Math.floor(nowMs / PERIOD_MS.requests)
    if (minute !== this.#minute) this.#ofMinute.clear()
    if (hour !== this.#hour) this.#ofHour.clear()
    this.#minute = minute
    this.#hour = hour
    const caller = `${actor.tokenId ?? actor.kind} ${address}`
    const inMinute = `${minute} ${caller}`
    const isKnown = this.#ofMinute.has(caller)
    if (!isKnown && (this.#ofMinute.size >= MAX_ADDRESSES_PER_MINUTE || this.#ofHour.size >= MAX_ADDRESSES_PER_HOUR))
      return { ...entry, address: null }
    this.#ofMinute.add(caller)
    this.#ofHour.add(inMinute)
    return entry
  }
}

function keyOf(kind: TallyKind, { actor, subscription, action, address, status, code }: AuditEntry): string {
  const of = kind === 'refusals' ? address : action
  return JSON.stringify([kind, actor.kind, actor.tokenId, subscription, of, status, code])
}

/** Returns what two requests have in common. */
function merged(first: NumberedAuditEntry, second: AuditEntry): NumberedAuditEntry {
  return {
    ...first,
    action: common(first.action, second.action),
    resource: commonResource(first.resource, second.resource),
    address: common(first.address, second.address),
    requestId: null,
    count: first.count + 1,
  }
}

function commonResource(first: AuditResource, second: AuditResource): AuditResource {
  const shared = Object.entries(first.others).filter(([name, value]) => second.others[name] === value)
  return {
    job: common(first.job, second.job),
    channel: common(first.channel, second.channel),
    others: Object.fromEntries(shared),
  }
}

function common(first: string | null, second: string | null): string | null {
  return first === second ? first : null
}
