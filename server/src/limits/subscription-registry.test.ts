import { describe, expect, it } from 'vitest'
import { completeSubscription, defaultSubscription } from '../model/subscription.ts'
import { SubscriptionRegistry } from './subscription-registry.ts'

const heavy = completeSubscription({ weight: 3 })

describe('SubscriptionRegistry', () => {
  it('has the defaults for all that nobody set', () => {
    const registry = new SubscriptionRegistry({ file: {}, stored: [] })
    for (const name of ['acme', 'constructor', '__proto__']) {
      expect([registry.get(name), registry.find(name)]).toEqual([defaultSubscription, null])
    }
  })

  it('prefers the file, fills in what an earlier version did not store, and lists by name page by page', () => {
    const stored = [
      { name: 'acme', limits: completeSubscription({ weight: 9 }) },
      { name: 'b', limits: { weight: 2 } as never },
    ]
    const registry = new SubscriptionRegistry({ file: { acme: heavy, c: heavy }, stored })
    expect(registry.find('acme')).toEqual({ name: 'acme', origin: 'file', limits: heavy })
    expect(registry.get('b')).toEqual({ ...defaultSubscription, weight: 2 })
    const first = registry.list({ limit: 2, afterName: null })
    expect([first.subscriptions.map(({ name }) => name), first.more]).toEqual([['acme', 'b'], true])
    const second = registry.list({ limit: 2, afterName: 'b' })
    expect([second.subscriptions.map(({ name }) => name), second.more]).toEqual([['c'], false])
  })

  it('reports every change after it holds', () => {
    const registry = new SubscriptionRegistry({ file: {}, stored: [] })
    const seen: unknown[] = []
    registry.onChange((name) => seen.push([name, registry.get(name).weight]))
    registry.put('acme', heavy)
    registry.remove('acme')
    registry.remove('acme')
    expect(seen).toEqual([
      ['acme', 3],
      ['acme', 1],
    ])
  })
})
