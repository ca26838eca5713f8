import { schemaDocument, schemaRef } from '@waybill/spec'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ItemFault, itemFault, parseItem } from './parse-item.ts'
import { ItemScanner } from './scan-item.ts'

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictTypes: false, validateFormats: false })
// The longest a string may be in UTF-8 (or a value as JSON): the keyword of the spec that JSON Schema has no word for.
ajv.addKeyword({
  keyword: 'x-max-bytes',
  schemaType: 'number',
  validate: (max: number, value: unknown) =>
    Buffer.byteLength(typeof value === 'string' ? value : (JSON.stringify(value) ?? '')) <= max,
})
ajv.addSchema(schemaDocument)
const validByTheSpec = ajv.getSchema(schemaRef('ItemInput'))!

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'ü', '👟', '\u0000', '"', '\\'), maxLength: 4 }),
  fc.constantFrom(
    '',
    'x'.repeat(255),
    'x'.repeat(256),
    'x'.repeat(257),
    'ü'.repeat(128),
    'ü'.repeat(129),
    '👟'.repeat(64),
    '👟'.repeat(65),
  ),
)
const action = fc.constantFrom('create', 'update', 'delete')
const anything = fc.jsonValue({ maxDepth: 3 })
const nearItem = fc.oneof(
  fc.record({ id: text, partitionKey: text, action, data: anything }, { requiredKeys: [] }),
  fc.record(
    {
      id: fc.oneof(text, anything),
      partitionKey: fc.oneof(text, anything),
      action: fc.oneof(action, anything),
      data: anything,
      more: anything,
    },
    { requiredKeys: ['id'] },
  ),
  fc.record({ id: text, ['__proto__']: anything }, { requiredKeys: ['id'] }),
  anything,
)

const fault = (line: string | Buffer, partitionBy: Parameters<typeof parseItem>[1] = 'item'): ItemFault | null =>
  parseItem(Buffer.from(line as string), partitionBy).fault

describe('itemFault', () => {
  it('agrees with ItemInput of the spec', () => {
    let valid = 0
    fc.assert(
      fc.property(nearItem, (value) => {
        // As it comes out of a request: `__proto__` is a member then.
        const item = JSON.parse(JSON.stringify(value)) as unknown
        if (validByTheSpec(item)) valid++
        expect(itemFault(item) === null).toBe(validByTheSpec(item))
      }),
      { numRuns: 3000 },
    )
    expect(valid).toBeGreaterThan(300)
  })
})

