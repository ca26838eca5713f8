import type { JobRef } from '../../model/ids.ts'
import type { OutcomeDetail } from '../../model/item.ts'
import { MAX_INVALID_LINE_TEXT_BYTES } from '../../model/limits.ts'
import { OUTCOME_BYTES, type OutcomeBatch, OutcomeWriter, Verdict } from '../../model/outcome-batch.ts'
import { REJECTED_PER_WRITE } from '../chunks/cut-rejected-items.ts'
import type { ItemFault } from './parse-item.ts'

/** Text of broken lines that is repeated in their errors, over one request; beyond it only the stored line has it. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024

const encoder = new TextEncoder()

/** Outcomes of one chunk; a chunk may have several. */
export interface FailedPiece {
  readonly chunk: number
  readonly outcomes: OutcomeBatch
}

/** The outcomes of items that are invalid under `onInvalidItem: fail`: failed before any attempt, by the engine. */
export class FailedItems {
  readonly #writer = new OutcomeWriter()
  readonly #job: { readonly ref: JobRef; readonly epoch: number; readonly nowMs: number }
  #pieces: FailedPiece[] = []
  #pieceItems = 0
  #pieceBytes = 0
  /** Of the outcomes in the writer. */
  #chunk = 0
  #count = 0
  #textBytes = 0

  constructor(job: { readonly ref: JobRef; readonly epoch: number; readonly nowMs: number }) {
    this.#job = job
  }

  /** So far, taken or not. */
  get count(): number {
    return this.#count
  }

  /** Bytes of memory that the outcomes occupy until they are taken. */
  get heldBytes(): number {
    return this.held * OUTCOME_BYTES + this.#pieceBytes + this.#writer.detailBytes
  }

  /** Those that were not taken yet. */
  get held(): number {
    return this.#pieceItems + this.#writer.count
  }

  add(item: {
    readonly chunk: number
    readonly index: number
    readonly fault: ItemFault
    readonly text: Buffer
  }): void {
    const { chunk, fault, text } = item
    if (chunk !== this.#chunk || this.#writer.count === REJECTED_PER_WRITE) this.#cut()
    this.#chunk = chunk
    const showText = !fault.isJson && this.#textBytes + text.length <= MAX_TEXT_BYTES
    if (showText) this.#textBytes += text.length
    const detail: OutcomeDetail = {
      error: {
        code: 'invalid_item',
        origin: 'engine',
        title: 'Invalid item',
        status: null,
        detail: fault.detail,
        retryable: false,
        pointer: fault.pointer === '' ? null : fault.pointer,
      },
      ...(showText && { text: text.toString('utf8') }),
    }
    this.#writer.add({
      jobRef: this.#job.ref,
      chunk,
      index: item.index,
      itemHandle: 0,
      epoch: this.#job.epoch,
      attempt: 0,
      httpStatus: 0,
      verdict: Verdict.failed,
      flags: 0,
      throttled: 0,
      startedAtMs: 0, // nothing was ever called
      endedAtMs: this.#job.nowMs,
      retryAtMs: 0,
      detail: encoder.encode(JSON.stringify(detail)),
    })
    this.#count++
  }

  /** Returns the outcomes of the chunks before this one, in their order; each once. */
  take(beforeChunk: number): FailedPiece[] {
    this.#cut()
    const later = this.#pieces.findIndex(({ chunk }) => chunk >= beforeChunk)
    const taken = this.#pieces.splice(0, later < 0 ? this.#pieces.length : later)
    for (const { outcomes } of taken) {
      this.#pieceItems -= outcomes.count
      this.#pieceBytes -= outcomes.details!.length
    }
    return taken
  }

  #cut(): void {
    const outcomes = this.#writer.take()
    if (outcomes === null) return
    this.#pieces.push({ chunk: this.#chunk, outcomes })
    this.#pieceItems += outcomes.count
    this.#pieceBytes += outcomes.details!.length
  }
}

/** Returns the stored text of an invalid item's line: well-formed UTF-8 without control characters, cut to 4 KiB between two characters. */
export function keptText(line: Uint8Array): Buffer {
  const wellFormed = Buffer.from(wholeText(line).replace(/[\u0000-\u001f]/g, ' '))
  // Bytes that were no UTF-8 have become three bytes each.
  return wellFormed.length <= MAX_INVALID_LINE_TEXT_BYTES ? wellFormed : Buffer.from(wholeText(wellFormed))
}

/** The first 4 KiB as text, without the half of a character at the cut. */
function wholeText(bytes: Uint8Array): string {
  const cut = bytes.length > MAX_INVALID_LINE_TEXT_BYTES
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, MAX_INVALID_LINE_TEXT_BYTES), {
    stream: cut,
  })
}
