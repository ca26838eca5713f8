import { expect, it } from 'vitest'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { silentLogger } from '../runtime/logger.ts'
import { Telemetry } from '../runtime/telemetry.ts'
import { ComponentHealth } from './component-health.ts'

it('counts channels that are held up, of those that have items, and threads that were lost lately', () => {
  const clock = new FakeClock()
  const telemetry = new Telemetry(silentLogger)
  const channel = (paused: boolean, blockedForUs: number, state: string | null) => ({
    gate: { paused, blockedUntilUs: clock.monotonicUs() + blockedForUs },
    config: { circuit: state === null ? null : {} },
    circuit: { state: () => state },
  })
  const channels = new Map<string, unknown>([
    ['moving', channel(false, 0, 'closed')],
    ['paused', channel(true, 1, null)],
    ['broken', channel(false, 0, 'half_open')],
    ['still', channel(false, -1, 'open')],
    ['idle', channel(true, 1, 'open')],
  ])
  const health = new ComponentHealth({
    ...{ clock, telemetry, channels: channels as never, threads: 3 },
    standstills: {
      start: () => {},
      stop: () => {},
      busy: ['moving', 'paused', 'broken', 'still', 'gone'],
      of: (name) => (name === 'still' ? { sinceMs: 1, readyItems: 2, runningCalls: 0 } : null),
    },
  })
  health.start()
  telemetry.emit('thread.lost', { pool: 'http', cause: 'killed', channel: 'still', items: 1 })
  const counted = { busy: 4, paused: 1, circuitOpen: 2, blocked: 1, degraded: 1 }
  expect(health.components()).toEqual({ threads: 3, lostThreads: 1, channels: counted })
  clock.advance(300_000)
  health.stop()
  telemetry.emit('thread.lost', { pool: 'http', cause: 'killed', channel: 'still', items: 1 })
  expect(health.components()).toMatchObject({ lostThreads: 0 })
})
