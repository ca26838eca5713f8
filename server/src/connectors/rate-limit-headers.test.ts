import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RateLimitHeadersConfig } from '../model/channel.ts'
import { RateLimitHeaders } from './rate-limit-headers.ts'

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0)

function hold(config: RateLimitHeadersConfig, headers: Record<string, string | string[]>): number {
  return Math.round(new RateLimitHeaders(config).holdMs(headers, NOW))
}

describe('rate limit headers', () => {
  it.each<[string, Record<string, string | string[]>, number]>([
    ['much is left', { ratelimit: '"default";r=50;t=30', 'ratelimit-policy': '"default";q=100;w=60' }, 0],
    ['the last fifth', { ratelimit: '"default";r=9;t=30', 'ratelimit-policy': '"default";q=100;w=60' }, 3000],
    ['nothing is left', { ratelimit: '"default";r=0;t=30' }, 30_000],
    ['some is left of an unknown limit', { ratelimit: '"default";r=1;t=30' }, 0],
    ['the policy that leaves the fewest', { ratelimit: '"hour";r=900;t=900, "second";r=0;t=2' }, 2000],
    ['several fields', { ratelimit: ['"hour";r=900;t=900', '"second";r=0;t=2'] }, 2000],
    ['older fields', { 'ratelimit-limit': '100', 'ratelimit-remaining': '19', 'ratelimit-reset': '40' }, 2000],
    [
      'older fields with windows',
      { 'ratelimit-limit': '100, 100;w=60', 'ratelimit-remaining': '0', 'ratelimit-reset': '5' },
      5000,
    ],
    [
      'GitHub',
      { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${NOW / 1000 + 90}` },
      90_000,
    ],
    ['a reset that has passed', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${NOW / 1000 - 1}` }, 0],
    ['no reset', { 'x-ratelimit-remaining': '0' }, 0],
    ['nothing of the kind', { etag: '"r=0;t=9"' }, 0],
    ['no numbers', { ratelimit: '"default";r=x;t=9', 'x-ratelimit-remaining': 'none' }, 0],
  ])('standard: %s', (_what, headers, expected) => {
    expect(hold('standard', headers)).toBe(expected)
  })

  it.each([
    ['10/40', 0],
    ['31/40', 0],
    ['32/40', 500],
    ['40/40', 500],
    ['70/80', 250],
    ['0/0', 0],
    ['many', 0],
  ])('shopify: %s', (field, expected) => {
    expect(hold('shopify', { 'x-shopify-shop-api-call-limit': field })).toBe(expected)
  })

  it('reads others by expressions, and takes an answer that has none as it is', () => {
    const config = {
      limit: 'double(headers["x-quota"].split("/")[1])',
      remaining: 'double(headers["x-quota"].split("/")[0])',
      resetSeconds: 'double(headers["x-quota-until"]) - nowSeconds',
    }
    expect(hold(config, { 'x-quota': '1/10', 'x-quota-until': `${NOW / 1000 + 8}` })).toBe(4000)
    expect(hold(config, { 'x-quota': '3/10', 'x-quota-until': `${NOW / 1000 + 8}` })).toBe(0)
    expect(hold(config, {})).toBe(0)
    expect(hold({ remaining: '"0"', resetSeconds: '"9"' }, {})).toBe(0)
  })

  it('never holds for less than no time, whatever headers say', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        for (const config of ['standard', 'shopify'] as const) {
          const held = new RateLimitHeaders(config).holdMs(
            {
              ratelimit: a,
              'ratelimit-policy': b,
              'x-ratelimit-remaining': a,
              'x-ratelimit-reset': b,
              'x-shopify-shop-api-call-limit': a,
            },
            NOW,
          )
          expect(held).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })
})
