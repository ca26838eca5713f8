import { ItemTable, ItemState, NONE, standsBehind } from './item-table.ts'
import { KeyTable } from './key-table.ts'

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
