import type { JobId, JobRef } from '../../model/ids.ts'
import { errorNumber } from '@waybill/spec/rules'
import type { DeadLetter, DeadLetterFilter, DeadLettersQuery } from '../outcome-store.ts'
import { RetriedItemsReader } from './retried-items.ts'
import { all, type AskValue, one, type Reading, type StatementName } from './asking.ts'

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
export function* listDeadLetters(query: DeadLettersQuery): Reading<DeadLetter[]> {
  const found: DeadLetter[] = []
  if (query.limit <= 0) return found
  yield* walkDeadLetters(query, ({ error: _, ...letter }) => found.push(letter) < query.limit)
  return found
}

/**
 * Dead letters newest first, until `take` answers false or `maxRows` were looked at: the ranges of the filter that finds the fewest, merged; the other
 * filters look at what they find.
 * @returns the last row that was looked at, of those beyond which there may be more; null: there are none
 */
export function* walkDeadLetters(
  query: DeadLetterFilter,
  take: (letter: FoundLetter) => boolean,
  maxRows = Infinity,
): Reading<number | null> {
  const channels = yield* channelsOfLanes(query)
  const keyHash = query.keyHash && blobOf(query.keyHash)
  const retried = new RetriedItemsReader()
  const rows = new MergedRows(yield* rangesOf(query, { lanes: [...channels.keys()], keyHash }))
  let looked = 0
  let last: number | null = null
  for (let row = yield* rows.next(); row !== undefined; row = yield* rows.next()) {
    if (looked === maxRows) return last
    looked++
    last = row.seq
    const channel = channels.get(row.lane)
    if (channel === undefined || row.job_id === null) continue
    if (query.jobIds?.includes(row.job_id as JobId) === false) continue
    if (query.codes?.includes(row.code) === false) continue
    const error = row.error ?? errorNumber(row.code, undefined)
    if (query.errors?.includes(error) === false) continue
    if (keyHash !== undefined && !(row.key_hash !== null && keyHash.equals(row.key_hash))) continue
    const retriedAs = retried.knows(row.ref, row.item_index)
      ? retried.jobOf(row.ref, row.item_index)
      : yield* retried.read(row.ref, row.item_index)
    if (query.notRetried === true && retriedAs !== null) continue
    const { seq, code, item_index: index, failed_at_ms: failedAtMs } = row
    const place = { seq, ref: row.ref as JobRef, jobId: row.job_id as JobId, channel, index }
    if (!take({ ...place, code, failedAtMs, retriedAs, error })) return last
  }
  return null
}

/** The subscription's lanes that pass the filter, with their channels. */
function* channelsOfLanes({ subscription, channels }: DeadLetterFilter): Reading<Map<number, string>> {
  const lanes = yield* all<{ id: number; channel: string }>('listLanes', subscription)
  const wanted = lanes.filter(({ channel }) => channels?.includes(channel) !== false)
  return new Map(wanted.map(({ id, channel }) => [id, channel]))
}

function* rangesOf(
  { subscription, jobIds, codes, beforeSeq = Number.MAX_SAFE_INTEGER }: DeadLetterFilter,
  { lanes, keyHash }: { lanes: readonly number[]; keyHash: Buffer | undefined },
): Reading<Range[]> {
  const range = (statement: StatementName, ...values: AskValue[]): Range => new Range(statement, values, beforeSeq)
  if (jobIds !== undefined) {
    const ranges: Range[] = []
    for (const id of new Set(jobIds)) {
      const job = yield* one<{ ref: number }>('findJobRef', id, subscription)
      if (job !== undefined) ranges.push(range('deadLettersOfJob', job.ref))
    }
    return ranges
  }
  if (keyHash !== undefined) return [range('deadLettersOfKey', keyHash)]
  if (codes === undefined) return lanes.map((lane) => range('deadLettersOfLane', lane))
  const unique = [...new Set(codes)]
  return lanes.flatMap((lane) => unique.map((code) => range('deadLettersOfCode', lane, code)))
}

/** Rows of one range of an index, newest first. */
class Range {
  readonly #statement: StatementName
  readonly #values: readonly AskValue[]
  #before: number
  #rows: readonly DeadLetterRow[] = []
  #at = 0
  #ended = false

  constructor(statement: StatementName, values: readonly AskValue[], before: number) {
    this.#statement = statement
    this.#values = values
    this.#before = before
  }

  /** Whether `first` says something only after `read`. */
  get isEmpty(): boolean {
    return this.#at === this.#rows.length && !this.#ended
  }

  *read(): Reading<void> {
    this.#rows = yield* all<DeadLetterRow>(this.#statement, this.#before, ROWS_A_TURN, ...this.#values)
    this.#at = 0
    this.#ended = this.#rows.length < ROWS_A_TURN
    this.#before = this.#rows.at(-1)?.seq ?? 0
  }

  get first(): DeadLetterRow | undefined {
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

  *next(): Reading<DeadLetterRow | undefined> {
    let newest: Range | undefined
    for (const range of this.#ranges) {
      if (range.isEmpty) yield* range.read()
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
