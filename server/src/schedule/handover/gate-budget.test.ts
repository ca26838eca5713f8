import { describe, expect, test } from 'vitest'
import { Gate } from '../../limits/gate.ts'
import { GateBudget } from './gate-budget.ts'

const MS = 1000

/** A gate of 10 units a second, whose next token comes up after 300 ms. */
function budgetOf(resolvesPayloads: boolean) {
  const gate = new Gate()
  gate.configure({ limit: 10, periodMs: 1000, burst: 1, unit: 'calls' }, 0)
  for (let n = 0; n < 3; n++) while (gate.tryTake(1, n * 100 * MS) > 0);
  const budget = new GateBudget(gate)
  budget.resolvesPayloads = resolvesPayloads
  return { gate, budget, nowUs: 0 }
}

describe('GateBudget', () => {
  test('dispatches items just before their tokens', () => {
    const { budget, nowUs } = budgetOf(false)
    expect(budget.units(nowUs, 1)).toBe(0)
    expect(budget.nextUs(nowUs, 1)).toBe(296 * MS)
    expect(budget.units(297 * MS, 1)).toBe(1)
  })

  test('dispatches items half a second before where their payloads are resolved first', () => {
    const { budget, nowUs } = budgetOf(true)
    expect(budget.units(nowUs, 1)).toBe(3)
    budget.dispatched(3, nowUs)
    expect(budget.units(50 * MS, 1)).toBe(0)
    expect(budget.nextUs(50 * MS, 1)).toBe(100 * MS)
    expect(budget.units(100 * MS, 1)).toBe(1)
  })

  test('gathers items where one request resolves many', () => {
    const { gate, budget, nowUs } = budgetOf(true)
    gate.configure({ limit: 100, periodMs: 1000, burst: 1, unit: 'calls' }, 0)
    budget.resolvesMany = true
    const first = budget.units(nowUs, 1)
    expect(first).toBeGreaterThan(40)
    budget.dispatched(first, nowUs)
    expect(budget.units(100 * MS, 1)).toBe(0)
    expect(budget.nextUs(100 * MS, 1)).toBe(150 * MS)
    for (let atMs = 30; atMs <= 150; atMs += 10) expect(gate.tryTake(1, atMs * MS)).toBeLessThanOrEqual(0)
    const next = budget.units(151 * MS, 1)
    expect(next).toBeGreaterThan(10)
    expect(next).toBeLessThanOrEqual(16)
  })

  test('dispatches nothing before the end of a Retry-After, and looks again only then', () => {
    const { gate, budget, nowUs } = budgetOf(true)
    gate.blockUntil(400 * MS)
    expect(budget.units(nowUs, 1)).toBe(0)
    expect(budget.nextUs(nowUs, 1)).toBe(396 * MS)
    expect(budget.units(397 * MS, 1)).toBeGreaterThan(0)
  })

  test('does not wait for units that items on their way do not need after all', () => {
    const { gate, budget, nowUs } = budgetOf(true)
    budget.dispatched(budget.units(nowUs, 1), nowUs)
    expect(budget.onTheWay(10 * MS)).toBe(3)
    gate.waive(3)
    expect(budget.onTheWay(20 * MS)).toBe(0)
    expect(gate.opensAtUs(1, 20 * MS)).toBe(300 * MS)
  })
})
