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

interface Tally {
  readonly endsAtMs: number
  entry: NumberedAuditEntry
  /** Requests that are not written yet. */
  unwritten: number
}

/** Shown of an entry that counts requests of several callers: nothing of any of them. */
const OF_SEVERAL = {
  actor: { kind: 'anonymous', tokenId: null, tokenName: null },
  subscription: null,
  resource: { job: null, channel: null, others: {} },
  address: null,
  requestId: null,
} as const

/** Counts requests that have no entry of their own. Memory and entries are bounded whatever comes from outside. */
export class AuditTallies {
  readonly #nextSeq: (wallMs: number) => AuditSeq
  readonly #tallies = new Map<string, Tally>()
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
    let counted = kind === 'refusals' ? this.#bounded(entry, nowMs) : entry
    let key = keyOf(kind, counted)
    if (this.#tallies.get(key)?.endsAtMs !== (period + 1) * PERIOD_MS[kind]) {
      if (this.#tallies.size >= MAX_TALLIES) {
        key = JSON.stringify(['rest', entry.status])
        counted = { ...counted, ...OF_SEVERAL }
      }
    }
    const tally = this.#tallies.get(key)
    const endsAtMs = (period + 1) * PERIOD_MS[kind]
    if (tally !== undefined && tally.endsAtMs === endsAtMs) {
      tally.entry = merged(tally.entry, counted)
      tally.unwritten++
      this.#changed.add(tally)
      return
    }
    const made: Tally = { endsAtMs, entry: { ...counted, seq: this.#nextSeq(nowMs) }, unwritten: 1 }
    this.#tallies.set(key, made)
    this.#changed.add(made)
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
    for (const [key, tally] of this.#tallies)
      if (tally.endsAtMs <= nowMs && tally.unwritten === 0) this.#tallies.delete(key)
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
