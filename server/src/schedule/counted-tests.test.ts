import { describe, expect, it } from 'vitest'
import type { ChannelTest, TestedCall } from '../dispatch/channel-tests.ts'
import type { Channel } from '../limits/channel-registry.ts'
import { defaultSubscription } from '../model/subscription.ts'
import { CountedTests } from './counted-tests.ts'
import { SubscriptionShares } from './handover/subscription-share.ts'

const signal = new AbortController().signal
const channel = { name: 'shop' } as Channel

function world(maxRunningCalls: number | null) {
  const shares = new SubscriptionShares({ get: () => ({ ...defaultSubscription, maxRunningCalls }) })
  const running: { end(): void; fail(): void }[] = []
  const ended: string[] = []
  const tests = new CountedTests({
    tests: {
      run: () =>
        new Promise<TestedCall>((resolve, reject) => {
          running.push({ end: () => resolve({} as TestedCall), fail: () => reject(new Error('lost')) })
        }),
    },
    shares,
    onEnded: (subscription) => void ended.push(subscription),
  })
  const run = (subscription: string, send = true) => tests.run(channel, { subscription, send } as ChannelTest, signal)
  return { shares, running, ended, run }
}

describe('tests with a call', () => {
  it('count among the calls of their subscription, and are refused when it has all', async () => {
    const { shares, running, ended, run } = world(2)
    shares.of('acme').callStarted()
    const test = run('acme')
    expect(shares.of('acme').full).toBe(true)
    await expect(run('acme')).rejects.toMatchObject({ code: 'channel_held' })
    // Without a call, and of another subscription.
    const others = [run('acme', false), run('other')]
    expect(running).toHaveLength(3)
    for (const { end } of running) end()
    await Promise.all([test, ...others])
    expect([shares.of('acme').full, ended]).toEqual([false, ['acme', 'other']])
  })

  it('give their call back when they fail', async () => {
    const { shares, running, ended, run } = world(1)
    const test = run('acme')
    running[0]!.fail()
    await expect(test).rejects.toThrow('lost')
    expect([shares.of('acme').full, ended]).toEqual([false, ['acme']])
  })
})
