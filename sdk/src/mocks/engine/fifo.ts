/** First in, first out, at the same cost however many are in it. */
export interface Fifo<T> {
  push(value: T): void
  /** Takes out the first. */
  shift(): T | undefined
  /** The first, left where it is. */
  peek(): T | undefined
}

/** Slots that may be empty at the front before they are given back. */
const SPARE_SLOTS = 1000

export function createFifo<T>(): Fifo<T> {
  let values: T[] = []
  let first = 0
  return {
    push(value) {
      values.push(value)
    },
    shift() {
      if (first === values.length) return undefined
      const value = values[first++]
      if (first > SPARE_SLOTS && first * 2 > values.length) {
        values = values.slice(first)
        first = 0
      }
      return value
    },
    peek: () => values[first],
  }
}
