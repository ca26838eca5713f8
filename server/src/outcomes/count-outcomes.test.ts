import { describe, expect, test } from 'vitest'
import { defaultRetry } from '../model/channel.ts'
import { FLAG_RETRY_AFTER } from '../model/outcome-batch.ts'
import { hearEvents } from '../runtime/testing/heard-events.ts'
import type { JobRecord } from '../model/job.ts'
import { liveJob, LiveJobs } from '../model/live-job.ts'
import { OutcomeWriter, Verdict } from '../model/outcome-batch.ts'
import { OutcomeCounts } from './count-outcomes.ts'
import { tallyCommit } from './tally-commit.ts'
import { callsOf, cancelled, channel, settled, world } from './testing/fake-world.ts'

describe('Outcomes telemetry', () => {
  const names = ['job.started', 'outcomes.committed', 'job.ended'] as const

  test('reports a commit once it is durable: items, dead letters and calls by channel, then the end', async () => {
    const { outcomes, telemetry, commits, clock, job } = world(4)
    const heard = hearEvents(telemetry, ...names)
    outcomes.add(shop(), callsOf([{ index: 0 }, { index: 1 }, { index: 2, code: 'http_422', httpStatus: 422 }]))
    await settled()
    clock.advance(30)
    expect(heard).toEqual([])
    commits[0]!.finish()
    await settled()
    clock.advance(50)
    outcomes.add(shop(), callsOf([{ index: 3, code: 'timeout', attempt: 8 }]))
    await settled()
    commits[1]!.finish()
    await settled()
    const channel = 'shop'
    expect(heard).toMatchObject([
      ['job.started', { id: job.record.id }],
      [
        'outcomes.committed',
        {
          commits: [{ durationMs: 30, items: 3 }],
          ended: [
            { channel, outcome: 'succeeded', count: 2 },
            { channel, outcome: 'failed', count: 1 },
          ],
          deadLetters: [{ channel, code: 'http_422', count: 1 }],
          calls: [
            { channel, result: 'ok', count: 2 },
            { channel, result: 'failed', count: 1 },
          ],
          called: [{ channel, count: 3 }],
        },
      ],
      [
        'outcomes.committed',
        {
          ended: [{ channel, outcome: 'failed', count: 1 }],
          deadLetters: [{ channel, code: 'timeout', count: 1 }],
          calls: [{ channel, result: 'timeout', count: 1 }],
        },
      ],
      ['job.ended', { id: job.record.id, end: { outcome: 'partial', succeeded: 2, failed: 2 } }],
    ])
  })

  test('reports commits of 50 ms together, and the rest at the stop', async () => {
    const { outcomes, telemetry, commits, clock, job } = world(9)
    const heard = hearEvents(telemetry, ...names)
    const commit = async (calls: Parameters<typeof callsOf>[0], afterMs: number): Promise<void> => {
      outcomes.add(shop(), callsOf(calls))
      await settled()
      clock.advance(afterMs)
      commits.at(-1)!.finish()
      await settled()
    }
    await commit([{ index: 0 }], 1)
    await commit([{ index: 1 }, { index: 2, code: 'http_422', httpStatus: 422 }], 4)
    expect(heard.map(([name]) => name)).toEqual(['job.started'])
    clock.advance(46)
    const lane = { channel: 'shop', subscription: 'default' }
    expect(heard[1]![1]).toMatchObject({
      commits: [
        { durationMs: 1, items: 1 },
        { durationMs: 4, items: 2 },
      ],
      ended: [
        { ...lane, outcome: 'succeeded', count: 2 },
        { ...lane, outcome: 'failed', count: 1 },
      ],
      deadLetters: [{ ...lane, code: 'http_422', count: 1 }],
      calls: [
        { ...lane, result: 'ok', count: 2 },
        { ...lane, result: 'failed', count: 1 },
      ],
      called: [{ count: 1 }, { count: 2 }],
    })
    await commit([{ index: 3 }], 2)
    expect(heard).toHaveLength(2)
    await outcomes.stop()
    expect(heard[2]).toMatchObject(['outcomes.committed', { ended: [{ ...lane, outcome: 'succeeded', count: 1 }] }])
    clock.advance(1000)
    expect(heard).toHaveLength(3)
    expect(job.succeeded).toBe(3)
  })

  test('counts what ends with a stopped job, and nothing twice', async () => {
    const { outcomes, telemetry, commits, clock, job } = world(5)
    const heard = hearEvents(telemetry, 'outcomes.committed')
    outcomes.endWithoutCall([cancelled(4)])
    await settled()
    commits[0]!.finish()
    await settled()
    clock.advance(50)
    outcomes.add(shop(), callsOf([{ index: 0 }]))
    outcomes.endJob(job, 'cancelled')
    for (const n of [1, 2]) {
      await settled()
      commits[n]?.finish()
    }
    await settled()
    const ended = heard.flatMap(([, event]) => ('ended' in event ? event.ended : []))
    const sum = (wanted: string): number =>
      ended.filter(({ outcome }) => outcome === wanted).reduce((all, { count }) => all + count, 0)
    expect([sum('succeeded'), sum('failed'), sum('cancelled')]).toEqual([1, 0, 4])
    expect(heard[0]![1]).toMatchObject({ commits: [{ items: 1 }], calls: [], called: [] })
  })

  test('tells calls apart: those asked to come later, without a connection, of several items, and no call at all', async () => {
    const { outcomes, telemetry, commits, clock } = world(20)
    const heard = hearEvents(telemetry, 'outcomes.committed')
    outcomes.add(
      shop(3),
      callsOf([
        ...[0, 1, 2, 3, 4].map((index) => ({ index, startedAtMs: 1 })),
        { index: 5, startedAtMs: 2 },
        { index: 6, startedAtMs: 2, code: 'http_422' },
        { index: 7, startedAtMs: 3, code: 'http_429', httpStatus: 429, flags: FLAG_RETRY_AFTER },
        { index: 8, startedAtMs: 4, code: 'connection_failed' },
        { index: 9, startedAtMs: 5, code: 'invalid_item' },
      ]),
    )
    await settled()
    commits[0]!.finish()
    await settled()
    clock.advance(50)
    expect(heard[0]![1]).toMatchObject({
      calls: [
        { result: 'ok', count: 3 },
        { result: 'throttled', count: 1 },
        { result: 'unreachable', count: 1 },
      ],
      called: [{ itemsPerCall: 3, uncalled: new Set([9]) }],
    })
  })

  test('says when the job became eligible, and whether its counts add up', async () => {
    const { outcomes, telemetry, commits, clock, job } = world(4)
    const heard = hearEvents(telemetry, 'outcomes.committed')
    job.eligibleAtMs = 700
    const commit = async (indexes: readonly number[]): Promise<void> => {
      outcomes.add(shop(), callsOf(indexes.map((index) => ({ index }))))
      await settled()
      commits.at(-1)!.finish()
      await settled()
      clock.advance(50)
    }
    await commit([0, 1])
    job.failed = 2 // as by a fault
    await commit([2])
    const eligibleAtMs = new Map([[job.record.ref, 700]])
    expect(heard.map(([, event]) => event)).toMatchObject([
      { imbalances: 0, eligibleAtMs },
      { imbalances: 1, eligibleAtMs },
    ])
  })

  /** A channel whose calls take so many items. */
})

