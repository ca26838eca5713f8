/*
 * One fixed record of seven 32-bit words per item that has not ended, in pages: growing adds a page and moves nothing (but within the first page,
 * which is small while there is little), so it never stalls. A handle is the record's number; free handles are chained through NEXT and reused.
 */

/** No handle. */
export const NONE = 0xffffffff

/*
 * The states of an item. All but `behind` and `leaving` ones have the turn of their key (ORD-1); those stand behind the one that has it.
 *
 *    added, its key is free               added behind another item of its key
 *             |                                       |
 *             v        those before it are gone       v
 *         +-------+                               +--------+  skip_key  +---------+
 *    +--->| ready |<------------------------------| behind |----------->| leaving |--> free
 *    |    +-------+                               +--------+            +---------+
 *    |      |   ^                                                            |
 *    |      |   | not called                        those before it are gone |
 *    |      v   |                                                            v
 *    |    +-------------------+  parked  +--------+        decided      +----------+
 *    |    | running | leading |--------->| parked |-------------------->|  ending  |--> free
 *    |    +-------------------+          +--------+                     +----------+
 *    |      |         |                                                      |
 *    |      | retry   +--> free                                        retry |
 *    |      v                                                                |
 *    |    +------+                                                           |
 *    +----| held |<----------------------------------------------------------+
 *    due  +------+
 *
 * `leading` is `running` for the first item of a call. An item is free, and its key too, once its outcome is durable (ORD-3). A stopped
 * job's items that are ready, behind, held or parked become free without one. The numbers mean nothing, and neither does their order.
 */
export const ItemState = {
  free: 0,
  ready: 1,
  behind: 2,
  running: 3,
  /** Waits for the time of its retry. */
  held: 4,
  /** Waits for a person's decision. */
  parked: 5,
  /** As `running`, and the first of its call: it counts for the call. */
  leading: 6,
  /** Has the turn and ends without a call: its outcome is not durable yet. */
  ending: 7,
  /** As `behind`, and ends without a call: its outcome is not durable yet. */
  leaving: 8,
} as const
export type ItemState = (typeof ItemState)[keyof typeof ItemState]

/** By state: whether an outcome will come. */
const hasOutcomeComing = tableOf(ItemState.running, ItemState.leading, ItemState.ending, ItemState.leaving)

/** Called, or in a lot to be called. */
export function isCalled(state: ItemState): boolean {
  return state === ItemState.running || state === ItemState.leading
}

/** Called, or on its way to an outcome without a call: an outcome will come. */
export function isInFlight(state: ItemState): boolean {
  return hasOutcomeComing[state]!
}

/** Another item of its key has the turn. */
export function standsBehind(state: ItemState): boolean {
  return state === ItemState.behind || state === ItemState.leaving
}

/** True for these states, by number. */
function tableOf(...states: readonly ItemState[]): readonly boolean[] {
  const all = Object.values(ItemState)
  return Array.from({ length: Math.max(...all) + 1 }, (_, state) => states.some((one) => one === state))
}

/** The job's index in the table of jobs, and the state in the top byte. */
const JOB_AND_STATE = 0
const INDEX = 1
/** Next item of the key; the last one's is the first again. Of a free handle: the next free one. */
const NEXT = 2
/** By state. behind, leaving: the item before it in the key; ready: the next one in its job's ready list; held, parked: its place in a heap. */
const LINK = 3
const KEY_LOW = 4
const KEY_HIGH = 5
/** Calls so far, and above them those that do not count as attempts. */
const TRIES = 6
const WORDS = 7

/** Bytes an item costs here; the key table and the job's index add to it. */
export const ITEM_BYTES = WORDS * 4

const PAGE_BITS = 14
const PAGE_ITEMS = 1 << PAGE_BITS
const PAGE_MASK = PAGE_ITEMS - 1
/** Items of the first page at first: a channel that has nothing to do costs no more. */
const SMALLEST_PAGE_ITEMS = 32
/** Items up to which it stays as large as it became: small jobs that come one after another grow it once. */
const KEPT_ITEMS = 256

/** Items that can be in memory at once: the key table keeps a few bits of the hash beside the handle. */
export const HANDLE_BITS = 27
const MAX_ITEMS = 1 << HANDLE_BITS

/** Jobs that can be in memory at once: their indexes share a word with the state. */
export const MAX_JOBS = 1 << 24
const JOB_MASK = MAX_JOBS - 1

export class ItemTable {
  #pages: Uint32Array[] = []
  /** Handles for which there are pages. */
  #capacity = 0
  #free = NONE
  /** Handles from here on were never used. */
  #fresh = 0
  #count = 0

