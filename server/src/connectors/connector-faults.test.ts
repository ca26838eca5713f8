import { describe, expect, it } from 'vitest'
import type { RequestTemplateConfig } from '../model/channel.ts'
import { type ChannelInput, completeChannel } from '../model/complete-channel.ts'
import { connectorFaults } from './connector-faults.ts'

const template: RequestTemplateConfig = { method: 'PUT', path: '', query: {}, headers: {}, bodyType: 'json' }

function faultsOf(options: Partial<ChannelInput['connector'] & { type: 'http' }>) {
  return connectorFaults(completeChannel({ connector: { type: 'http', url: 'https://shop.example', ...options } }))
}

describe('connectorFaults', () => {
  it.each<[Partial<RequestTemplateConfig>, string, RegExp]>([
    [{ path: '/p/{item.id' }, '/request/update/path', /must close its braces/],
    [{ path: '/p/{itm.id}' }, '/request/update/path', /itm.*\(characters 4 to \d+\)/],
    [{ path: '/p?x=1' }, '/request/update/path', /only characters of a path/],
    [{ path: '/../admin' }, '/request/update/path', /no segment that is/],
    [{ query: { 'a/b': 'item.' } }, '/request/update/query/a~1b', /./],
    [{ headers: { host: '"x"' } }, '/request/update/headers/host', /must not be set/],
    [{ headers: { 'X-a': '"x"', 'x-A': '"y"' } }, '/request/update/headers/x-A', /must be set once/],
    [{ body: { a: 'matches("a")' } }, '/request/update/body/a', /must call only functions/],
    [{ body: 'items' }, '/request/update/body', /items/],
  ])('name the place: %j', (update, pointer, detail) => {
    const faults = faultsOf({ request: { update: { ...template, ...update } } })
    expect(faults).toMatchObject([{ pointer: `/connector${pointer}`, detail: expect.stringMatching(detail) }])
  })

  it('name rules that have the wrong type', () => {
    const faults = faultsOf({ response: { succeeded: 'status + 1' } })
    expect(faults).toEqual([
      {
        pointer: '/connector/response/succeeded',
        detail: 'must be of type bool: it is of type int (characters 0 to 10)',
      },
    ])
  })

  it('name rules of quotas that are refused', () => {
    const config = completeChannel({
      connector: { type: 'http', url: 'https://shop.example' },
      rateLimitHeaders: { remaining: 'headers[', resetSeconds: '1' },
    })
    expect(connectorFaults(config)).toMatchObject([{ pointer: '/rateLimitHeaders/remaining' }])
  })
})
