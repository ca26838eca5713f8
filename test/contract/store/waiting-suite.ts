import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JobId, JobRef } from '../../../server/src/model/ids.ts'
import type { JobRecord } from '../../../server/src/model/job.ts'
import {
  FLAG_DECIDED,
  FLAG_REPLACED,
  FLAG_RETRY_AFTER,
  FLAG_RETRY_LATER,
  FLAG_UNRESOLVED,
  Verdict,
} from '../../../server/src/model/outcome-batch.ts'
import type { Store } from '../../../server/src/store/store.ts'
import {
  allItems,
  chunkOf,
  commit,
  endOf,
  jobOf,
  keyOf,
  outcomes,
  publish,
  recoveredChunks,
  T0,
  textOf,
  ownerOf,
  termsOf,
  owned,
} from './fixtures.ts'
import { ownStore, type StoreKind, StoreWorld } from './world.ts'

/** Jobs that wait for a time or for others, that are held back, that belong together, and how long they are kept. */
export function waitingSuite(kind: StoreKind): void {
  let world: StoreWorld
  let store: Store

  beforeAll(async () => {
    world = new StoreWorld(kind)
    store = await world.start()
  })

  afterAll(async () => {
    await world.close()
  })

  const publishWaiting = (to = store): Promise<JobRecord> =>
    publish(to, { record: jobOf(to.nextJobRef(), { phase: 'waiting' }) })

  describe('waiting jobs', () => {
    it('have no place until they are made eligible, in the order given, each once (PRG-3)', async () => {
      const store = await ownStore(kind)
      const [first, second, third] = [await publishWaiting(store), await publishWaiting(store), await publish(store)]
      expect([first.eligibleSeq, second.eligibleSeq]).toEqual([0, 0])
      const unknown = 4_000_000 as JobRef
      const places = await store.makeEligible(owned(store, [second.ref, third.ref, unknown, first.ref, second.ref]))
      expect(places).toEqual([third.eligibleSeq + 1, 0, 0, third.eligibleSeq + 2, 0])
      expect(await store.makeEligible(owned(store, [first.ref, second.ref]))).toEqual([0, 0])
      expect(await store.findJob(second.id)).toEqual({ ...second, phase: 'eligible', eligibleSeq: places[0] })
      expect((await store.recover()).jobs.map((job) => job.ref)).toEqual([third.ref, second.ref, first.ref])
    })

    it('are recovered before those that have a place', async () => {
      const store = await ownStore(kind)
      const [eligible, waiting] = [await publish(store), await publishWaiting(store)]
      expect((await store.recover()).jobs).toEqual([waiting, eligible])
    })

    it('come from sealing an open job too', async () => {
      const record = jobOf(store.nextJobRef(), { phase: 'open', total: 3, sealedAtMs: null })
      await publish(store, { record })
      const seal = { sealedAtMs: T0 + 5, phase: 'waiting' } as const
      const owner = ownerOf(store)
      expect(await store.sealJob(record.ref, { ...seal, owner })).toEqual({ eligibleSeq: 0 })
      expect(await store.findJob(record.id)).toEqual({ ...record, ...seal })
      await expect(store.sealJob(record.ref, { ...seal, owner })).rejects.toMatchObject({ code: 'conflict' })
    })

    it('can be stopped and ended', async () => {
      const waiting = await publishWaiting()
      const stop = { reason: 'expired', atMs: T0 } as const
      await store.markStopped(owned(store, [waiting.ref]), stop)
      const end = endOf({ outcome: 'expired', succeeded: 0, cancelled: 3 })
      await commit(store, waiting.ref, [], end)
      expect(await store.findJob(waiting.id)).toEqual({ ...waiting, phase: 'ended', stop, end })
      expect(await store.makeEligible(owned(store, [waiting.ref]))).toEqual([0])
    })
  })

  describe('marks that hold a job back', () => {
    it('are set and taken away, each for itself', async () => {
      const job = await publishWaiting()
      await store.holdJobs(owned(store, [job.ref]), { pausedAtMs: T0 + 1 })
      await store.holdJobs(owned(store, [job.ref]), { releasedAtMs: T0 + 2 })
      expect(await store.findJob(job.id)).toEqual({ ...job, pausedAtMs: T0 + 1, releasedAtMs: T0 + 2 })
      expect((await store.recover()).jobs).toContainEqual({ ...job, pausedAtMs: T0 + 1, releasedAtMs: T0 + 2 })
      await store.holdJobs(owned(store, [job.ref]), { pausedAtMs: null })
      expect(await store.findJob(job.id)).toEqual({ ...job, releasedAtMs: T0 + 2 })
    })

    it('change nothing of an ended job', async () => {
      const job = await publish(store, { record: jobOf(store.nextJobRef(), { phase: 'ended', end: endOf() }) })
      await store.holdJobs(owned(store, [job.ref]), { pausedAtMs: T0, releasedAtMs: T0 })
      expect(await store.findJob(job.id)).toEqual(job)
    })
  })

  describe('parked and cancelled items', () => {
    it('stand in items and in recovery: parked ones wait, cancelled ones have ended', async () => {
      const { ref } = await publish(store)
      const parked = { index: 0, verdict: Verdict.parked, attempt: 8, throttled: 2, httpStatus: 500 }
      await commit(store, ref, [parked, { index: 1, verdict: Verdict.cancelled, attempt: 0 }, { index: 2 }])
      expect((await allItems(store, ref)).map((item) => item.verdict)).toEqual([5, 6, 1])
      expect((await allItems(store, ref, { verdicts: [Verdict.parked] })).map((item) => item.index)).toEqual([0])
      expect(await recoveredChunks(store, ref)).toMatchObject([
        {
          verdicts: new Uint8Array([5, 6, 1]),
          ...{ succeeded: 1, failed: 0, cancelled: 1 },
          waiting: [
            {
              ...{ index: 0, attempt: 8, throttled: 2, verdict: Verdict.parked, retryAtMs: 0 },
              ...{ outageAttempts: 0, unresolvedAttempts: 0 },
            },
          ],
        },
      ])
      const outage = { index: 0, verdict: Verdict.throttled, attempt: 9, throttled: 3, startedAtMs: T0 + 7 }
      await commit(store, ref, [outage])
      const waitingOf = async () => (await recoveredChunks(store, ref))[0]!.waiting[0]
      expect(await waitingOf()).toMatchObject({
        throttled: 3,
        outageAttempts: 1,
        unresolvedAttempts: 0,
        outageSinceMs: T0 + 7,
        holdsChannel: false,
      })
      const decided = { index: 0, verdict: Verdict.retry, attempt: 9, throttled: 9, flags: FLAG_DECIDED, retryAtMs: T0 }
      await commit(store, ref, [decided])
      expect(await waitingOf()).toMatchObject({
        verdict: Verdict.retry,
        throttled: 9,
        outageAttempts: 9,
        unresolvedAttempts: 0,
        outageSinceMs: null,
      })
      const retryAfter = { ...outage, attempt: 10, throttled: 10, httpStatus: 429, flags: FLAG_RETRY_AFTER }
      await commit(store, ref, [retryAfter])
      expect(await waitingOf()).toMatchObject({
        throttled: 10,
        outageAttempts: 9,
        unresolvedAttempts: 0,
        outageSinceMs: null,
        holdsChannel: true,
      })
      // RetryLater of a module holds its item, not the channel.
      await commit(store, ref, [{ ...retryAfter, httpStatus: 0, flags: FLAG_RETRY_AFTER | FLAG_RETRY_LATER }])
      expect(await waitingOf()).toMatchObject({
        throttled: 10,
        outageAttempts: 9,
        unresolvedAttempts: 0,
        outageSinceMs: null,
        holdsChannel: false,
      })
      // A payload that could not be resolved is no outage of the channel, and does not begin one.
      const unresolved = { index: 0, verdict: Verdict.throttled, attempt: 10, throttled: 10, flags: FLAG_UNRESOLVED }
      await commit(store, ref, [unresolved])
      expect(await waitingOf()).toMatchObject({ outageAttempts: 10, unresolvedAttempts: 1, outageSinceMs: null })
      await commit(store, ref, [{ ...unresolved, httpStatus: 429, flags: FLAG_UNRESOLVED | FLAG_RETRY_AFTER }])
      expect(await waitingOf()).toMatchObject({ outageAttempts: 10, unresolvedAttempts: 1, holdsChannel: true })
      await commit(store, ref, [{ index: 0, verdict: Verdict.parked, attempt: 10, throttled: 10, retryAtMs: T0 + 9 }])
      expect(await waitingOf()).not.toHaveProperty('skipsKeyTo')
      const skip = { verdict: Verdict.parked, attempt: 10, throttled: 10, flags: FLAG_DECIDED, retryAtMs: 4711 }
      await commit(store, ref, [{ index: 0, ...skip }])
      expect(await waitingOf()).toMatchObject({ verdict: Verdict.parked, skipsKeyTo: 4711, retryAtMs: 0 })
      const [item] = await allItems(store, ref)
      expect([item!.retryAtMs, item!.log.at(-1)!.retryAtMs]).toEqual([null, 0])
      await commit(store, ref, [{ index: 0, verdict: Verdict.failed, attempt: 10, throttled: 10 }])
      expect(await recoveredChunks(store, ref)).toMatchObject([{ failed: 1, cancelled: 1, waiting: [] }])
    })
  })

  describe('items whose data was replaced', () => {
    const replaced = (ref: JobRef, index: number, { attempt, line }: { attempt: number; line: string }) => {
      const flags = FLAG_DECIDED | FLAG_REPLACED
      const [batch] = outcomes(store, ref, [{ index, verdict: Verdict.retry, attempt, flags, retryAtMs: T0 }])
      const replacement = { jobRef: ref, index, attempt, atMs: T0 + attempt, by: 'token:admin' }
      return { ...batch!, replacements: [{ ...replacement, line: Uint8Array.from(Buffer.from(line)) }] }
    }
    const commitReplaced = (...args: Parameters<typeof replaced>): Promise<void> =>
      store.commitOutcomes({ terms: termsOf(store), batches: [replaced(...args)], ended: [] })
    const parked = (attempt: number) => ({ index: 1, verdict: Verdict.parked, attempt, throttled: 0 })

    it('have their new line from the commit on, and the old ones in their log', async () => {
      const { ref } = await publish(store)
      const [before] = (await allItems(store, ref)).slice(1)
      await commit(store, ref, [parked(1), { index: 0 }])
      await commitReplaced(ref, 1, { attempt: 1, line: '{"id":"item-1","data":1}' })
      await commit(store, ref, [parked(2)])
      const long = `{"id":"item-1","data":"${'x'.repeat(900_000)}"}`
      await commitReplaced(ref, 1, { attempt: 2, line: long })
      const [first, item] = await allItems(store, ref, { replacedLines: true })
      expect([textOf(item!.line), first!.replacements]).toEqual([long, []])
      expect(item!.replacements.map(({ line, byteLength: _, ...rest }) => ({ ...rest, line: textOf(line) }))).toEqual([
        { attempt: 1, atMs: T0 + 1, by: 'token:admin', line: textOf(before!.line) },
        { attempt: 2, atMs: T0 + 2, by: 'token:admin', line: '{"id":"item-1","data":1}' },
      ])
      const [plain] = (await allItems(store, ref)).slice(1)
      expect(plain!.replacements.map(({ line, byteLength }) => [line, byteLength])).toEqual([
        [null, before!.line.length],
        [null, 24],
      ])
      expect((await allItems(store, ref, { log: false }))[1]).toMatchObject({ replacements: [] })
      const lines = await store.loadReplacements([
        { ref, index: 1 },
        { ref, index: 0 },
        { ref: 4_000_000 as JobRef, index: 1 },
      ])
      expect(lines.map(textOf)).toEqual([long, null, null])
    })

    it('are recovered as long as their job has not ended, and go with it', async () => {
      const { ref } = await publish(store)
      await commit(store, ref, [parked(1)])
      await commitReplaced(ref, 1, { attempt: 1, line: '{"id":"item-1"}' })
      const recovered = async () => (await store.recover()).replaced.filter((one) => one.ref === ref)
      expect(await recovered()).toEqual([{ ref, index: 1 }])
      await commit(store, ref, [], endOf({ outcome: 'cancelled', succeeded: 0, cancelled: 3 }))
      expect(await recovered()).toEqual([])
      expect((await store.loadReplacements([{ ref, index: 1 }])).map(textOf)).toEqual(['{"id":"item-1"}'])
      await store.deleteJob(ref)
      expect(await store.loadReplacements([{ ref, index: 1 }])).toEqual([null])
    })

    it('are not replaced by a commit that is refused', async () => {
      const { ref } = await publish(store)
      const batches = [replaced(ref, 1, { attempt: 1, line: '{}' }), ...outcomes(store, ref, [{ index: 77 }])]
      await expect(store.commitOutcomes({ terms: termsOf(store), batches, ended: [] })).rejects.toMatchObject({
        code: 'conflict',
      })
      expect(await store.loadReplacements([{ ref, index: 1 }])).toEqual([null])
    })
  })

  describe('executions', () => {
    const executionOf = (jobs: readonly JobRecord[], id: string) => ({
      ...{ id, subscription: 'default', createdAtMs: T0 },
      stages: [
        { name: 'a', jobs: [jobs[0]!.id] },
        { name: 'b', jobs: jobs.slice(1).map((job) => job.id) },
      ],
    })
    const jobsOf = (executionId: string): JobRecord[] =>
      (['eligible', 'waiting', 'open'] as const).map((phase) =>
        jobOf(store.nextJobRef(), { phase, total: phase === 'open' ? 0 : 3, envelope: { executionId } }),
      )
    const publications = (jobs: readonly JobRecord[]) =>
      jobs.map((record) => ({
        record,
        chunks: record.total === 0 ? [] : [chunkOf()],
        outcomes: record.total === 0 ? [] : outcomes(store, record.ref, [{ index: 1, verdict: Verdict.failed }]),
      }))

    it('are published whole: jobs, stages and key', async () => {
      const jobs = jobsOf('nightly')
      const execution = executionOf(jobs, 'nightly')
      const idempotency = keyOf(jobs[0]!.id, { scope: 'default execute' })
      const places = await store.publishJobs({ jobs: publications(jobs), idempotency, execution })
      expect(places).toEqual([expect.any(Number), 0, 0])
      expect(places[0]).toBeGreaterThan(0)
      expect(await store.findExecution('nightly', 'default')).toEqual(execution)
      expect(await store.findExecution('nightly', 'other')).toBeNull()
      const published = jobs.map((job, n) => ({ ...job, eligibleSeq: places[n] }))
      const query = { subscription: 'default', limit: 10, executionId: 'nightly' }
      expect(await store.listJobs(query)).toEqual(published.toReversed())
      expect(await store.listJobs({ ...query, phases: ['open'] })).toEqual([published[2]])
      expect(await store.listJobs({ ...query, beforeId: jobs[1]!.id })).toEqual([published[0]])
      expect((await allItems(store, jobs[1]!.ref)).map((item) => item.verdict)).toEqual([0, 2, 0])
      expect((await store.findIdempotency('default execute', idempotency.key))?.record).toEqual(idempotency)
    })

    it.each(['id', 'key'])('are refused whole when the %s is used', async (used) => {
      const [first, second] = [jobsOf(`first-${used}`), jobsOf(`second-${used}`)]
      const publishAs = (jobs: readonly JobRecord[], id: string, key: string) => {
        const idempotency = keyOf(jobs[0]!.id, { scope: 'default execute', key })
        return store.publishJobs({ jobs: publications(jobs), idempotency, execution: executionOf(jobs, id) })
      }
      await publishAs(first, `first-${used}`, `first-${used}`)
      const [id, key] = used === 'id' ? ['first-id', 'second-id'] : ['second-key', 'first-key']
      const again = publishAs(second, id, key)
      await expect(again).rejects.toMatchObject({ code: 'conflict' })
      expect(await Promise.all(second.map((job) => store.findJob(job.id)))).toEqual([null, null, null])
      expect(await store.findExecution('second-key', 'default')).toBeNull()
      expect(await store.loadChunks([{ ref: second[0]!.ref, chunk: 0 }])).toEqual([null])
    })

    it('are listed newest first, those included that jobs only name', async () => {
      const subscription = 'lister'
      const named = (executionId: string, createdAtMs: number) =>
        publish(store, {
          record: { ...jobOf(store.nextJobRef(), { envelope: { executionId } }), subscription, createdAtMs },
        })
      await named('named', T0 + 5)
      await named('named', T0 + 9)
      await named('made later', T0 + 1)
      const jobs = jobsOf('made').map((job) => ({ ...job, subscription }))
      const made = { ...executionOf(jobs, 'made'), subscription, createdAtMs: T0 + 7 }
      await store.publishJobs({ jobs: publications(jobs), idempotency: null, execution: made })
      const later = jobsOf('made later').map((job) => ({ ...job, subscription }))
      const madeLater = { ...executionOf(later, 'made later'), subscription }
      await store.publishJobs({ jobs: publications(later), idempotency: null, execution: madeLater })

      const list = async (query: object = {}) =>
        (await store.listExecutions({ subscription, limit: 10, ...query })).map(({ id }) => id)
      expect(await list()).toEqual(['made', 'named', 'made later'])
      expect(await list({ limit: 1 })).toEqual(['made'])
      expect(await list({ before: { createdAtMs: T0 + 7, id: 'made' } })).toEqual(['named', 'made later'])
      expect(await list({ createdAfterMs: T0 + 5 })).toEqual(['made', 'named'])
      expect(await list({ createdBeforeMs: T0 + 7 })).toEqual(['named', 'made later'])
      expect(await list({ subscription: 'nobody' })).toEqual([])
      const [first, second] = await store.listExecutions({ subscription, limit: 2 })
      expect([first, second!.stages]).toEqual([made, []])
      expect(await store.findExecution('named', subscription)).toBeNull()
      expect((await store.findExecution('made later', subscription))?.stages).toHaveLength(2)
    })

    it('go with the last of their jobs', async () => {
      const jobs = jobsOf('short')
      await store.publishJobs({ jobs: publications(jobs), idempotency: null, execution: executionOf(jobs, 'short') })
      for (const job of jobs) {
        expect(await store.findExecution('short', 'default')).not.toBeNull()
        await commit(store, job.ref, [], endOf())
        await store.deleteJob(job.ref)
      }
      expect(await store.findExecution('short', 'default')).toBeNull()
    })
  })

  describe('jobs that have ended', () => {
    it('are remembered by their outcomes when they are deleted', async () => {
      const [running, failed, gone] = [await publish(store), await publish(store), await publish(store)]
      await commit(store, failed.ref, [], endOf({ outcome: 'failed' }))
      await commit(store, gone.ref, [], endOf({ outcome: 'partial' }))
      await store.deleteJob(gone.ref)
      const ids = [gone.id, running.id, 'job_unknown' as JobId, failed.id]
      expect(await store.jobOutcomes(ids, 'default')).toEqual(['partial', null, null, 'failed'])
      expect(await store.jobOutcomes(ids, 'other')).toEqual([null, null, null, null])
    })

    it('are over when the time they are kept for is, oldest first', async () => {
      const store = await ownStore(kind)
      const keep = async (seconds: number, endedAtMs: number, endedAtIngest: boolean): Promise<JobRef> => {
        const end = endOf({ endedAtMs })
        const job = jobOf(store.nextJobRef(), { envelope: { retainForSeconds: seconds } })
        const record = endedAtIngest ? { ...job, phase: 'ended' as const, end } : job
        await publish(store, { record })
        if (!endedAtIngest) await commit(store, job.ref, [], end)
        return job.ref
      }
      const late = await keep(20, T0, false)
      const early = await keep(10, T0 + 500, true)
      await keep(30, T0, false)
      await publish(store, { record: jobOf(store.nextJobRef(), { envelope: { retainForSeconds: 0 } }) })
      expect(await store.listExpiredJobs(T0 + 10_499, 10)).toEqual([])
      expect((await store.listExpiredJobs(T0 + 10_500, 10)).map(({ ref }) => ref)).toEqual([early])
      expect((await store.listExpiredJobs(T0 + 20_000, 10)).map(({ ref }) => ref)).toEqual([early, late])
      expect((await store.listExpiredJobs(T0 + 20_000, 1)).map(({ ref }) => ref)).toEqual([early])
      await store.deleteJob(early)
      expect((await store.listExpiredJobs(T0 + 20_000, 10)).map(({ ref }) => ref)).toEqual([late])
    })
  })
}
