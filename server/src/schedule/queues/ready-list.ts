import { type ItemSlots, NONE } from './item-slots.ts'

/** Ready items of one job, chained through the items themselves. */
export class ReadyList {
  #first = NONE
  #last = NONE

  get empty(): boolean {
    return this.#first === NONE
  }

  push(items: ItemSlots, slot: number): void {
    items.setLink(slot, NONE)
    if (this.#last === NONE) this.#first = slot
    else items.setLink(this.#last, slot)
    this.#last = slot
  }

  pushFront(items: ItemSlots, slot: number): void {
    items.setLink(slot, this.#first)
    if (this.#first === NONE) this.#last = slot
    this.#first = slot
  }

  /** Takes the first one; only when not empty. */
  shift(items: ItemSlots): number {
    const slot = this.#first
    this.#first = items.link(slot)
    if (this.#first === NONE) this.#last = NONE
    return slot
  }

  /** How many come before one of them; null: it is not found among the first `most`. */
  before(items: ItemSlots, slot: number, most: number): number | null {
    let before = 0
    for (let at = this.#first; at !== NONE && before <= most; at = items.link(at), before++)
      if (at === slot) return before
    return null
  }

  /** Forgets all of them without looking at any. */
  clear(): void {
    this.#first = NONE
    this.#last = NONE
  }
}
