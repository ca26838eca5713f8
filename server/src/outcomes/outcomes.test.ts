import { describe, expect, test } from 'vitest'
import type { JobRef } from '../model/ids.ts'
import { FLAG_DECIDED, FLAG_REPLACED, OutcomeView, Verdict } from '../model/outcome-batch.ts'
import { StoreError } from '../store/store-error.ts'
import { batchOf, cancelled, channel, settled, world } from './testing/fake-world.ts'

const PASSING = ['disk_full', 'unavailable'] as const
const LAST = new TextEncoder().encode('{"error":{"code":"http_409"}}')

describe('Outcomes', () => {
  test('ORD-3 PRG-1 announces nothing before the commit, then counts and frees', async () => {
    const { outcomes, commits, durable, reported, job } = world(3)
    outcomes.add(channel, batchOf([0, 1]))
    await settled()
    expect(commits).toHaveLength(1)
    expect({ durable, reported, succeeded: job.succeeded }).toEqual({ durable: [], reported: [], succeeded: 0 })
    commits[0]!.finish()
    await settled()
    expect(reported).toEqual(['advanced 2'])
    expect([...durable[0]!.itemHandles]).toEqual([100, 101])
    expect(job).toMatchObject({ succeeded: 2, startedAtMs: 1000, lastProgressAtMs: 2001 })
  })

  test('keeps two commits in flight and puts all that came meanwhile into the next', async () => {
    const { outcomes, commits } = world(9)
    for (const index of [0, 1, 2, 3]) outcomes.add(channel, batchOf([index]))
    await settled()
    expect(commits).toHaveLength(2)
    commits[0]!.finish()
    await settled()
    expect(commits).toHaveLength(3)
    expect(commits[2]!.commit.batches.map((batch) => batch.count)).toEqual([1, 1])
  })

  test('REC-1 ends a job with the commit of its last outcome', async () => {
    const { outcomes, commits, durable, reported, job, liveJobs } = world(2)
    outcomes.add(channel, batchOf([0, 1]))
    await settled()
    expect(commits[0]!.commit.ended).toMatchObject([
      { ref: 1, end: { outcome: 'succeeded', succeeded: 2, version: 1 } },
    ])
    commits[0]!.finish()
    await settled()
    expect(reported).toEqual(['ended succeeded'])
    expect(job.record.phase).toBe('ended')
    expect(durable[0]!.endedJobs).toEqual([job])
    expect(liveJobs.size).toBe(0)
  })

  test('a call to be retried ends nothing and carries its time', async () => {
    const { outcomes, commits, durable, reported, clock, job } = world(1)
    outcomes.add(channel, batchOf([0], Verdict.unjudged))
    await settled()
    const view = new OutcomeView(commits[0]!.commit.batches[0]!)
    expect(view.record(0)).toMatchObject({ verdict: Verdict.retry, retryAtMs: clock.nowMs() + 500 })
    expect(commits[0]!.commit.ended).toEqual([])
    commits[0]!.finish()
    await settled()
    expect(reported).toEqual(['advanced 0'])
    expect(durable[0]!.retryAtMs[0]).toBe(clock.nowMs() + 500)
    expect(job).toMatchObject({ startedAtMs: 1000, lastProgressAtMs: null })
  })

  test('cancels what has no outcome when a stopped job ends, once', async () => {
    const { outcomes, commits, reported, job } = world(5)
    outcomes.add(channel, batchOf([0]))
    outcomes.endJob(job, 'cancelled')
    outcomes.endJob(job, 'cancelled')
    await settled()
    commits[0]!.finish()
    await settled()
    const { end } = commits[1]!.commit.ended[0]!
    expect(end).toMatchObject({ outcome: 'cancelled', succeeded: 1, cancelled: 4, lastProgressAtMs: end.endedAtMs })
    commits[1]!.finish()
    await settled()
    outcomes.endJob(job, 'cancelled')
    await settled()
    expect(commits).toHaveLength(2)
    expect(reported).toEqual(['advanced 1', 'ended cancelled'])
  })

  test.each(PASSING)(
    'a store that refuses with %s loses nothing: the same outcomes are committed when it takes them',
    async (code) => {
      const { outcomes, commits, durable, clock } = world(2)
      outcomes.add(channel, batchOf([0]))
      await settled()
      commits[0]!.finish(new StoreError(code, 'refused'))
      await settled()
      expect([outcomes.commitsFailing, outcomes.commitRefusal]).toEqual([true, code])
      clock.advance(1000)
      await settled()
      expect(commits).toHaveLength(2)
      expect(new OutcomeView(commits[1]!.commit.batches[0]!).index(0)).toBe(0)
      commits[1]!.finish()
      await settled()
      expect([outcomes.commitsFailing, outcomes.commitRefusal]).toEqual([false, null])
      expect(durable).toHaveLength(1)
    },
  )

  test('REC-2 a stale epoch is fatal and nothing is announced', async () => {
    const { outcomes, commits, durable, fatal } = world(1)
    outcomes.add(channel, batchOf([0]))
    await settled()
    commits[0]!.finish(new StoreError('stale_epoch', 'another server took over'))
    await settled()
    expect(fatal).toHaveLength(1)
    expect(durable).toEqual([])
    outcomes.add(channel, batchOf([0]))
    await settled()
    expect(commits).toHaveLength(1)
  })

  test('stop resolves when everything added is durable', async () => {
    const { outcomes, commits, job } = world(2)
    outcomes.add(channel, batchOf([0]))
    outcomes.add(channel, batchOf([1]))
    const stopped = outcomes.stop()
    await settled()
    commits[0]!.finish()
    await settled()
    commits[1]!.finish()
    await stopped
    expect(job.record.phase).toBe('ended')
  })

  test('PRG-1 ends items without a call: committed, counted and announced as any outcome', async () => {
    const { outcomes, commits, durable, reported, job } = world(3)
    const ref = 1 as JobRef
    outcomes.add(channel, batchOf([0]))
    outcomes.endWithoutCall([
      { ref, index: 1, itemHandle: 101, attempt: 8, throttled: 2, verdict: Verdict.failed, detail: { result: null } },
      { ref, index: 2, itemHandle: 102, attempt: 0, throttled: 0, verdict: Verdict.cancelled },
      { ref: 9 as JobRef, index: 2, itemHandle: 7, attempt: 0, throttled: 0, verdict: Verdict.cancelled },
    ])
    await settled()
    commits[0]!.finish()
    await settled()
    expect(commits[1]!.commit.ended).toMatchObject([
      { end: { outcome: 'partial', succeeded: 1, failed: 1, cancelled: 1 } },
    ])
    const view = new OutcomeView(commits[1]!.commit.batches[0]!)
    expect(view.record(0)).toMatchObject({ attempt: 8, throttled: 2, verdict: Verdict.failed, epoch: 1 })
    commits[1]!.finish()
    await settled()
    expect(job).toMatchObject({ succeeded: 1, failed: 1, cancelled: 1, startedAtMs: 1000 })
    expect([...durable[1]!.itemHandles]).toEqual([101, 102])
    expect(reported).toEqual(['advanced 1', 'ended partial'])
  })

  test('a skipped item keeps the error of its last call', async () => {
    const { outcomes, commits, reported } = world(1)
    outcomes.endWithoutCall([
      { ref: 1 as JobRef, index: 0, itemHandle: 1, attempt: 3, throttled: 0, verdict: Verdict.failed },
    ])
    const stopped = outcomes.stop()
    await settled()
    expect(new OutcomeView(commits[0]!.commit.batches[0]!).detail(0)).toEqual(LAST)
    commits[0]!.finish()
    await stopped
    expect(reported).toEqual(['ended failed'])
  })

  test('a parked item that is to be tried again is durable first, keeps its error, and its Retry-Afters are counted anew', async () => {
    const { outcomes, commits, durable } = world(1)
    outcomes.endWithoutCall([
      { ref: 1 as JobRef, index: 0, itemHandle: 1, attempt: 30, throttled: 30, verdict: Verdict.retry },
    ])
    let reported = false
    const decided = outcomes.durable().then(() => (reported = true))
    await settled()
    const view = new OutcomeView(commits[0]!.commit.batches[0]!)
    expect(view.record(0)).toMatchObject({ verdict: Verdict.retry, attempt: 30, throttled: 30, flags: FLAG_DECIDED })
    expect(view.retryAtMs(0)).toBeGreaterThan(0)
    expect(view.detail(0)).toEqual(LAST)
    expect([reported, durable.length]).toEqual([false, 0])
    commits[0]!.finish()
    await decided
    expect([...durable[0]!.verdicts]).toEqual([Verdict.retry])
  })

  describe('a parked item that gets other data', () => {
    const line = (text: string): Uint8Array => new TextEncoder().encode(text)
    const replaced = (index: number, text: string) => ({
      ...{ ref: 1 as JobRef, index, itemHandle: index, attempt: 2, throttled: 2, verdict: Verdict.retry },
      ...{ detail: LAST, replacement: { by: 'token:admin', line: line(text) } },
    })

    test('has it with the commit, also when the disk was full', async () => {
      const { outcomes, commits, clock, job, durable } = world(2)
      outcomes.endWithoutCall([replaced(1, 'new')])
      await settled()
      const first = commits[0]!.commit.batches[0]!.replacements![0]!
      expect(first).toMatchObject({ jobRef: 1, index: 1, attempt: 2, by: 'token:admin', line: line('new') })
      commits[0]!.finish(new StoreError('disk_full', 'full'))
      await settled()
      expect([job.replaced, durable.length]).toEqual([null, 0])
      clock.advance(1000)
      await settled()
      const [batch] = commits[1]!.commit.batches
      expect(batch!.replacements).toMatchObject([{ index: 1, line: line('new') }])
      expect(new OutcomeView(batch!).flags(0)).toBe(FLAG_DECIDED | FLAG_REPLACED)
      commits[1]!.finish()
      await settled()
      expect([[...job.replaced!], durable.length]).toEqual([[1], 1])
    })

    test('keeps it when its commit is refused for another item', async () => {
      const { outcomes, commits, job } = world(4)
      outcomes.endWithoutCall([replaced(0, 'zero'), replaced(1, 'one'), replaced(2, 'two')])
      for (let n = 0; n < 8; n++) {
        await settled()
        const open = commits[n]
        if (open === undefined) break
        const view = new OutcomeView(open.commit.batches[0]!)
        const indexes = Array.from({ length: view.count }, (_, at) => view.index(at))
        const isAtFault = indexes.includes(1) && view.verdict(0) === Verdict.retry
        const lines = open.commit.batches[0]!.replacements?.map(({ index }) => index) ?? []
        expect(lines).toEqual(view.verdict(0) === Verdict.retry ? indexes : [])
        open.finish(isAtFault ? new StoreError('conflict', 'no such item') : undefined)
      }
      expect([...job.replaced!].sort()).toEqual([0, 2])
    })
  })

  test.each(PASSING)('reports to callers that wait for a commit that the store refuses it with %s', async (code) => {
    const { outcomes, commits } = world(1)
    outcomes.add(channel, batchOf([0]))
    const refused = expect(outcomes.durable()).rejects.toMatchObject({ code })
    await settled()
    commits[0]!.finish(new StoreError(code, 'refused'))
    await refused
  })

  test('an item cancelled on its own does not make a job cancelled that a mark then found ended', async () => {
    const { outcomes, commits, job } = world(2)
    outcomes.add(channel, batchOf([0]))
    outcomes.endWithoutCall([cancelled(1)])
    outcomes.endJob(job, 'cancelled')
    await settled()
    commits[0]!.finish()
    await settled()
    expect(commits[1]!.commit.ended).toMatchObject([{ end: { outcome: 'partial', succeeded: 1, cancelled: 1 } }])
  })
})
