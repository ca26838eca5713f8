import { randomBytes } from 'node:crypto'
import { HANDLE_BITS, ItemState, ItemTable, NONE, standsBehind } from './item-table.ts'

/*
 * Which keys have items, as an open-addressing table (linear probing) from a key's 64-bit hash to the last item of its queue. The hash
 * itself stands in the item; an entry is one word, the handle and above it a tag of five bits of the hash, so that a search seldom looks
 * at an item that is not its own. The table grows and shrinks step by step: every change carries a few entries over to a second area,
 * so no single call moves them all.
 */

const EMPTY = 0
/** Was in use: a search continues past it. */
const GONE = 1
const HANDLE_MASK = (1 << HANDLE_BITS) - 1

const MIN_CAPACITY = 1024
/** While there are no more than a few keys: a channel that has nothing to do costs no more. */
const SMALLEST_CAPACITY = 16
/** An area is replaced when more of it is in use or gone; searches then take about six looks at most. */
const FULL_PERCENT = 60
/** How much of a new area is in use when what is known of will be in it. */
const RESERVED_FILL_PERCENT = 40
/** Positions carried over from the old area with each change. */
const STEP = 16

class Area {
  readonly entries: Uint32Array
  readonly mask: number
  readonly shift: number
  live = 0
  gone = 0

  constructor(capacity: number) {
    this.entries = new Uint32Array(capacity)
    this.mask = capacity - 1
    this.shift = Math.clz32(capacity) + 1 // 32 - log2(capacity)
  }

  get capacity(): number {
    return this.mask + 1
  }

  /** Takes an entry out. When nothing was probed past it, no trace is needed. */
  clear(at: number): void {
    const { entries, mask } = this
    this.live--
    if (entries[(at + 1) & mask] !== EMPTY) {
      entries[at] = GONE
      this.gone++
      return
    }
    entries[at] = EMPTY
    for (let before = (at - 1) & mask; entries[before] === GONE; before = (before - 1) & mask) {
      entries[before] = EMPTY
      this.gone--
    }
  }
}

export class KeyTable {
  readonly #items: ItemTable
  #area = new Area(SMALLEST_CAPACITY)
  /** The area before the last change of size, while it is emptied. */
  #old: Area | null = null
  #moved = 0
  /** Where the entries that are carried over belong. */
  readonly #starts = new Uint32Array(STEP)
  // Odd, random per process: nobody can make up keys that all fall on one place.
  readonly #mixLow = randomBytes(4).readUInt32LE() | 1
  readonly #mixHigh = randomBytes(4).readUInt32LE() | 1
  /** Keeps what `warm` reads from being dropped as unused. */
  warmed = 0

  constructor(items: ItemTable) {
    this.#items = items
  }

  /** Keys that have items. */
  get count(): number {
    return this.#area.live + (this.#old?.live ?? 0)
  }

