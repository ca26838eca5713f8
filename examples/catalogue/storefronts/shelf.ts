// The objects that a storefront has received, and the faults on the way: the witness of the demo.

/** One object, whatever the API that it came by calls its fields. */
export interface Arrival {
  readonly kind: string
  readonly id: string
  /** The product whose changes must stay in order. */
  readonly sku: string
  /** Identifies the change: a repeat has the same. */
  readonly key: string
  /** Grows with each change of the object; null: its API does not say. */
  readonly revision: number | null
  /** Of a product, in cents. */
  readonly price: number | null
}

export type Problem = 'price' | 'unlisted' | 'outdated'

export interface StorefrontReport {
  readonly calls: number
  readonly items: number
  /** Two changes of one product at once, or an older one after a newer one. */
  readonly orderViolations: number
  /** Changes that were taken twice. */
  readonly repeats: number
  /** Requests that are not of the storefront's API, each with what is wrong. */
  readonly foreignRequests: readonly string[]
  /** Most calls and items within any one second. */
  readonly highestRate: { readonly calls: number; readonly items: number }
  /** How often it answered with each of its faults, such as `429`. */
  readonly faults: Readonly<Record<string, number>>
}

export class Shelf {
  readonly #revisions = new Map<string, number>()
  readonly #taken = new Set<string>()
  readonly #inside = new Set<string>()
  readonly #starts: { readonly atMs: number; readonly items: number }[] = []
  readonly #foreignRequests: string[] = []
  readonly #faults: Record<string, number> = {}
  #orderViolations = 0
  #repeats = 0

  /** A call that began at this time: while it lasts, no other may carry a change of the same products. */
  enter(arrivals: readonly Arrival[], atMs: number): void {
    this.#starts.push({ atMs, items: arrivals.length })
    for (const { sku } of arrivals) {
      if (this.#inside.has(sku)) this.#orderViolations++
      this.#inside.add(sku)
    }
  }

  leave(arrivals: readonly Arrival[]): void {
    for (const { sku } of arrivals) this.#inside.delete(sku)
  }

  /** Takes one object; returns why it does not, or null. */
  put({ kind, id, sku, key, revision, price }: Arrival): Problem | null {
    if (kind === 'product' && price! <= 0) return 'price'
    if (kind === 'offer' && !this.#revisions.has(`product ${sku}`)) return 'unlisted'
    if (this.#taken.has(key)) {
      this.#repeats++
      return null
    }
    const name = `${kind} ${id}`
    const known = this.#revisions.get(name) ?? 0
    if (revision !== null && revision < known) {
      this.#orderViolations++
      return 'outdated'
    }
    this.#taken.add(key)
    this.#revisions.set(name, revision ?? known)
    return null
  }

  countFault(name: string): void {
    this.#faults[name] = (this.#faults[name] ?? 0) + 1
  }

  noteForeign(reason: string): void {
    this.#foreignRequests.push(reason)
  }

  report(): StorefrontReport {
    return {
      calls: this.#starts.length,
      items: this.#starts.reduce((sum, { items }) => sum + items, 0),
      orderViolations: this.#orderViolations,
      repeats: this.#repeats,
      foreignRequests: this.#foreignRequests,
      highestRate: {
        calls: mostWithin(this.#starts, 1000, () => 1),
        items: mostWithin(this.#starts, 1000, ({ items }) => items),
      },
      faults: this.#faults,
    }
  }
}

/** The most that started within any window of `windowMs`. */
function mostWithin<Start extends { readonly atMs: number }>(
  starts: readonly Start[],
  windowMs: number,
  countOf: (start: Start) => number,
): number {
  let most = 0
  let sum = 0
  let first = 0
  for (const start of starts) {
    sum += countOf(start)
    while (starts[first]!.atMs <= start.atMs - windowMs) sum -= countOf(starts[first++]!)
    most = Math.max(most, sum)
  }
  return most
}
