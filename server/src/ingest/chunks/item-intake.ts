import { isUtf8 } from 'node:buffer'
import { ProblemError, type ProblemPlace } from '../../model/errors.ts'
import type { JobId, JobRef } from '../../model/ids.ts'
import { itemIdSeed, jobKeyHash, partitionKeySeed } from '../../model/item-hashes.ts'
import { type Action, actions, type Envelope } from '../../model/job.ts'
import { type KeyHashSeed, writeKeyHash } from '../../model/key-hash.ts'
import { MAX_ERRORS_PER_PROBLEM } from '../../model/limits.ts'
import type { RejectedItems } from '../../store/item-store.ts'
import { BLOCK_BYTES, blockEnd } from '../body/read-body.ts'
import { ChunkCutter } from './write-chunks.ts'
import { FailedItems, keptText } from '../check/failed-items.ts'
import { type ItemFault, ItemParser, type ParsedItem } from '../check/parse-item.ts'
import { badBody, limitPassed } from '../check/refusals.ts'
import { ItemScanner, writeAsciiKeyHash } from '../check/scan-item.ts'

export interface IntakeOptions {
  readonly job: { readonly ref: JobRef; readonly id: JobId; readonly subscription: string; readonly envelope: Envelope }
  readonly epoch: number
  readonly nowMs: number
  /** Where the first item goes. */
  readonly start: { readonly chunk: number; readonly index: number }
  readonly limit: { readonly name: string; readonly items: number }
  /** Returns the reported place of a fault: `item` counts from 0 in this request, `line` from 1. */
  readonly place: (at: { item: number; line: number; pointer: string }) => Omit<ProblemPlace, 'detail'>
  /** "submit job", for messages. */
  readonly action: string
  /**
   * The scope of a fault in an item that is no JSON: of a line only the item, of an element of a JSON body all of it, as its end is unknown.
   * @default item
   */
  readonly brokenJson?: 'item' | 'body'
}

/** Faults that are counted before a refused body is not read further: a million broken lines need not be looked at one by one. */
const MAX_COUNTED_FAULTS = 10_000
/** Lines read by the slow path at once: 2 to 10 us each. A whole block of ordinary lines takes as long. */
const SLOW_LINES = 250
/** Bytes that are read at once of a line longer than a block: at 5 to 15 ns a byte about a millisecond. */
const STEP_BYTES = 64 * 1024
const LF = 10
/** Actions by the first letter of their names. */
const actionOf = new Map(actions.map((action) => [action.charCodeAt(0), action]))

/**
 * Takes items line by line: validates each, hashes its id and key, and puts it into a chunk. Invalid ones are collected for one refusal
 * (`onInvalidItem: reject`; chunks are then no longer cut) or are rejected at ingest in their place (`fail`).
 */
export class ItemIntake {
  readonly cutter: ChunkCutter
  readonly #options: IntakeOptions
  readonly #scanner = new ItemScanner()
  readonly #idSeed: KeyHashSeed
  readonly #keySeed: KeyHashSeed
  readonly #jobKey: readonly [number, number]
  readonly #failed: FailedItems
  /** Reads the lines that the scanner does not recognize; made for the first such line. */
  #parser: ItemParser | null = null
  /** Where the long line ends that is being read; -1: none is. */
  #longEnd = -1
  readonly #text = { bytes: new Uint8Array(0) as Uint8Array, start: 0, end: 0 }
  readonly #faults: ProblemPlace[] = []
  #faultCount = 0
  /** Items with an action of their own. */
  readonly #ownActions: Record<Action, number> = { create: 0, update: 0, delete: 0 }
  /** Items and lines of this request so far. */
  #items: number
  #line: number

  /** @param before the part of the request that has been read already, such as the envelope's line */
  constructor(options: IntakeOptions, before: { readonly lines: number; readonly items: number }) {
    const { subscription, envelope, id } = options.job
    this.#options = options
    this.#line = before.lines
    this.#items = before.items
    this.cutter = new ChunkCutter(options.start)
    this.#failed = new FailedItems({ ref: options.job.ref, epoch: options.epoch, nowMs: options.nowMs })
    this.#idSeed = itemIdSeed(envelope.objectType)
    this.#keySeed = partitionKeySeed(subscription, envelope.channel)
    const hasJobKey = envelope.partitionBy === 'job'
    this.#jobKey = hasJobKey ? jobKeyHash({ subscription, channel: envelope.channel, jobId: id }) : [0, 0]
  }

