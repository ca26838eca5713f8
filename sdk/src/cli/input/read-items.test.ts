import fc from 'fast-check'
import { stringify } from 'csv-stringify/sync'
import { describe, expect, test } from 'vitest'
import type { NewItem } from '../../upload/encode-items.ts'
import { UsageError } from '../cli-errors.ts'
import { createFakeInput } from '../testing/fake-input.ts'
import { type ReadOptions, readItems } from './read-items.ts'

async function read(fileName: string, text: string, options: ReadOptions = {}) {
  const { envelope, items } = await readItems(createFakeInput(fileName, text), options)
  return { envelope, items: await collect(items) }
}

async function collect(items: AsyncIterable<NewItem>): Promise<NewItem[]> {
  const collected: NewItem[] = []
  for await (const item of items) collected.push(item)
  return collected
}

async function failure(fileName: string, text: string, options: ReadOptions = {}): Promise<string> {
  const error: unknown = await read(fileName, text, options).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(UsageError)
  return (error as Error).message
}

const number = { types: new Map([['price', 'number']] as const) }

describe('readItems of CSV', () => {
  test('makes the columns that are no field of an item its data, as text', async () => {
    const { items } = await read('a.csv', 'price,id,partitionKey,action,name\n1,A1,eu,delete,Chair\n007,A2,,,\n')
    expect(items).toEqual([
      { id: 'A1', partitionKey: 'eu', action: 'delete', data: { price: '1', name: 'Chair' } },
      { id: 'A2', data: { price: '007', name: '' } },
    ])
  })

  test('reads the columns that the options name, with their types', async () => {
    const types = new Map([
      ['price', 'number'],
      ['active', 'boolean'],
      ['tags', 'json'],
    ] as const)
    const { items } = await read(
      'a.tsv',
      '\ufeffsku\tshop\tprice\tactive\ttags\tid\nA1\teu\t-1.5e3\tFALSE\t"[""a""]"\t9\nA2\tus\t\t\t\t8\n',
      { id: 'sku', partitionKey: 'shop', types, data: ['sku', 'price', 'active', 'tags'] },
    )
    expect(items).toEqual([
      { id: 'A1', partitionKey: 'eu', data: { sku: 'A1', price: -1500, active: false, tags: ['a'] } },
      { id: 'A2', partitionKey: 'us', data: { sku: 'A2', price: null, active: null, tags: null } },
    ])
  })

  test('has no data where no column is left, and keeps columns with strange names', async () => {
    expect((await read('a.csv', 'id\nA1\n')).items).toEqual([{ id: 'A1' }])
    const [item] = (await read('a.csv', 'id,__proto__,constructor\nA1,x,y\n')).items
    expect(Object.entries(item!.data as object)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
  })

  test.each([
    ['cells with quotes', 'id,a\r\nA1,"x, ""y"""\r\n', 'x, "y"'],
    ['cells of several lines', 'id,a\nA1,"x\ny"\n', 'x\ny'],
    ['a last line without an end', 'id,a\nA1,x', 'x'],
    ['empty lines', '\n\nid,a\n\nA1,x\n\n', 'x'],
    ['characters of several bytes', 'id,a\nA1,čtyři 🚚\n', 'čtyři 🚚'],
  ])('reads %s', async (_, text, a) => {
    expect((await read('a.csv', text)).items).toEqual([{ id: 'A1', data: { a } }])
  })

  test('reads numbers with a decimal comma where the option says so', async () => {
    const options = { ...number, delimiter: ';', decimalComma: true }
    const { items } = await read('a.csv', 'id;price\nA1;12,5\nA2;-0,05\nA3;7\nA4;\n', options)
    expect(items.map(({ data }) => (data as { price: unknown }).price)).toEqual([12.5, -0.05, 7, null])
    for (const cell of ['12.5', '1.234,50', '1,2,3', '1.000.000']) {
      expect(await failure('a.csv', `id;price\nA1;${cell}\n`, options), cell).toContain('must be a number such as 12,5')
    }
  })

  test.each([
    ['12,5', '; --decimal-comma reads it with a decimal comma'],
    ['1.234,50', '; thousands separators are not allowed'],
    ['1,234.50', '; thousands separators are not allowed'],
    ["1'234'567", '; thousands separators are not allowed'],
    ['cheap', ''],
  ])('says how a number such as %s is read', async (cell, advice) => {
    const message = await failure('a.csv', `id;price\nA1;${cell}\n`, { ...number, delimiter: ';' })
    expect(message).toBe(
      `Cannot read a.csv as line 2, column "price" must be a number such as 12.5: current value is ${JSON.stringify(cell)}${advice}`,
    )
  })

  test('takes the delimiter of a first line that names it, as Excel does', async () => {
    const text = '\ufeffsep=;\r\nid;price\r\nA1;1\r\nA2;x\r\n'
    expect((await read('a.csv', text)).items[1]).toEqual({ id: 'A2', data: { price: 'x' } })
    expect(await failure('a.csv', text, number)).toContain('line 4, column "price" must be')
    expect(await failure('a.csv', text, { delimiter: ',' })).toContain("; --delimiter ';' separates them there")
  })

  test('counts lines by their ends, of whatever kind, also within cells', async () => {
    const text = 'id,price\r\nA1,1\nA2,2\r\n"A\r\n3",3\n\r\n"A\n4",4\nA5,x\n'
    expect(await failure('a.csv', text, number)).toContain('line 9, column "price" must be')
    expect((await read('a.csv', text)).items.map(({ id }) => id)).toEqual(['A1', 'A2', 'A\r\n3', 'A\n4', 'A5'])
    expect(await failure('a.csv', `${text}A6,1,2\n`)).toContain('line 10 must have as many columns')
    expect((await read('mac.csv', 'id,a\rA1,x\rA2,y\r')).items).toHaveLength(2)
  })

  test.each([
    ['id;a\nA1;x\n', undefined, "--delimiter ';'"],
    ['"id";"a"\nA1;x\n', undefined, "--delimiter ';'"],
    ['id\ta\nA1\tx\n', undefined, '--delimiter tab'],
    ['id|a\nA1|x\n', undefined, "--delimiter '|'"],
    ['id,a\nA1,x\n', ';', "--delimiter ','"],
  ])('names the delimiter that a file seems to have: %j', async (text, delimiter, advice) => {
    expect(await failure('a.csv', text, { delimiter })).toContain(`; ${advice} separates them there`)
  })

  test('reads back whatever cells are written', async () => {
    const cell = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', ''))
    const row = fc.tuple(fc.integer().map(String), cell, cell)
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (rows) => {
        const text = stringify([['id', 'a', 'b'], ...rows], { quoted: true })
        const { items } = await read('a.csv', text)
        expect(items).toEqual(rows.map(([id, a, b]) => ({ id, data: { a, b } })))
      }),
      { numRuns: 50 },
    )
  })

  test.each<[string, string, ReadOptions, string]>([
    [
      'the first line of a record of several',
      'id,price\n"A\n1",1\n"A\n2","x"\n',
      number,
      'line 4, column "price" must be a number such as 12.5: current value is "x"',
    ],
    ['a number of another country', 'id,price\nA,"12,5"\n', number, 'line 2, column "price" must be a number'],
    [
      'a number that would lose digits',
      'id,price\nA,12345678901234567890\n',
      number,
      'line 2, column "price" must be text or a number of up to 15 digits',
    ],
    [
      'a record that is too short',
      'id,a,b\nA1,1,2\nA2,1\n',
      {},
      'line 3 must have as many columns as the first line: it has 2',
    ],
    ['a quote in the middle', 'id,a\nA1,x"y"\n', {}, 'line 2, column 2 must be valid CSV'],
    ['a quote that nobody closed', 'id,a\nA0,y\nA1,"x\nA2,y\n', {}, 'line 3 must close every quote'],
    ['an item without an id', 'id,a\n,1\n', {}, 'line 2, column "id" must be text of 1 to 256 bytes'],
    [
      'an action that is none',
      'id,action\nA1,upsert\n',
      {},
      'line 2, column "action" must be create, update or delete',
    ],
    ['a column that is there twice', 'id,a,a\n', {}, 'line 1 must name each column once: "a" is there twice'],
    ['a file without a header', '', {}, 'its first line must name the columns: it is empty'],
    [
      'a key that is not there',
      'id,a\n',
      { partitionKey: 'shop' },
      '--partition-key must name one of its columns (id, a): current value is shop',
    ],
    [
      'another delimiter',
      'id;a\n',
      {},
      "--id must name one of its columns (id;a): current value is id; --delimiter ';' separates them there",
    ],
    ['a type of no column', 'id,a\n', number, '--types must name one of its columns (id, a): current value is price'],
  ])('names %s', async (_, text, options, message) => {
    expect(await failure('a.csv', text, options)).toContain(`Cannot read a.csv as ${message}`)
  })

  // One after the other, with a correction between them.
  test('names all that is wrong in a file, and gives nothing after the first', async () => {
    const text = 'id,price\nA1,1\n,x\nA2,x\nA3,3\n,4\nA5,"5\n'
    const { items } = await readItems(createFakeInput('a.csv', text), number)
    const given: string[] = []
    const reading = (async () => {
      for await (const { id } of items) given.push(id)
    })()
    await expect(reading).rejects.toThrow(UsageError)
    const { message } = (await reading.catch((error: unknown) => error)) as Error
    expect(message.split('\n').map((line) => /line (\d)/.exec(line)?.[1])).toEqual(['3', '4', '6', '7'])
    expect(given).not.toContain('A3')
    const many = await failure('a.csv', `id,price\n${'A,x\n'.repeat(50)}`, number)
    expect(many.split('\n')).toHaveLength(21)
    expect(many).toMatch(/These are the first 20: the rest of the file was not checked$/)
  })

  test('names the first thing that is wrong in what is piped in, once, whatever the format', async () => {
    for (const [name, text, options] of [
      ['a.ndjson', '{"id":1}\n{"id":2}\n', {}],
      ['a.csv', 'id,price\nA1,x\nA2,x\n', number],
    ] as const) {
      const input = { ...createFakeInput(name, text), sizeBytes: null }
      const reading = readItems(input, options).then(async ({ items }) => {
        for await (const item of items) void item
      })
      const { message } = (await reading.catch((error: unknown) => error)) as Error
      expect(message).toMatch(/^Cannot read [^\n]+ line \d[^\n]+$/)
    }
  })

  test('leaves items that are not valid to the server, where the job lets them fail alone', async () => {
    const { items } = await read('a.csv', 'id,action\n,upsert\n', { onInvalidItem: 'fail' })
    expect(items).toEqual([{ id: '', action: 'upsert' }])
  })
})