  /** Bytes held, used or not. */
  get bytes(): number {
    return 4 * (this.#area.capacity + (this.#old?.capacity ?? 0))
  }

  /** Reserves capacity for as many more keys at once, so that they do not grow the table ten times over. Untouched capacity costs no memory. */
  reserve(keys: number): void {
    if (this.#old === null && (this.count + keys) * 100 > this.#area.capacity * FULL_PERCENT)
      this.#resize(this.count + keys)
  }

  /**
   * Looks at the places of keys that are about to be appended or replaced. In a large table each place is a cache miss: here the processor
   * waits for many at once, the calls that follow would wait for one after the other (FAIR-3).
   * @param words two for each key
   */
  warm(words: Uint32Array, from: number, to: number): void {
    let seen = 0
    for (const area of [this.#area, this.#old]) {
      if (area === null || area.capacity <= MIN_CAPACITY) continue
      const { entries } = area
      for (let n = from * 2; n < to * 2; n += 2) seen ^= entries[this.#start(area, words[n]!, words[n + 1]!)]!
    }
    this.warmed = seen
  }

  /** The last item of a key's queue, or NONE. */
  last(low: number, high: number): number {
    const at = this.#find(this.#area, low, high)
    if (at >= 0) return this.#area.entries[at]! & HANDLE_MASK
    if (this.#old === null) return NONE
    const oldAt = this.#find(this.#old, low, high)
    return oldAt >= 0 ? this.#old.entries[oldAt]! & HANDLE_MASK : NONE
  }

  /** Makes `handle`, with this key, the last item of its key's queue. Returns the one before, or NONE for a new key. */
  append(handle: number, low: number, high: number): number {
    this.#step()
    const tag = tagOf(high)
    const old = this.#old
    if (old !== null) {
      const at = this.#find(old, low, high)
      if (at >= 0) {
        const before = old.entries[at]! & HANDLE_MASK
        old.entries[at] = (tag | handle) >>> 0
        return before
      }
    }
    const area = this.#area
    const { entries, mask } = area
    let free = -1
    for (let at = this.#start(area, low, high); ; at = (at + 1) & mask) {
      const entry = entries[at]!
      if (entry === EMPTY) {
        if (free < 0) free = at
        else area.gone--
        entries[free] = (tag | handle) >>> 0
        area.live++
        if ((area.live + area.gone) * 100 > area.capacity * FULL_PERCENT && old === null) this.#resize(area.live)
        return NONE
      }
      if (entry === GONE) {
        if (free < 0) free = at
      } else if ((entry & ~HANDLE_MASK) === tag && this.#items.hasKey(entry & HANDLE_MASK, low, high)) {
        entries[at] = (tag | handle) >>> 0
        return entry & HANDLE_MASK
      }
    }
  }

  /** Puts `other` in the place of `last`, both of one key; NONE: the key has no items any more. */
  replace(last: number, other: number): void {
    const low = this.#items.keyLow(last)
    const high = this.#items.keyHigh(last)
    const entry = (tagOf(high) | last) >>> 0
    let area = this.#area
    let at = this.#findEntry(area, entry, this.#start(area, low, high))
    if (at < 0) {
      area = this.#old!
      at = this.#findEntry(area, entry, this.#start(area, low, high))
    }
    if (other !== NONE) {
      area.entries[at] = (tagOf(high) | other) >>> 0
      return
    }
    area.clear(at)
    this.#step()
    if (this.count === 0 && this.#area.capacity > SMALLEST_CAPACITY) {
      this.#area = new Area(SMALLEST_CAPACITY)
      this.#old = null
    }
  }

  #start(area: Area, low: number, high: number): number {
    // Multiply-shift hashing: the top bits of the mix are the good ones.
    return (Math.imul(low, this.#mixLow) + Math.imul(high, this.#mixHigh)) >>> area.shift
  }

  #find(area: Area, low: number, high: number): number {
    const { entries, mask } = area
    const tag = tagOf(high)
    for (let at = this.#start(area, low, high); ; at = (at + 1) & mask) {
      const entry = entries[at]!
      if (entry === EMPTY) return -1
      if ((entry & ~HANDLE_MASK) === tag && this.#items.hasKey(entry & HANDLE_MASK, low, high)) return at
    }
  }

  #findEntry(area: Area, entry: number, start: number): number {
    const { entries, mask } = area
    for (let at = start; ; at = (at + 1) & mask) {
      const there = entries[at]!
      if (there === entry) return at
      if (there === EMPTY) return -1
    }
  }

  #resize(keys: number): void {
    let capacity = Math.max(MIN_CAPACITY, this.#area.capacity / 4)
    while (keys * 100 > capacity * RESERVED_FILL_PERCENT) capacity *= 2
    this.#old = this.#area
    this.#area = new Area(capacity)
    this.#moved = 0
  }

  /**
   * Carries a few entries over. The new area cannot fill up before the old one is empty: it has at least a quarter of its capacity, is
   * at most half full, and for every sixteen places carried over one entry is added.
   */
  #step(): void {
    const old = this.#old
    if (old === null) return
    const items = this.#items
    const area = this.#area
    const { entries } = old
    const from = this.#moved
    const end = Math.min(from + STEP, old.capacity)
    // The items lie all over the memory: asked for one right after the other, they come together.
    for (let at = from; at < end; at++) {
      const entry = entries[at]!
      const handle = entry & HANDLE_MASK
      if (entry > GONE) this.#starts[at - from] = this.#start(area, items.keyLow(handle), items.keyHigh(handle))
    }
    for (let at = from; at < end; at++) {
      const entry = entries[at]!
      if (entry <= GONE) continue
      entries[at] = GONE
      old.live--
      this.#insert(entry, this.#starts[at - from]!)
    }
    this.#moved = end
    if (end === old.capacity) this.#old = null
  }

  #insert(entry: number, start: number): void {
    const area = this.#area
    const { entries, mask } = area
    let at = start
    while (entries[at]! > GONE) at = (at + 1) & mask
    if (entries[at] === GONE) area.gone--
    entries[at] = entry
    area.live++
  }
}

/** Five bits of the hash, never 0, above the handle; as a signed number, like what the bit operators give. */
function tagOf(high: number): number {
  const tag = high >>> HANDLE_BITS
  return (tag === 0 ? 1 : tag) << HANDLE_BITS
}

/** Items handled between two looks at the clock: some 100 µs. */
export const STEP_ITEMS = 256

/** Keys of items that are removed next: used within one call. */
const leaving = new Uint32Array(2 * STEP_ITEMS)

/**
 * Queues by key: every item that has not ended, in the queue of its key. The first of a key has the turn, the others stand behind it:
 * at most one item of a key is anything but behind at any time (ORD-1), in the order they were added (ORD-2, ORD-5). Pure memory, no
 * time; every call is a bounded number of steps, whatever the number of items (FAIR-3).
 */
export class Partitions {
  readonly items = new ItemTable()
  readonly #keys = new KeyTable(this.items)

  /** Keys that have items; items without a key are not counted. */
  get keyCount(): number {
    return this.#keys.count
  }

  get bytes(): number {
    return this.items.bytes + this.#keys.bytes
  }

  /** Says that as many items follow. */
  reserve(items: number): void {
    this.#keys.reserve(items)
  }

  /** Says that items with these keys are added next; two words each. */
  willAdd(keys: Uint32Array, from: number, to: number): void {
    this.#keys.warm(keys, from, to)
  }

  /** Says that these items are removed next, at most `STEP_ITEMS` of them. */
  willRemove(handles: Uint32Array, from: number, to: number): void {
    const { items } = this
    const count = Math.min(to - from, STEP_ITEMS)
    for (let n = 0; n < count; n++) {
      const handle = handles[from + n]!
      if (!items.has(handle)) continue
      leaving[n * 2] = items.keyLow(handle)
      leaving[n * 2 + 1] = items.keyHigh(handle)
    }
    this.#keys.warm(leaving, 0, count)
  }

  /** Adds an item at the end of its key's queue; key (0, 0): none, it stands behind nobody. It is `ready` or `behind`. */
  add(job: number, index: number, low: number, high: number): number {
    const { items } = this
    const handle = items.allocate(job, index, ItemState.ready)
    items.setKey(handle, low, high)
    const last = low === 0 && high === 0 ? NONE : this.#keys.append(handle, low, high)
    if (last === NONE) {
      items.setNext(handle, handle)
      return handle
    }
    items.setState(handle, ItemState.behind)
    items.setNext(handle, items.next(last))
    items.setNext(last, handle)
    items.setLink(handle, last)
    return handle
  }

  /** A ready item runs; the first of a call leads it. */
  start(handle: number, leads = false): void {
    this.items.setState(handle, leads ? ItemState.leading : ItemState.running)
  }

  /** A running item was not called after all, or what a waiting one waits for has come: it is ready, in its old place. */
  makeReady(handle: number): void {
    this.items.setState(handle, ItemState.ready)
  }

  /** An item that has its turn waits and keeps its place: its key waits with it (ORD-4). */
  hold(handle: number): void {
    this.items.setState(handle, ItemState.held)
  }

  /** An item that has its turn waits for a person, as one that is held. */
  park(handle: number): void {
    this.items.setState(handle, ItemState.parked)
  }

  /** An item ends without a call: it keeps its place, whether it has the turn or not, until its outcome is durable. */
  endWithoutCall(handle: number): void {
    this.items.setState(handle, standsBehind(this.items.state(handle)) ? ItemState.leaving : ItemState.ending)
  }

  /** The last item of this item's key. */
  last(handle: number): number {
    const { items } = this
    return items.next(handle) === handle ? handle : this.#keys.last(items.keyLow(handle), items.keyHigh(handle))
  }

  /** Takes an item out, wherever it stands, and frees its handle. Returns the item that is ready because of it, or NONE. */
  remove(handle: number): number {
    const { items } = this
    const next = items.next(handle)
    if (next === handle) {
      if (items.keyLow(handle) !== 0 || items.keyHigh(handle) !== 0) this.#keys.replace(handle, NONE)
      items.free(handle)
      return NONE
    }
    if (standsBehind(items.state(handle))) {
      const before = items.link(handle)
      items.setNext(before, next)
      if (standsBehind(items.state(next))) items.setLink(next, before)
      else this.#keys.replace(handle, before) // it was the last one: `next` is the first
      items.free(handle)
      return NONE
    }
    items.setNext(this.#keys.last(items.keyLow(handle), items.keyHigh(handle)), next)
    items.free(handle)
    if (items.state(next) === ItemState.leaving) {
      items.setState(next, ItemState.ending)
      return NONE
    }
    this.makeReady(next)
    return next
  }

  /** The item that has the turn of this item's key: itself, if it is not behind. */
  first(handle: number): number {
    const { items } = this
    if (!standsBehind(items.state(handle))) return handle
    return items.next(this.#keys.last(items.keyLow(handle), items.keyHigh(handle)))
  }
}
