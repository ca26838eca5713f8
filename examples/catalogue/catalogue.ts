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
const PRODUCTS = 18_000
/** Updates of products that were updated before: what must not arrive in the wrong order. */
const SECOND_UPDATES = 2_000
/** Products with a price that no storefront takes. */
const FAULTY_PRODUCTS = 7

const ADJECTIVES = ['Alpine', 'Classic', 'Compact', 'Everyday', 'Light', 'Nordic', 'Robust', 'Silent', 'Smart', 'Urban']
const NOUNS = ['Backpack', 'Bottle', 'Chair', 'Drill', 'Headphones', 'Jacket', 'Kettle', 'Lamp', 'Notebook', 'Tent']

export function makeCatalogue(seed: number): Catalogue {
  const random = mulberry32(seed)
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)]!
  const categories = Array.from({ length: CATEGORIES }, (_, n) => ({
    id: `category-${n}`,
    data: { name: `Category ${n}` },
  }))
  const brands = Array.from({ length: BRANDS }, (_, n) => ({ id: `brand-${n}`, data: { name: `Brand ${n}` } }))
  const faulty = new Set(Array.from({ length: FAULTY_PRODUCTS }, () => Math.floor(random() * PRODUCTS)))

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
  const products = Array.from({ length: PRODUCTS }, (_, n) => product(n, 1))
  for (let n = 0; n < SECOND_UPDATES; n++) products.push(product(n * 9, 2))
  const offers = Array.from({ length: PRODUCTS }, (_, n) => ({
    id: `offer-${n}`,
    partitionKey: `sku-${n}`,
    data: { sku: `sku-${n}`, stock: Math.floor(random() * 200), currency: 'EUR' },
  }))
  return { categories, brands, products, offers }
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
