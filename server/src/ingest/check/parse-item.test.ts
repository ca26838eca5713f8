import { schemaDocument, schemaRef } from '@waybill/spec'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { partitionKeyOf } from '@waybill/spec/rules'
import { type ItemFault, ItemParser, type ParsedItem, parseItem } from './parse-item.ts'
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
  fc.string({ unit: fc.constantFrom('a', 'ü', '👟', '\ud83d', '\u0000', '"', '\\'), maxLength: 4 }),
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

/** JSON Schema has no word for it: text of an item's own fields has no half of a surrogate pair. */
function isWellFormed(value: unknown): boolean {
  return typeof value !== 'string' || value.isWellFormed()
}

/** Reads a line between two others in steps of this number of bytes. */
function parseInSteps(line: Buffer, partitionBy: Parameters<typeof parseItem>[1], stepBytes: number): ParsedItem {
  const block = Buffer.concat([Buffer.from('{}\n'), line, Buffer.from('\n{"id":"next"}\n')])
  const parser = new ItemParser(partitionBy)
  parser.begin(block, { start: 3, end: 3 + line.length, isUtf8: true })
  while (!parser.parse(stepBytes));
  return parser.item
}

describe('ItemParser', () => {
  it('agrees with ItemInput of the spec', () => {
    let valid = 0
    fc.assert(
      fc.property(nearItem, (value) => {
        // As it comes out of a request: `__proto__` is a member then.
        const json = JSON.stringify(value)
        const read = JSON.parse(json) as { readonly id?: unknown; readonly partitionKey?: unknown } | null
        const isValid = validByTheSpec(read) && [read?.id, read?.partitionKey].every(isWellFormed)
        if (isValid) valid++
        expect(parseItem(Buffer.from(json), 'job').fault === null, json).toBe(isValid)
      }),
      // An escaped backslash before `ud` looks like half a surrogate pair in JSON.
      { numRuns: 5000, examples: [[{ id: '\\ud' }], [{ id: 'a', data: '\\ud800\ud800' }], [{ id: '\ud800' }]] },
    )
    expect(valid).toBeGreaterThan(300)
  })

  it('finds the key that JSON.parse finds, in steps of any size', () => {
    const token = fc.constantFrom('data', 'a', 'b/c', 'm~n', 'ü', '0', '1', 'id')
    const leaf = fc.oneof(fc.constantFrom('k', 'ü"', '', 7, -0, 1e21, true, null), fc.constant('x'.repeat(257)))
    const siblings = fc.dictionary(token, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 })
    /** A value that has `leaf` at the end of the tokens, or almost. */
    const tree = (tokens: readonly string[], end: unknown, beside: readonly object[]): unknown =>
      tokens.reduceRight((inner, name, n) => {
        if (n % 2 === 1 && /^[01]$/.test(name)) return [...new Array<number>(Number(name)).fill(5), inner, 6]
        return { ...beside[n], [name]: inner, z: [{ [name]: 1 }] }
      }, end)
    let keys = 0
    fc.assert(
      fc.property(
        leaf,
        fc.array(token, { minLength: 1, maxLength: 4 }),
        fc.array(siblings, { minLength: 4, maxLength: 4 }),
        fc.nat(9),
        fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(Infinity)),
        fc.boolean(),
        (end, tokens, beside, off, step, escapes) => {
          const partitionBy = `/data/${tokens.map((one) => one.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`
          // Now and then the pointer leads to nothing.
          const data = tree(off === 0 ? tokens.slice(1) : tokens, end, beside)
          const item = { data, id: 'i' }
          let json = JSON.stringify(item)
          if (escapes) json = json.replaceAll('ü', '\\u00fc').replaceAll('m', '\\u006D').replaceAll('i', '\\u0069')
          const key = partitionKeyOf(JSON.parse(json) as { id: string }, partitionBy)
          const isValid = typeof key === 'string' && key !== '' && key.length <= 256
          const found = parseInSteps(Buffer.from(json), partitionBy as `/${string}`, step)
          if (isValid) keys++
          expect(found, json).toMatchObject(isValid ? { fault: null, key } : { fault: { pointer: partitionBy } })
        },
      ),
      { numRuns: 5000 },
    )
    expect(keys).toBeGreaterThan(1000)
  })

  it('gives the same result in steps of any size', () => {
    const wild = fc.constantFrom(
      ...['{"id":"a","data":{"x":[1,-1e400]}}', '{"id":"a","id":"b"}', '{"id":"a","x":1}', '{"id":"a","data":01}'],
      ...['{"id":7}', '[1]', '{"id":"\\ud800"}', `{"id":"a","data":${'['.repeat(70)}${']'.repeat(70)}}`, '{"id":"a"'],
    )
    fc.assert(
      fc.property(wild, fc.integer({ min: 1, max: 12 }), (json, step) => {
        expect(parseInSteps(Buffer.from(json), 'item', step)).toEqual(parseItem(Buffer.from(json), 'item'))
      }),
    )
  })

  it('reads no more than it is asked to, whatever the line is made of', () => {
    const MIB = 1024 * 1024
    const fill = (unit: string): string => unit.repeat((MIB - 100) / unit.length)
    const lines = [
      `{"id":"a","data":[${fill('1e5,')}1]}`,
      `{"id":"a","data":[${fill('[],')}1]}`,
      `{"id":"a","data":[${fill('{"a":1},')}1]}`,
      `{"id":"a","data":"${fill('\\n')}"}`,
      `{"id":"a","data":"${fill('\\u00e4')}"}`,
      `{"id":"a","data":"${fill('x')}"}`,
      `{"id":"a","data":${fill('9')}}`,
      `{"id":"a",${fill(' ')}"data":1}`,
      `{"id":"${fill('\\u0061')}"}`,
      `{"${fill('x')}":1,"id":"a"}`,
      fill('[{"a":'),
    ]
    for (const line of lines) {
      const bytes = Buffer.from(line)
      const parser = new ItemParser('/data/a/0')
      parser.begin(bytes, { start: 0, end: bytes.length, isUtf8: true })
      let steps = 1
      while (!parser.parse(64 * 1024)) steps++
      expect(steps, line.slice(0, 40)).toBeGreaterThanOrEqual(15)
      expect(parser.item.fault?.detail.length ?? 0).toBeLessThan(500)
    }
  })
})

