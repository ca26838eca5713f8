import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonOf } from './json-of.ts'
import { parseValues } from './parse-values.ts'

describe('parseValues', () => {
  it('keeps integers beyond 2^53, and gives the same back', () => {
    expect(parseValues('[9007199254740993, -9007199254740993, 9007199254740991]')).toEqual([
      9007199254740993n,
      -9007199254740993n,
      9007199254740991,
    ])
    const text = '{"a":[123456789012345678901234567890],"b":"1234567890123456"}'
    expect(JSON.stringify(jsonOf(parseValues(text)))).toBe(text)
  })

  it('takes numbers with a fraction or an exponent as they are', () => {
    expect(parseValues('[0.12345678901234567, 1e300, 9007199254740993.5]')).toEqual([
      0.12345678901234567, 1e300, 9007199254740994,
    ])
  })

  it('makes a map of an object with a member constructor', () => {
    expect(parseValues('{"a":{"c\\u006fnstructor":{"b":1}},"constructor":null}')).toEqual(
      new Map<string, unknown>([
        ['a', new Map([['constructor', { b: 1 }]])],
        ['constructor', null],
      ]),
    )
  })

  it('reads what is nested deeper than can be walked', () => {
    const deep = `${'['.repeat(200_000)}1234567890123456789,"constructor"${']'.repeat(200_000)}`
    expect(Array.isArray(parseValues(deep))).toBe(true)
  })

  it('gives back every JSON value as it was', () => {
    const name = fc.oneof(fc.string(), fc.constantFrom('constructor', '__proto__', 'toString', 'prototype'))
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, 1.5, 'constructor', '\ud800'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.array(fc.tuple(name, tie('value')), { maxLength: 3 }).map((members) => Object.fromEntries(members)),
      ),
    }))
    fc.assert(
      fc.property(value, (one) => {
        const text = JSON.stringify(one)
        expect(JSON.stringify(jsonOf(parseValues(text)))).toBe(text)
      }),
    )
  })
})
