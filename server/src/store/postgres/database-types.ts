import pg from 'pg'

const BYTES = 17
/** bigint, and the sum of such. */
const NUMBERS: ReadonlySet<number> = new Set([20, 1700])

/**
 * How columns are read. Of bigint pg makes a text, as it may be larger than 2^53: ours never are. Results come as text: asked for binary ones, pg
 * decodes their bytes as UTF-8 before it hands them out.
 */
export const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
    if (oid === BYTES) return bytesOf
    if (NUMBERS.has(oid)) return Number
    return pg.types.getTypeParser(oid, format) as (value: string) => unknown
  },
}

/** In a buffer of their own, which may be transferred. */
function bytesOf(hex: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(hex.length / 2 - 1)
  bytes.write(hex.slice(2), 'hex')
  return bytes
}
