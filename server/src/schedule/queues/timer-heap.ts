/** Where each id stands in the heap is kept by its owner: for items that is a word they have anyway. */
export interface HeapPlaces {
  place(id: number): number
  setPlace(id: number, place: number): void
}

/** Waiting ids, and the times they wait for. */
export interface Waits {
  readonly ids: Uint32Array
  readonly times: Float64Array
}

const ARITY_BITS = 2
const PAGE_BITS = 12
const PAGE_SIZE = 1 << PAGE_BITS
const PAGE_MASK = PAGE_SIZE - 1
/** Ids of the first page at first: most heaps have a few. */
const SMALLEST_PAGE = 8
/** Ids up to which an empty heap keeps its memory. */
const KEPT_IDS = 64

/** Ids that wait for a time, the earliest first: a 4-ary heap of (time, id) in pages, so that growing moves nothing but within the first page. */
export class TimerHeap {
  readonly #places: HeapPlaces
  readonly #times: Float64Array[] = []
  readonly #ids: Uint32Array[] = []
  #size = 0
  /** Ids for which there are pages. */
  #capacity = 0

  constructor(places: HeapPlaces) {
    this.#places = places
  }

  get size(): number {
    return this.#size
  }

  /** The earliest time; Infinity when nothing waits. */
  get earliest(): number {
    return this.#size === 0 ? Infinity : this.#times[0]![0]!
  }

  /** The id of the earliest time; only when something waits. */
  get earliestId(): number {
    return this.#ids[0]![0]!
  }

  /** The time at a place. */
  timeAt(place: number): number {
    return this.#times[place >>> PAGE_BITS]![place & PAGE_MASK]!
  }

  /** A copy of all that waits, in no order to rely on. */
  all(): Waits {
    const ids = new Uint32Array(this.#size)
    const times = new Float64Array(this.#size)
    for (let page = 0, at = 0; at < this.#size; page++, at += PAGE_SIZE) {
      const count = Math.min(PAGE_SIZE, this.#size - at)
      ids.set(this.#ids[page]!.subarray(0, count), at)
      times.set(this.#times[page]!.subarray(0, count), at)
    }
    return { ids, times }
  }

  /** Adds an id that is not in the heap. */
  add(id: number, time: number): void {
    const place = this.#size++
    if (place === this.#capacity) this.#grow()
    this.#up(place, id, time)
  }

  /** Takes the earliest id out; only when something waits. */
  takeEarliest(): number {
    const id = this.#ids[0]![0]!
    this.#removeAt(0)
    return id
  }

  /** Takes out an id that is in the heap. */
  remove(id: number): void {
    this.#removeAt(this.#places.place(id))
  }

  #removeAt(place: number): void {
    const last = --this.#size
    const id = this.#idAt(last)
    const time = this.timeAt(last)
    // A page is kept back, so that a heap at its edge does not make and drop one with every change.
    const pages = (last >>> PAGE_BITS) + 2
    if (pages < this.#times.length) this.#keep(pages)
    else if (last === 0 && this.#capacity > KEPT_IDS) this.#keep(0)
    if (place === last) return
    if (place > 0 && this.timeAt((place - 1) >>> ARITY_BITS) > time) this.#up(place, id, time)
    else this.#down(place, id, time)
  }

  #grow(): void {
    if (this.#capacity >= PAGE_SIZE) {
      this.#times.push(new Float64Array(PAGE_SIZE))
      this.#ids.push(new Uint32Array(PAGE_SIZE))
      this.#capacity += PAGE_SIZE
      return
    }
    this.#capacity = Math.max(SMALLEST_PAGE, this.#capacity * 4)
    this.#capacity = Math.min(this.#capacity, PAGE_SIZE)
    const times = new Float64Array(this.#capacity)
    const ids = new Uint32Array(this.#capacity)
    if (this.#times[0] !== undefined) {
      times.set(this.#times[0])
      ids.set(this.#ids[0]!)
    }
    this.#times[0] = times
    this.#ids[0] = ids
  }

  #keep(pages: number): void {
    this.#times.length = pages
    this.#ids.length = pages
    this.#capacity = pages * PAGE_SIZE
  }

  #up(from: number, id: number, time: number): void {
    let place = from
    while (place > 0) {
      const parent = (place - 1) >>> ARITY_BITS
      const parentTime = this.timeAt(parent)
      if (parentTime <= time) break
      this.#put(place, this.#idAt(parent), parentTime)
      place = parent
    }
    this.#put(place, id, time)
  }

  #down(from: number, id: number, time: number): void {
    let place = from
    for (;;) {
      const first = (place << ARITY_BITS) + 1
      if (first >= this.#size) break
      const end = Math.min(first + (1 << ARITY_BITS), this.#size)
      let least = first
      let leastTime = this.timeAt(first)
      for (let child = first + 1; child < end; child++) {
        const childTime = this.timeAt(child)
        if (childTime < leastTime) {
          least = child
          leastTime = childTime
        }
      }
      if (leastTime >= time) break
      this.#put(place, this.#idAt(least), leastTime)
      place = least
    }
    this.#put(place, id, time)
  }

  #put(place: number, id: number, time: number): void {
    this.#times[place >>> PAGE_BITS]![place & PAGE_MASK] = time
    this.#ids[place >>> PAGE_BITS]![place & PAGE_MASK] = id
    this.#places.setPlace(id, place)
  }

  #idAt(place: number): number {
    return this.#ids[place >>> PAGE_BITS]![place & PAGE_MASK]!
  }
}
