import { expect, test } from 'vitest'
import type { JobEnd, JobRecord } from '../model/job.ts'
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

function record(id: number, { channel = 'shop', ...over }: { channel?: string; traceparent?: string } = {}): JobRecord {
  const envelope = { channel, executionId: null, source: null }
  return { ref: id, id: `job_${id}`, subscription: 'default', total: 5, traceparent: null, envelope, ...over } as never
}

function job(id: number, channel = 'shop'): LiveJob {
  return liveJob(record(id, { channel }))
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

test('a circuit that opens gets a line, not when a probe failed, and one when it closes', () => {
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

test('each probe of a circuit gets a line, a flood of them one with their number', () => {
  const { log, clock, take, telemetry } = world()
  for (let n = 0; n < 25; n++) telemetry.emit('circuit.half_opened', { channel: 'shop' })
  const line = { message: 'Circuit probed', channel: 'shop', probes: 1 }
  expect(take()).toEqual(Array.from({ length: 20 }, () => line))
  clock.advance(10_000)
  expect(take()).toEqual([{ ...line, probes: 5 }])
  log.stop()
})

test('each ended job gets a line, a flood of them one with the sum', () => {
  const { log, clock, take } = world()
  const end = { outcome: 'partial', succeeded: 8, failed: 1, cancelled: 1 } as JobEnd
  for (let n = 1; n <= 25; n++) log.committed(new Map(), new Map([[job(n), end]]))
  const lines = take()
  expect(lines).toHaveLength(20)
  const { outcome, ...counts } = end as { outcome: string; succeeded: number; failed: number; cancelled: number }
  expect(lines[0]).toEqual({
    message: 'Job ended',
    channel: 'shop',
    jobId: 'job_1',
    subscription: 'default',
    outcome,
    ...counts,
  })
  clock.advance(10_000)
  const sum = { jobs: 5, succeeded: 40, failed: 5, cancelled: 5 }
  expect(take()).toEqual([{ message: 'Jobs ended', channel: 'shop', ...sum }])
})

test('each change of a job and of a channel gets a line with what is known of it', () => {
  const { take, telemetry, log, clock } = world()
  const traced = record(1, { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' })
  const ofExecution = { ...traced, envelope: { ...traced.envelope, executionId: 'nightly' } }
  for (const name of ['job.created', 'job.paused', 'job.resumed', 'job.cancelled', 'job.expired'] as const)
    telemetry.emit(name, ofExecution)
  for (const name of ['channel.paused', 'channel.resumed', 'channel.unblocked'] as const)
    telemetry.emit(name, { channel: 'shop' })
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
  const fields = { channel: 'shop', jobId: 'job_1', executionId: 'nightly', subscription: 'default', traceId, count: 5 }
  expect(take()).toEqual([
    ...['accepted', 'paused', 'resumed', 'cancelled', 'expired'].map((verb) => ({ message: `Job ${verb}`, ...fields })),
    ...['paused', 'resumed', 'unblocked'].map((verb) => ({ message: `Channel ${verb}`, channel: 'shop' })),
  ])
  for (let n = 0; n < 100; n++) telemetry.emit('job.created', record(n))
  expect(take()).toHaveLength(19)
  clock.advance(10_000)
  expect(take()).toEqual([{ message: 'Jobs accepted', channel: 'shop', jobs: 81, count: 405 }])
  log.stop()
})
