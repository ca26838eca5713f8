import { describe, expect, test } from 'vitest'
import { type ChannelConfig, defaultCircuit, defaultRetry } from '../model/channel.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { hearEvents } from '../runtime/testing/heard-events.ts'
import { silentLogger } from '../runtime/logger.ts'
import { Telemetry } from '../runtime/telemetry.ts'
import { ChannelRegistry } from './channel-registry.ts'

function config(over: Partial<ChannelConfig> = {}): ChannelConfig {
  return {
    connector: { type: 'sandbox', timeoutMs: 1000 },
    rateLimit: { limit: 1, periodMs: 1000, burst: 1, unit: 'calls' },
    concurrency: 4,
    retry: defaultRetry,
    circuit: defaultCircuit,
    maxRetryAfterMs: 3_600_000,
    rateLimitHeaders: null,
    itemSchema: null,
    parkForSeconds: 86_400,
    trace: null,
    payload: null,
    credentials: {},
    ...over,
  }
}

function registry(stored: ConstructorParameters<typeof ChannelRegistry>[0]['stored'] = []) {
  const clock = new FakeClock()
  const channels = {
    shop: { config: config(), origin: 'file' as const },
    sandbox: { config: config(), origin: 'builtin' as const },
  }
  const telemetry = new Telemetry(silentLogger)
  return { clock, telemetry, subject: new ChannelRegistry({ clock, channels, stored, telemetry }) }
}

describe('ChannelRegistry', () => {
  test('lists channels of file, program and API by name', () => {
    const { subject } = registry([
      { name: 'api-made', config: config(), paused: false, used: false, unblockedAtMs: null, tat: null },
    ])
    expect(subject.list().map(({ name, origin }) => [name, origin])).toEqual([
      ['api-made', 'api'],
      ['sandbox', 'builtin'],
      ['shop', 'file'],
    ])
    expect(subject.get('nobody')).toBeUndefined()
  })

  test('lists no channel of a webhook endpoint, reports nothing of it, and leaves nothing of a removed one', () => {
    const { subject, telemetry } = registry()
    const heard = hearEvents(telemetry)
    subject.putWebhook('~whe_1', config(), { paused: true })
    const { gate } = subject.get('~whe_1')!
    subject.resume('~whe_1')
    subject.pause('~whe_1')
    expect([gate.paused, subject.get('~whe_1')!.origin]).toEqual([true, 'webhook'])
    expect(subject.list().map(({ name }) => name)).toEqual(['sandbox', 'shop'])
    expect(subject.all().map(({ name }) => name)).toContain('~whe_1')
    expect(heard).toEqual([])
    subject.remove('~whe_1')
    subject.putWebhook('~whe_1', config(), { paused: false })
    expect(subject.get('~whe_1')!.gate).not.toBe(gate)
  })

  test('lets the file win over a stored channel of the same name', () => {
    const { subject } = registry([
      { name: 'shop', config: config({ concurrency: 9 }), paused: false, used: false, unblockedAtMs: null, tat: null },
    ])
    expect(subject.get('shop')).toMatchObject({ origin: 'file', config: { concurrency: 4 } })
  })

  test('RAT-1: starts channels empty that were used before, and only those', () => {
    const { subject, clock } = registry([
      { name: 'shop', config: null, paused: false, used: true, unblockedAtMs: null, tat: null },
    ])
    expect(subject.get('shop')!.gate.tryTake(1, clock.monotonicUs())).toBe(1_000_000)
    expect(subject.get('sandbox')!.gate.tryTake(1, clock.monotonicUs())).toBe(0)
  })

  test('remembers that a channel was paused', () => {
    const { subject } = registry([
      { name: 'shop', config: null, paused: true, used: false, unblockedAtMs: null, tat: null },
    ])
    expect(subject.get('shop')!.gate.paused).toBe(true)
    subject.resume('shop')
    expect(subject.get('shop')!.gate.paused).toBe(false)
  })

  test('keeps entry, gate and TAT of a channel that changes, and counts the version up', () => {
    const { subject, clock } = registry()
    const before = subject.put('new', config())
    expect(before.gate.tryTake(1, clock.monotonicUs())).toBe(0)
    const after = subject.put('new', config({ rateLimit: { limit: 10, periodMs: 1000, burst: 1, unit: 'calls' } }))
    expect(after).toBe(before)
    expect(after.version).toBe(2)
    // One unit is owed: a tenth of a second by now.
    expect(after.gate.tryTake(1, clock.monotonicUs())).toBe(100_000)
  })

  test('RAT-1: keeps the TAT of a channel that is removed and made again', () => {
    const { subject, clock } = registry()
    subject.put('new', config()).gate.tryTake(1, clock.monotonicUs())
    subject.remove('new')
    expect(subject.get('new')).toBeUndefined()
    expect(subject.put('new', config()).gate.tryTake(1, clock.monotonicUs())).toBe(1_000_000)
  })

  test('notifies listeners of every change until they stop', () => {
    const { subject } = registry()
    const reported: string[] = []
    const stop = subject.onChange((channel) => reported.push(channel.name))
    subject.put('new', config())
    subject.pause('shop')
    subject.resume('shop')
    subject.remove('new')
    subject.remove('new')
    stop()
    subject.pause('shop')
    expect(reported).toEqual(['new', 'shop', 'shop', 'new'])
  })

  test('keeps an open circuit of a channel that changes, but not when it leads elsewhere or has none any more', () => {
    const { subject, clock } = registry()
    const channel = subject.put('new', config())
    const nowUs = clock.monotonicUs()
    const open = (): void => channel.circuit.record({ calls: 20, failed: 20 }, nowUs)
    open()
    subject.put('new', config({ concurrency: 1 }))
    expect(channel.circuit.state(nowUs)).toBe('open')
    subject.put('new', config({ connector: { type: 'sandbox', timeoutMs: 2000 } }))
    expect(channel.circuit.state(nowUs)).toBe('closed')
    open()
    subject.put('new', config({ connector: { type: 'sandbox', timeoutMs: 2000 }, circuit: null }))
    expect(channel.circuit.state(nowUs)).toBe('closed')
  })
})

test('reports pauses, resumes, lifted blocks, and a circuit that another target closes', () => {
  const { clock, telemetry, subject } = registry()
  const heard = hearEvents(telemetry, 'channel.paused', 'channel.resumed', 'channel.unblocked', 'circuit.closed')
  subject.pause('shop')
  subject.resume('shop')
  subject.unblock('shop', 1)
  subject.pause('nobody')
  const channel = 'shop'
  expect(heard).toEqual([
    ['channel.paused', { channel }],
    ['channel.resumed', { channel }],
    ['channel.unblocked', { channel }],
  ])
  const { circuit } = subject.get('shop')!
  circuit.record({ calls: 100, failed: 100 }, clock.monotonicUs())
  clock.advance(500)
  subject.put('shop', config())
  expect(heard).toHaveLength(3)
  subject.put('shop', config({ connector: { type: 'sandbox', timeoutMs: 2000 } }))
  expect(heard.slice(3)).toEqual([['circuit.closed', { channel, openForMs: 500 }]])
})
