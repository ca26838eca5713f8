import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LineReader } from './line-reader.ts'
import { type KeyedItem, partitionKeyOf } from '@waybill/spec/rules'
import type { PartitionBy } from './job.ts'

/** Reads a line with `JSON.parse`. */
function parsed(line: string, partitionBy: PartitionBy) {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const item = value as KeyedItem & { action?: unknown; data?: unknown }
      const id = typeof item.id === 'string' ? item.id : ''
      const partitionKey = typeof item.partitionKey === 'string' ? item.partitionKey : undefined
      const asSent = partitionBy.startsWith('/') ? item : { id, partitionKey }
      const key = partitionKeyOf(asSent, partitionBy) ?? null
      const action = typeof item.action === 'string' ? item.action : null
      return { isItem: true, id, key, action, data: item.data }
    }
  } catch {
    // It is none.
  }
  return { isItem: false, id: '', key: null, action: null, data: undefined }
}

function read(line: string, partitionBy: PartitionBy, stepBytes: number) {
  const reader = new LineReader(partitionBy)
  reader.begin(Buffer.from(line))
  while (!reader.read(stepBytes));
  const { isItem, id, partitionKey: key, action, data } = reader
  return { isItem, id, key, action, data: data === null ? undefined : (JSON.parse(data.toString()) as unknown) }
}

describe('LineReader', () => {
  it('finds what JSON.parse finds, of members that are there twice the last', () => {
    const name = fc.constantFrom('id', 'partitionKey', 'action', 'data', 'shop', '\\u0069d', 'd\\u0061ta')
    const value = fc.oneof(
      fc.constantFrom(
        '"a"',
        '"\\u00e4\\ud83d\\udc5f"',
        '""',
        '7',
        'null',
        'true',
        '"create"',
        '{"shop":"x"}',
        '[{"shop":1}]',
      ),
      fc.jsonValue({ maxDepth: 3 }).map((one) => JSON.stringify(one)),
    )
    const partitionBy = fc.constantFrom<PartitionBy>(
      'item',
      'job',
      'none',
      '/data/shop',
      '/data/0/shop',
      '/shop',
      '/id',
    )
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, value), { maxLength: 6 }),
        partitionBy,
        fc.constantFrom(1, 3, 7, Infinity),
        fc.nat(30),
        (members, by, step, cut) => {
          let line = `{ ${members.map(([key, json]) => `"${key}" :${json}`).join(', ')}}`
          if (cut < 5) line = line.slice(0, -1 - cut) // the text of an invalid item is cut
          expect(read(line, by, step), line).toEqual(parsed(line, by))
        },
      ),
      { numRuns: 10_000 },
    )
  })
})
