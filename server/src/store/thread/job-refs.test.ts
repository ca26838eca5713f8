import { expect, it } from 'vitest'
import { JobRefs } from './job-refs.ts'

it('gives refs in a row where nobody else gives any', () => {
  const refs = new JobRefs()
  expect(() => refs.take()).toThrow(expect.objectContaining({ code: 'closed' }))
  refs.begin({ firstRef: 7 }, () => Promise.reject(new Error('Nobody else gives any')))
  expect(Array.from({ length: 5 }, () => refs.take())).toEqual([7, 8, 9, 10, 11])
})

it('reserves the next block when half of one is used, once, and gives none twice', async () => {
  const refs = new JobRefs()
  const asked: ((first: number) => void)[] = []
  refs.begin({ firstRef: 0, shared: { serverId: 1, refs: 4 } }, () => new Promise((resolve) => asked.push(resolve)))
  expect([refs.take(), refs.take()]).toEqual([0, 1])
  expect(asked.length).toBe(0)
  expect([refs.take(), refs.take()]).toEqual([2, 3])
  expect(asked.length).toBe(1)
  expect(() => refs.take()).toThrow(expect.objectContaining({ code: 'unavailable' }))
  asked[0]!(100)
  await Promise.resolve()
  expect([refs.take(), refs.take(), refs.take()]).toEqual([100, 101, 102])
  expect(asked.length).toBe(2)
})

it('tries again to reserve a block when the database was away', async () => {
  const refs = new JobRefs()
  let away = true
  refs.begin({ firstRef: 0, shared: { serverId: 1, refs: 2 } }, () =>
    away ? Promise.reject(new Error('away')) : Promise.resolve(50),
  )
  expect([refs.take(), refs.take()]).toEqual([0, 1])
  await new Promise((resolve) => setImmediate(resolve))
  expect(() => refs.take()).toThrow(expect.objectContaining({ code: 'unavailable' }))
  await new Promise((resolve) => setImmediate(resolve))
  away = false
  // None is left, and yet it asks.
  expect(() => refs.take()).toThrow(expect.objectContaining({ code: 'unavailable' }))
  await new Promise((resolve) => setImmediate(resolve))
  expect(refs.take()).toBe(50)
})