describe('readItems of JSON', () => {
  const items = [
    { id: 'A1', data: { price: 1 } },
    { id: 'A2', partitionKey: 'eu', action: 'delete' },
  ]

  test('reads items as they are, a line each or as an array', async () => {
    const lines = items.map((item) => JSON.stringify(item)).join('\n')
    expect(await read('a.ndjson', lines)).toEqual({ envelope: {}, items })
    expect(await read('a.jsonl', `\ufeff${lines}\r\n\r\n`)).toEqual({ envelope: {}, items })
    expect(await read('a.json', JSON.stringify(items, null, 2))).toEqual({ envelope: {}, items })
    expect(await read('', lines, { format: 'ndjson' })).toEqual({ envelope: {}, items })
  })

  test('takes the envelope that stands before them or around them', async () => {
    const envelope = { channel: 'shop', action: 'update' }
    expect(await read('a.json', JSON.stringify({ ...envelope, items }))).toEqual({ envelope, items })
    const lines = [envelope, ...items].map((item) => JSON.stringify(item)).join('\n')
    expect(await read('a.ndjson', lines)).toEqual({ envelope, items })
  })

  test('makes items of other records by the fields that the options name', async () => {
    const records = [
      { sku: 1001, shop: 'eu', price: { amount: 1 }, channel: 'web' },
      { sku: 'x', shop: null },
    ]
    const wanted = [
      { id: '1001', partitionKey: 'eu', data: { price: { amount: 1 }, channel: 'web' } },
      { id: 'x', data: {} },
    ]
    const options = { id: 'sku', partitionKey: 'shop' }
    expect((await read('a.json', JSON.stringify(records), options)).items).toEqual(wanted)
    const lines = records.map((record) => JSON.stringify(record)).join('\n')
    expect((await read('a.ndjson', lines, options)).items).toEqual(wanted)
    expect((await read('a.ndjson', lines, { id: 'sku', data: ['price'] })).items[0]!.data).toEqual({
      price: { amount: 1 },
    })
  })

  test('reads lines with every character that JSON allows', async () => {
    const data = 'one\u2028line\u2029 still\u0085'
    expect((await read('a.ndjson', `{"id":"A1","data":"${data}"}\n{"id":"A2"}`)).items).toEqual([
      { id: 'A1', data },
      { id: 'A2' },
    ])
  })

  test.each<[string, string, string, ReadOptions, string]>([
    ['a line that is no JSON', 'a.ndjson', '{"id":"A1"}\n\n{"id"\n', {}, 'as line 3 must be JSON'],
    ['a line that is no object', 'a.ndjson', '{"id":"A1"}\n7\n', {}, 'as line 2 must be an object: current value is 7'],
    [
      'a line without an id',
      'a.ndjson',
      '{"id":"A1"}\n{"data":1}\n',
      {},
      'as line 2, field id must be text of 1 to 256 bytes: current value is none',
    ],
    [
      'an id that is a number',
      'a.ndjson',
      '{"id":7}\n',
      {},
      'as line 1, field id must be text of 1 to 256 bytes: current value is 7',
    ],
    [
      'a field that items do not have',
      'a.json',
      '[{"id":"A1","price":1}]',
      {},
      'as item 0 must have the fields of an item',
    ],
    [
      'a key that is no text',
      'a.json',
      '[{"sku":{}}]',
      { id: 'sku' },
      'as item 0 must have text or a number in the field "sku"',
    ],
    ['the place in a document', 'a.json', '[\n{"id":"A1"}\n{}]', {}, 'as line 3, column 1 must be JSON'],
    ['a document that is cut off', 'a.json', '[{"id":"A1"}', {}, 'must be JSON'],
    [
      'a document without items',
      'a.json',
      '{"channel":"shop"}',
      {},
      'as it must be an array of items, or an object with the field items',
    ],
    ['an item that is no object', 'a.json', '[{"id":"A1"},7]', {}, 'as item 1 must be an object: current value is 7'],
    ['options of CSV', 'a.json', '[]', { delimiter: ';' }, 'as the file must be CSV'],
    [
      'a format that nobody knows',
      'a.xlsx',
      '',
      {},
      'as its format must be known: say --format json, or ndjson, or csv',
    ],
  ])('names %s', async (_, fileName, text, options, message) => {
    expect(await failure(fileName, text, options)).toContain(message)
  })

  test.each([
    ['a.csv', 'id,name\nA1,x\nA2,caf', 'as line 3 must be UTF-8: it is not; iconv -f windows-1252'],
    ['a.ndjson', '{"id":"A1"}\n{"id":"caf', 'as line 2 must be UTF-8'],
    ['a.json', '[{"id":"caf', 'as it must be UTF-8'],
  ])('refuses bytes of another encoding in %s', async (fileName, text, message) => {
    for (const pieceBytes of [1, 1000]) {
      const input = createFakeInput(fileName, Buffer.concat([Buffer.from(text), Buffer.of(0xe9, 0x0a)]), pieceBytes)
      await expect(readItems(input, {}).then(({ items }) => collect(items))).rejects.toThrow(message)
    }
  })
})
