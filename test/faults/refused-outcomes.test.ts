import type { DeadLetterPage } from '@waybill/spec'
import { afterEach, describe, expect, test } from 'vitest'
import { type LiveJob, liveJob, LiveJobs } from '../../server/src/model/live-job.ts'
import { type OutcomeRecord, OutcomeWriter, Verdict } from '../../server/src/model/outcome-batch.ts'
import type { DurableOutcomes } from '../../server/src/model/ports.ts'
import { Outcomes } from '../../server/src/outcomes/outcomes.ts'
import { systemClock } from '../../server/src/runtime/clock.ts'
import { silentLogger } from '../../server/src/runtime/logger.ts'
import { Telemetry } from '../../server/src/runtime/telemetry.ts'
import type { Store } from '../../server/src/store/store.ts'
import { allItems, chunksOf, endOf, ownerOf, publish, termsOf } from '../contract/store/fixtures.ts'
import { StoreWorld } from '../contract/store/world.ts'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { results, submit, untilDone } from '../support/submit.ts'

// An outcome that cannot be committed is a bug of the engine. It costs one item, and neither the process nor the outcomes beside it.

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const channel = { name: 'shop', config: { circuit: null }, circuit: { sinceUs: 0, state: () => 'closed' } } as never

async function world() {
  const stores = new StoreWorld('disk')
  cleanups.push(() => stores.close())
  const store = await stores.start()
  const record = await publish(store, { chunks: chunksOf(2, 3) })
  const job = liveJob(record, [0, 3])
  const liveJobs = new LiveJobs()
  liveJobs.add(job)
  const logged: object[] = []
  const fatal: unknown[] = []
  const durable: DurableOutcomes[] = []
  const log = (fields: object, message: string): void => void logged.push({ ...fields, message })
  const outcomes = new Outcomes({
    ...{ store, clock: systemClock, liveJobs, termOf: () => ownerOf(store).term },
    progress: { endVersion: () => 1, advanced() {}, ended() {} },
    onDurable: (one) => durable.push(one),
    onFatal: (error) => fatal.push(error),
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: log },
    telemetry: new Telemetry(silentLogger),
  })
  return { stores, store, job, outcomes, logged, fatal, durable }
}

function outcomeOf(job: LiveJob, index: number, seeded: Partial<OutcomeRecord> = {}): OutcomeRecord {
  return {
    ...{ jobRef: job.record.ref, chunk: Math.floor(index / 3), index, itemHandle: 100 + index, epoch: 1, attempt: 1 },
    ...{ httpStatus: 200, verdict: Verdict.succeeded, flags: 0, throttled: 0 },
    ...{ startedAtMs: Date.now(), endedAtMs: Date.now(), retryAtMs: 0 },
    ...seeded,
  }
}

/** @param seeded the bad outcome of each of these items */
async function end(
  { outcomes, job, durable, fatal }: Awaited<ReturnType<typeof world>>,
  seeded: Readonly<Record<number, Partial<OutcomeRecord>>>,
  others: readonly OutcomeRecord[] = [],
): Promise<void> {
  const writer = new OutcomeWriter()
  for (let index = 0; index < 6; index++) writer.add(outcomeOf(job, index, seeded[index]))
  for (const other of others) writer.add(other)
  outcomes.add(channel, writer.take()!)
  await expect.poll(() => durable.length + fatal.length).toBeGreaterThan(0)
}

async function endings(store: Store, job: LiveJob): Promise<unknown[]> {
  return (await allItems(store, job.record.ref)).map(({ verdict, detail }) => {
    const said = detail === null ? {} : (JSON.parse(Buffer.from(detail).toString()) as { error?: { code: string } })
    return said.error?.code ?? verdict
  })
}

const ok = Verdict.succeeded

describe('an outcome that the store refuses', () => {
  const seeds: [string, Partial<OutcomeRecord>][] = [
    ['names a chunk that the job does not have', { chunk: 9 }],
    ['names a chunk that does not hold the item', { chunk: 0 }],
    ['has a time that is no number', { verdict: Verdict.failed, httpStatus: 422, endedAtMs: NaN }],
  ]
  test.each(seeds)('fails its item alone when it %s', async (_, seed) => {
    const here = await world()
    await end(here, { 4: seed })
    expect(here.fatal).toEqual([])
    expect(await endings(here.store, here.job)).toEqual([ok, ok, ok, ok, 'outcome_not_stored', ok])
    expect(here.logged).toEqual([
      expect.objectContaining({ jobId: here.job.record.id, index: 4, reason: expect.any(String) as string }),
    ])
    expect(here.job.record).toMatchObject({ phase: 'ended', end: { outcome: 'partial', succeeded: 5, failed: 1 } })
    // Every place is free again, and the next start has nothing to do.
    expect([...here.durable[0]!.itemHandles]).toEqual([100, 101, 102, 103, 104, 105])
    await here.store.stop()
    expect((await (await here.stores.start()).recover()).jobs).toEqual([])
  })

  test('is dropped when it is of no known job, and the others are committed', async () => {
    const here = await world()
    await end(here, {}, [outcomeOf(here.job, 0, { jobRef: 4711, itemHandle: 200 })])
    expect(here.fatal).toEqual([])
    expect(await endings(here.store, here.job)).toEqual([ok, ok, ok, ok, ok, ok])
    expect(here.logged).toEqual([expect.objectContaining({ jobRef: 4711, index: 0 })])
    expect([...here.durable[0]!.itemHandles]).toContain(200)
  })

  test('does not keep a job alive whose end is refused as well', async () => {
    const here = await world()
    await here.store.commitOutcomes({
      ...{ terms: termsOf(here.store), batches: [] },
      ended: [{ ref: here.job.record.ref, end: endOf() }],
    })
    await end(here, { 1: { chunk: 9 } })
    expect(here.fatal).toEqual([])
    expect(here.logged).toHaveLength(2)
    expect(here.durable[0]!.endedJobs).toEqual([here.job])
  })
})

test('a server whose engine makes such outcomes continues, says which items failed for it, and starts again', async () => {
  const connector = new RecordingConnector()
  await connector.start()
  cleanups.push(() => connector.stop())
  const server = await ServerProcess.create({
    fromSource: true,
    preload: new URL('../support/refused-outcome-preload.ts', import.meta.url),
    config: { channels: { shop: { connector: { type: 'http', url: connector.url, batchSize: 10 } } } },
  })
  cleanups.push(() => server.remove())
  await server.start()
  const items = Array.from({ length: 200 }, (_, n) => ({ id: `sku-${n}` }))
  const job = await submit(server, { channel: 'shop' }, items)
  expect(await untilDone(server, job.id)).toMatchObject({ outcome: 'partial', counts: { succeeded: 180, failed: 20 } })
  const failed = (await results(server, job.id)).filter(({ status }) => status === 'failed')
  expect(failed.map(({ index }) => index % 10)).toEqual(new Array(20).fill(7))
  expect(server.output).toContain('Cannot commit the outcome of an item')
  expect(await server.stop()).toBe(0)
  await server.start()
  const { deadLetters } = (await (await server.fetch('/v1/dead-letters?pageSize=100')).json()) as DeadLetterPage
  expect(deadLetters.map(({ item }) => item.error!.code)).toEqual(new Array(20).fill('outcome_not_stored'))
  const next = await submit(server, { channel: 'shop' }, items.slice(0, 5))
  expect((await untilDone(server, next.id)).outcome).toBe('succeeded')
})
