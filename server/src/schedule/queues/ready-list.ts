import { type ItemTable, NONE } from './item-table.ts'

/** Ready items of one job, chained through the items themselves. */
export class ReadyList {
  #first = NONE
  #last = NONE

  get empty(): boolean {
    return this.#first === NONE
  }

  /** The first one, or NONE. */
  get first(): number {
    return this.#first
  }

  push(items: ItemTable, handle: number): void {
    items.setLink(handle, NONE)
    if (this.#last === NONE) this.#first = handle
    else items.setLink(this.#last, handle)
    this.#last = handle
  }

  pushFront(items: ItemTable, handle: number): void {
    items.setLink(handle, this.#first)
    if (this.#first === NONE) this.#last = handle
    this.#first = handle
  }

  /** Takes the first one; only when not empty. */
  shift(items: ItemTable): number {
    const handle = this.#first
    this.#first = items.link(handle)
    if (this.#first === NONE) this.#last = NONE
    return handle
  }

  /** Forgets all of them without looking at any. */
  clear(): void {
    this.#first = NONE
    this.#last = NONE
  }
}
