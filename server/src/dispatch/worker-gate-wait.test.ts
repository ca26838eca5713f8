import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { Gate } from '../limits/gate.ts'
import { monotonicUs } from '../runtime/clock.ts'
import { GateWait, takeToken, waitedForTokensUs } from './worker-gate-wait.ts'

function gateOf(unitUs: number): Gate {
  const gate = new Gate()
  gate.configure({ limit: 1000, periodMs: unitUs, burst: 1, unit: 'calls' }, monotonicUs())
  return gate
}

const waits: GateWait[] = []
afterEach(() => {
  for (const wait of waits.splice(0)) wait.stop()
})

function waitOf(resume: () => void, maySleep = false): GateWait {
  const wait = new GateWait({ resume, maySleep: () => maySleep })
  waits.push(wait)
  return wait
}

describe('takeToken', () => {
  test('RAT-1: takes a token that comes up within moments, and not before', () => {
    const gate = gateOf(60)
    let beforeUs = takeToken(gate, 1).nowUs
    for (let call = 0; call < 200; call++) {
      const { waitUs, nowUs } = takeToken(gate, 1)
      expect(waitUs).toBe(0)
      expect(nowUs - beforeUs).toBeGreaterThanOrEqual(60)
      beforeUs = nowUs
    }
  })

  test('does not wait for a token that comes up later', () => {
    const gate = gateOf(60_000_000)
    expect(takeToken(gate, 1).waitUs).toBe(0)
    const spunUs = waitedForTokensUs()
    expect(takeToken(gate, 1).waitUs).toBeGreaterThan(1_000_000)
    expect(waitedForTokensUs()).toBe(spunUs)
  })

  test('counts its wait, so that a thread that waits for tokens does not look busy', () => {
    const gate = gateOf(90)
    const beforeUs = waitedForTokensUs()
    const startUs = monotonicUs()
    for (let call = 0; call < 500; call++) takeToken(gate, 1)
    expect(waitedForTokensUs() - beforeUs).toBeGreaterThan((monotonicUs() - startUs) / 2)
  })
})

describe('GateWait', () => {
  for (const maySleep of [true, false])
    test(`resumes once, after the event loop had a turn${maySleep ? ', sleeping' : ''}`, async () => {
      const order: string[] = []
      const resumed = Promise.withResolvers<void>()
      const wait = waitOf(() => {
        order.push('resumed')
        resumed.resolve()
      }, maySleep)
      setImmediate(() => order.push('turn'))
      wait.wait(900)
      expect(wait.pending).toBe(true)
      await resumed.promise
      expect(order).toEqual(['turn', 'resumed'])
      expect(wait.pending).toBe(false)
      await turn()
      expect(order).toHaveLength(2)
    })

  test('sleeps only where it may, and up to shortly before the token', async () => {
    const resumed = Promise.withResolvers<void>()
    let asked = 0
    const startUs = monotonicUs()
    const wait = new GateWait({
      resume: () => {
        resumed.resolve()
      },
      maySleep: () => {
        asked++
        return true
      },
    })
    waits.push(wait)
    wait.wait(1100)
    await resumed.promise
    expect(asked).toBe(1)
    expect(monotonicUs() - startUs).toBeGreaterThan(800)
  })

  test('resumes no more when it was stopped', async () => {
    let resumed = 0
    const wait = waitOf(() => resumed++)
    for (const waitUs of [10, 1300]) {
      wait.wait(waitUs)
      wait.stop()
      expect(wait.pending).toBe(false)
    }
    wait.yield()
    wait.stop()
    await turn()
    await turn()
    expect(resumed).toBe(0)
  })
})
