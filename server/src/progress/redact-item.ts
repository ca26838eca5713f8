import type { Item } from '@waybill/spec'
import { MAX_DETAIL_BYTES, MAX_POINTER_LENGTH, MAX_TITLE_LENGTH } from '../model/limits.ts'
import { DataRedactor, joinValues, REDACTED, type RedactedData, type Redaction } from '../model/redaction.ts'
import type { TimeSlice } from '../runtime/time-slice.ts'
import type { ShownItem } from './shown-item.ts'

/** A longer text is looked through in pieces of this size: below a millisecond each. */
const STEP_BYTES = 64 * 1024

/** Hides values in texts that repeat them. */
export interface TextMask {
  text(text: string): string
  /** Of JSON: its strings, names and numbers. */
  value(value: unknown): unknown
}

/** Everything is hidden: the values are too many to look for. */
const hidesAll: TextMask = { text: () => REDACTED, value: () => REDACTED }

/** Redacts the data of items one after another, long ones a piece at a time, each when it is our turn. */
export class ItemRedactor {
  readonly redaction: Redaction
  readonly #data: DataRedactor
  readonly #slice: TimeSlice
  readonly #maskOf: (values: readonly string[]) => TextMask

  constructor(redaction: Redaction, options: { slice: TimeSlice; maskOf: (values: readonly string[]) => TextMask }) {
    this.redaction = redaction
    this.#data = new DataRedactor(redaction)
    this.#slice = options.slice
    this.#maskOf = options.maskOf
  }

  async data(data: Uint8Array): Promise<RedactedData> {
    this.#data.begin(data)
    do {
      if (this.#slice.over) await this.#slice.next()
    } while (!this.#data.walk(STEP_BYTES))
    return this.#data.redacted()
  }

  /** Returns an item as those see it who do not see everything. */
  async redact(shown: ShownItem, { partitionBy, line, isReplaced = false }: RedactedFacts): Promise<ShownItem> {
    const none: RedactedData = { ...NOTHING, values: this.redaction.loadsData && shown.item.attempts > 0 ? null : [] }
    const now = line === null ? none : await this.data(line)
    const replacedData = new Map<number, Uint8Array | null>()
    const values: (readonly string[] | null)[] = [now.values]
    for (const [attempt, data] of shown.replacedData ?? []) {
      const before = data === null ? none : await this.data(data)
      replacedData.set(attempt, data === null ? null : before.data)
      values.push(before.values)
    }
    // Earlier errors may repeat data that is not at hand.
    const isUnknown = isReplaced && shown.replacedData === undefined
    return {
      item: this.#item(shown.item, partitionBy, isUnknown ? null : joinValues(values)),
      ...(shown.data !== undefined && { data: shown.data === null ? null : now.data }),
      ...(shown.replacedData !== undefined && { replacedData }),
    }
  }

  /** Hides values in the result, warnings, errors and log, and a partition key that is one of them. */
  #item(item: Item, partitionBy: string, values: RedactedData['values']): Item {
    const keyed =
      this.redaction.hides(partitionBy) && item.partitionKey !== null ? { ...item, partitionKey: REDACTED } : item
    const { result, warnings, error, log } = item
    const hasTexts = result !== null || warnings.length > 0 || error !== null || log?.some(({ detail }) => detail)
    const hasNone = values?.length === 0 && this.redaction.batchedBy === null
    if (hasTexts !== true || hasNone) return error?.text === undefined ? keyed : withoutLine(keyed)
    const mask = values === null ? hidesAll : this.#maskOf(values)
    return {
      ...keyed,
      result: result === null ? null : mask.value(result),
      warnings: warnings.map((warning) => ({
        ...warning,
        detail: maskedDetail(warning.detail, mask),
        pointer: maskedPointer(warning.pointer, mask),
      })),
      error: error === null ? null : this.#error(error, mask),
      ...(log !== undefined && {
        log: log.map((call) => ({
          ...call,
          detail: call.detail === null ? null : maskedDetail(call.detail, this.#maskOfCall(call, mask)),
        })),
      }),
    }
  }

  #error(error: NonNullable<Item['error']>, mask: TextMask): NonNullable<Item['error']> {
    // The code and the origin are looked up by those who read them.
    const { title, detail, pointer, errors } = error
    return {
      ...error,
      title: maskedText(title, mask, MAX_TITLE_LENGTH),
      detail: detail === null ? null : maskedDetail(detail, this.#maskOfCall(error, mask)),
      pointer: maskedPointer(pointer, mask),
      ...(errors !== undefined && { errors: errors.map((fault) => ({ ...fault, detail: mask.text(fault.detail) })) }),
      ...(error.text !== undefined && { text: REDACTED }),
    }
  }

  /** The values of one item are no mask for the text of a call that others were in. */
  #maskOfCall(call: Parameters<Redaction['isOfWholeCall']>[0], mask: TextMask): TextMask {
    return this.redaction.isOfWholeCall(call) ? hidesAll : mask
  }
}

/** Facts about an item beside what is shown of it. */
export interface RedactedFacts {
  readonly partitionBy: string
  /** Its data, shown or not; null: it has none. */
  readonly line: Uint8Array | null
  /** It had other data before. @default false */
  readonly isReplaced?: boolean
}

const NOTHING: RedactedData = { data: new Uint8Array(0), values: [], marked: [] }

/*
 * A text that may have been cut is hidden as a whole: what it ends with may be the beginning of a hidden value, which is not found.
 */

/** A character takes up to 4 bytes, and none is halved. */
const MAX_WHOLE_DETAIL_BYTES = MAX_DETAIL_BYTES - 4

function maskedDetail(detail: string, mask: TextMask): string {
  return isMarkedCut(detail) || Buffer.byteLength(detail) > MAX_WHOLE_DETAIL_BYTES ? REDACTED : mask.text(detail)
}

function maskedText(text: string, mask: TextMask, maxLength: number): string {
  return isMarkedCut(text) || text.length >= maxLength ? REDACTED : mask.text(text)
}

function maskedPointer(pointer: string | null, mask: TextMask): string | null {
  return pointer === null ? null : maskedText(pointer, mask, MAX_POINTER_LENGTH)
}

function isMarkedCut(text: string): boolean {
  return text.endsWith('…')
}

/** Without the line as received: where its values are is not known. */
function withoutLine(item: Item): Item {
  return { ...item, error: { ...item.error!, text: REDACTED } }
}