describe('parseItem', () => {
  it.each([
    ['no JSON', '{"id":', '', 'must be JSON: it ends too early', false],
    ['other text', 'no json', '', 'must be JSON: it has an unexpected o', false],
    ['an empty string', '""', '', 'must be an object: current value is an empty string', true],
    ['a wrong token', '{"id":"a",}', '', 'must be JSON: it goes wrong at position 10', false],
    ['a raw line break in a string', '{"id":"a\u0000b"}', '', 'must be JSON: it goes wrong at position 8', false],
    ['a number that is none', '{"id":"a","data":01}', '', 'must be JSON: it goes wrong at position 18', false],
    ['no object', '"a"', '', 'must be an object: current value is a string', true],
    ['an array', '[]', '', 'must be an object: current value is an array', true],
    ['no id', '{"data":1}', '/id', 'must be a string: it is missing', true],
    ['an id of null', '{"id":null}', '/id', 'must be a string: current value is null', true],
    [
      'an inherited id',
      '{"__proto__":{"id":"a"}}',
      '/__proto__',
      'is not a field of an item: id, partitionKey, action and data are',
      true,
    ],
    [
      'a name with ~ and /',
      '{"id":"a","a/b~c":1}',
      '/a~1b~0c',
      'is not a field of an item: id, partitionKey, action and data are',
      true,
    ],
    [
      'half a surrogate pair',
      '{"id":"\\ud800"}',
      '/id',
      'must be well-formed Unicode: current value has half a surrogate pair',
      true,
    ],
    [
      'a key of null',
      '{"id":"a","partitionKey":null}',
      '/partitionKey',
      'must be a string: current value is null',
      true,
    ],
    [
      'a wrong action',
      '{"id":"a","action":"upsert"}',
      '/action',
      'must be one of create, update, delete: current value is "upsert"',
      true,
    ],
    [
      'a number out of range',
      '{"id":"a","data":{"x":[1,-1e400]}}',
      '/data/x/1',
      'must be a number of at most about 1.8e308: current value is larger',
      true,
    ],
  ])('refuses %s', (_, line, pointer, detail, isJson) => {
    expect(fault(line)).toEqual({ pointer, detail, isJson })
  })

  it('refuses other bytes than UTF-8', () => {
    expect(fault(Buffer.from('{"id":"\xe4"}', 'latin1'))).toMatchObject({ detail: 'must be UTF-8: it has other bytes' })
    // An overlong slash, and a surrogate in UTF-8.
    expect(fault(Buffer.from([0x22, 0xc0, 0xaf, 0x22]))).toMatchObject({ detail: 'must be UTF-8: it has other bytes' })
    expect(fault(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))).toMatchObject({
      detail: 'must be UTF-8: it has other bytes',
    })
  })

  it('takes nesting of 64 and refuses more, however much more', () => {
    const nested = (depth: number): string => `{"id":"a","data":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
    expect(fault(nested(64))).toBeNull()
    expect(fault(nested(65))).toMatchObject({ detail: 'must be nested at most 64 deep: current value is deeper' })
    expect(fault(nested(250_000))).not.toBeNull()
    expect(fault(`{"id":"a","data":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`)).not.toBeNull()
  })

  it('takes what only looks wild', () => {
    for (const line of [
      '{"id":"\\ud83d\\udc5f"}',
      '{"id":"a","data":"\\ud800"}',
      '{"id":"a","data":{"__proto__":1}}',
      '{"id":"a","id":"b"}',
      ' {"id":"a","data":1e308}\r',
    ]) {
      expect(fault(line)).toBeNull()
    }
    // The last of two members counts, as for every reader of the stored line.
    expect(parseItem(Buffer.from('{"id":"a","id":"b"}'), 'item')).toMatchObject({ id: 'b', key: 'b' })
  })

  it('keeps the id of an invalid item, if it has one', () => {
    expect(parseItem(Buffer.from('{"id":"a","x":1}'), 'item').id).toBe('a')
    expect(parseItem(Buffer.from('{"id":"","x":1}'), 'item').id).toBeNull()
    expect(parseItem(Buffer.from('{'), 'item').id).toBeNull()
  })

  it('refuses a number out of range as a key', () => {
    expect(fault('{"id":"a","data":1e999}', '/data')).not.toBeNull()
    expect(parseItem(Buffer.from('{"id":"a","data":"null"}'), '/data')).toMatchObject({ fault: null, key: 'null' })
  })
})

describe('ItemScanner', () => {
  const scanner = new ItemScanner()

  /** What the scanner says of a line that stands between two others. */
  function scan(line: Buffer): { id: string; key: string | null } | null {
    const block = Buffer.concat([Buffer.from('{}\n'), line, Buffer.from('\n{"id":"next"}\n')])
    scanner.use(block)
    const end = scanner.scan(3)
    if (end < 0) return null
    expect(end).toBe(3 + line.length)
    const { idStart, idEnd, keyStart, keyEnd } = scanner
    return {
      id: block.toString('utf8', idStart, idEnd),
      key: keyStart < 0 ? null : block.toString('utf8', keyStart, keyEnd),
    }
  }

  /** The scanner may give up, but what it recognizes is valid and has this id and key. */
  function check(line: Buffer): boolean {
    const found = scan(line)
    if (found === null) return false
    expect(parseItem(line, 'item')).toEqual({ fault: null, id: found.id, key: found.key ?? found.id })
    return true
  }

  /** Numbers with an exponent go the slow way; a text that looks like one does not. */
  function hasExponent(value: unknown): boolean {
    if (typeof value === 'number') return JSON.stringify(value).includes('e')
    return typeof value === 'object' && value !== null && Object.values(value).some(hasExponent)
  }

  it('recognizes ordinary items', () => {
    const ordinary = fc.record(
      {
        id: fc.string({ unit: fc.constantFrom(...'aZ09-_/.:~ {}[],'), minLength: 1, maxLength: 256 }),
        partitionKey: fc.string({ unit: fc.constantFrom('k', ' '), minLength: 1, maxLength: 20 }),
        action,
        data: fc.jsonValue({ maxDepth: 6 }),
      },
      { requiredKeys: ['id'] },
    )
    fc.assert(
      fc.property(ordinary, fc.boolean(), (item, pretty) => {
        const line = JSON.stringify(item, null, pretty ? ' ' : '').replaceAll('\n', '')
        expect(check(Buffer.from(line))).toBe(!hasExponent(item.data))
      }),
      { numRuns: 1000 },
    )
  })

  it('recognizes nothing that is not valid, whatever is done to a line', () => {
    const bases = [
      '{"id":"sku-1","data":{"title":"Größe \\"10\\" \\u00bd","price":-12.5,"n":[0,1.0,{}],"ok":true,"no":null,"f":false}}',
      '{ "partitionKey" : "k" ,"action":"update", "id":"a","data":[[],[{"a":{"b":[1,"x"]}}]] }\r',
    ]
    const piece = fc.string({ unit: fc.constantFrom(...'{}[]":,\\u0019eE+-.tfnid \t\r\u0000ü/'), maxLength: 3 })
    let recognized = 0
    fc.assert(
      fc.property(
        fc.constantFrom(...bases),
        fc.array(fc.tuple(fc.nat(120), fc.nat(2), piece), { minLength: 1, maxLength: 3 }),
        (base, changes) => {
          let line = base
          for (const [at, drop, insert] of changes) line = line.slice(0, at) + insert + line.slice(at + drop)
          if (check(Buffer.from(line))) recognized++
        },
      ),
      { numRuns: 20_000 },
    )
    expect(recognized).toBeGreaterThan(500)
  })

  it.each([
    '{"id":"a","data":1e400}',
    `{"id":"a","data":${'9'.repeat(400)}}`,
    `{"id":"a","data":${'['.repeat(64)}${']'.repeat(64)}}`,
    '{"id":"a","id":"b"}',
    '{"id":"ü"}',
    '{"id":"\\u0061"}',
    '{"id":""}',
    `{"id":"${'x'.repeat(257)}"}`,
    '{}',
    '{"id":"a"} x',
    '{"id":"a"',
    '{"data":1}',
    '{"id":"a","data":"\t"}',
    '{"id":"a","data":[1,]}',
    '{"id":"a","data":{"a":1,}}',
    '{"id":"a","data":[}',
    '{"id":"a","data":-}',
    '{"id":"a","data":01}',
    '{"id":"a","data":1.}',
    '{"id":"a","data":"\\x"}',
    '{"id":"a","data":"\\u12g4"}',
    '{"id":"a","data":nul}',
    '{"id":"a","data":}',
    '',
    ' ',
  ])('gives up on %s', (line) => {
    expect(scan(Buffer.from(line))).toBeNull()
  })

  it('takes nesting of 64', () => {
    expect(scan(Buffer.from(`{"id":"a","data":${'['.repeat(63)}${']'.repeat(63)}}`))).toEqual({ id: 'a', key: null })
  })
})
