interface Event {
  readonly atMs: number
  readonly order: number
  readonly run: () => void
}

/** Time of a simulation: events in the order of their times, and random numbers by a seed. */
export class VirtualTime {
  nowMs = 0
  readonly #heap: Event[] = []
  #order = 0
  #random: number

  constructor(seed: number) {
    this.#random = seed >>> 0
  }

  after(delayMs: number, run: () => void): void {
    const event = { atMs: this.nowMs + Math.max(0, delayMs), order: this.#order++, run }
    let at = this.#heap.push(event) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isEarlier(event, this.#heap[parent]!)) break
      this.#heap[at] = this.#heap[parent]!
      at = parent
    }
    this.#heap[at] = event
  }

  runUntil(untilMs: number): void {
    while (this.#heap.length > 0 && this.#heap[0]!.atMs <= untilMs) {
      const event = this.#take()
      this.nowMs = event.atMs
      event.run()
    }
    this.nowMs = untilMs
  }

  /** 0 up to 1 (mulberry32). */
  draw(): number {
    this.#random = (this.#random + 0x6d2b79f5) >>> 0
    let t = this.#random
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  #take(): Event {
    const first = this.#heap[0]!
    const last = this.#heap.pop()!
    const size = this.#heap.length
    if (size === 0) return first
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= size) break
      if (child + 1 < size && isEarlier(this.#heap[child + 1]!, this.#heap[child]!)) child++
      if (!isEarlier(this.#heap[child]!, last)) break
      this.#heap[at] = this.#heap[child]!
      at = child
    }
    this.#heap[at] = last
    return first
  }
}

function isEarlier(one: Event, other: Event): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order)
}
