import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DataRedactor, joinValues, Redaction, type RedactedData } from './redaction.ts'

function redact(json: string, pointers: readonly string[], step = 3): RedactedData & { readonly text: string } {
  const redactor = new DataRedactor(new Redaction(pointers))
  redactor.begin(Buffer.from(json))
  while (!redactor.walk(step));
  const redacted = redactor.redacted()
  return { ...redacted, text: Buffer.from(redacted.data).toString() }
}

describe('redacted data', () => {
  it('finds the numbers of a hidden value as they are written, whatever its members are named', () => {
    const json = '{"p":{"toString":1,"a":[9111111111111111222,1.50,{"b":1e5}],"s":"x \\" 77"}}'
    const { values } = redact(json, ['/data/p'])
    expect(new Set(values)).toEqual(
      new Set([...['1', '9111111111111111222', '9111111111111112000', '1.50'], ...['1.5', '1e5', '100000', 'x " 77']]),
    )
  })

  it('looks for the values of an item up to a bound of all of them together', () => {
    const long = (n: number): string => String(n).repeat(40_000)
    expect(redact(JSON.stringify({ p: long(1), q: long(2) }), ['/data/p', '/data/q'], 1e6).values).toBeNull()
    expect(joinValues([['a', 'b'], ['b']])).toEqual(['a', 'b'])
    expect(joinValues([['a'], null])).toBeNull()
    expect(joinValues([[long(1)], [long(2)]])).toBeNull()
    expect(joinValues([0, 1].map((n) => Array.from({ length: 150 }, (_, m) => `${n}/${m}`)))).toBeNull()
  })

  it('has a mark in place of each hidden value, and is else the same bytes', () => {
    const json = '{ "e\\u006dail":"ann@shop.example", "n":1.50, "a":[{"x":1},{"x":2}], "a/b":{"~":true} }'
    expect(redact(json, ['/data/email', '/data/a/1/x', '/data/a~1b/~0']).text).toBe(
      '{ "e\\u006dail":"[redacted]", "n":1.50, "a":[{"x":1},{"x":"[redacted]"}], "a/b":{"~":"[redacted]"} }',
    )
    expect(redact(json, ['/data']).text).toBe('"[redacted]"')
    expect(redact(json, ['/data/none', '/data/n/deeper', '/data/a/x', '/data/a/01']).text).toBe(json)
    expect(redact('12345678901234567890', ['/data/x']).text).toBe('12345678901234567890')
  })

  it('has every one of a member that is there twice hidden, and one below another only once', () => {
    const { text, values } = redact('{"p":{"a":"one"},"p":"two","q":0}', ['/data/p', '/data/p/a'])
    expect(text).toBe('{"p":"[redacted]","p":"[redacted]","q":0}')
    expect(values).toEqual(['one', 'two'])
  })

  it('tells which marks were there before', () => {
    expect(redact('{"p":"[redacted]","q":"[redacted]"}', ['/data/p']).marked).toEqual(['/data/p'])
  })

  it('reports no values of what is too long to look for, or is no JSON', () => {
    expect(redact(JSON.stringify({ p: 'x'.repeat(70_000) }), ['/data/p'], 1e6).values).toBeNull()
    expect(
      redact(JSON.stringify({ p: Array.from({ length: 300 }, (_, n) => `v${n}`) }), ['/data/p'], 1e6).values,
    ).toBeNull()
    expect(redact('{"p":', ['/data/p'])).toMatchObject({ text: '"[redacted]"', values: null })
  })

  it('is what replacing the values of the parsed data gives', () => {
    const key = fc.constantFrom('a', 'b', '0', '1', '', 'a/b', '~')
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof({ depthSize: 'small' }, fc.string(), fc.integer(), fc.constant(null), tie('list'), tie('object')),
      list: fc.array(tie('json'), { maxLength: 3 }),
      object: fc.dictionary(key, tie('json'), { maxKeys: 4 }),
    }))
    const token = key.map((name) => name.replaceAll('~', '~0').replaceAll('/', '~1'))
    const pointers = fc.array(
      fc.array(token, { maxLength: 3 }).map((tokens) => ['/data', ...tokens].join('/')),
      { minLength: 1, maxLength: 3 },
    )
    fc.assert(
      fc.property(json, pointers, fc.integer({ min: 1, max: 40 }), (data, hidden, step) => {
        const expected = hidden.reduce((value: unknown, pointer) => replaced(value, pointer.split('/').slice(2)), data)
        expect(JSON.parse(redact(JSON.stringify(data), hidden, step).text)).toEqual(
          JSON.parse(JSON.stringify(expected)),
        )
      }),
      { numRuns: 150 },
    )
  })
})

/** By another way: on the parsed value. */
function replaced(value: unknown, [token, ...rest]: readonly string[]): unknown {
  if (token === undefined) return '[redacted]'
  const name = token.replaceAll('~1', '/').replaceAll('~0', '~')
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return value
  if (Array.isArray(value))
    return value.map((entry: unknown, n) => (String(n) === name ? replaced(entry, rest) : entry))
  return { ...value, [name]: replaced((value as Record<string, unknown>)[name], rest) }
}
