import { ItemSlots, ItemState, NONE } from './item-slots.ts'
import { KeyTable } from './key-table.ts'

/**
 * Who stands where: every item that has not ended, in the queue of its key. The first of a key has the turn, the others stand behind it:
 * at most one item of a key is ready, running or held at any time (ORD-1), in the order they were added (ORD-2, ORD-5). Pure memory, no
 * time; every call is a bounded number of steps, whatever the number of items (FAIR-3).
 */
export class Partitions {
  readonly items = new ItemSlots()
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

  /** Adds an item at the end of its key's queue; key (0, 0): none, it stands behind nobody. It is `ready` or `behind`. */
  add(job: number, index: number, low: number, high: number): number {
    const { items } = this
    const slot = items.allocate(job, index, ItemState.ready)
    items.setKey(slot, low, high)
    const last = low === 0 && high === 0 ? NONE : this.#keys.append(slot, low, high)
    if (last === NONE) {
      items.setNext(slot, slot)
      return slot
    }
    items.setState(slot, ItemState.behind)
    items.setNext(slot, items.next(last))
    items.setNext(last, slot)
    items.setLink(slot, last)
    return slot
  }

  /** A ready item runs. */
  start(slot: number): void {
    this.items.setState(slot, ItemState.running)
  }

  /** A running item was not called after all, or a held one's time has come: it is ready, in its old place. */
  makeReady(slot: number): void {
    this.items.setState(slot, ItemState.ready)
  }

  /** An item that has its turn waits and keeps its place: its key waits with it (ORD-4). */
  hold(slot: number): void {
    this.items.setState(slot, ItemState.held)
  }

  /** Takes an item out, wherever it stands, and frees its slot. Returns the item that is ready because of it, or NONE. */
  remove(slot: number): number {
    const { items } = this
    const next = items.next(slot)
    if (next === slot) {
      if (items.keyLow(slot) !== 0 || items.keyHigh(slot) !== 0) this.#keys.replace(slot, NONE)
      items.free(slot)
      return NONE
    }
    if (items.state(slot) === ItemState.behind) {
      const before = items.link(slot)
      items.setNext(before, next)
      if (items.state(next) === ItemState.behind) items.setLink(next, before)
      else this.#keys.replace(slot, before) // it was the last one: `next` is the first
      items.free(slot)
      return NONE
    }
    items.setNext(this.#keys.last(items.keyLow(slot), items.keyHigh(slot)), next)
    items.free(slot)
    this.makeReady(next)
    return next
  }

  /** The item that has the turn of this item's key: itself, if it is not behind. */
  first(slot: number): number {
    const { items } = this
    if (items.state(slot) !== ItemState.behind) return slot
    return items.next(this.#keys.last(items.keyLow(slot), items.keyHigh(slot)))
  }
}
