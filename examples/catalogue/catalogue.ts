// The goods: categories, brands, products and their offers, made from a seed, so that every run is the same.

export interface CatalogueItem {
  readonly id: string
  readonly partitionKey?: string
  readonly data: Record<string, unknown>
}

export interface Catalogue {
  readonly categories: readonly CatalogueItem[]
  readonly brands: readonly CatalogueItem[]
  /** Updates in the order in which they were made; some products are updated twice. */
  readonly products: readonly CatalogueItem[]
  readonly offers: readonly CatalogueItem[]
}

const CATEGORIES = 40
const BRANDS = 60
/** One of each nine products is updated twice: what must not arrive in the wrong order. */
const PRODUCTS_PER_SECOND_UPDATE = 9
/** Products with a price that no storefront takes. */
const FAULTY_PRODUCTS = 7

const ADJECTIVES = ['Alpine', 'Classic', 'Compact', 'Everyday', 'Light', 'Nordic', 'Robust', 'Silent', 'Smart', 'Urban']
const NOUNS = ['Backpack', 'Bottle', 'Chair', 'Drill', 'Headphones', 'Jacket', 'Kettle', 'Lamp', 'Notebook', 'Tent']

/** @param products how many there are, each with an offer; a ninth of them is updated twice */
export function makeCatalogue(seed: number, products: number): Catalogue {
  const random = mulberry32(seed)
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)]!
  const categories = Array.from({ length: CATEGORIES }, (_, n) => ({
    id: `category-${n}`,
    data: { revision: 1, name: `Category ${n}` },
  }))
  const brands = Array.from({ length: BRANDS }, (_, n) => ({
    id: `brand-${n}`,
    data: { revision: 1, name: `Brand ${n}` },
  }))
  const faulty = new Set(Array.from({ length: FAULTY_PRODUCTS }, () => Math.floor(random() * products)))

  const product = (n: number, revision: number): CatalogueItem => ({
    id: `sku-${n}`,
    data: {
      revision,
      title: `${pick(ADJECTIVES)} ${pick(NOUNS)}`,
      category: pick(categories).id,
      brand: pick(brands).id,
      price: faulty.has(n) ? -1 : 500 + Math.floor(random() * 50_000),
    },
  })
  const updates = Array.from({ length: products }, (_, n) => product(n, 1))
  for (let n = 0; n + PRODUCTS_PER_SECOND_UPDATE <= products; n += PRODUCTS_PER_SECOND_UPDATE)
    updates.push(product(n, 2))
  const offers = Array.from({ length: products }, (_, n) => ({
    id: `offer-${n}`,
    partitionKey: `sku-${n}`,
    data: { revision: 1, sku: `sku-${n}`, stock: Math.floor(random() * 200), currency: 'EUR' },
  }))
  return { categories, brands, products: updates, offers }
}

/** A small random generator with a seed (mulberry32 by Tommy Ettinger, public domain): uniform in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
