import { describe, expect, test } from 'vitest'
import type { JobRef } from '../model/ids.ts'
import type { JobRecord } from '../model/job.ts'
import { liveJob, LiveJobs } from '../model/live-job.ts'
import { OutcomeWriter, Verdict, type OutcomeBatch } from '../model/outcome-batch.ts'
import { channelOf } from './testing/fake-world.ts'
import { ItemCosts } from './item-costs.ts'

const connector = {
  type: 'module',
  path: '',
  timeoutMs: 1000,
  abortGraceMs: 1000,
  allowPrivateAddresses: false,
} as const

function batchOf(calls: readonly { ref: number; items: number; atMs: number; ms: number }[]): OutcomeBatch {
  const writer = new OutcomeWriter()
  for (const { ref, items, atMs, ms } of calls) {
    for (let index = 0; index < items; index++) {
      const [startedAtMs, endedAtMs] = [atMs, atMs + ms]
      const place = { jobRef: ref, chunk: 0, index, itemHandle: 0, epoch: 1, attempt: 1, httpStatus: 0 }
      writer.add({ ...place, verdict: Verdict.succeeded, flags: 0, throttled: 0, startedAtMs, endedAtMs, retryAtMs: 0 })
    }
  }
  return writer.take()!
}

function world() {
  const liveJobs = new LiveJobs()
  const [one, two, unmeasured] = [1, 2, 3].map((ref) => {
    const record = { ref: ref as JobRef, id: `job_${ref}`, envelope: { channel: 'shop' } }
    const job = liveJob(record as unknown as JobRecord)
    liveJobs.add(job)
    return job
  })
  return { costs: new ItemCosts(liveJobs), one: one!, two: two!, unmeasured: unmeasured! }
}

describe('ItemCosts', () => {
  test('distinguishes slow items from fast ones, and takes the unknown for average', () => {
    const { costs, one, two, unmeasured } = world()
    const channel = channelOf({ ...connector, batchSize: 1 }, {}, 'shop')
    for (let n = 0; n < 40; n++) {
      // Two calls of one job that took equally long from the same time on are two calls.
      costs.add(
        channel,
        batchOf([
          { ref: 1, items: 2, atMs: n, ms: 10 },
          { ref: 2, items: 2, atMs: n, ms: 30 },
        ]),
      )
    }
    expect(costs.of(two) / costs.of(one)).toBeCloseTo(3)
    expect(costs.of(unmeasured)).toBe(1)
  })

  test('divides the time of a call by its items', () => {
    const { costs, one, two } = world()
    const channel = channelOf({ ...connector, batchSize: 10 }, {}, 'shop')
    for (let n = 0; n < 40; n++) {
      costs.add(
        channel,
        batchOf([
          { ref: 1, items: 10, atMs: n, ms: 20 },
          { ref: 2, items: 1, atMs: n, ms: 20 },
        ]),
      )
    }
    expect(costs.of(two) / costs.of(one)).toBeCloseTo(10)
  })

  test('follows what changes', () => {
    const { costs, one, two } = world()
    const channel = channelOf({ ...connector, batchSize: 1 }, {}, 'shop')
    costs.add(channel, batchOf([{ ref: 1, items: 200, atMs: 0, ms: 100 }]))
    for (let n = 0; n < 40; n++) {
      costs.add(
        channel,
        batchOf([
          { ref: 1, items: 50, atMs: n, ms: 1 },
          { ref: 2, items: 50, atMs: n, ms: 1 },
        ]),
      )
    }
    expect(costs.of(one) / costs.of(two)).toBeCloseTo(1, 1)
  })
})