  /** Items of this request so far, valid or not. */
  get items(): number {
    return this.#items
  }

  /** Lines of the body so far. */
  get lines(): number {
    return this.#line
  }

  /** Items that were rejected at ingest. */
  get failed(): number {
    return this.#failed.count
  }

  /** Of these, those that are in memory: `takeRejectedItems` was not called, or their chunk is not complete. */
  get heldRejectedItems(): number {
    return this.#failed.held
  }

  /** Bytes of memory that they take. */
  get heldBytes(): number {
    return this.#failed.heldBytes
  }

  /** Items that are in a chunk, by what they ask the channel to do; rejected ones count with the job's action. */
  get itemsByAction(): Readonly<Record<Action, number>> {
    const { create, update, delete: deleted } = this.#ownActions
    const counts = { create, update, delete: deleted }
    const { start, job } = this.#options
    counts[job.envelope.action] += this.cutter.index - start.index - create - update - deleted
    return counts
  }

  /** Whether an item makes the whole request fail. */
  get refused(): boolean {
    return this.#faultCount > 0
  }

  /** Returns the items of complete chunks that were rejected at ingest; each once. */
  takeRejectedItems(): RejectedItems[] {
    const { memory, chunk: present } = this.cutter
    const first = this.#options.start.chunk
    return this.#failed.take(present).map(({ chunk, outcomes }) => {
      const { firstIndex, count } = memory[chunk - first]!
      return { chunk, firstIndex, count, outcomes }
    })
  }

  /**
   * Takes lines of a block, each ending in LF, for about a millisecond; when all of it was taken, it may be written over.
   * @returns how many bytes were taken, 0 in the middle of a long line: call again with the rest
   * @throws ProblemError
   */
  take(block: Buffer): number {
    if (block.length <= BLOCK_BYTES) return this.#takeLines(block)
    if (this.#longEnd < 0) {
      const end = blockEnd(block, 0, block.length)
      if (end <= BLOCK_BYTES) return this.#takeLines(block.subarray(0, end))
      if (endOfBlank(block, 0) > 0) {
        this.#line++
        return end
      }
      this.#beginLong(block, end - 1)
    }
    return this.#takeLong(block)
  }

  #takeLines(block: Buffer): number {
    const { cutter } = this
    const scanner = this.#scanner
    const text = this.#text
    const { partitionBy } = this.#options.job.envelope
    const byItem = partitionBy === 'item'
    const isUtf8Block = isUtf8(block)
    // Where the key is in the data the scanner does not look.
    const scans = isUtf8Block && !partitionBy.startsWith('/')
    scanner.use(block)
    text.bytes = block
    let at = 0
    for (let slow = 0; at < block.length && slow < SLOW_LINES;) {
      this.#line++
      const blankEnd = endOfBlank(block, at)
      if (blankEnd > 0) {
        at = blankEnd
        continue
      }
      const end = scans ? scanner.scan(at) : -1
      if (end < 0) {
        at = this.#takeWithCare(block, at, isUtf8Block)
        slow++
        continue
      }
      this.#countItem()
      if (this.#faultCount > 0) {
        at = end + 1 // only the faults of the others are still of interest
        continue
      }
      cutter.prepare(end + 1 - at)
      text.start = scanner.idStart
      text.end = scanner.idEnd
      writeAsciiKeyHash(this.#idSeed, text, cutter.ids)
      if (byItem) {
        if (scanner.keyStart >= 0) {
          text.start = scanner.keyStart
          text.end = scanner.keyEnd
        }
        writeAsciiKeyHash(this.#keySeed, text, cutter.keys)
      } else this.#writeJobKey()
      if (scanner.actionStart >= 0) this.#ownActions[actionOf.get(block[scanner.actionStart]!)!]++
      cutter.takeLine(block, at, end + 1)
      at = end + 1
    }
    cutter.flush()
    return at
  }

  /** Completes the last chunk. @throws ProblemError `invalid_item` when items are invalid and the job accepts none of them */
  finish(): void {
    if (this.#faultCount > 0) throw this.#refusal()
    this.cutter.finish()
  }

  /** Reads one line by the slow path; returns the offset of the next one. */
  #takeWithCare(block: Buffer, at: number, isUtf8Block: boolean): number {
    const end = block.indexOf(LF, at)
    const parser = this.#startParser()
    this.#countItem()
    parser.begin(block, { start: at, end, isUtf8: isUtf8Block || isUtf8(block.subarray(at, end)) })
    parser.parse(Infinity)
    this.#takeParsed(parser.item, block, { start: at, end })
    return end + 1
  }

  /** @param end of the line that the block begins with, at its LF */
  #beginLong(block: Buffer, end: number): void {
    this.#line++
    this.#countItem()
    this.#longEnd = end
    this.#startParser().begin(block, { start: 0, end, isUtf8: isUtf8(block.subarray(0, end)) })
  }

  /** Continues the long line that the block begins with. @returns its bytes when it was taken, else 0 */
  #takeLong(block: Buffer): number {
    const parser = this.#parser!
    if (!parser.parse(STEP_BYTES)) return 0
    const end = this.#longEnd
    this.#longEnd = -1
    this.#takeParsed(parser.item, block, { start: 0, end })
    this.cutter.flush()
    return end + 1
  }

  #startParser(): ItemParser {
    return (this.#parser ??= new ItemParser(this.#options.job.envelope.partitionBy))
  }

  #takeParsed(item: ParsedItem, block: Buffer, { start, end }: { start: number; end: number }): void {
    if (item.fault !== null) {
      if (!item.fault.isJson && this.#options.brokenJson === 'body') throw this.#brokenBody(item.fault)
      if (this.#options.job.envelope.onInvalidItem === 'reject') this.#noteFault(item.fault)
      else this.#takeFailed(block.subarray(start, end), item.fault, item.id)
      return
    }
    if (this.#faultCount > 0) return
    const { cutter } = this
    cutter.prepare(end + 1 - start)
    writeKeyHash(this.#idSeed, item.id, cutter.ids)
    if (item.key !== null) writeKeyHash(this.#keySeed, item.key, cutter.keys)
    else this.#writeJobKey()
    const { action } = this.#parser!
    if (action !== null) this.#ownActions[action]++
    cutter.takeLine(block, start, end + 1)
  }

  #countItem(): void {
    const { limit } = this.#options
    if (++this.#items <= limit.items) return
    throw limitPassed({
      code: 'too_many_items',
      name: limit.name,
      value: limit.items,
      required: 'the number of items must be at most',
    })
  }

  /** The key of all items of the job, or none. */
  #writeJobKey(): void {
    const { out, at } = this.cutter.keys
    out[at] = this.#jobKey[0]
    out[at + 1] = this.#jobKey[1]
  }

  #noteFault(fault: ItemFault): void {
    if (this.#faults.length < MAX_ERRORS_PER_PROBLEM)
      this.#faults.push({ ...this.#placeOf(fault), detail: fault.detail })
    if (++this.#faultCount >= MAX_COUNTED_FAULTS) throw this.#refusal()
  }

  #takeFailed(line: Buffer, fault: ItemFault, id: string | null): void {
    const text = keptText(line)
    this.cutter.prepare(text.length + 1)
    if (id !== null) writeKeyHash(this.#idSeed, id, this.cutter.ids)
    this.#failed.add({ chunk: this.cutter.chunk, index: this.cutter.index, fault, text })
    this.cutter.takeFailed(text)
  }

  #placeOf(fault: ItemFault): Omit<ProblemPlace, 'detail'> {
    return this.#options.place({ item: this.#items - 1, line: this.#line, pointer: fault.pointer })
  }

  #brokenBody(fault: ItemFault): ProblemError {
    return badBody({ ...this.#placeOf(fault), detail: fault.detail })
  }

  #refusal(): ProblemError {
    const first = this.#faults[0]!
    const where =
      first.line === undefined
        ? first.pointer
        : `line ${first.line}${first.pointer === undefined ? '' : ` (${first.pointer})`}`
    const all =
      this.#faultCount >= MAX_COUNTED_FAULTS ? `; reading stopped after ${MAX_COUNTED_FAULTS} invalid items` : ''
    return new ProblemError({
      code: 'invalid_item',
      detail: `Cannot ${this.#options.action} as ${where} ${first.detail}${all}`,
      errors: this.#faults,
      errorCount: this.#faultCount,
    })
  }
}

/**
 * The offset after a line of nothing but white space, which is passed over; -1 for every other line. Looks at bytes only: a gigabyte
 * of line feeds packs into one megabyte, so a blank line must cost next to nothing.
 */
export function endOfBlank(block: Buffer, at: number): number {
  for (let i = at; i < block.length; i++) {
    const byte = block[i]
    if (byte === LF) return i + 1
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return -1
  }
  return -1
}

/** Nothing but white space. */
export function isBlank(line: Buffer): boolean {
  for (const byte of line) if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false
  return true
}
