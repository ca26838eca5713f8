import type { Item } from '@waybill/spec'
import type { JobId, JobRef } from '../model/ids.ts'
import type { ItemStatus, ItemWaiting, WaitingReason } from '../model/item.ts'
import type { JobRecord } from '../model/job.ts'
import { hashOf, itemIdSeed, partitionKeySeed } from '../model/item-hashes.ts'
import type { LiveJobs } from '../model/live-job.ts'
import { isEnded, Verdict } from '../model/outcome-batch.ts'
import type { ExplainWaiting, Turn } from '../model/ports.ts'
import type { Redaction } from '../model/redaction.ts'
import type { Clock } from '../runtime/clock.ts'
import { TimeSlice } from '../runtime/time-slice.ts'
import { findJob } from '../store/find-job.ts'
import type { ItemStore, ItemsPage, StoredItem } from '../store/item-store.ts'
import type { JobStore } from '../store/job-store.ts'
import { type ItemLine, itemLog, itemView } from './item-view.ts'
import { ItemRedactor, type RedactedFacts, type TextMask } from './redact-item.ts'
import type { ShownItem } from './shown-item.ts'
import { StoredLines } from './stored-lines.ts'

export interface ItemReadsOptions {
  readonly store: Pick<JobStore, 'findJob'> & Pick<ItemStore, 'readItems'>
  readonly liveJobs: LiveJobs
  readonly explainWaiting: ExplainWaiting
  readonly clock: Pick<Clock, 'nowMs'>
  /** Items of a subscription that a channel delivers a second; 0: not known. */
  readonly itemsPerSecondOf: (channel: string, subscription: string) => number
  /** The values of a channel that only some callers see; null: none. */
  readonly redactionOf: (channel: string) => Redaction | null
  /** Hides values in texts of the target system that repeat them. */
  readonly maskOf: (values: readonly string[]) => TextMask
}

/** The reader: only jobs of the subscription are visible, and long lines are read in the turns of the caller. */
export interface Reader {
  readonly subscription: string
  readonly caller: string
  /** Shows what the channel redacts, too. @default false */
  readonly unredacted?: boolean
}

export interface ItemQuery extends Reader {
  readonly jobId: JobId
  readonly index: number
  /** Also its data, the data that was replaced, up to 4 MiB, and what stands behind it. @default false */
  readonly data?: boolean
}

export interface ItemsOfJobQuery extends Reader {
  readonly jobId: JobId
  readonly indexes: readonly number[]
}

export interface ItemPageQuery extends Reader {
  readonly jobId: JobId
  /** First index, inclusive. */
  readonly fromIndex: number
  readonly limit: number
  /** The page ends when its items' JSON reaches this. */
  readonly maxBytes: number
  readonly statuses?: readonly ItemStatus[] | undefined
  readonly partitionKey?: string | undefined
  readonly id?: string | undefined
  readonly include: { readonly data: boolean; readonly log: boolean }
}

export interface ItemPageAnswer {
  readonly items: readonly ShownItem[]
  /** Gives the memory of their data back at once: nobody reads it any more. @default it is left to the garbage collector */
  readonly release?: () => void
  /** `fromIndex` of the next page; null at the end. */
  readonly nextIndex: number | null
}

export interface ResultsQuery extends Reader {
  readonly jobId: JobId
  readonly fromIndex: number
  /** Only items that ended so; the others are passed over. */
  readonly statuses?: readonly ('succeeded' | 'failed' | 'cancelled')[] | undefined
}

export interface ResultsAnswer {
  /** Ended items, without `data` and `log`. */
  readonly items: readonly Item[]
  /** Where to continue: after the last item looked at. */
  readonly nextIndex: number
  /** Nothing further is there now. */
  readonly end: boolean
  /** The first index looked at that has not ended; null: all of them have. */
  readonly firstUnended: number | null
}

/** Items that one read of results looks at: bounded memory, few hops. */
const RESULTS_PER_READ = 1000
/** Bytes after which it ends: a client that reads slowly, or not at all, holds one such read in memory. */
const RESULTS_READ_BYTES = 512 * 1024

