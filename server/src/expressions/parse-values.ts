/** Text that may have what `JSON.parse` alone would not do justice to. */
const NUMBERS = /\d{16}/
const NAMES = /constructor|\\u/

/**
 * Parses JSON text as values of expressions. Integers beyond 2^53 are exact, as `bigint`: an expression passes them on as they are, or fails, but never
 * changes them. An object with a member `constructor`, by which the library would tell its type, is a `Map`.
 * @throws SyntaxError the text is no JSON
 */
export function parseValues(text: string): unknown {
  const value: unknown = NUMBERS.test(text) ? withExactIntegers(text) : JSON.parse(text)
  return NAMES.test(text) ? withMaps(value, 0) : value
}

function withExactIntegers(text: string): unknown {
  try {
    return JSON.parse(text, exactInteger)
  } catch (error) {
    // A reviver cannot walk what is nested some thousand levels deep; nor can an expression give it.
    if (error instanceof RangeError) return JSON.parse(text)
    throw error
  }
}

/** A reviver: the source of a number is its text. */
function exactInteger(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  const source = context?.source
  return source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value
}

/** Deeper ones are beyond what an expression may give, and what it reads of them it names step by step. */
const MAX_DEPTH = 128

function withMaps(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth === MAX_DEPTH) return value
  if (Array.isArray(value)) {
    for (let n = 0; n < value.length; n++) value[n] = withMaps(value[n], depth + 1)
    return value
  }
  const members = Object.entries(value).map(([name, member]) => [name, withMaps(member, depth + 1)] as const)
  if (Object.hasOwn(value, 'constructor')) return new Map(members)
  for (const [name, member] of members) {
    if (typeof member === 'object')
      Object.defineProperty(value, name, { value: member, writable: true, enumerable: true, configurable: true })
  }
  return value
}
