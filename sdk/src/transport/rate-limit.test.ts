import { expect, it } from 'vitest'
import { parseRateLimit } from './rate-limit.ts'

const byItems = '"pending-items";q=100;qu="items"'

it.each([
  // As this server says it.
  ['"pending-items";r=0;t=5', byItems, { requestsMs: 0, addressMs: 5_000 }],
  ['"pending-items";r=70', byItems, { requestsMs: 0, addressMs: 0 }],
  ['"pending-items";r=0', byItems, { requestsMs: 0, addressMs: 0 }],
  [
    '"requests";r=0;t=1, "pending-items";r=70',
    `"requests";q=100;w=10, ${byItems}`,
    { requestsMs: 1_000, addressMs: 0 },
  ],
  ['"requests";r=3, "pending-items";r=0;t=5', `"requests";q=100;w=10, ${byItems}`, { requestsMs: 0, addressMs: 5_000 }],
  // As a gateway before it may.
  ['"default";r=0;t=7', '"default";q=100;w=60', { requestsMs: 7_000, addressMs: 0 }],
  ['default;r=0;t=7', null, { requestsMs: 7_000, addressMs: 0 }],
  ['"default"; r=0; t=7', '"default"; q=100; qu="requests"', { requestsMs: 7_000, addressMs: 0 }],
  ['"a";r=5;t=90, "b";r=0;t=3, "c";r=0;t=2', '"a";q=9, "b";q=9, "c";q=9', { requestsMs: 3_000, addressMs: 0 }],
  [`"pending-items";r=0;t=5,"default";r=0;t=1`, `"default";q=9, ${byItems}`, { requestsMs: 1_000, addressMs: 5_000 }],
  ['"default";r=0;t=7;pk=:QUJD=:', '"default";q=1;pk=:QUJD=:', { requestsMs: 7_000, addressMs: 0 }],
  // A name, or a parameter, may look like anything.
  ['"r=0;t=9, b";r=1;t=1', null, { requestsMs: 0, addressMs: 0 }],
  ['"a";comment=";r=0;t=9";r=1;t=1', null, { requestsMs: 0, addressMs: 0 }],
  // More than a timer takes.
  ['"a";r=0;t=99999999', null, { requestsMs: 2 ** 31 - 1, addressMs: 0 }],
  ['"a";r=0;t=-1', null, { requestsMs: 0, addressMs: 0 }],
  ['"a";r=0;t=soon', null, { requestsMs: 0, addressMs: 0 }],
  ['100, 100;w=60', null, { requestsMs: 0, addressMs: 0 }],
  ['";;,"";', '"', { requestsMs: 0, addressMs: 0 }],
  ['', '', { requestsMs: 0, addressMs: 0 }],
])('parseRateLimit of %j with %j is %j', (rateLimit, policy, wait) => {
  expect(parseRateLimit(rateLimit, policy)).toEqual(wait)
})

it('parseRateLimit reads a long header of nonsense in no time', () => {
  expect(parseRateLimit(`${'";'.repeat(20_000)}${' ;'.repeat(20_000)}`, null)).toEqual({ requestsMs: 0, addressMs: 0 })
})
