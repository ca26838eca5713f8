// Items of any source as lines of NDJSON, cut into parts. The source is pulled only for the part that is asked for.

import type { ItemInput } from '@waybill/spec'
import { untilAborted } from '../transport/until-aborted.ts'

/** One object to deliver. */
export type NewItem<Data = unknown> = Omit<ItemInput, 'data'> & { data?: Data }

/** Items of any number: an array, a Set, a generator, an async generator, a stream of objects. Read once, in order. */
export type ItemSource<Data = unknown> = Iterable<NewItem<Data>> | AsyncIterable<NewItem<Data>>

/** Consecutive items as bytes: what is sent again is the same. They are there until the next but one part is asked for. */
export interface Part {
  /** Index, in the whole input, of its first item. */
  readonly fromIndex: number
  readonly itemCount: number
  readonly bytes: Uint8Array
  /** Whether the source has ended with it. */
  readonly isLast: boolean
}

export interface PartLimits {
  maxItems: number
  /** A part ends with the item that reaches it. */
  maxBytes: number
  /** A part that took so long to fill is closed, so that a slow source becomes durable bit by bit. Not the first. */
  maxAgeMs: number
}

/** Items that were skipped. */
export interface Skipped {
  /** The index that comes next; below the requested one when the source ended before. */
  nextIndex: number
  /** The item right before it; undefined when none was passed over. */
  lastId: string | undefined
}

/** A source that is read in parts. Ask for one thing at a time. */
export interface PartSource {
  /** @throws TypeError an item is none; what the source throws; the signal's reason, also while the source is silent */
  next(signal?: AbortSignal): Promise<Part>
  /** Skips to an index without encoding the items before it. Throws as `next` does. */
  skipTo(index: number, signal?: AbortSignal): Promise<Skipped>
  /** Closes the source; does not wait for it. */
  close(): void
}

/** One item after another; a source that has them at hand gives them without a promise. */
interface OpenSource {
  readonly pull: () => IteratorResult<unknown> | Promise<IteratorResult<unknown>>
  readonly isAsync: boolean
  readonly leave: () => unknown
}

/**
 * Limits of one request, be it a whole job or a part of one: as many items as a part may have, and so few bytes that two parts
 * are no burden and a lost one is soon sent again.
 */
export const partLimits: PartLimits = { maxItems: 10_000, maxBytes: 2 * 1024 * 1024, maxAgeMs: 10_000 }
const encoder = new TextEncoder()
const lineFeed = 0x0a

/** @param firstIndex the index of the source's first item */
export function encodeItems(
  items: ItemSource,
  limits: PartLimits,
  { now, firstIndex = 0 }: { now: () => number; firstIndex?: number },
): PartSource {
  let source: OpenSource | null = null
  /** Pulled and not in a part yet. */
  let held: string | null = null
  /** Of the item that is pulled next. */
  let index = firstIndex
  let ended = false
  let partCount = 0
  const even = createLineBuffer()
  const odd = createLineBuffer()

  /**
   * Passes one item after another to `visit`, until that returns false or there is none. Awaits sources only that are asynchronous, and
   * nothing besides: a promise for each of a million items costs more than the item.
   */
  async function pullEach(signal: AbortSignal | undefined, visit: (item: unknown) => boolean): Promise<void> {
    if (ended) return
    source ??= openSource(items)
    const { pull, isAsync } = source
    let isPulling = true
    try {
      for (;;) {
        const step = isAsync ? await pull() : (pull() as IteratorResult<unknown>)
        isPulling = false
        if (step.done === true) ended = true
        if (ended) return
        signal?.throwIfAborted()
        if (!visit(step.value)) return
        isPulling = true
      }
    } catch (error) {
      // A source that has thrown is not closed.
      if (isPulling) ended = true
      throw error
    }
  }

  async function fill(signal: AbortSignal | undefined): Promise<Part> {
    const fromIndex = held === null ? index : index - 1
    const untilMs = fromIndex === firstIndex ? Number.POSITIVE_INFINITY : now() + limits.maxAgeMs
    // One is on its way while the other is filled.
    const buffer = partCount++ % 2 === 0 ? even : odd
    let itemCount = 0
    if (held !== null) {
      buffer.add(held)
      held = null
      itemCount = 1
    }
    await pullEach(signal, (item) => {
      const line = encodeItem(item, index)
      index++
      const isFull = itemCount >= limits.maxItems || buffer.sizeBytes >= limits.maxBytes
      // Only now, as it takes one more item to know whether the source has ended.
      if (itemCount > 0 && (isFull || now() >= untilMs)) {
        held = line
        return false
      }
      buffer.add(line)
      itemCount++
      return true
    })
    return { fromIndex, itemCount, bytes: buffer.take(), isLast: held === null }
  }

  async function skip(toIndex: number, signal: AbortSignal | undefined): Promise<Skipped> {
    let lastId: string | undefined
    if (held !== null && index <= toIndex) {
      lastId = idOf(JSON.parse(held))
      held = null
    }
    if (index < toIndex) {
      await pullEach(signal, (item) => {
        lastId = idOf(item)
        return ++index < toIndex
      })
    }
    return { nextIndex: index, lastId }
  }

  return {
    next: (signal) => untilAborted(fill(signal), signal),
    skipTo: (toIndex, signal) => untilAborted(skip(toIndex, signal), signal),
    close() {
      if (source === null || ended) return
      ended = true
      try {
        // Not waited for: a source that hangs would hang its end too.
        Promise.resolve(source.leave()).catch(() => undefined)
      } catch {
        // The reported error is the reason for closing the source, not the source's own.
      }
    },
  }
}