describe('parseItem', () => {
  it.each([
    ['no JSON', '{"id":', '', 'must be JSON: it ends too early', false],
    ['other text', 'no json', '', 'must be JSON: it goes wrong at byte 0', false],
    ['an empty string', '""', '', 'must be an object: current value is an empty string', true],
    ['a wrong token', '{"id":"a",}', '', 'must be JSON: it goes wrong at byte 10', false],
    ['a raw line break in a string', '{"id":"a\u0000b"}', '', 'must be JSON: it goes wrong at byte 8', false],
    ['a number that is none', '{"id":"a","data":01}', '', 'must be JSON: it goes wrong at byte 18', false],
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
      '{"id":"a","data":{"x":1,"x":2,"id":3}}',
      ' {"id":"a","data":1e308}\r',
    ]) {
      expect(fault(line)).toBeNull()
    }
  })

  it.each([
    ['id', '{"id":"a","id":"a"}', '/id'],
    ['id in another spelling', '{"id":"a","\\u0069d":"b"}', '/id'],
    ['partitionKey', '{"partitionKey":"k","id":"a","partitionKey":"k"}', '/partitionKey'],
    ['action', '{"id":"a","action":"create","data":1,"action":"delete"}', '/action'],
    ['data', '{"data":{},"id":"a","\\u0064\\u0061ta":{}}', '/data'],
  ])('refuses %s that is there twice', (_, line, pointer) => {
    for (const partitionBy of ['item', 'job', '/id'] as const)
      expect(fault(line, partitionBy)).toMatchObject({
        pointer,
        isJson: true,
        detail: expect.stringContaining('twice') as string,
      })
  })

  it('refuses twice what the key comes from, and only that', () => {
    const twice = (line: string, pointer: `/${string}`): string | undefined => fault(line, pointer)?.pointer
    expect(twice('{"id":"a","data":{"shop":"x","shop":"x"}}', '/data/shop')).toBe('/data/shop')
    expect(twice('{"id":"a","data":{"shop":"x","sh\\u006fp":"y"}}', '/data/shop')).toBe('/data/shop')
    expect(twice('{"id":"a","data":{"a":{"shop":"x"},"a":{"shop":"x"}}}', '/data/a/shop')).toBe('/data/a')
    expect(twice('{"id":"a","data":{"a":1,"a":{"shop":"x"}}}', '/data/a/shop')).toBe('/data/a')
    expect(twice('{"id":"a","data":{"shop":"x","y":1,"y":2,"z":{"shop":1,"shop":2}}}', '/data/shop')).toBeUndefined()
    expect(twice('{"id":"a","data":[{"s":"x","s":"y"},{"s":"z"}]}', '/data/1/s')).toBeUndefined()
    expect(twice('{"id":"a","data":[{"s":"z"},{"s":"x","s":"y"}]}', '/data/1/s')).toBe('/data/1/s')
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

  /** Returns the scanner's result for a line between two others. */
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

  /** The scanner may refuse, but an item that it recognizes is valid and has this id and key. */
  function check(line: Buffer): boolean {
    const found = scan(line)
    // Nor does the slow path accept a line that JSON.parse refuses, or find another id.
    const careful = parseItem(line, 'item')
    if (careful.fault === null) expect(JSON.parse(line.toString())).toMatchObject({ id: careful.id })
    if (found === null) return false
    expect(parseItem(line, 'item')).toEqual({ fault: null, id: found.id, key: found.key ?? found.id })
    return true
  }

  /** Numbers with an exponent take the slow path; a text that looks like one does not. */
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
  ])('does not recognize %s', (line) => {
    expect(scan(Buffer.from(line))).toBeNull()
  })

  it('takes nesting of 64', () => {
    expect(scan(Buffer.from(`{"id":"a","data":${'['.repeat(63)}${']'.repeat(63)}}`))).toEqual({ id: 'a', key: null })
  })
})
