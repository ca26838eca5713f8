/**
 * Outcomes of many items as one block of 64-byte records plus one block of JSON details.
 *
 * The worker thread writes the records in their final form, the outcomes stage sets verdict and retry time in place, the store
 * writes the same bytes as one segment row, and recovery reads them back: nothing is made per item on the way.
 *
 * Record layout (little endian, as 16 words of 32 bits; the last three pairs are 64-bit floats):
 *
 *     0 jobRef   1 chunk    2 index    3 item handle (memory only)   4 epoch   5 attempt | httpStatus << 16
 *     6 verdict | flags << 8 | trace << 16   7 detailOffset         8 detailLength          9 throttled (calls so far without an attempt used)
 *    10-11 startedAtMs     12-13 endedAtMs     14-15 retryAtMs (0: none)
 */
export const OUTCOME_BYTES = 64
const WORDS = OUTCOME_BYTES / 4
const FLOATS = OUTCOME_BYTES / 8
const ITEM_HANDLE_WORD = 3
const DETAIL_OFFSET_WORD = 7

/** The verdict on an attempt. `0` stands for "not judged yet" between worker and outcomes stage. */
export const Verdict = {
  unjudged: 0,
  succeeded: 1,
  failed: 2,
  /** Tried and to be tried again: the attempt is used up. */
  retry: 3,
  /** Told to come later (429 or 503 with `Retry-After`): no attempt is used up. */
  throttled: 4,
  /** Tried for the last time and to be decided by a person: keeps its place, its key waits (`onExhausted: park`, or a rule). */
  parked: 5,
  /** Cancelled on its own, without a call (`skip_key` of a parked item before it). */
  cancelled: 6,
} as const
export type Verdict = (typeof Verdict)[keyof typeof Verdict]

export const verdictNames = ['unjudged', 'succeeded', 'failed', 'retry', 'throttled', 'parked', 'cancelled'] as const

/** Whether an item with this verdict has ended: nothing follows. */
export function isEnded(verdict: Verdict): boolean {
  return verdict === Verdict.succeeded || verdict === Verdict.failed || verdict === Verdict.cancelled
}

/** Set by the worker when the answer carried a usable `Retry-After`; `retryAtMs` then holds its end. */
export const FLAG_RETRY_AFTER = 1
/** The connector itself said `retryable: true` / `false` (or threw RetryLater / PermanentError). */
export const FLAG_RETRYABLE = 2
export const FLAG_PERMANENT = 4

/**
 * No call: somebody decided on a parked item. With verdict `retry` it is tried again: its attempts so far no longer count, nor do its waits, so
 * `throttled` is equal to `attempt`. With verdict `parked` its key is skipped: `retryAtMs` is the last place in the order (`eligibleSeq`) of a
 * job whose items behind it are cancelled, before it fails itself.
 */
export const FLAG_DECIDED = 8
/** Set by the worker when the connector itself asked to be called later: no failure, like a `Retry-After` of 429 and 503. */
export const FLAG_RETRY_LATER = 16
/** With `FLAG_DECIDED` and verdict `retry`: the item is tried again with other data, which its batch carries (`ItemReplacement`). */
export const FLAG_REPLACED = 32
/** Set by the worker when the item's payload could not be resolved: no call was made, and no attempt is used up. */
export const FLAG_UNRESOLVED = 64

/** Only while calls are traced. The call was sent with the trace flag `01`. */
export const TRACE_CHOSEN = 1
/** Only while calls are traced. The record is of the same call as the one before. */
export const TRACE_SAME_CALL = 2

/** A block of outcomes; `records` holds at least `count * OUTCOME_BYTES` bytes and is 8-byte aligned. */
export interface OutcomeBatch {
  readonly count: number
  readonly records: ArrayBuffer
  readonly details: Uint8Array | null
  /** One for each record with `FLAG_REPLACED`. @default none */
  readonly replacements?: readonly ItemReplacement[]
}

