import { isInternal, ROWS } from './channel-rows.ts'
import { MAX_SUBSCRIPTIONS, OTHER } from './metric-table.ts'
import { RowCounter } from './row-counter.ts'
import type { Sample } from './sample.ts'

const OTHER_PLACE = MAX_SUBSCRIPTIONS

/** Bounds the label `subscription`: the first 100 have one of their own, all others and the server's own share `other`. A place never changes hands. */
export class SubscriptionRows {
  readonly #placeOf = new Map<string, number>()
  readonly #labels: string[] = []

  placeOf(subscription: string): number {
    const place = this.#placeOf.get(subscription)
    if (place !== undefined) return place
    if (this.#labels.length === MAX_SUBSCRIPTIONS || subscription === OTHER || isInternal(subscription))
      return OTHER_PLACE
    this.#placeOf.set(subscription, this.#labels.length)
    return this.#labels.push(subscription) - 1
  }

  /** Places that were given, and the shared one, with their labels. */
  *used(): Generator<readonly [place: number, label: string]> {
    yield* this.#labels.entries()
    yield [OTHER_PLACE, OTHER]
  }
}

/** Counts by channel, subscription and one more label. A place has an array once something was counted in it. */
export class SubscriptionCounter<Value extends string> {
  readonly #rows: SubscriptionRows
  readonly #values: readonly Value[]
  readonly #counters: (RowCounter<Value> | undefined)[] = Array.from({ length: MAX_SUBSCRIPTIONS + 1 })

  constructor(rows: SubscriptionRows, values: readonly Value[]) {
    this.#rows = rows
    this.#values = values
  }

  add(row: number, subscription: string, { value, count }: { readonly value: Value; readonly count: number }): void {
    const place = this.#rows.placeOf(subscription)
    const counter = (this.#counters[place] ??= new RowCounter(ROWS, this.#values))
    counter.add(row, value, count)
  }

  /** Sets a channel's row to 0. */
  clear(row: number): void {
    for (const counter of this.#counters) counter?.clear(row)
  }

  /** Of each subscription with something in this row one sample for each value. */
  *samples(row: number, labels: Readonly<Record<string, string>>, name: string): Generator<Sample> {
    for (const [place, subscription] of this.#rows.used()) {
      const counter = this.#counters[place]
      if (counter === undefined || this.#values.every((value) => counter.get(row, value) === 0)) continue
      yield* counter.samples(row, { ...labels, subscription }, name)
    }
  }
}
