import { describe, expect, it } from 'vitest'
import { parseTraceparent, parseTracestate } from './traceparent.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const parentId = '00f067aa0ba902b7'

it.each([
  ['sampled', `00-${traceId}-${parentId}-01`, '01'],
  ['not sampled', `00-${traceId}-${parentId}-00`, '00'],
  ['with a random trace id (level 2)', `00-${traceId}-${parentId}-03`, '03'],
  ['with flags that are not known', `00-${traceId}-${parentId}-ff`, '03'],
  ['of a later version', `01-${traceId}-${parentId}-01`, '01'],
  ['of a later version with more fields', `cc-${traceId}-${parentId}-01-what-the-future-brings`, '01'],
])('parseTraceparent reads a header %s', (_, header, flags) => {
  expect(parseTraceparent(header)).toBe(`00-${traceId}-${parentId}-${flags}`)
})

it.each([
  ['empty', ''],
  ['of the version ff', `ff-${traceId}-${parentId}-01`],
  ['of version 00 with more fields', `00-${traceId}-${parentId}-01-more`],
  ['of a later version with more that is no field', `01-${traceId}-${parentId}-01more`],
  ['with a trace id of zeros', `00-${'0'.repeat(32)}-${parentId}-01`],
  ['with a parent id of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
  ['with upper-case digits', `00-${traceId.toUpperCase()}-${parentId}-01`],
  ['with a short trace id', `00-${traceId.slice(1)}-${parentId}-01`],
  ['with no flags', `00-${traceId}-${parentId}`],
  ['with flags that are no digits', `00-${traceId}-${parentId}-0x`],
  ['with spaces inside', `00-${traceId}-${parentId}- 1`],
  ['sent twice', `00-${traceId}-${parentId}-01, 00-${traceId}-${parentId}-01`],
  ['with a line end', `00-${traceId}-${parentId}-01\n`],
])('parseTraceparent ignores a header %s', (_, header) => {
  expect(parseTraceparent(header)).toBeNull()
})

describe('parseTracestate', () => {
  const long = (key: string, length: number) => `${key}=${'x'.repeat(length - key.length - 1)}`

  it.each([
    ['one member', 'vendor=value', 'vendor=value'],
    ['members with spaces between them', 'a=1 ,\tb=2', 'a=1,b=2'],
    ['empty members', 'a=1,,b=2,', 'a=1,b=2'],
    ['a value with an equals sign within it is none', 'a=1=2', null],
    ['a key in upper case', 'A=1', null],
    ['a value that ends with a space is trimmed', 'a=1 ', 'a=1'],
    ['a key twice', 'a=1,a=2', null],
    ['a member without a value', 'a', null],
    ['an empty text', '', null],
    ['no header', null, null],
    ['33 members', Array.from({ length: 33 }, (_, n) => `k${n}=1`).join(','), null],
  ])('%s', (_, header, expected) => {
    expect(parseTracestate(header)).toBe(expected)
  })

  it('leaves out long members first, then those at the end', () => {
    const [small, big, others] = ['a=1', long('b', 200), [1, 2, 3, 4].map((n) => long(`c${n}`, 128))] as const
    expect(parseTracestate([small, big, ...others].join(','))).toBe([small, ...others.slice(0, 3)].join(','))
    expect(parseTracestate([big, small].join(','))).toBe([big, small].join(','))
  })
})
