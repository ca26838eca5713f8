import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { envelopeFaults } from '../../http/request/spec-schemas.ts'
import { ChannelTerms } from '../../channels/channel-terms.ts'
import { termsOf } from '../../model/channel-term.ts'
import type { JobId } from '../../model/ids.ts'
import type { JobEnd, JobRecord } from '../../model/job.ts'
import { markEnded, markStopped } from '../../model/job-phase.ts'
import { FakeClock } from '../../runtime/testing/fake-clock.ts'
import { silentLogger } from '../../runtime/logger.ts'
import { Telemetry } from '../../runtime/telemetry.ts'
import { newKeyRing } from '../../secrets/open-key-ring.ts'
import { createSqliteStore } from '../../store/sqlite/sqlite-store.ts'
import type { Store } from '../../store/store.ts'
import { FakeStages, linesOf } from './fake-stages.ts'
import { Ingest } from '../ingest.ts'
import type { SubmittedJob } from '../ingest-ports.ts'

export const envelope = { channel: 'sandbox', objectType: 'product', action: 'update' } as const
export const item = (n: number): object => ({ id: `sku-${n}`, data: { price: n } })

/** Ingest on a real store, the stages after it faked; made anew for each test of the file that calls `useIngest`. */
export let store: Store
export let stages: FakeStages
export let ingest: Ingest
let terms: ChannelTerms

/** Starts a store for a file's tests, and checks after each that no upload is left. */
export function useIngest(): void {
  beforeAll(async () => {
    const telemetry = new Telemetry(silentLogger)
    store = createSqliteStore({
      keyRing: newKeyRing(),
      ...{ kind: 'memory', dataDir: null, logger: silentLogger, telemetry },
      clock: new FakeClock(),
    })
    await store.start()
    terms = new ChannelTerms({ store, clock: new FakeClock(), channels: new Map(), logger: silentLogger })
  })

  afterAll(async () => {
    await store.stop()
  })

  beforeEach(() => {
    stages = new FakeStages(terms)
    ingest = new Ingest(stages.options({ store, findFaults: envelopeFaults }))
  })

  afterEach(() => {
    ingest.stop()
    expect(ingest.uploads).toBe(0)
  })
}

/** `Ingest` over the store with some calls replaced. */
export function ingestOver(replaced: Partial<Store>): Ingest {
  const handed = new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(replaced, name) ?? Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return new Ingest(stages.options({ store: handed, findFaults: envelopeFaults }))
}

/** A job that was cancelled before any of its items ran. */
export async function cancelledJob(ingest: Ingest): Promise<JobRecord> {
  const { id } = await ingest.submitJob(stages.request('ndjson', linesOf(envelope, item(1))))
  const job = stages.liveJobs.byId(id)!
  const { ref } = job.record
  const stop = { reason: 'cancelled', atMs: 1 } as const
  await store.markStopped({ refs: [ref], terms: termsOf([job], stages.termOf) }, stop)
  markStopped(job.record, stop)
  const end: JobEnd = {
    ...{ outcome: 'cancelled', succeeded: 0, failed: 0, cancelled: 1, startedAtMs: null, lastProgressAtMs: null },
    ...{ endedAtMs: 2, version: 1 },
  }
  await store.commitOutcomes({ terms: termsOf([job], stages.termOf), batches: [], ended: [{ ref, end }] })
  markEnded(job.record, end)
  stages.liveJobs.remove(job)
  return job.record
}

export async function storedLines(job: SubmittedJob): Promise<string[]> {
  const record = (await store.findJob(job.id))!
  const lines: string[] = []
  for (let fromIndex: number | null = 0; fromIndex !== null;) {
    const page = await store.readItems({ ref: record.ref, fromIndex, limit: 1000 })
    lines.push(...page.items.map(({ line }) => Buffer.from(line).toString()))
    fromIndex = page.nextIndex
  }
  return lines
}

export function jobs(): Promise<readonly { id: JobId }[]> {
  return store.listJobs({ subscription: stages.subscription, limit: 100 })
}

export const submitJson = (body: object | string): Promise<SubmittedJob> =>
  ingest.submitJob(stages.request('json', body))

export const submitLines = (...lines: unknown[]): Promise<SubmittedJob> =>
  ingest.submitJob(stages.request('ndjson', linesOf(...lines)))
