import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeyedMutex } from './keyed-mutex.ts'

describe('KeyedMutex', () => {
  it('runs work at once on keys that nobody works on, and keeps nothing of them', async () => {
    const mutex = new KeyedMutex<string>()
    let begun = false
    const work = mutex.run(['a'], () => {
      begun = true
      return Promise.resolve(1)
    })
    expect([begun, mutex.isHeld('a'), mutex.isHeld('b')]).toEqual([true, true, false])
    expect(await work).toBe(1)
    expect(mutex.isHeld('a')).toBe(false)
  })

  it('runs work behind work that failed', async () => {
    const mutex = new KeyedMutex<string>()
    const failed = mutex.run(['a'], () => Promise.reject(new Error('full')))
    const next = mutex.run(['a'], () => Promise.resolve('ran'))
    await expect(failed).rejects.toThrow('full')
    expect(await next).toBe('ran')
  })

  it('never runs two works of one key at once, and keeps their order', async () => {
    const works = fc.array(fc.record({ keys: fc.uniqueArray(fc.nat(3), { minLength: 1 }), fails: fc.boolean() }), {
      maxLength: 12,
    })
    await fc.assert(
      fc.asyncProperty(works, fc.scheduler(), async (list, scheduler) => {
        const mutex = new KeyedMutex<number>()
        const running = new Set<number>()
        const order = new Map<number, number[]>()
        const all = list.map(({ keys, fails }, at) =>
          mutex.run(keys, async () => {
            for (const key of keys) {
              expect(running.has(key)).toBe(false)
              running.add(key)
              order.set(key, [...(order.get(key) ?? []), at])
            }
            await scheduler.schedule(Promise.resolve())
            for (const key of keys) running.delete(key)
            if (fails) throw new Error('fails')
          }),
        )
        const settled = Promise.allSettled(all)
        await scheduler.waitFor(settled)
        expect((await settled).map(({ status }) => status === 'rejected')).toEqual(list.map(({ fails }) => fails))
        for (const [key, ran] of order)
          expect(ran).toEqual(list.flatMap(({ keys }, at) => (keys.includes(key) ? [at] : [])))
        for (const key of [0, 1, 2, 3]) expect(mutex.isHeld(key)).toBe(false)
      }),
    )
  })
})
