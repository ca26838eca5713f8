import { describe, expect, test } from 'vitest'
import { schemaDocument } from '../generated/index.ts'
import { byMostItems, type ChannelGate, channelReason, waitingJobReason } from './waiting-order.ts'

const NOW = 1_800_000_000_000

function gate(over: Partial<ChannelGate> = {}): ChannelGate {
  return {
    isPaused: false,
    storeRefusal: () => null,
    handoverUntilMs: () => null,
    unavailable: () => null,
    blockedUntilMs: () => null,
    circuit: () => null,
    rateOpensAtMs: () => null,
    isFull: () => false,
    ...over,
  }
}

test('a job without places waits for its resumption, then for its time, then for other jobs', () => {
  const job = { pausedAtMs: NOW, runAtMs: NOW + 9, sealedAtMs: NOW - 1 }
  expect(waitingJobReason(job)).toEqual({ reason: 'paused', sinceMs: NOW, untilMs: null })
  expect(waitingJobReason({ ...job, pausedAtMs: null })).toEqual({
    ...{ reason: 'schedule', sinceMs: NOW - 1, untilMs: NOW + 9 },
  })
  const due = { ...job, pausedAtMs: null, runAtMs: null }
  expect(waitingJobReason(due)).toEqual({ reason: 'dependency', sinceMs: NOW - 1, untilMs: null })
})

describe('channelReason', () => {
  test('is the first that applies', () => {
    const all = {
      isPaused: true,
      storeRefusal: () => 'disk_full' as const,
      handoverUntilMs: () => NOW + 6,
      unavailable: () => ({ sinceMs: NOW, untilMs: NOW + 1 }),
      blockedUntilMs: () => NOW + 3,
      circuit: () => ({ sinceMs: NOW, untilMs: NOW + 2 }),
      rateOpensAtMs: () => NOW + 4,
      isFull: () => true,
    }
    const order: (keyof ChannelGate)[] = [
      'isPaused',
      'storeRefusal',
      'handoverUntilMs',
      'unavailable',
      'blockedUntilMs',
      'circuit',
      'rateOpensAtMs',
    ]
    const facts: Partial<ChannelGate>[] = [all]
    for (const name of order) facts.push(without(facts.at(-1)!, name))
    const reasons = facts.map((one) => channelReason(gate(one)))
    expect(reasons.map(({ reason }) => reason)).toEqual([
      'paused',
      'disk_full',
      'handover',
      'connector_unavailable',
      'retry_after',
      'circuit_open',
      'rate_limit',
      'concurrency',
    ])
    expect(reasons.map(({ untilMs }) => untilMs)).toEqual([
      null,
      null,
      NOW + 6,
      NOW + 1,
      NOW + 3,
      NOW + 2,
      NOW + 4,
      null,
    ])
    expect(channelReason(gate()).reason).toBe('backlog')
  })

  test('of a Retry-After and a circuit is the one that ends later', () => {
    const blockedUntilMs = () => NOW + 3
    const circuit = () => ({ sinceMs: NOW, untilMs: NOW + 5 })
    expect(channelReason(gate({ blockedUntilMs, circuit })).reason).toBe('circuit_open')
    expect(channelReason(gate({ blockedUntilMs, circuit: () => ({ sinceMs: NOW, untilMs: null }) })).reason).toBe(
      'retry_after',
    )
  })
})

test('byMostItems sorts by the number of items, then as the contract lists the reasons', () => {
  const { enum: reasons } = schemaDocument.$defs.WaitingReason as unknown as {
    enum: Parameters<typeof byMostItems>[0]['reason'][]
  }
  const lines = reasons.map((reason) => ({ reason, items: 1 }))
  expect(lines.toReversed().sort(byMostItems)).toEqual(lines)
  expect([lines[0]!, { reason: 'backlog' as const, items: 2 }].sort(byMostItems)[0]).toMatchObject({ items: 2 })
})

function without(facts: Partial<ChannelGate>, name: keyof ChannelGate): Partial<ChannelGate> {
  const { [name]: _, ...rest } = facts
  return rest
}