/** The items of a part from an index on, and what was cut off before. */
export function cutPart(part: Part, fromIndex: number): { part: Part; lastId: string | undefined } {
  let start = 0
  let lastStart = 0
  for (let left = fromIndex - part.fromIndex; left > 0; left--) {
    lastStart = start
    start = part.bytes.indexOf(lineFeed, start) + 1
  }
  if (start === 0) return { part, lastId: undefined }
  const lastId = idOf(JSON.parse(new TextDecoder().decode(part.bytes.subarray(lastStart, start))))
  const itemCount = part.itemCount - (fromIndex - part.fromIndex)
  return { part: { ...part, fromIndex, itemCount, bytes: part.bytes.subarray(start) }, lastId }
}

/** @throws TypeError it cannot be iterated */
export function checkItems(items: unknown): void {
  if (typeof items === 'object' && items !== null) {
    if (Symbol.asyncIterator in items || Symbol.iterator in items || 'getReader' in items) return
  }
  const shown = typeof items === 'object' && items !== null ? 'an object' : String(items)
  throw new TypeError(
    `Cannot submit job as items must be an array, an iterable or an async iterable: current value is ${shown}`,
  )
}

function openSource(items: ItemSource): OpenSource {
  if (Symbol.iterator in items) return fromIterator(items[Symbol.iterator](), false)
  if (Symbol.asyncIterator in items) return fromIterator(items[Symbol.asyncIterator](), true)
  // Safari's streams are no async iterables.
  const reader = (items as ReadableStream<unknown>).getReader()
  return { pull: () => reader.read() as Promise<IteratorResult<unknown>>, isAsync: true, leave: () => reader.cancel() }
}

function fromIterator(iterator: Iterator<unknown> | AsyncIterator<unknown>, isAsync: boolean): OpenSource {
  return { pull: () => iterator.next(), isAsync, leave: () => iterator.return?.() }
}

function encodeItem(item: unknown, index: number): string {
  if (typeof item !== 'object' || item === null) throw notAnItem(index, `an object: current value is ${String(item)}`)
  let line: string | undefined
  try {
    line = JSON.stringify(item)
  } catch (cause) {
    throw notAnItem(index, `JSON: ${(cause as Error).message}`, cause)
  }
  // What its toJSON gives.
  if (!line?.startsWith('{')) throw notAnItem(index, `an object as JSON: current value is ${String(line)}`)
  return line
}

function notAnItem(index: number, wanted: string, cause?: unknown): TypeError {
  const error = new TypeError(`Cannot submit job as item ${index} must be ${wanted}`, { cause })
  return Object.assign(error, { itemIndex: index })
}

function idOf(item: unknown): string | undefined {
  return (item as NewItem | null)?.id
}

/** Lines as bytes, in memory that is used again: what a thousand parts leave behind is more than any of them. */
interface LineBuffer {
  add(line: string): void
  readonly sizeBytes: number
  /** All lines since the last time. */
  take(): Uint8Array
}

function createLineBuffer(): LineBuffer {
  let bytes = new Uint8Array(0)
  let size = 0
  return {
    get sizeBytes() {
      return size
    },
    add(line) {
      // A character is at most three bytes of UTF-8, and there is the end of the line.
      const wantedBytes = size + line.length * 3 + 1
      if (bytes.length < wantedBytes) {
        const grown = new Uint8Array(wantedBytes * 1.5)
        grown.set(bytes.subarray(0, size))
        bytes = grown
      }
      size += encoder.encodeInto(line, bytes.subarray(size)).written
      bytes[size++] = lineFeed
    },
    take() {
      const taken = bytes.subarray(0, size)
      size = 0
      return taken
    },
  }
}
