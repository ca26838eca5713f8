import type { DatabaseSync } from 'node:sqlite'
import { hashOf, itemIdSeed, partitionKeySeed } from '../../../model/item-hashes.ts'
import type { Envelope } from '../../../model/job.ts'
import type { KeyHashSeed } from '../../../model/key-hash.ts'
import { isEnded, readView, Verdict } from '../../../model/outcome-batch.ts'
import { type KeyedItem, partitionKeyOf } from '@waybill/spec/rules'
import { checkedBody } from '../../rows/chunk-body.ts'
import { ENTRY_WORDS, entryVerdict, isPlain, wordsOf } from '../../outcomes/chunk-map.ts'

interface ChunkRow extends JobRow {
  readonly chunk: number
  readonly first_index: number
  readonly count: number
  readonly keys: Uint8Array
  readonly ids: Uint8Array
  readonly body: Uint8Array
  readonly entries: Uint8Array | null
  readonly succeeded: number | null
  readonly failed: number | null
  readonly cancelled: number | null
  readonly waiting: number | null
}

/** The fields of a job from which the hashes of its items are made. */
export interface JobRow {
  readonly ref: number
  readonly subscription: string
  readonly channel: string
  readonly envelope: string
}

interface JobHashes {
  readonly ref: number
  readonly ids: KeyHashSeed
  readonly keys: KeyHashSeed
  readonly partitionBy: Envelope['partitionBy']
}

/** Reads every item of every job: its line must be the one its hashes were made of, and its outcome must be counted. @returns what is wrong */
export function* verifyChunks(db: DatabaseSync): Generator<string> {
  const chunks = db.prepare(
    `SELECT c.*, m.entries, m.succeeded, m.failed, m.cancelled, m.waiting, j.subscription, j.channel, j.envelope
     FROM chunks c JOIN jobs j ON j.ref = c.ref LEFT JOIN outcome_maps m ON m.ref = c.ref AND m.chunk = c.chunk
     ORDER BY c.ref, c.chunk`,
  )
  const calls = db.prepare('SELECT records FROM calls WHERE ref = ? AND chunk = ? ORDER BY id')
  const failed = failedInSegments(db)
  let job: JobHashes | undefined
  for (const found of chunks.iterate()) {
    const row = found as unknown as ChunkRow
    const what = `chunk ${row.chunk} of job ref ${row.ref}`
    try {
      job = job?.ref === row.ref ? job : hashesOf(row)
      const entries = row.entries === null ? null : wordsOf(row.entries, { what, words: row.count * ENTRY_WORDS })
      yield* itemFaults(row, { what, job, entries, failed })
      if (entries === null) continue
      const records = (calls.all(row.ref, row.chunk) as unknown as { records: Uint8Array }[]).map(
        (call) => call.records,
      )
      yield* outcomeFaults(row, { what, entries, records })
    } catch (error) {
      yield error instanceof Error ? error.message : String(error)
    }
  }
}

export function hashesOf({ ref, subscription, channel, envelope }: JobRow): JobHashes {
  const { objectType, partitionBy } = JSON.parse(envelope) as Envelope
  return { ref, ids: itemIdSeed(objectType), keys: partitionKeySeed(subscription, channel), partitionBy }
}

/** Finds items whose failure stands in a segment, and not in their chunk's map yet. Read once, when it is first asked for. */
function failedInSegments(db: DatabaseSync): (ref: number, index: number) => boolean {
  let failed: Set<string> | null = null
  return (ref, index) => {
    if (failed === null) {
      failed = new Set()
      for (const { records } of db.prepare('SELECT records FROM segments ORDER BY seq').iterate()) {
        const view = readView(records as Uint8Array)
        for (let n = 0; n < view.count; n++)
          if (view.verdict(n) === Verdict.failed) failed.add(`${view.jobRef(n)}/${view.index(n)}`)
      }
    }
    return failed.has(`${ref}/${index}`)
  }
}

function* itemFaults(
  row: ChunkRow,
  {
    what,
    job,
    entries,
    failed,
  }: { what: string; job: JobHashes; entries: Uint32Array | null; failed: ReturnType<typeof failedInSegments> },
): Generator<string> {
  const lines = checkedBody(row.body, { what, count: row.count }).toString('utf8').split('\n')
  const ids = wordsOf(row.ids, { what: `ids of ${what}`, words: row.count * 2 })
  const keys = wordsOf(row.keys, { what: `keys of ${what}`, words: row.count * 2 })
  for (let at = 0; at < row.count; at++) {
    const item = itemOf(lines[at]!)
    const place = `item ${row.first_index + at} of job ref ${row.ref}`
    if (item === null) {
      // What was no item when it came failed at once.
      const isFailed = entries !== null && entryVerdict(entries, at) === Verdict.failed
      if (!isFailed && !failed(row.ref, row.first_index + at)) yield `${place} is no JSON object`
      continue
    }
    if (!isHash(ids, { at, hash: hashOf(job.ids, item.id) })) yield `${place} has another id than it was accepted with`
    const key = partitionKeyOf(item, job.partitionBy)
    if (typeof key === 'string' && !isHash(keys, { at, hash: hashOf(job.keys, key) }))
      yield `${place} has another partition key than it was accepted with`
  }
}

/** An item without a hash failed when it came. */
export function isHash(words: Uint32Array, { at, hash }: { at: number; hash: readonly [number, number] }): boolean {
  const [first, second] = [words[at * 2], words[at * 2 + 1]]
  return (first === 0 && second === 0) || (first === hash[0] && second === hash[1])
}

export function itemOf(line: string): KeyedItem | null {
  try {
    const item = JSON.parse(line) as unknown
    const isItem = typeof item === 'object' && item !== null && 'id' in item && typeof item.id === 'string'
    return isItem ? (item as KeyedItem) : null
  } catch {
    return null
  }
}

function* outcomeFaults(
  row: ChunkRow,
  { what, entries, records }: { what: string; entries: Uint32Array; records: readonly Uint8Array[] },
): Generator<string> {
  const last = new Map<number, Verdict>()
  for (const call of records) {
    const view = readView(call)
    for (let n = 0; n < view.count; n++) last.set(view.index(n), view.verdict(n))
  }
  const counts = { succeeded: 0, failed: 0, cancelled: 0, waiting: 0 }
  for (let at = 0; at < row.count; at++) {
    const verdict = entryVerdict(entries, at)
    if (verdict === Verdict.succeeded) counts.succeeded++
    else if (verdict === Verdict.failed) counts.failed++
    else if (verdict === Verdict.cancelled) counts.cancelled++
    else if (verdict !== Verdict.unjudged) counts.waiting++
    const index = row.first_index + at
    if (verdict === Verdict.unjudged || isPlain(entries, at) || last.get(index) === verdict) continue
    yield `item ${index} of job ref ${row.ref} has an outcome${isEnded(verdict) ? '' : ' to come'} without its call`
  }
  for (const name of ['succeeded', 'failed', 'cancelled', 'waiting'] as const) {
    if (row[name] !== counts[name]) yield `${what} counts ${row[name]} items as ${name}: it has ${counts[name]}`
  }
}
