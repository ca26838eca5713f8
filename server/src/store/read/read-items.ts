import { FLAG_DECIDED, Verdict, wholeBuffer } from '../../model/outcome-batch.ts'
import type { ItemsQuery, StoredAttempt, StoredItem } from '../item-store.ts'
import { CallsOfChunk, type CommittedCall } from './calls-of-chunk.ts'
import { checkedBody } from '../rows/chunk-body.ts'
import { ENTRY_WORDS, entryVerdict, isPlain, readPlain, wordsOf } from '../outcomes/chunk-map.ts'
import { ItemsPacker } from '../rows/packed-items.ts'
import type { PackedItems } from '../thread/messages.ts'
import { replacedItem } from './replaced-items.ts'
import { RetriedItemsReader } from './retried-items.ts'
import { one, type Reading } from './asking.ts'

/** Limits of one call, which then returns where to continue. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024
const MAX_CHUNKS = 256

const NEWLINE = 10

interface Head {
  readonly chunk: number
  readonly first_index: number
  readonly count: number
}

interface MapRow {
  readonly epoch: number
  readonly base_ms: number
  readonly entries: Uint8Array
}

/** Reads a page of items, chunk by chunk, each in a read transaction of its own: a longer one would pin the WAL. */
export function* readItems(query: ItemsQuery, untilIndex: number | null): Reading<PackedItems> {
  const page = new ItemsPacker()
  const retried = new RetriedItemsReader()
  let from = nextIndexOf(query, query.fromIndex)
  for (let chunks = 0; chunks < MAX_CHUNKS; chunks++) {
    if (from === null) return page.finish(null)
    if (untilIndex !== null && from >= untilIndex) return page.finish(from)
    yield* one('begin')
    try {
      const head = yield* one<Head>('chunkAt', query.ref, from)
      if (head === undefined || from >= head.first_index + head.count) return page.finish(null)
      if ((yield* one('jobExists', query.ref)) === undefined) return page.finish(null)
      const stoppedAt = yield* readChunk({ query, page, retried }, head, from)
      if (stoppedAt !== null) return page.finish((yield* isEnd(query.ref, stoppedAt)) ? null : stoppedAt)
      from = nextIndexOf(query, head.first_index + head.count)
    } finally {
      yield* one('commit')
    }
  }
  return page.finish(from)
}

/** Returns the first index at or behind `from` that is asked for; null: there is none. */
function nextIndexOf({ indexes }: ItemsQuery, from: number): number | null {
  return indexes === undefined ? from : (indexes.find((index) => index >= from) ?? null)
}

interface Page {
  readonly query: ItemsQuery
  readonly page: ItemsPacker
  readonly retried: RetriedItemsReader
}

/** Adds the chunk's items from index `from` on. @returns where the page became full, null: it is not */
function* readChunk({ query, page, retried }: Page, head: Head, from: number): Reading<number | null> {
  const { ref } = query
  const { chunk } = head
  const row = yield* one<MapRow>('readMap', ref, chunk)
  const what = `chunk ${chunk} of job ref ${ref}`
  const entries = row === undefined ? null : wordsOf(row.entries, { what, words: head.count * ENTRY_WORDS })
  const matches = yield* matchesOf({ query, page, retried }, { head, entries, from })
  if (matches.length === 0) return null
  const { body } = (yield* one<{ body: Uint8Array }>('readBody', ref, chunk))!
  const lines = new LineCutter(checkedBody(body, { what, count: head.count }))
  page.cutFrom(body)
  const calls = new CallsOfChunk({ ref, chunk }, (details) => page.cutFrom(details))
  for (const at of matches) {
    const index = head.first_index + at
    if (page.byteLength >= Math.min(query.maxBytes ?? MAX_PAGE_BYTES, MAX_PAGE_BYTES)) return index
    const retriedAs = retried.knows(ref, index) ? retried.jobOf(ref, index) : yield* retried.read(ref, index)
    const place = { index, line: lines.cut(at), retriedAs }
    if (row === undefined || entries === null || entryVerdict(entries, at) === Verdict.unjudged) {
      page.add({ ...place, ...untouched })
    } else if (isPlain(entries, at)) {
      const call = readPlain(entries, at, { epoch: row.epoch, baseMs: row.base_ms }, { ref, chunk, index })
      page.add({ ...place, ...itemOfCalls([{ ...call, detail: null }], query.log) })
    } else {
      const ofItem = yield* calls.of(index)
      const replaced = yield* replacedItem(
        { ref, index, line: place.line, calls: ofItem },
        query.replacedLines ?? false,
      )
      page.add({
        ...place,
        ...itemOfCalls(ofItem, query.log),
        line: replaced.line,
        replacements: query.log === true ? replaced.replacements : [],
      })
    }
  }
  return page.count >= query.limit ? head.first_index + matches.at(-1)! + 1 : null
}