/** Items as they are shown: what is stored, joined with what memory knows of the moment. Somebody else's job is no job (SEC-1). */
export class ItemReads {
  readonly #options: ItemReadsOptions

  constructor(options: ItemReadsOptions) {
    this.#options = options
  }

  /** One page of items in index order; null: no such job of this subscription. May be empty and still not be the last. */
  async page(query: ItemPageQuery): Promise<ItemPageAnswer | null> {
    const record = await findJob(this.#options, query.jobId, query.subscription)
    if (record === null) return null
    const redactor = this.#redactorOf(record, query)
    // Whoever does not see the key does not find by it: a guess would be confirmed.
    const isKeyHidden = redactor?.redaction.hides(record.envelope.partitionBy) === true
    if (query.partitionKey !== undefined && isKeyHidden) return { items: [], nextIndex: null }
    const stored = await this.#options.store.readItems({
      ...{ caller: query.caller, ref: record.ref },
      fromIndex: query.fromIndex,
      limit: query.limit,
      log: query.include.log || redactor !== null,
      ...verdictFilter(query.statuses),
      ...(query.id !== undefined && { idHash: hashOf(itemIdSeed(record.envelope.objectType), query.id) }),
      ...(query.partitionKey !== undefined && {
        keyHash: hashOf(partitionKeySeed(record.subscription, record.envelope.channel), query.partitionKey),
      }),
    })
    const page = await this.#cut(query, { record, redactor }, stored)
    if (query.include.data) return { ...page, ...(stored.release && { release: stored.release }) }
    stored.release?.()
    return page
  }

  /** One item with its log; null: no such job or item. */
  async item(query: ItemQuery): Promise<ShownItem | null> {
    const record = await findJob(this.#options, query.jobId, query.subscription)
    if (record === null || query.index >= record.total) return null
    const redactor = this.#redactorOf(record, query)
    const page = await this.#options.store.readItems({
      ...{ caller: query.caller, ref: record.ref, fromIndex: query.index, limit: 1, log: true },
      // What was replaced may be repeated in the log.
      replacedLines: query.data === true || redactor !== null,
    })
    const stored = page.items[0]
    if (stored?.index !== query.index) return null
    const lines = linesOf(record, query)
    await lines.read(stored.line)
    const item = this.#view(record, { stored, line: lines.line, turns: this.#turns(record, [stored]) })
    item.log = itemLog(stored)
    if (query.data === true) Object.assign(item, this.#followers(record, stored))
    const { data } = lines.line
    const isReplaced = stored.replacements.length > 0 && (query.data === true || redactor !== null)
    const replaced = isReplaced ? await replacedData(stored, linesOf(record, query)) : null
    const shown: ShownItem = { item, data, ...(replaced !== null && { replacedData: replaced }) }
    const seen = redactor === null ? shown : await redactor.redact(shown, factsOf(record, stored, data))
    if (query.data === true) return { ...seen, ...(page.release && { release: page.release }) }
    page.release?.()
    return { item: seen.item }
  }

  /** Several items of a job with their logs, by index; those that are not there are left out. Each chunk is read once. */
  async items(query: ItemsOfJobQuery): Promise<ReadonlyMap<number, Item>> {
    const found = new Map<number, Item>()
    const record = await findJob(this.#options, query.jobId, query.subscription)
    if (record === null) return found
    const indexes = [...new Set(query.indexes)].sort((a, b) => a - b)
    // What is hidden depends on what was replaced, too.
    if (this.#redactorOf(record, query) !== null) {
      for (const index of indexes) {
        const shown = await this.item({ ...query, index })
        if (shown !== null) found.set(index, shown.item)
      }
      return found
    }
    const lines = linesOf(record, query)
    const asked = { caller: query.caller, ref: record.ref, limit: indexes.length, indexes, log: true }
    for (let fromIndex = indexes[0] ?? null; fromIndex !== null;) {
      const page = await this.#options.store.readItems({ ...asked, fromIndex })
      const turns = this.#turns(record, page.items)
      for (const stored of page.items) {
        if (!lines.readNow(stored.line)) await lines.read(stored.line)
        const item = this.#view(record, { stored, line: lines.line, turns })
        item.log = itemLog(stored)
        found.set(stored.index, item)
      }
      page.release?.()
      fromIndex = found.size < asked.limit ? page.nextIndex : null
    }
    return found
  }

  /** The next ended items in index order, a bounded number of them; null: no such job of this subscription. */
  async results(query: ResultsQuery): Promise<ResultsAnswer | null> {
    const record = await findJob(this.#options, query.jobId, query.subscription)
    if (record === null) return null
    const redactor = this.#redactorOf(record, query)
    const page = await this.#options.store.readItems({
      ...{ caller: query.caller, ref: record.ref },
      fromIndex: query.fromIndex,
      log: redactor !== null,
      limit: RESULTS_PER_READ,
      maxBytes: RESULTS_READ_BYTES,
    })
    const items: Item[] = []
    const lines = linesOf(record, query)
    let firstUnended: number | null = null
    for (const stored of page.items) {
      const unended = !isEnded(stored.verdict)
      if (unended && record.phase !== 'ended') {
        firstUnended ??= stored.index
        continue
      }
      const status = endedStatus(stored.verdict)
      if (query.statuses !== undefined && !query.statuses.includes(status)) continue
      if (!lines.readNow(stored.line)) await lines.read(stored.line)
      const item = this.#view(record, { stored, line: lines.line })
      const seen = redactor === null ? null : await redactor.redact({ item }, factsOf(record, stored, lines.line.data))
      items.push(seen?.item ?? item)
    }
    page.release?.()
    return { items, nextIndex: page.nextIndex ?? record.total, end: page.nextIndex === null, firstUnended }
  }

  async #cut(
    query: ItemPageQuery,
    { record, redactor }: { readonly record: JobRecord; readonly redactor: ItemRedactor | null },
    stored: ItemsPage,
  ): Promise<ItemPageAnswer> {
    const items: ShownItem[] = []
    const lines = linesOf(record, query)
    const turns = this.#turns(record, stored.items)
    let bytes = 0
    for (const one of stored.items) {
      if (!lines.readNow(one.line)) await lines.read(one.line)
      const item = this.#view(record, { stored: one, line: lines.line, turns })
      if (query.statuses !== undefined && !query.statuses.includes(item.status)) continue
      if (query.id !== undefined && item.id !== query.id) continue
      if (query.partitionKey !== undefined && item.partitionKey !== query.partitionKey) continue
      if (query.include.log) item.log = itemLog(one)
      const shown: ShownItem = query.include.data ? { item, data: lines.line.data } : { item }
      items.push(redactor === null ? shown : await redactor.redact(shown, factsOf(record, one, lines.line.data)))
      bytes += one.line.length + (one.detail?.length ?? 0) + 400
      if (bytes >= query.maxBytes) return { items, nextIndex: one.index + 1 < record.total ? one.index + 1 : null }
    }
    return { items, nextIndex: stored.nextIndex }
  }

  /** Whether values of a channel's items are hidden from callers without `admin`. */
  redacts(channel: string): boolean {
    return this.#options.redactionOf(channel) !== null
  }

  /** Null: the reader sees everything of the job's items. */
  #redactorOf({ envelope }: JobRecord, { unredacted, caller }: Reader): ItemRedactor | null {
    const redaction = unredacted === true ? null : this.#options.redactionOf(envelope.channel)
    const { maskOf } = this.#options
    return redaction && new ItemRedactor(redaction, { slice: new TimeSlice(caller), maskOf })
  }

  /** Where those of a page stand that have not ended. */
  #turns(record: JobRecord, items: readonly StoredItem[]): ReadonlyMap<number, Turn> {
    const indexes = items.filter(({ verdict }) => !isEnded(verdict)).map(({ index }) => index)
    return indexes.length === 0 ? NO_TURNS : this.#options.explainWaiting.turns(record.ref, indexes)
  }

  /** Names the items that stand behind one in its key. */
  #followers({ ref, phase }: JobRecord, { index, verdict }: StoredItem): Pick<Item, 'waitingBehind' | 'nextBehind'> {
    const { explainWaiting, liveJobs } = this.#options
    const isOver = phase === 'ended' || isEnded(verdict)
    const followers = isOver ? null : explainWaiting.followers(ref, index)
    if (followers === null) return { waitingBehind: 0, nextBehind: null }
    const { items, next } = followers
    const job = next === null ? undefined : liveJobs.byRef(next.jobRef as JobRef)
    return {
      waitingBehind: items,
      nextBehind: job === undefined ? null : { jobId: job.record.id, index: next!.index },
    }
  }

  #view(record: JobRecord, { stored, line, turns = NO_TURNS }: ReadItem): Item {
    const live = record.phase !== 'ended' && !isEnded(stored.verdict)
    const { explainWaiting, liveJobs } = this.#options
    return itemView(
      record,
      { stored, line },
      {
        running: live && explainWaiting.isRunning(record.ref, stored.index),
        waiting: live
          ? this.#withTurn(record, explainWaiting.item(record.ref, stored.index), turns.get(stored.index))
          : null,
        jobId: (ref) => liveJobs.byRef(ref as JobRef)?.record.id ?? null,
      },
    )
  }

  /** Adds where an item stands, and when its call is expected to start. */
  #withTurn(record: JobRecord, waiting: ItemWaiting | null, turn: Turn | undefined): ItemWaiting | null {
    if (waiting === null) return null
    const isTurn = TURN_REASONS.has(waiting.reason)
    // The channel's next call is for another item.
    if (turn === undefined) return isTurn ? { ...waiting, untilMs: null } : waiting
    const { position, ahead } = turn
    const itemsPerSecond = this.#options.itemsPerSecondOf(record.envelope.channel, record.subscription)
    if (!isTurn || itemsPerSecond === 0) return { ...waiting, position }
    const nextCallAtMs = waiting.untilMs ?? this.#options.clock.nowMs()
    return { ...waiting, position, untilMs: Math.ceil(nextCallAtMs + (ahead * 1000) / itemsPerSecond) }
  }
}

