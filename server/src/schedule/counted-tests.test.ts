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
      run(_channel, _test, _signal, begin) {
        const finish = begin?.()
        return new Promise<TestedCall>((resolve, reject) => {
          running.push({ end: () => resolve({} as TestedCall), fail: () => reject(new Error('lost')) })
        }).finally(finish)
      },
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

  it('count when a thread is free for them: those that wait hold back no delivery', async () => {
    const shares = new SubscriptionShares({ get: () => ({ ...defaultSubscription, maxRunningCalls: 1 }) })
    let begin: (() => () => void) | undefined
    const tests = new CountedTests({
      tests: {
        run(_channel, _test, _signal, starts) {
          begin = starts
          return Promise.resolve({} as TestedCall)
        },
      },
      ...{ shares, onEnded() {} },
    })
    await tests.run(channel, { subscription: 'acme', send: true } as ChannelTest, signal)
    expect(shares.of('acme').full).toBe(false)
    const end = begin!()
    expect(shares.of('acme').full).toBe(true)
    expect(begin).toThrow(expect.objectContaining({ code: 'channel_held' }))
    end()
    expect(shares.of('acme').full).toBe(false)
  })

  it('give their call back when they fail', async () => {
    const { shares, running, ended, run } = world(1)
    const test = run('acme')
    running[0]!.fail()
    await expect(test).rejects.toThrow('lost')
    expect([shares.of('acme').full, ended]).toEqual([false, ['acme']])
  })
})
