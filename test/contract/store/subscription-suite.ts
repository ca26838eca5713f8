import { describe, expect, it, onTestFinished } from 'vitest'
import { completeSubscription } from '../../../server/src/model/subscription.ts'
import { ownStore, type StoreKind, StoreWorld } from './world.ts'

const limits = completeSubscription({ weight: 0.5, maxPendingItems: 7, requestRate: { perMinute: 60 } })

/** Limits of subscriptions. */
export function subscriptionSuite(kind: StoreKind): void {
  describe('limits of subscriptions', () => {
    it('are recovered as they were saved last, by name, until they are removed', async () => {
      const store = await ownStore(kind)
      for (const name of ['ünï 😀', '__proto__', 'acme']) await store.saveSubscription({ name, limits })
      await store.saveSubscription({ name: 'acme', limits: completeSubscription({ weight: 3 }) })
      expect((await store.recover()).subscriptions).toEqual([
        { name: '__proto__', limits },
        { name: 'acme', limits: completeSubscription({ weight: 3 }) },
        { name: 'ünï 😀', limits },
      ])
      await store.removeSubscription('acme')
      await store.removeSubscription('unknown')
      expect((await store.recover()).subscriptions.map(({ name }) => name)).toEqual(['__proto__', 'ünï 😀'])
    })

    it.runIf(kind !== 'memory')('are there after a restart', async () => {
      const world = new StoreWorld(kind)
      onTestFinished(() => world.close())
      const first = await world.start()
      await first.saveSubscription({ name: 'acme', limits })
      await first.stop()
      const second = await world.start()
      expect((await second.recover()).subscriptions).toEqual([{ name: 'acme', limits }])
      await second.stop()
    })
  })
}