  /** Handles in use. */
  get count(): number {
    return this.#count
  }

  /** Bytes held, used or not. */
  get bytes(): number {
    return this.#capacity * ITEM_BYTES
  }

  /** Returns a handle for an item; next and link are not set. */
  allocate(job: number, index: number, state: ItemState): number {
    let handle = this.#free
    if (handle === NONE) {
      if (this.#fresh === MAX_ITEMS)
        throw new Error(`Cannot admit item as at most ${MAX_ITEMS} fit in memory: all are in use`)
      handle = this.#fresh++
      if (handle === this.#capacity) this.#grow()
    } else {
      this.#free = this.next(handle)
    }
    const page = this.#pages[handle >>> PAGE_BITS]!
    const at = (handle & PAGE_MASK) * WORDS
    page[at + JOB_AND_STATE] = job | (state << 24)
    page[at + INDEX] = index
    page[at + TRIES] = 0
    this.#count++
    return handle
  }

  free(handle: number): void {
    this.setState(handle, ItemState.free)
    this.setNext(handle, this.#free)
    this.#free = handle
    // Nothing is left: the memory of a large job is released.
    if (--this.#count === 0 && this.#capacity > KEPT_ITEMS) {
      this.#pages = []
      this.#capacity = 0
      this.#free = NONE
      this.#fresh = 0
    }
  }

  /** False for numbers that never were handles. */
  has(handle: number): boolean {
    return handle < this.#fresh && this.state(handle) !== ItemState.free
  }

  job(handle: number): number {
    return this.#word(handle, JOB_AND_STATE) & JOB_MASK
  }

  state(handle: number): ItemState {
    return (this.#word(handle, JOB_AND_STATE) >>> 24) as ItemState
  }

  setState(handle: number, state: ItemState): void {
    const page = this.#pages[handle >>> PAGE_BITS]!
    const at = (handle & PAGE_MASK) * WORDS + JOB_AND_STATE
    page[at] = (page[at]! & JOB_MASK) | (state << 24)
  }

  index(handle: number): number {
    return this.#word(handle, INDEX)
  }

  next(handle: number): number {
    return this.#word(handle, NEXT)
  }

  setNext(handle: number, next: number): void {
    this.#set(handle, NEXT, next)
  }

  link(handle: number): number {
    return this.#word(handle, LINK)
  }

  setLink(handle: number, link: number): void {
    this.#set(handle, LINK, link)
  }

  keyLow(handle: number): number {
    return this.#word(handle, KEY_LOW)
  }

  keyHigh(handle: number): number {
    return this.#word(handle, KEY_HIGH)
  }

  hasKey(handle: number, low: number, high: number): boolean {
    const page = this.#pages[handle >>> PAGE_BITS]!
    const at = (handle & PAGE_MASK) * WORDS
    return page[at + KEY_LOW] === low && page[at + KEY_HIGH] === high
  }

  setKey(handle: number, low: number, high: number): void {
    const page = this.#pages[handle >>> PAGE_BITS]!
    const at = (handle & PAGE_MASK) * WORDS
    page[at + KEY_LOW] = low
    page[at + KEY_HIGH] = high
  }

  /** Calls so far, including those that do not count as attempts. */
  attempts(handle: number): number {
    return this.#word(handle, TRIES) & 0xffff
  }

  /** Calls so far that do not count as attempts. */
  throttled(handle: number): number {
    return this.#word(handle, TRIES) >>> 16
  }

  setTries(handle: number, attempts: number, throttled: number): void {
    this.#set(handle, TRIES, Math.min(attempts, 0xffff) | (Math.min(throttled, 0xffff) << 16))
  }

  #grow(): void {
    if (this.#capacity >= PAGE_ITEMS) {
      this.#pages.push(new Uint32Array(PAGE_ITEMS * WORDS))
      this.#capacity += PAGE_ITEMS
      return
    }
    this.#capacity = this.#capacity === 0 ? SMALLEST_PAGE_ITEMS : this.#capacity * 4
    const page = new Uint32Array(Math.min(this.#capacity, PAGE_ITEMS) * WORDS)
    this.#capacity = page.length / WORDS
    if (this.#pages[0] !== undefined) page.set(this.#pages[0])
    this.#pages[0] = page
  }

  #word(handle: number, word: number): number {
    return this.#pages[handle >>> PAGE_BITS]![(handle & PAGE_MASK) * WORDS + word]!
  }

  #set(handle: number, word: number, value: number): void {
    this.#pages[handle >>> PAGE_BITS]![(handle & PAGE_MASK) * WORDS + word] = value
  }
}
