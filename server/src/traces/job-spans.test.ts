import { beforeEach, expect, test } from 'vitest'
import type { ReportedEnd } from '../runtime/telemetry.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import type { EndedSpan } from './ended-span.ts'
import { JobSpans } from './job-spans.ts'
import { sendPlace } from './span-places.ts'

let clock: FakeClock
let spans: EndedSpan[]
let jobs: JobSpans

beforeEach(() => {
  clock = new FakeClock()
  spans = []
  jobs = new JobSpans({ clock, sink: { add: (span) => void spans.push(span), refuses: () => false } })
})

function jobOf(number: number, end: ReportedEnd['end'] = null): ReportedEnd {
  return {
    id: `job_${number.toString(16).padStart(32, '0')}`,
    ...{ subscription: 'acme', total: 5, createdAtMs: clock.nowMs(), end },
    ...{ traceparent: null, tracestate: null, continuesTrace: false },
    envelope: { channel: 'shop', executionId: null, source: null },
  }
}

const ended = (outcome: 'succeeded' | 'failed' = 'succeeded') => ({
  ...{ outcome, succeeded: 5, failed: 0, cancelled: 0, startedAtMs: clock.nowMs(), endedAtMs: clock.nowMs() },
})

const lot = (job: ReportedEnd) =>
  jobs.lotEnded({ channel: 'shop', startedAtMs: 1, endedAtMs: 2, jobs: [{ job, items: 3 }] })

test('a job has one span at its end, with the changes of its state, linked to the request', () => {
  const job = jobOf(1)
  jobs.jobCreated(job)
  for (const state of ['started', 'paused', 'resumed']) {
    clock.advance(1000)
    jobs.stateChanged(job, state)
  }
  expect(spans).toEqual([])
  jobs.jobEnded({ ...job, end: ended() })
  expect(spans).toHaveLength(1)
  expect(spans[0]).toMatchObject({
    ...{ name: 'process shop', traceId: '0'.repeat(31) + '1', links: [sendPlace(job)], error: undefined },
    attributes: { 'waybill.job.outcome': 'succeeded', 'waybill.items.succeeded': 5 },
  })
  expect(spans[0]!.events!.map(({ name }) => name)).toEqual(['accepted', 'started', 'paused', 'resumed'])
})

test('a job that ran before a restart has the events that its record remembers', () => {
  jobs.jobEnded(jobOf(1, ended('failed')))
  expect(spans[0]!.events!.map(({ name }) => name)).toEqual(['accepted', 'started'])
  expect(spans[0]!.error).toBe('failed')
})

test('states of a job are at most 32', () => {
  const job = jobOf(1)
  for (let n = 0; n < 100; n++) jobs.stateChanged(job, n % 2 === 0 ? 'paused' : 'resumed')
  jobs.jobEnded({ ...job, end: ended() })
  expect(spans[0]!.events).toHaveLength(32)
})

test.each([
  [10, 10],
  [1000, 65],
  [500_000, 99],
])('of %d lots of a job at most 100 have spans, spread over all of them', (lots, expected) => {
  const job = jobOf(1)
  for (let n = 0; n < lots; n++) lot(job)
  expect(spans).toHaveLength(expected)
  expect(Number(spans.at(-1)!.attributes['waybill.lot.number'])).toBeGreaterThan(lots * 0.8)
})

test('only so many jobs are kept; others have a span with what their record has', () => {
  for (let n = 0; n < 20_000; n++) jobs.jobCreated(jobOf(n))
  const last = jobOf(19_999)
  lot(last)
  expect(spans).toEqual([])
  jobs.jobEnded({ ...last, end: ended() })
  expect(spans).toHaveLength(1)
})
