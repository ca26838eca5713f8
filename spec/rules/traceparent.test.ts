import { expect, it } from 'vitest'
import { parseTraceparent } from './traceparent.ts'

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