test('Outcomes telemetry counts items and calls of each subscription apart, as their records come mixed', () => {
  const liveJobs = new LiveJobs()
  for (const [ref, subscription] of [
    [1, 'a'],
    [2, 'b'],
  ] as const) {
    const record = { ref, id: `job_${ref}`, subscription, total: 9, phase: 'eligible', envelope: { channel: 'shop' } }
    liveJobs.add(liveJob(record as unknown as JobRecord))
  }
  const writer = new OutcomeWriter()
  for (const [index, jobRef] of [1, 2, 2, 1, 2].entries()) {
    const times = { startedAtMs: 1000 + index, endedAtMs: 2000 + index, retryAtMs: 0, throttled: 0, flags: 0 }
    const place = { jobRef, chunk: 0, index, itemHandle: index, epoch: 1, attempt: 1 }
    writer.add({ ...place, ...times, httpStatus: 200, verdict: Verdict.succeeded })
  }
  const batch = writer.take()!
  const counts = new OutcomeCounts()
  counts.noteBatch(shop(), batch, new Map())
  const tally = tallyCommit([batch], liveJobs)
  const commit = { batches: [batch], committed: [batch], durationMs: 1, items: batch.count }
  const { ended, calls } = counts.eventOf([commit], { jobs: tally.jobs, ends: new Map() })
  const ofBoth = [
    { channel: 'shop', subscription: 'a', count: 2 },
    { channel: 'shop', subscription: 'b', count: 3 },
  ]
  expect(ended).toEqual(ofBoth.map((lane) => ({ ...lane, outcome: 'succeeded' })))
  expect(calls).toEqual(ofBoth.map((lane) => ({ ...lane, result: 'ok' })))
})

function shop(batchSize = 1): typeof channel {
  const connector = { type: 'http', batchSize }
  return { ...(channel as object), config: { retry: defaultRetry, circuit: null, connector } } as never
}
