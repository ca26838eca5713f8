import type { JobId } from '../../model/ids.ts'
import type { Verdict } from '../../model/outcome-batch.ts'
import type { ItemsPage, StoredAttempt, StoredItem, StoredReplacement } from '../item-store.ts'
import type { PackedItems } from '../thread/messages.ts'
import { release } from '../thread/thread-line.ts'

/** Numbers of an item and of a call in `PackedItems`. */
const ITEM_NUMBERS = 11
const CALL_NUMBERS = 8
/** Stands for null, in times, lengths and places. */
const NONE = -1

/** Collects a page. */
export class ItemsPacker {
  readonly #items: number[] = []
  readonly #calls: number[] = []
  readonly #pieces: Uint8Array[] = []
  readonly #sources: Uint8Array[] = []
  readonly #retriedAs: JobId[] = []
  readonly #replacements: { readonly item: number; readonly of: readonly StoredReplacement[] }[] = []
  #byteLength = 0

  get count(): number {
    return this.#items.length / ITEM_NUMBERS
  }

  get byteLength(): number {
    return this.#byteLength
  }

  /** Adds an item; its bytes are copied by `finish`. */
  add(item: StoredItem): void {
    const { line, detail, log, replacements } = item
    if (replacements.length > 0) this.#replacements.push({ item: this.count, of: replacements })
    this.#items.push(item.index, item.verdict, item.attempt, item.throttled)
    this.#items.push(item.startedAtMs ?? NONE, item.endedAtMs ?? NONE, item.retryAtMs ?? NONE)
    this.#items.push(line.length, detail?.length ?? NONE, log.length, this.#placeOf(item.retriedAs))
    this.#addBytes(line)
    this.#addBytes(detail)
    for (const call of log) {
      this.#calls.push(
        call.attempt,
        call.epoch,
        call.startedAtMs,
        call.endedAtMs,
        call.verdict,
        call.httpStatus,
        call.retryAtMs,
      )
      this.#calls.push(call.detail?.length ?? NONE)
      this.#addBytes(call.detail)
    }
  }

  /** Notes a value of a row that items are cut out of. It is read by nobody else, and its memory is given back by `finish`. */
  cutFrom(source: Uint8Array): void {
    this.#sources.push(source)
  }

  finish(nextIndex: number | null): PackedItems {
    const bytes = new Uint8Array(this.#byteLength)
    let at = 0
    for (const part of this.#pieces) {
      bytes.set(part, at)
      at += part.length
    }
    release(this.#sources)
    const [items, calls] = [Float64Array.from(this.#items), Float64Array.from(this.#calls)]
    return { nextIndex, items, calls, bytes, retriedAs: this.#retriedAs, replacements: this.#replacements }
  }

  #placeOf(retriedAs: JobId | null): number {
    if (retriedAs === null) return NONE
    const known = this.#retriedAs.indexOf(retriedAs)
    return known === -1 ? this.#retriedAs.push(retriedAs) - 1 : known
  }

  #addBytes(bytes: Uint8Array | null): void {
    if (bytes === null) return
    this.#pieces.push(bytes)
    this.#byteLength += bytes.length
  }
}

/** Makes the page again; lines and details are views of one buffer. */
export function unpackItems({
  nextIndex,
  items: numbers,
  calls,
  bytes,
  retriedAs,
  replacements,
}: PackedItems): ItemsPage {
  let callAt = 0
  let byteAt = 0
  const take = (length: number): Uint8Array | null => {
    if (length === NONE) return null
    byteAt += length
    return bytes.subarray(byteAt - length, byteAt)
  }
  const items: StoredItem[] = []
  const replacementsOf = new Map(replacements.map(({ item, of }) => [item, of]))
  for (let at = 0; at < numbers.length; at += ITEM_NUMBERS) {
    const line = take(numbers[at + 7]!)!
    const detail = take(numbers[at + 8]!)
    const log: StoredAttempt[] = []
    for (let left = numbers[at + 9]!; left > 0; left--, callAt += CALL_NUMBERS) {
      log.push({
        attempt: calls[callAt]!,
        epoch: calls[callAt + 1]!,
        startedAtMs: calls[callAt + 2]!,
        endedAtMs: calls[callAt + 3]!,
        verdict: calls[callAt + 4]! as Verdict,
        httpStatus: calls[callAt + 5]!,
        retryAtMs: calls[callAt + 6]!,
        detail: take(calls[callAt + 7]!),
      })
    }
    items.push({
      index: numbers[at]!,
      line,
      verdict: numbers[at + 1]! as Verdict,
      attempt: numbers[at + 2]!,
      throttled: numbers[at + 3]!,
      startedAtMs: orNull(numbers[at + 4]!),
      endedAtMs: orNull(numbers[at + 5]!),
      retryAtMs: orNull(numbers[at + 6]!),
      retriedAs: retriedAs[numbers[at + 10]!] ?? null,
      log,
      detail,
      replacements: replacementsOf.get(items.length) ?? [],
    })
  }
  return { items, nextIndex, release: () => release([bytes]) }
}

function orNull(value: number): number | null {
  return value === NONE ? null : value
}
