import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { BinaryRows, type Columns } from './binary-rows.ts'

const HEADER = '5047434f50590aff0d0a000000000000000000'

function hexOf(columns: Columns, rows: Record<string, number | string | null | Uint8Array>[]): string {
  return Buffer.concat([...new BinaryRows(columns).encode(rows)]).toString('hex')
}

it('rows are encoded as COPY reads them', () => {
  const one = (type: Columns[0][1], value: number | string | null | Uint8Array): string =>
    hexOf([['a', type]], [{ a: value }]).slice(HEADER.length, -4)
  expect(hexOf([['a', 'text']], [])).toBe(`${HEADER}ffff`)
  expect(one('text', 'ä\0')).toBe('000100000005c3a4efbfbd')
  expect(one('bytea', Uint8Array.of(0, 255))).toBe('00010000000200ff')
  expect(one('text', '')).toBe('000100000000')
  expect(one('text', null)).toBe('0001ffffffff')
  expect(one('double', -1.5)).toBe('000100000008bff8000000000000')
  expect(one('integer', -2)).toBe('000100000004fffffffe')
  expect(one('smallint', 258)).toBe('0001000000020102')
  expect(one('boolean', 1)).toBe('00010000000101')
  const bigints = [0, -1, 2 ** 32, -(2 ** 32) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]
  for (const value of bigints) {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64BE(BigInt(value))
    expect(one('bigint', value), String(value)).toBe(`000100000008${bytes.toString('hex')}`)
  }
})

it('pieces are bounded by the largest row, and counted with their digest', () => {
  const rows = Array.from({ length: 3000 }, (_, n) => ({ id: n, body: Buffer.alloc(n === 1000 ? 2_000_000 : 500, n) }))
  const encoder = new BinaryRows([
    ['id', 'bigint'],
    ['body', 'bytea'],
  ])
  const pieces = [...encoder.encode(rows)]
  const all = Buffer.concat(pieces)
  const sha256 = createHash('sha256').update(all).digest('hex')
  expect(encoder.digest()).toEqual({ rows: 3000, bytes: all.length, sha256 })
  expect(pieces.filter(({ length }) => length > 300_000)).toHaveLength(1)
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(2_300_000)
})