/** New data of an item, durable together with the outcome that lets the item be tried again. */
export interface ItemReplacement {
  readonly jobRef: number
  readonly index: number
  /** Calls that the item had before. */
  readonly attempt: number
  readonly atMs: number
  /** The person or program that replaced it. */
  readonly by: string
  /** The item's line with the new data, without a newline; in a buffer of its own. */
  readonly line: Uint8Array
}

/** The members of one record, for writing and for readers that are not on the hot path. */
export interface OutcomeRecord {
  jobRef: number
  chunk: number
  index: number
  itemHandle: number
  epoch: number
  /** 1 and up: the number of this call in the life of the item, throttled calls included. */
  attempt: number
  /** 0: no HTTP status. */
  httpStatus: number
  verdict: Verdict
  flags: number
  /** `TRACE_*`; nothing else than traces reads it. @default 0 */
  trace?: number
  throttled: number
  startedAtMs: number
  endedAtMs: number
  retryAtMs: number
  /** JSON of an `OutcomeDetail`, UTF-8; empty or absent: none. */
  detail?: Uint8Array | undefined
}

/** Reads and patches the records of one batch in place. */
export class OutcomeView {
  readonly count: number
  readonly #batch: OutcomeBatch
  readonly #words: Uint32Array
  readonly #floats: Float64Array

  constructor(batch: OutcomeBatch) {
    this.count = batch.count
    this.#batch = batch
    this.#words = new Uint32Array(batch.records, 0, batch.count * WORDS)
    this.#floats = new Float64Array(batch.records, 0, batch.count * FLOATS)
  }

