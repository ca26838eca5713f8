import { ItemWalker, type ItemMember, type PathToken, pathToken } from './item-walker.ts'
import type { PartitionBy } from './job.ts'
import { parsePointer } from '@waybill/spec/rules'

/**
 * Reads what a stored line says without making objects of its data, as much at a time as its caller likes. What is stored was checked
 * before: a valid item, or the text of what was none.
 */
export class LineReader {
  readonly #partitionBy: PartitionBy
  readonly #tokens: readonly PathToken[]
  readonly #walker = new ItemWalker()
  #line: Buffer = Buffer.alloc(0)

  constructor(partitionBy: PartitionBy = 'item') {
    this.#partitionBy = partitionBy
    this.#tokens = partitionBy.startsWith('/') ? parsePointer(partitionBy).map(pathToken) : []
  }

  /** Begins with a line, which must stay as it is as long as it is asked about. */
  begin(line: Uint8Array): void {
    this.#line = Buffer.from(line.buffer, line.byteOffset, line.byteLength)
    this.#walker.begin(this.#line, { start: 0, end: line.length }, this.#tokens)
  }

  /** Reads at most about `maxBytes` more. @returns whether the line was read to its end; only then the rest may be asked for */
  read(maxBytes: number): boolean {
    return this.#walker.walk(maxBytes)
  }

  /** Whether the line is an object. */
  get isItem(): boolean {
    return this.#walker.json.isJson && this.#walker.kind === 'an object'
  }

  /** Empty when there is none. */
  get id(): string {
    return this.#text('id') ?? ''
  }

  /** The item's partition key under its job's `partitionBy`; null when it has none. */
  get partitionKey(): string | null {
    if (!this.isItem) return null
    if (this.#partitionBy === 'item') return this.#text('partitionKey') ?? this.id
    return this.#tokens.length === 0 ? null : (this.#walker.targetKey() ?? null)
  }

  /** Its own action; null when it has none. */
  get action(): string | null {
    return this.#text('action')
  }

  /** The JSON of its data, as it was sent; null when it has none. A view, not a copy. */
  get data(): Buffer | null {
    const { start, end } = this.#walker.member('data')
    return this.isItem && start >= 0 ? this.#line.subarray(start, end) : null
  }

  #text(name: ItemMember): string | null {
    const value = this.#walker.member(name)
    if (!this.isItem || value.start < 0 || !this.#walker.isString(value)) return null
    return this.#walker.text(value, Infinity)
  }
}
