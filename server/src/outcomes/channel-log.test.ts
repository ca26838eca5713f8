import { expect, test } from 'vitest'
import type { JobEnd } from '../model/job.ts'
import { type LiveJob, liveJob } from '../model/live-job.ts'
import { silentLogger } from '../runtime/logger.ts'
import { Telemetry } from '../runtime/telemetry.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { ChannelLog } from './channel-log.ts'
import type { JobChange } from './tally-commit.ts'

function world() {
  const clock = new FakeClock()
  const lines: unknown[] = []
  const write = (fields: object, message: string): void => void lines.push({ message, ...fields })
  const telemetry = new Telemetry(silentLogger)
  const log = new ChannelLog({ clock, telemetry, logger: { debug: write, info: write, warn: write, error: write } })
  return {
    ...{ clock, log, telemetry },
    /** The lines since the last call. */
    take: () => lines.splice(0),
  }
}

function job(id: number, channel = 'shop'): LiveJob {
  return liveJob({ ref: id, id: `job_${id}`, envelope: { channel } } as never)
}

function changed(change: Partial<JobChange>, channel = 'shop'): Map<LiveJob, JobChange> {
  const none = { succeeded: 0, failed: 0, cancelled: 0, parked: 0, firstStartedAtMs: 0, lastEndedAtMs: 0 }
  return new Map([[job(1, channel), { ...none, ...change }]])
}

const noEnds = new Map<LiveJob, JobEnd>()

test('dead letters get a line at once, then one in 10 s with the sum, each channel its own', () => {
  const { log, clock, take } = world()
  log.committed(changed({ failed: 2, succeeded: 5 }), noEnds)
  expect(take()).toEqual([{ message: 'Items failed', channel: 'shop', items: 2 }])
  log.committed(changed({ failed: 3 }), noEnds)
  log.committed(changed({ failed: 4 }), noEnds)
  log.committed(changed({ failed: 1 }, 'market'), noEnds)
  expect(take()).toEqual([{ message: 'Items failed', channel: 'market', items: 1 }])
  clock.advance(10_000)
  expect(take()).toEqual([{ message: 'Items failed', channel: 'shop', items: 7 }])
  log.committed(changed({ failed: 1 }), noEnds)
  expect(take()).toEqual([])
  clock.advance(10_000)
  expect(take()).toHaveLength(1)
  clock.advance(10_000)
  expect([take(), clock.pending]).toEqual([[], 0])
})

test('parked items and blocks are logged with counts, and until when', () => {
  const { log, clock, take, telemetry } = world()
  log.committed(changed({ parked: 3 }), noEnds)
  telemetry.emit('channel.blocked', { channel: 'shop', items: 2, untilMs: clock.nowMs() + 1000 })
  telemetry.emit('channel.blocked', { channel: 'shop', items: 4, untilMs: clock.nowMs() + 5000 })
  const at = (ms: number) => new Date(clock.nowMs() + ms).toISOString()
  const [first, last] = [at(1000), at(5000)]
  expect(take()).toEqual([
    { message: 'Items parked', channel: 'shop', items: 3 },
    { message: 'Channel blocked by Retry-After', channel: 'shop', items: 2, until: first },
  ])
  log.stop()
  expect(take()).toEqual([{ message: 'Channel blocked by Retry-After', channel: 'shop', items: 4, until: last }])
  expect(clock.pending).toBe(0)
})

test('a circuit that opens gets a line, not each probe that fails, and one when it closes', () => {
  const { log, clock, take, telemetry } = world()
  const untilMs = clock.nowMs() + 1000
  const opened = { channel: 'shop', calls: 4, failed: 3, untilMs }
  telemetry.emit('circuit.opened', { ...opened, again: false })
  telemetry.emit('circuit.opened', { ...opened, again: true })
  telemetry.emit('circuit.closed', { channel: 'shop', openForMs: 2000.4 })
  const until = new Date(untilMs).toISOString()
  expect(take()).toEqual([
    { message: 'Circuit opened', channel: 'shop', calls: 4, failed: 3, until },
    { message: 'Circuit closed', channel: 'shop', openForMs: 2000 },
  ])
  log.stop()
  telemetry.emit('circuit.closed', { channel: 'shop', openForMs: 1 })
  expect(take()).toEqual([])
})

test('each ended job gets a line, a flood of them one with the sum', () => {
  const { log, clock, take } = world()
  const end = { outcome: 'partial', succeeded: 8, failed: 1, cancelled: 1 } as JobEnd
  for (let n = 1; n <= 25; n++) log.committed(new Map(), new Map([[job(n), end]]))
  const lines = take()
  expect(lines).toHaveLength(20)
  const { outcome, ...counts } = end as { outcome: string; succeeded: number; failed: number; cancelled: number }
  expect(lines[0]).toEqual({ message: 'Job ended', channel: 'shop', jobId: 'job_1', outcome, ...counts })
  clock.advance(10_000)
  const sum = { jobs: 5, succeeded: 40, failed: 5, cancelled: 5 }
  expect(take()).toEqual([{ message: 'Jobs ended', channel: 'shop', ...sum }])
})
