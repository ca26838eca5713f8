import type { StatementSync } from 'node:sqlite'
import type { JobId, JobRef } from '../../../model/ids.ts'
import { errorNumber } from '@waybill/spec/rules'
import type { DeadLetter, DeadLetterFilter, DeadLettersQuery } from '../../outcome-store.ts'
import { RetriedItemsReader } from '../write/retried-items.ts'
import type { ReadStatements } from '../tables/statements.ts'

/** Rows read at once of each range. */
const ROWS_A_TURN = 256

interface DeadLetterRow {
  readonly seq: number
  readonly ref: number
  readonly item_index: number
  readonly lane: number
  readonly failed_at_ms: number
  readonly key_hash: Uint8Array | null
  readonly code: string
  readonly error: number | null
  /** Null: its job is deleted or not published, or the part it came with not appended. */
  readonly job_id: string | null
}

/** A dead letter, and the number of its error. */
export type FoundLetter = DeadLetter & { readonly error: number }

/** Dead letters newest first. */
export function* listDeadLetters(sql: ReadStatements, query: DeadLettersQuery): Generator<void, DeadLetter[]> {
  const found: DeadLetter[] = []
  if (query.limit <= 0) return found
  yield* walkDeadLetters(sql, query, ({ error: _, ...letter }) => found.push(letter) < query.limit)
  return found
}

/**
 * Dead letters newest first, until `take` answers false or `maxRows` were looked at: the ranges of the filter that finds the fewest, merged; the other
 * filters look at what they find.
 * @returns the last row that was looked at, of those beyond which there may be more; null: there are none
 */
export function* walkDeadLetters(
  sql: ReadStatements,
  query: DeadLetterFilter,
  take: (letter: FoundLetter) => boolean,
  maxRows = Infinity,
): Generator<void, number | null> {
  const channels = channelsOfLanes(sql, query)
  const keyHash = query.keyHash && blobOf(query.keyHash)
  const retried = new RetriedItemsReader(sql)
  const rows = new MergedRows(rangesOf(sql, query, { lanes: [...channels.keys()], keyHash }))
  let looked = 0
  let last: number | null = null
  for (let row = rows.next(); row !== undefined; row = rows.next()) {
    if (looked === maxRows) return last
    if (++looked % ROWS_A_TURN === 0) yield
    last = row.seq
    const channel = channels.get(row.lane)
    if (channel === undefined || row.job_id === null) continue
    if (query.jobIds?.includes(row.job_id as JobId) === false) continue
    if (query.codes?.includes(row.code) === false) continue
    const error = row.error ?? errorNumber(row.code, undefined)
    if (query.errors?.includes(error) === false) continue
    if (keyHash !== undefined && !(row.key_hash !== null && keyHash.equals(row.key_hash))) continue
    const retriedAs = retried.jobOf(row.ref, row.item_index)
    if (query.notRetried === true && retriedAs !== null) continue
    const { seq, code, item_index: index, failed_at_ms: failedAtMs } = row
    const place = { seq, ref: row.ref as JobRef, jobId: row.job_id as JobId, channel, index }
    if (!take({ ...place, code, failedAtMs, retriedAs, error })) return last
  }
  return null
}

/** The subscription's lanes that pass the filter, with their channels. */
function channelsOfLanes(sql: ReadStatements, { subscription, channels }: DeadLetterFilter): Map<number, string> {
  const lanes = sql.listLanes.all(subscription) as unknown as { id: number; channel: string }[]
  const wanted = lanes.filter(({ channel }) => channels?.includes(channel) !== false)
  return new Map(wanted.map(({ id, channel }) => [id, channel]))
}

function rangesOf(
  sql: ReadStatements,
  { subscription, jobIds, codes, beforeSeq = Number.MAX_SAFE_INTEGER }: DeadLetterFilter,
  { lanes, keyHash }: { lanes: readonly number[]; keyHash: Buffer | undefined },
): Range[] {
  const range = (statement: StatementSync, ...values: (number | string | Buffer)[]): Range =>
    new Range((before) => statement.all(before, ROWS_A_TURN, ...values) as unknown as DeadLetterRow[], beforeSeq)
  if (jobIds !== undefined) {
    const jobs = [...new Set(jobIds)].map((id) => sql.findJobRef.get(id, subscription) as { ref: number } | undefined)
    return jobs.flatMap((job) => (job === undefined ? [] : [range(sql.deadLettersOfJob, job.ref)]))
  }
  if (keyHash !== undefined) return [range(sql.deadLettersOfKey, keyHash)]
  if (codes === undefined) return lanes.map((lane) => range(sql.deadLettersOfLane, lane))
  const unique = [...new Set(codes)]
  return lanes.flatMap((lane) => unique.map((code) => range(sql.deadLettersOfCode, lane, code)))
}

/** Rows of one range of an index, newest first. */
class Range {
  readonly #read: (before: number) => DeadLetterRow[]
  #before: number
  #rows: DeadLetterRow[] = []
  #at = 0
  #ended = false

  constructor(read: (before: number) => DeadLetterRow[], before: number) {
    this.#read = read
    this.#before = before
  }

  get first(): DeadLetterRow | undefined {
    if (this.#at === this.#rows.length && !this.#ended) {
      this.#rows = this.#read(this.#before)
      this.#at = 0
      this.#ended = this.#rows.length < ROWS_A_TURN
      this.#before = this.#rows.at(-1)?.seq ?? 0
    }
    return this.#rows[this.#at]
  }

  pass(): void {
    this.#at++
  }
}

/** Rows of several ranges, newest first. */
class MergedRows {
  readonly #ranges: readonly Range[]

  constructor(ranges: readonly Range[]) {
    this.#ranges = ranges
  }

  next(): DeadLetterRow | undefined {
    let newest: Range | undefined
    for (const range of this.#ranges) {
      if (range.first !== undefined && !(newest !== undefined && newest.first!.seq > range.first.seq)) newest = range
    }
    const row = newest?.first
    newest?.pass()
    return row
  }
}

/** As it stands in `chunks.keys`: two little-endian words. */
function blobOf(hash: readonly [number, number]): Buffer {
  return Buffer.from(Uint32Array.from(hash).buffer)
}
