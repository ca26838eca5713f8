import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../runtime/testing/fake-clock.ts'
import { loopTurns } from '../../runtime/loop-turns.ts'
import { type Uploader, UploadBudget } from './upload-budget.ts'

const MIB = 1024 * 1024
const noQuota = { maxPendingItems: null, maxOpenJobs: 1000 }
const unlimited = {
  clock: new FakeClock(),
  quotaOf: () => noQuota,
  pendingItemsOf: () => 0,
  openJobsOf: () => 0,
  itemsPerSecond: () => 0,
}

/** An upload of the one caller of a subscription. */
const uploader = (subscription: string): Uploader => ({ subscription, caller: `token:of-${subscription}` })

describe('UploadBudget', () => {
  it('counts items of all uploads and what is pending, and gives all back', () => {
    let pending = 0
    const budget = new UploadBudget({ ...unlimited, maxPendingItems: 100, pendingItems: () => pending })
    const [a, b] = [budget.enter(uploader('mine')), budget.enter(uploader('mine'))]
    a.addItems(60)
    expect(() => b.addItems(41)).toThrow('pending items of all subscriptions must be at most 100')
    b.addItems(30)
    pending = 10
    expect(() => b.addItems(1)).toThrow('pending items of all subscriptions must be at most 100')
    expect(() => a.checkItems(1)).toThrow()
    a.leave()
    a.leave()
    b.addItems(60)
    budget.check(0, 'mine')
    expect(() => budget.check(1, 'mine')).toThrow()
    expect(budget.uploads).toBe(1)
  })

  it('keeps to the quota of a subscription, over all its uploads, and leaves others alone', () => {
    const pending = new Map([['mine', 30]])
    const budget = new UploadBudget({
      ...unlimited,
      maxPendingItems: 1000,
      pendingItems: () => 30,
      quotaOf: (name) => (name === 'mine' ? { ...noQuota, maxPendingItems: 100 } : noQuota),
      pendingItemsOf: (name) => pending.get(name) ?? 0,
    })
    const [a, b, other] = [
      budget.enter(uploader('mine')),
      budget.enter(uploader('mine')),
      budget.enter(uploader('other')),
    ]
    a.addItems(60)
    expect(() => b.addItems(11)).toThrow(
      expect.objectContaining({ code: 'quota_exceeded', retryAfterSeconds: expect.any(Number) as number }),
    )
    other.addItems(500)
    a.leave()
    b.addItems(11)
    pending.set('mine', 90)
    expect(() => budget.check(1, 'mine')).toThrow('must be at most 100: current value is 101')
    budget.check(0, 'other')
  })

  it.each([
    [200, 2],
    [100_000, 1],
    [1, 60],
    [0, 5],
  ])(
    'estimates when there will be capacity by the items that end a second: %d',
    (itemsPerSecond, retryAfterSeconds) => {
      const base = { ...unlimited, maxPendingItems: 1000, pendingItems: () => 900 }
      const full = new UploadBudget({ ...base, itemsPerSecond: (of) => (of === null ? itemsPerSecond : 0) })
      expect(() => full.check(500, 'mine')).toThrow(expect.objectContaining({ code: 'overloaded', retryAfterSeconds }))
      const quota = { quotaOf: () => ({ ...noQuota, maxPendingItems: 200 }), pendingItemsOf: () => 100 }
      const used = new UploadBudget({ ...base, ...quota, itemsPerSecond: (of) => (of === 'mine' ? itemsPerSecond : 0) })
      expect(() => used.check(500, 'mine')).toThrow(
        expect.objectContaining({ code: 'quota_exceeded', retryAfterSeconds }),
      )
    },
  )

  it('counts open jobs of a subscription and those about to be opened, and gives these back', () => {
    let open = 1
    const quotaOf = (name: string) => (name === 'mine' ? { ...noQuota, maxOpenJobs: 3 } : noQuota)
    const budget = new UploadBudget({
      ...unlimited,
      maxPendingItems: 1000,
      pendingItems: () => 0,
      quotaOf,
      openJobsOf: (name) => (name === 'mine' ? open : 0),
    })
    const [a, b, other] = [
      budget.enter(uploader('mine')),
      budget.enter(uploader('mine')),
      budget.enter(uploader('other')),
    ]
    a.addOpenJob()
    b.addOpenJob()
    expect(() => a.addOpenJob()).toThrow(
      expect.objectContaining({
        code: 'quota_exceeded',
        retryAfterSeconds: 30,
        members: { limit: { name: 'maxOpenJobs', value: 3 } },
      }),
    )
    other.addOpenJob()
    b.leave()
    a.addOpenJob()
    a.leave()
    open = 3
    expect(() => budget.enter(uploader('mine')).addOpenJob()).toThrow('at most 3: current value is 3')
  })

  it('counts bytes that are held, of which one caller has a quarter, also within one subscription', () => {
    const budget = new UploadBudget({ ...unlimited, maxPendingItems: 1, pendingItems: () => 0 })
    const enter = (n: number) => budget.enter({ subscription: 'mine', caller: `token:${n}` })
    const places = Array.from({ length: 16 }, (_, n) => enter(n >> 2))
    for (const [n, place] of places.slice(0, 4).entries()) {
      place.hold(10 * MIB)
      expect(() => enter(0).hold((64 - 10 * (n + 1)) * MIB + 1)).toThrow(
        expect.objectContaining({ code: 'overloaded', message: expect.stringContaining('of one caller') as string }),
      )
      place.hold(6 * MIB)
    }
    for (const place of places.slice(4)) place.hold(16 * MIB)
    // All of it is taken: no caller gets more.
    expect(() => enter(4).hold(1)).toThrow('bodies of one caller in memory')
    places[0]!.leave()
    enter(4).hold(10 * MIB)
    const last = enter(0)
    last.hold(6 * MIB)
    expect(() => enter(0).hold(1)).toThrow()
    last.hold(-1)
    enter(0).hold(1)
  })

  it('charges work to the caller, and not to others of its subscription', () => {
    const budget = new UploadBudget({ ...unlimited, maxPendingItems: 1, pendingItems: () => 0 })
    const { slice } = budget.enter({ subscription: 'mine', caller: 'token:costly' })
    slice.run(() => {
      for (const untilMs = performance.now() + 250; performance.now() < untilMs;); // more than a caller has saved up
    })
    expect(loopTurns.owes('token:costly')).toBe(true)
    expect(budget.enter({ subscription: 'mine', caller: 'token:other' }).slice.over).toBe(false)
    expect(loopTurns.owes('mine')).toBe(false)
  })
})