/** Positions in the chunk of the items that pass the filters, as many as the page may still take. Looks at packed columns only. */
function* matchesOf(
  { query, page }: Page,
  { head, entries, from }: { head: Head; entries: Uint32Array | null; from: number },
): Reading<number[]> {
  const { ref, verdicts, idHash, keyHash } = query
  const indexes = query.indexes && new Set(query.indexes)
  const wanted = query.limit - page.count
  const ids = idHash && hashesOf(yield* one('readIds', ref, head.chunk))
  const keys = keyHash && hashesOf(yield* one('readKeys', ref, head.chunk))
  const matches: number[] = []
  for (let at = from - head.first_index; at < head.count && matches.length < wanted; at++) {
    if (indexes?.has(head.first_index + at) === false) continue
    if (verdicts && !verdicts.includes(entries === null ? Verdict.unjudged : entryVerdict(entries, at))) continue
    if (ids && (ids[at * 2] !== idHash[0] || ids[at * 2 + 1] !== idHash[1])) continue
    if (keys && (keys[at * 2] !== keyHash[0] || keys[at * 2 + 1] !== keyHash[1])) continue
    matches.push(at)
  }
  return matches
}

function hashesOf(row: unknown): Uint32Array {
  return new Uint32Array(wholeBuffer((row as { hashes: Uint8Array }).hashes))
}

function* isEnd(ref: number, index: number): Reading<boolean> {
  const head = yield* one<Head>('chunkAt', ref, index)
  return head === undefined || index >= head.first_index + head.count
}

const untouched = {
  ...{ verdict: Verdict.unjudged, attempt: 0, throttled: 0 },
  ...{ startedAtMs: null, endedAtMs: null, retryAtMs: null, detail: null, log: [], replacements: [] },
} as const

/** Derives an item's state from its calls, oldest first. */
function itemOfCalls(
  calls: readonly CommittedCall[],
  withLog = false,
): Omit<StoredItem, 'index' | 'line' | 'retriedAs'> {
  const first = calls[0]!
  const last = calls.at(-1)!
  return {
    verdict: last.verdict,
    attempt: last.attempt,
    throttled: last.throttled,
    startedAtMs: first.startedAtMs || null,
    endedAtMs: last.endedAtMs || null,
    retryAtMs: isKeySkip(last) ? null : last.retryAtMs || null,
    detail: last.detail,
    replacements: [],
    log: withLog ? calls.map(attemptOfCall) : [],
  }
}

/** Returns true for the decision that skips a key, whose time field holds no time. */
function isKeySkip({ verdict, flags }: CommittedCall): boolean {
  return verdict === Verdict.parked && (flags & FLAG_DECIDED) !== 0
}

function attemptOfCall(call: CommittedCall): StoredAttempt {
  const { attempt, epoch, startedAtMs, endedAtMs, verdict, httpStatus, detail } = call
  const retryAtMs = isKeySkip(call) ? 0 : call.retryAtMs
  return { attempt, epoch, startedAtMs, endedAtMs, verdict, httpStatus, retryAtMs, detail }
}

/** Cuts lines out of a chunk's body, in ascending order, without looking at those behind. */
class LineCutter {
  readonly #body: Buffer
  #line = 0
  #at = 0

  constructor(body: Buffer) {
    this.#body = body
  }

  /** The line without its newline. */
  cut(line: number): Uint8Array {
    while (this.#line < line) {
      this.#at = this.#endOfLine() + 1
      this.#line++
    }
    return this.#body.subarray(this.#at, this.#endOfLine())
  }

  #endOfLine(): number {
    const end = this.#body.indexOf(NEWLINE, this.#at)
    return end === -1 ? this.#body.length : end
  }
}
