/** First in, first out, at the same cost however many are in it. */
export interface Fifo<T> {
  push(value: T): void
  /** Takes out the first. */
  shift(): T | undefined
  /** The first, left where it is. */
  peek(): T | undefined
  /** Those that stand before a value and are wanted, counted. */
  countBefore(value: T, isWanted: (value: T) => boolean): number
  /** Those that stand behind a value and are wanted. */
  after(value: T, isWanted: (value: T) => boolean): T[]
}

/** Entries that may be empty at the front before their memory is released. */
const SPARE_ENTRIES = 1000

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
      if (first > SPARE_ENTRIES && first * 2 > values.length) {
        values = values.slice(first)
        first = 0
      }
      return value
    },
    peek: () => values[first],
    countBefore(value, isWanted) {
      let count = 0
      for (let at = first; at < values.length && values[at] !== value; at++) if (isWanted(values[at]!)) count++
      return count
    },
    after: (value, isWanted) => values.slice(values.indexOf(value, first) + 1).filter(isWanted),
  }
}
