import { describe, expect, it } from 'vitest'
import { deprecationOf } from './generate/deprecation.ts'
import type { OperationObject } from './generate/spec-document.ts'

function operation(members: Partial<OperationObject>): OperationObject {
  return { operationId: 'getOld', ...members } as OperationObject
}

describe('deprecationOf', () => {
  it('reads when an operation was deprecated and when it ends', () => {
    const times = { 'x-deprecated-since': '2026-12-01T00:00:00Z', 'x-sunset': '2027-06-01T00:00:00Z' }
    const link = '/docs/guides/upgrade'
    expect(deprecationOf(operation({ deprecated: true, ...times, 'x-deprecation-link': link }))).toEqual({
      deprecatedAtSeconds: 1_796_083_200,
      sunset: 'Tue, 01 Jun 2027 00:00:00 GMT',
      link,
    })
    expect(deprecationOf(operation({ deprecated: true, 'x-deprecated-since': '2026-12-01' }))).toMatchObject({
      sunset: null,
      link: null,
    })
    expect(deprecationOf(operation({}))).toBeNull()
  })

  it.each<[Partial<OperationObject>, string]>([
    [{ deprecated: true }, 'x-deprecated-since must be a time'],
    [{ deprecated: true, 'x-deprecated-since': 'soon' }, 'x-deprecated-since must be a time'],
    [{ 'x-sunset': '2027-06-01' }, 'deprecated must be true'],
    [{ deprecated: true, 'x-deprecated-since': '2027-06-01', 'x-sunset': '2026-06-01' }, 'x-sunset must be a time'],
  ])('refuses %j', (members, requirement) => {
    expect(() => deprecationOf(operation(members))).toThrow(`Cannot read getOld as ${requirement}`)
  })
})
