import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Service } from './service.ts'
import { Services } from './services.ts'

const turns = async (n: number): Promise<void> => {
  for (let turn = 0; turn < n; turn++) await Promise.resolve()
}

test('Services start in order and stop in reverse, whatever fails and however often and early they are stopped', async () => {
  const plan = fc.record({
    startTurns: fc.integer({ min: 0, max: 3 }),
    stopTurns: fc.integer({ min: 0, max: 3 }),
    fails: fc.oneof({ weight: 8, arbitrary: fc.constant(null) }, fc.constantFrom('start', 'stop')),
    hasStart: fc.boolean(),
  })
  const calls = fc.array(fc.record({ stop: fc.boolean(), afterTurns: fc.integer({ min: 0, max: 12 }) }), {
    maxLength: 6,
  })
  await fc.assert(
    fc.asyncProperty(fc.array(plan, { maxLength: 6 }), calls, async (plans, calls) => {
      const log: string[] = []
      const list = plans.map(({ startTurns, stopTurns, fails, hasStart }, n): Service => {
        const start = async (): Promise<void> => {
          log.push(`start ${n}`)
          await turns(startTurns)
          if (fails === 'start') throw new Error(`start ${n}`)
        }
        const stop = async (): Promise<void> => {
          log.push(`stop ${n}`)
          await turns(stopTurns)
          if (fails === 'stop') throw new Error(`stop ${n}`)
        }
        return hasStart ? { start, stop } : { stop }
      })
      const services = new Services(list)
      const results: Promise<void>[] = [services.start()]
      for (const { stop, afterTurns } of calls) {
        await turns(afterTurns)
        results.push(stop ? services.stop() : services.start())
      }
      results.push(services.stop())
      await Promise.allSettled(results)
      const { length } = log
      await Promise.allSettled([services.start(), services.stop()])
      expect(log).toHaveLength(length) // started and stopped once

      const started = log.filter((line) => line.startsWith('start'))
      const stopped = log.filter((line) => line.startsWith('stop')).map((line) => Number(line.slice(5)))
      expect(started).toEqual([...started].sort())
      expect(stopped).toEqual([...stopped].sort((a, b) => b - a))
      for (const line of started) expect(stopped).toContain(Number(line.slice(6)))
      // Nothing starts behind a stop.
      expect(log.slice(log.findIndex((line) => line.startsWith('stop'))).join()).not.toMatch(/stop.*start/)
    }),
  )
})

test('Services report why a start failed, once all are stopped', async () => {
  const log: string[] = []
  const services = new Services([
    { stop: () => void log.push('stop a') },
    { start: () => Promise.reject(new Error('b is broken')), stop: () => void log.push('stop b') },
    { start: () => void log.push('start c'), stop: () => void log.push('stop c') },
  ])
  await expect(services.start()).rejects.toThrow('b is broken')
  expect(log).toEqual(['stop b', 'stop a'])
})
