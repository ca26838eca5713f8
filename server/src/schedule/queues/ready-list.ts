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

  /** Finds how many come before those that are wanted, and takes them from there; one is left that is not among the first `most`. */
  findPlaces(items: ItemSlots, wanted: Set<number>, most: number): Map<number, number> {
    const places = new Map<number, number>()
    let before = 0
    for (let at = this.#first; at !== NONE && before <= most && wanted.size > 0; at = items.link(at), before++)
      if (wanted.delete(at)) places.set(at, before)
    return places
  }

  /** Forgets all of them without looking at any. */
  clear(): void {
    this.#first = NONE
    this.#last = NONE
  }
}
