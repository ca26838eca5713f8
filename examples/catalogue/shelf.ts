// The products that a storefront has received, and the faults on the way: the witness of the demo.

export interface StorefrontReport {
  readonly calls: number
  readonly items: number
  /** Two updates of one product at once, an older one after a newer one, an offer that came before its product's last word. */
  readonly orderViolations: number
  /** Most calls (or items) within any one second. */
  readonly highestRate: number
  readonly throttled: number
  readonly unavailable: number
}

interface Delivered {
  readonly id: string
  readonly partitionKey: string | null
  readonly idempotencyKey: string
  readonly data: Record<string, unknown>
}

export class Shelf {
  throttled = 0
  unavailable = 0
  readonly #unit: 'calls' | 'items'
  readonly #revisions = new Map<string, number>()
  readonly #inside = new Set<string>()
  readonly #starts: { atMs: number; units: number }[] = []
  #items = 0
  #orderViolations = 0

  constructor(rateLimit: { readonly unit: 'calls' | 'items' }) {
    this.#unit = rateLimit.unit
  }

  countCall(atMs: number, items: number): void {
    this.#starts.push({ atMs, units: this.#unit === 'calls' ? 1 : items })
    this.#items += items
  }

  /** Items are on their way through: two of one key at once are a violation. */
  enter(items: readonly Delivered[]): void {
    for (const { partitionKey } of items) {
      if (partitionKey === null) continue
      if (this.#inside.has(partitionKey)) this.#orderViolations++
      this.#inside.add(partitionKey)
    }
  }

  leave(items: readonly Delivered[]): void {
    for (const { partitionKey } of items) if (partitionKey !== null) this.#inside.delete(partitionKey)
  }

  /** Takes one object; gives back why it is refused, or null. */
  put(objectType: string, { id, data }: Delivered): string | null {
    if (objectType === 'product') return this.#putProduct(id, data)
    if (objectType === 'offer') return this.#putOffer(data)
    return null
  }

  report(): StorefrontReport {
    return {
      calls: this.#starts.length,
      items: this.#items,
      orderViolations: this.#orderViolations,
      highestRate: mostWithin(this.#starts, 1000),
      throttled: this.throttled,
      unavailable: this.unavailable,
    }
  }

  #putProduct(sku: string, data: Record<string, unknown>): string | null {
    const price = data['price'] as number
    if (price <= 0) return `price must be > 0: it is ${price}`
    const revision = data['revision'] as number
    const known = this.#revisions.get(sku) ?? 0
    if (revision < known) this.#orderViolations++
    this.#revisions.set(sku, revision)
    return null
  }

  #putOffer(data: Record<string, unknown>): string | null {
    const sku = data['sku'] as string
    return this.#revisions.has(sku) ? null : `product ${sku} must be listed before its offer: it was refused`
  }
}

/** The most units that started within any window of `windowMs`. */
function mostWithin(starts: readonly { atMs: number; units: number }[], windowMs: number): number {
  let most = 0
  let sum = 0
  let first = 0
  for (const start of starts) {
    sum += start.units
    while (starts[first]!.atMs <= start.atMs - windowMs) sum -= starts[first++]!.units
    most = Math.max(most, sum)
  }
  return most
}
