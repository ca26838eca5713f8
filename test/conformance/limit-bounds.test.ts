import { readFileSync } from 'node:fs'
import type { Limits } from '@waybill/spec'
import { describe, expect, it } from 'vitest'
import { limitFaults } from './limit-bounds.ts'

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(`../../spec/${path}`, import.meta.url), 'utf8'))
const limits = read('examples/answers/getLimits.200.json') as Limits
const text = JSON.stringify(read('generated/openapi.json'))

describe('the comparison of limits with the schemas', () => {
  it('passes what the spec shows', () => {
    expect(limitFaults(limits, JSON.parse(text) as object)).toEqual([])
  })

  it.each<[string, Partial<Limits>, string]>([
    [
      'a bound',
      { maxIdBytes: 255 },
      'maxIdBytes is 255, but /components/schemas/ItemInput/properties/id/maxLength is 256',
    ],
    ['an example', { maxResultBytes: 65_535 }, 'maxResultBytes is 65535, but its example is 65536'],
    ['an example', { idempotencyKeySeconds: 3600 }, 'idempotencyKeySeconds is 3600, but its example is 86400'],
    [
      'a default',
      { channelDefaults: { ...limits.channelDefaults, burst: 2 } },
      'channelDefaults/burst is 2, but /components/schemas/RateLimitConfig/properties/burst/default is 1',
    ],
  ])('finds a limit that differs from %s', (_, seeded, fault) => {
    expect(limitFaults({ ...limits, ...seeded }, JSON.parse(text) as object)).toContain(fault)
  })

  it('finds one schema among several that differs', () => {
    const document = JSON.parse(text) as {
      components: { schemas: Record<string, { properties: Record<string, object> }> }
    }
    Object.assign(document.components.schemas['ItemDelivery']!.properties['dependsOn']!, { maxItems: 99 })
    expect(limitFaults(limits, document)).toEqual([
      'maxDependencies is 100, but /components/schemas/ItemDelivery/properties/dependsOn/maxItems is 99',
    ])
  })

  it('finds a bound that the spec has lost', () => {
    const document = JSON.parse(text.replace('"maxProperties":16', '"maxProperties2":16')) as object
    expect(limitFaults(limits, document)).toEqual([
      'maxMetadataPairs: the spec has no components/schemas/Metadata/maxProperties',
    ])
  })
})