function factsOf({ envelope }: JobRecord, { replacements }: StoredItem, line: Uint8Array | null): RedactedFacts {
  return { partitionBy: envelope.partitionBy, line, isReplaced: replacements.length > 0 }
}

/** Returns the replaced data of an item, by the number of the last attempt with it. */
async function replacedData({ replacements }: StoredItem, lines: StoredLines): Promise<Map<number, Uint8Array | null>> {
  const found = new Map<number, Uint8Array | null>()
  for (const { attempt, line } of replacements) {
    await lines.read(line!)
    found.set(attempt, lines.line.data)
  }
  return found
}

interface ReadItem {
  readonly stored: StoredItem
  readonly line: ItemLine
  /** Where items of its page stand, by index. @default it has ended */
  readonly turns?: ReadonlyMap<number, Turn>
}

const NO_TURNS: ReadonlyMap<number, Turn> = new Map()

/** Reasons that end with the turn of an item. */
const TURN_REASONS: ReadonlySet<WaitingReason> = new Set(['backlog', 'concurrency', 'rate_limit', 'partition'])

function linesOf({ envelope }: JobRecord, { caller }: Reader): StoredLines {
  return new StoredLines(envelope.partitionBy, new TimeSlice(caller))
}

/** How an item of an ended job ended: what has no outcome was cancelled with it. */
function endedStatus(verdict: Verdict): 'succeeded' | 'failed' | 'cancelled' {
  return verdict === Verdict.succeeded ? 'succeeded' : verdict === Verdict.failed ? 'failed' : 'cancelled'
}

const UNENDED = [Verdict.unjudged, Verdict.retry, Verdict.throttled, Verdict.parked]

function verdictFilter(statuses: readonly ItemStatus[] | undefined): { verdicts?: Verdict[] } {
  if (statuses === undefined) return {}
  const verdicts = new Set<Verdict>()
  for (const status of statuses) {
    if (status === 'succeeded') verdicts.add(Verdict.succeeded)
    else if (status === 'failed') verdicts.add(Verdict.failed)
    else {
      for (const unended of UNENDED) verdicts.add(unended)
      if (status === 'cancelled') verdicts.add(Verdict.cancelled)
    }
  }
  return { verdicts: [...verdicts] }
}