  jobRef(n: number): number {
    return this.#words[n * WORDS]!
  }
  chunk(n: number): number {
    return this.#words[n * WORDS + 1]!
  }
  index(n: number): number {
    return this.#words[n * WORDS + 2]!
  }
  itemHandle(n: number): number {
    return this.#words[n * WORDS + 3]!
  }
  epoch(n: number): number {
    return this.#words[n * WORDS + 4]!
  }
  attempt(n: number): number {
    return this.#words[n * WORDS + 5]! & 0xffff
  }
  httpStatus(n: number): number {
    return this.#words[n * WORDS + 5]! >>> 16
  }
  verdict(n: number): Verdict {
    return (this.#words[n * WORDS + 6]! & 0xff) as Verdict
  }
  flags(n: number): number {
    return (this.#words[n * WORDS + 6]! >>> 8) & 0xff
  }
  trace(n: number): number {
    return this.#words[n * WORDS + 6]! >>> 16
  }
  /**
   * The number of the first record, from one on, that begins a call which was chosen for a span, did not succeed, or took longer than this; `count`: none
   * does.
   */
  findCall(from: number, longerThanMs: number): number {
    const { count } = this
    const [words, floats] = [this.#words, this.#floats]
    for (let n = from; n < count; n++) {
      const state = words[n * WORDS + 6]!
      if ((state & (TRACE_SAME_CALL << 16)) !== 0) continue
      if ((state & (TRACE_CHOSEN << 16)) !== 0 || (state & 0xff) !== Verdict.succeeded) return n
      if (floats[n * FLOATS + 6]! - floats[n * FLOATS + 5]! > longerThanMs) return n
    }
    return count
  }
  /** The answer was a 429 or 503 with a time to retry, or a module asked to be called later. */
  asksForDelay(n: number): boolean {
    return (this.flags(n) & FLAG_RETRY_LATER) !== 0 || this.holdsChannel(n)
  }
  /** The answer was a 429 or 503 with a time to retry: no call of the channel starts before. */
  holdsChannel(n: number): boolean {
    const status = this.httpStatus(n)
    return (this.flags(n) & FLAG_RETRY_AFTER) !== 0 && (status === 429 || status === 503)
  }
  /** The payload could not be resolved, and nothing said when it may be. */
  isUnresolved(n: number): boolean {
    return (this.flags(n) & FLAG_UNRESOLVED) !== 0 && !this.asksForDelay(n)
  }
  throttled(n: number): number {
    return this.#words[n * WORDS + 9]!
  }
  startedAtMs(n: number): number {
    return this.#floats[n * FLOATS + 5]!
  }
  endedAtMs(n: number): number {
    return this.#floats[n * FLOATS + 6]!
  }
  retryAtMs(n: number): number {
    return this.#floats[n * FLOATS + 7]!
  }
  /**
   * Whether a record may be of the same call as the one before. Records do not say which of them were one call: neighbours of a job with the
   * same times are taken for one, up to the most items a call takes.
   */
  isSameCall(n: number): boolean {
    return (
      n > 0 &&
      this.startedAtMs(n) === this.startedAtMs(n - 1) &&
      this.endedAtMs(n) === this.endedAtMs(n - 1) &&
      this.jobRef(n) === this.jobRef(n - 1)
    )
  }
  /** Whether a record has the job, attempt, verdict and times of the one before: they count alike. */
  isLikeBefore(n: number): boolean {
    const [word, float] = [n * WORDS, n * FLOATS]
    return (
      this.#words[word] === this.#words[word - WORDS] &&
      ((this.#words[word + 5]! ^ this.#words[word - WORDS + 5]!) & 0xffff) === 0 &&
      ((this.#words[word + 6]! ^ this.#words[word - WORDS + 6]!) & 0xff) === 0 &&
      this.#floats[float + 5] === this.#floats[float - FLOATS + 5] &&
      this.#floats[float + 6] === this.#floats[float - FLOATS + 6]
    )
  }
  hasDetail(n: number): boolean {
    return this.#words[n * WORDS + 8]! > 0
  }
  /** The detail's JSON bytes, or null. A view, not a copy. */
  detail(n: number): Uint8Array | null {
    const length = this.#words[n * WORDS + 8]!
    if (length === 0 || this.#batch.details === null) return null
    const offset = this.#words[n * WORDS + 7]!
    return this.#batch.details.subarray(offset, offset + length)
  }
  /** Sets what the outcomes stage decided; throttled is the count including this call. */
  judge(n: number, verdict: Verdict, judgement: { readonly retryAtMs: number; readonly throttled: number }): void {
    const word = n * WORDS + 6
    this.#words[word] = (this.#words[word]! & ~0xff) | verdict
    this.#words[n * WORDS + 9] = judgement.throttled
    this.#floats[n * FLOATS + 7] = judgement.retryAtMs
  }
  /** The whole record as an object; not for the hot path. */
  record(n: number): OutcomeRecord {
    return {
      jobRef: this.jobRef(n),
      chunk: this.chunk(n),
      index: this.index(n),
      itemHandle: this.itemHandle(n),
      epoch: this.epoch(n),
      attempt: this.attempt(n),
      httpStatus: this.httpStatus(n),
      verdict: this.verdict(n),
      flags: this.flags(n),
      throttled: this.throttled(n),
      startedAtMs: this.startedAtMs(n),
      endedAtMs: this.endedAtMs(n),
      retryAtMs: this.retryAtMs(n),
      detail: this.detail(n) ?? undefined,
    }
  }
}

/** Collects outcome records into a batch; grows by doubling and can be used again after `take()`. */
export class OutcomeWriter {
  #count = 0
  #records = new ArrayBuffer(16 * OUTCOME_BYTES)
  #words = new Uint32Array(this.#records)
  #floats = new Float64Array(this.#records)
  #details = new Uint8Array(0)
  #detailBytes = 0

  get count(): number {
    return this.#count
  }

  /** Bytes of details collected so far. */
  get detailBytes(): number {
    return this.#detailBytes
  }

  add(record: OutcomeRecord): void {
    if ((this.#count + 1) * OUTCOME_BYTES > this.#records.byteLength) this.#growRecords()
    const word = this.#count * WORDS
    const float = this.#count * FLOATS
    const words = this.#words
    const detail = record.detail
    words[word] = record.jobRef
    words[word + 1] = record.chunk
    words[word + 2] = record.index
    words[word + 3] = record.itemHandle
    words[word + 4] = record.epoch
    words[word + 5] = (record.attempt & 0xffff) | (record.httpStatus << 16)
    words[word + 6] = record.verdict | (record.flags << 8) | ((record.trace ?? 0) << 16)
    words[word + 7] = this.#detailBytes
    words[word + 8] = detail?.length ?? 0
    words[word + 9] = record.throttled
    this.#floats[float + 5] = record.startedAtMs
    this.#floats[float + 6] = record.endedAtMs
    this.#floats[float + 7] = record.retryAtMs
    if (detail !== undefined && detail.length > 0) this.#addDetail(detail)
    this.#count++
  }

  /** Takes the collected outcomes, in buffers of exact size that may be transferred, and starts anew. Null when empty. */
  take(): OutcomeBatch | null {
    if (this.#count === 0) return null
    const batch: OutcomeBatch = {
      count: this.#count,
      records: this.#records.slice(0, this.#count * OUTCOME_BYTES),
      details: this.#detailBytes === 0 ? null : this.#details.slice(0, this.#detailBytes),
    }
    this.#count = 0
    this.#detailBytes = 0
    return batch
  }

  #growRecords(): void {
    const grown = new ArrayBuffer(this.#records.byteLength * 2)
    new Uint8Array(grown).set(new Uint8Array(this.#records))
    this.#records = grown
    this.#words = new Uint32Array(grown)
    this.#floats = new Float64Array(grown)
  }

  #addDetail(detail: Uint8Array): void {
    if (this.#detailBytes + detail.length > this.#details.length) {
      const grown = new Uint8Array(Math.max(this.#details.length * 2, this.#detailBytes + detail.length, 4096))
      grown.set(this.#details.subarray(0, this.#detailBytes))
      this.#details = grown
    }
    this.#details.set(detail, this.#detailBytes)
    this.#detailBytes += detail.length
  }
}

/**
 * Makes one block of the batches of a commit: records in their order, details behind one another, the memory-only item handle as 0.
 * A batch that comes alone is changed in place. Null when there is no record.
 */
export function mergeBatches(batches: readonly OutcomeBatch[]): OutcomeBatch | null {
  const full = batches.filter((batch) => batch.count > 0)
  const [first] = full
  if (first === undefined) return null
  if (full.length === 1) {
    const words = new Uint32Array(first.records, 0, first.count * WORDS)
    for (let word = ITEM_HANDLE_WORD; word < words.length; word += WORDS) words[word] = 0
    return first
  }
  let count = 0
  let detailBytes = 0
  for (const batch of full) {
    count += batch.count
    detailBytes += batch.details?.length ?? 0
  }
  const words = new Uint32Array(count * WORDS)
  const details = detailBytes === 0 ? null : new Uint8Array(detailBytes)
  let at = 0
  let detailAt = 0
  for (const batch of full) {
    words.set(new Uint32Array(batch.records, 0, batch.count * WORDS), at)
    const end = at + batch.count * WORDS
    for (; at < end; at += WORDS) {
      words[at + ITEM_HANDLE_WORD] = 0
      words[at + DETAIL_OFFSET_WORD]! += detailAt
    }
    if (batch.details !== null) {
      details!.set(batch.details, detailAt)
      detailAt += batch.details.length
    }
  }
  return { count, records: words.buffer, details }
}

/** The records as they are written into a row. */
export function recordBytes(batch: OutcomeBatch): Uint8Array {
  return new Uint8Array(batch.records, 0, batch.count * OUTCOME_BYTES)
}

/** Reads records (and details) as they stand in a row. */
export function readBatch(records: Uint8Array, details: Uint8Array | null): OutcomeBatch {
  return { count: records.byteLength / OUTCOME_BYTES, records: wholeBuffer(records), details }
}

export function readView(records: Uint8Array, details: Uint8Array | null = null): OutcomeView {
  return new OutcomeView(readBatch(records, details))
}

/** The bytes as a buffer of their own, without a copy where they already are. */
export function wholeBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer } = bytes
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength) return buffer
  return bytes.slice().buffer
}
