import { FLAG_DECIDED, Verdict } from '../../../model/outcome-batch.ts'
import type { ItemsQuery, StoredAttempt, StoredItem } from '../../item-store.ts'
import { CallsOfChunk, type CommittedCall } from '../outcomes/calls-of-chunk.ts'
import { checkedBody } from '../../rows/chunk-body.ts'
import { ENTRY_WORDS, entryVerdict, isPlain, readPlain } from '../../outcomes/outcome-entry.ts'
import { ItemsPacker, type PackedItems } from '../../rows/packed-items.ts'
import { replacedItem } from '../tables/replaced-items.ts'
import { RetriedItemsReader } from '../write/retried-items.ts'
import { wholeBuffer, wordsOf } from '../../outcomes/segment.ts'
import type { ReadStatements } from '../tables/statements.ts'

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
export function readItems(sql: ReadStatements, query: ItemsQuery, untilIndex: number | null): PackedItems {
  const page = new ItemsPacker()
  const retried = new RetriedItemsReader(sql)
  let from = query.fromIndex
  for (let chunks = 0; chunks < MAX_CHUNKS; chunks++) {
    if (untilIndex !== null && from >= untilIndex) return page.finish(from)
    sql.begin.run()
    try {
      const head = sql.chunkAt.get(query.ref, from) as Head | undefined
      if (head === undefined || from >= head.first_index + head.count || sql.jobExists.get(query.ref) === undefined) {
        return page.finish(null)
      }
      const stoppedAt = readChunk({ sql, query, page, retried }, head, from)
      if (stoppedAt !== null) return page.finish(isEnd(sql, query.ref, stoppedAt) ? null : stoppedAt)
      from = head.first_index + head.count
    } finally {
      sql.commit.run()
    }
  }
  return page.finish(from)
}

interface Reading {
  readonly sql: ReadStatements
  readonly query: ItemsQuery
  readonly page: ItemsPacker
  readonly retried: RetriedItemsReader
}

/** Adds the chunk's items from index `from` on. @returns where the page became full, null: it is not */
function readChunk({ sql, query, page, retried }: Reading, head: Head, from: number): number | null {
  const { ref } = query
  const { chunk } = head
  const row = sql.readMap.get(ref, chunk) as MapRow | undefined
  const what = `chunk ${chunk} of job ref ${ref}`
  const entries = row === undefined ? null : wordsOf(row.entries, { what, words: head.count * ENTRY_WORDS })
  const matches = matchesOf({ sql, query, page, retried }, { head, entries, from })
  if (matches.length === 0) return null
  const { body } = sql.readBody.get(ref, chunk) as { body: Uint8Array }
  const lines = new LineCutter(checkedBody(body, { what, count: head.count }))
  const calls = new CallsOfChunk(sql, { ref, chunk })
  for (const at of matches) {
    const index = head.first_index + at
    if (page.byteLength >= Math.min(query.maxBytes ?? MAX_PAGE_BYTES, MAX_PAGE_BYTES)) return index
    const place = { index, line: lines.cut(at), retriedAs: retried.jobOf(ref, index) }
    if (row === undefined || entries === null || entryVerdict(entries, at) === Verdict.unjudged) {
      page.add({ ...place, ...untouched })
    } else if (isPlain(entries, at)) {
      const call = readPlain(entries, at, { epoch: row.epoch, baseMs: row.base_ms }, { ref, chunk, index })
      page.add({ ...place, ...itemOfCalls([{ ...call, detail: null }], query.log) })
    } else {
      const ofItem = calls.of(index)
      const replaced = replacedItem(sql, { ref, index, line: place.line, calls: ofItem }, query.replacedLines ?? false)
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
function matchesOf(
  { sql, query, page }: Reading,
  { head, entries, from }: { head: Head; entries: Uint32Array | null; from: number },
): number[] {
  const { ref, verdicts, idHash, keyHash } = query
  const wanted = query.limit - page.count
  const ids = idHash && hashesOf(sql.readIds.get(ref, head.chunk))
  const keys = keyHash && hashesOf(sql.readKeys.get(ref, head.chunk))
  const matches: number[] = []
  for (let at = from - head.first_index; at < head.count && matches.length < wanted; at++) {
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

function isEnd(sql: ReadStatements, ref: number, index: number): boolean {
  const head = sql.chunkAt.get(ref, index) as Head | undefined
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
