import { describe, expect, test } from 'vitest'
import type { JobItem } from '../../job-handle.ts'
import { createFakeInput } from '../testing/fake-input.ts'
import { type ReadOptions, readItems } from '../input/read-items.ts'
import { findInputColumns, formatInputRow, type InputCsvOptions } from './format-input.ts'

async function* toItems(submitted: readonly object[]): AsyncGenerator<JobItem, void, undefined> {
  // As the server shows them: an item without a key has its id.
  for (const [index, item] of submitted.entries()) {
    const { id } = item as { id: string }
    yield await Promise.resolve({
      index,
      partitionKey: id,
      action: 'update',
      data: null,
      ...item,
    } as unknown as JobItem)
  }
}

async function format(submitted: readonly object[], options: InputCsvOptions = {}): Promise<string> {
  const { names, cellsOf } = await findInputColumns(toItems(submitted), options, 'update')
  let text = formatInputRow(names, options)
  for await (const item of toItems(submitted)) text += formatInputRow(cellsOf(item), options)
  return text
}

async function readBack(text: string, options: ReadOptions): Promise<object[]> {
  const items: object[] = []
  for await (const item of (await readItems(createFakeInput('a.csv', text), options)).items) items.push(item)
  return items
}

const types = new Map([
  ['price', 'number'],
  ['active', 'boolean'],
  ['tags', 'json'],
] as const)
const rows = [
  { id: 'A1', data: { price: -12.5, active: true, tags: ['a', 'b'], name: 'Chair, "oak"\r\nnew' } },
  { id: 'A2', data: { price: null, active: false, tags: null, name: '=1+1; ' } },
]

describe('items as the CSV file that they came from', () => {
  test.each<[string, InputCsvOptions]>([
    ['as they are', {}],
    ['with the columns of the file', { id: 'sku' }],
    ['with semicolons and decimal commas', { delimiter: ';', decimalComma: true }],
  ])('are read back %s', async (_, options) => {
    const text = await format(rows, options)
    expect(text.split('\r\n')[0]).toBe(
      [options.id ?? 'id', 'price', 'active', 'tags', 'name'].join(options.delimiter ?? ','),
    )
    expect(await readBack(text, { ...options, types })).toEqual(rows)
  })

  test('have a column for keys and actions where an item has one of its own', async () => {
    const items = [
      { id: 'A1', partitionKey: 'eu', data: { a: '1' } },
      { id: 'A2', action: 'delete', data: null },
    ]
    expect(await format(items)).toBe('id,partitionKey,action,a\r\nA1,eu,update,1\r\nA2,A2,delete,\r\n')
    const named = { id: 'sku', partitionKey: 'shop', actionColumn: 'do' }
    expect(await format(rows.slice(0, 1), named)).toMatch(/^sku,shop,do,price,/)
  })

  test('have the columns of all items', async () => {
    expect(
      await format([
        { id: 'A1', data: { a: '1' } },
        { id: 'A2', data: { b: '2' } },
      ]),
    ).toBe('id,a,b\r\nA1,1,\r\nA2,,2\r\n')
  })

  test('are refused where they are no table, or a name would be there twice', async () => {
    await expect(format([{ id: 'A1', data: [1] }])).rejects.toThrow(
      'Cannot print item 0 as CSV as its data must be an object',
    )
    await expect(format([{ id: 'A1', data: { id: 'x' } }])).rejects.toThrow('"id" is in their data too')
    expect(await format([{ id: 'A1', data: { id: 'x' } }], { id: 'sku' })).toBe('sku,id\r\nA1,x\r\n')
  })
})
