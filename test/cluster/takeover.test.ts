import { createClient } from '@waybill/sdk'
import { afterEach, expect, test } from 'vitest'
import {
  checkEachDelivered,
  checkEndedBeforeNext,
  checkNoOverlap,
  checkOrder,
  checkProgress,
  checkRepeats,
  type SeenJob,
} from '../support/check-record.ts'
import { ENVELOPE, JSON_BODY } from '../support/hostile-world.ts'
import { RawConnection } from '../support/raw-connection.ts'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerCluster, untilRole } from '../support/server-cluster.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { getJob, results, submit, type TestItem, untilDone } from '../support/submit.ts'

const ITEMS = 2000
const TIMEOUT_MS = 2000

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function startedConnector(): Promise<RecordingConnector> {
  const connector = new RecordingConnector({
    answer: () => ({
      kind: 'items',
      delayMs: 20,
      answer: (item) => (item.index % 41 === 0 && item.attempt === 1 ? { kind: 'retry' } : { kind: 'succeeded' }),
    }),
  })
  await connector.start()
  cleanups.push(() => connector.stop())
  return connector
}

/** @param leaseSeconds long enough that no busy machine makes a server lose it */
async function startedCluster(connector: RecordingConnector, leaseSeconds = 10): Promise<ServerCluster> {
  const channels = {
    shop: {
      connector: { type: 'http', url: connector.url, batchSize: 10, timeoutMs: TIMEOUT_MS },
      concurrency: 8,
      retry: { maxAttempts: 100, backoff: { initialMs: 10, factor: 1, maxMs: 10 } },
    },
  }
  const cluster = await ServerCluster.create({ config: { channels }, leaseSeconds })
  cleanups.push(() => cluster.remove())
  await cluster.start()
  return cluster
}

const items: TestItem[] = Array.from({ length: ITEMS }, (_, n) => ({
  id: `sku-${n}`,
  partitionKey: `key-${(n * 31) % 100}`,
}))

/** Resolves when so many items were called. */
function untilCalled(connector: RecordingConnector, count: number): Promise<void> {
  return new Promise((resolve) => {
    connector.onCall = () => {
      if (connector.calls.length < count) return
      connector.onCall = null
      resolve()
    }
    if (connector.calls.length >= count) resolve()
  })
}

async function lastOf<Value>(values: AsyncIterable<Value>): Promise<Value | null> {
  let last: Value | null = null
  for await (const value of values) last = value
  return last
}

/** Follows a job at a server, through what it refuses meanwhile. */
async function untilDoneAt(server: ServerProcess, id: string, seen: SeenJob[]): Promise<SeenJob> {
  for (;;) {
    try {
      return await untilDone(server, id, (job) => {
        // A refusal has no counts.
        if ((job as { counts?: unknown }).counts !== undefined) seen.push(job)
      })
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

function faults(connector: RecordingConnector, jobs: readonly { id: string }[], seen: readonly SeenJob[][]): string[] {
  const accepted = jobs.map((job) => ({ jobId: job.id, keys: items.map((item) => item.partitionKey!) }))
  return [
    ...checkNoOverlap(connector.calls),
    ...checkOrder(connector.calls, accepted),
    ...checkEndedBeforeNext(connector.calls),
    ...checkRepeats(connector.calls),
    ...checkEachDelivered(connector.calls, accepted),
    ...seen.flatMap((list) => checkProgress(list)),
  ]
}

test('ORD-3 REC-1 a job that is submitted through the standby ends there after kill -9 of the active server', async () => {
  const connector = await startedConnector()
  const [active, standby] = (await startedCluster(connector)).servers as [ServerProcess, ServerProcess]
  await untilRole(active, 'active')
  await untilRole(standby, 'standby')
  const jobs = [await submit(standby, { channel: 'shop' }, items), await submit(active, { channel: 'shop' }, items)]
  const seen: SeenJob[][] = [[], []]
  await untilCalled(connector, ITEMS / 2)
  for (const [n, job] of jobs.entries()) seen[n]!.push(await getJob(standby, job.id))
  // As an application has it: one waits for the end, one watches.
  const waybill = createClient({ baseUrl: standby.url })
  const waiting = waybill.jobs.attach(jobs[0]!.id).wait()
  const watching = lastOf(waybill.jobs.attach(jobs[1]!.id).events())
  await active.kill()
  const called = connector.calls.length
  const killedAt = performance.now()
  await untilCalled(connector, called + 100)
  // At most the lease, calls of the old server that may run, and the start: 14 s, on a machine that does nothing else.
  expect(performance.now() - killedAt).toBeLessThan(60_000)
  const ended = await Promise.all(jobs.map((job, n) => untilDoneAt(standby, job.id, seen[n]!)))
  for (const job of ended)
    expect(job).toMatchObject({ outcome: 'succeeded', counts: { total: ITEMS, succeeded: ITEMS } })
  expect([await waiting, await watching]).toMatchObject([{ done: true }, { done: true }])
  expect(faults(connector, jobs, seen)).toEqual([])
  for (const job of jobs)
    expect((await results(standby, job.id)).map((line) => line.index)).toEqual(items.map((_, n) => n))
  await untilRole(standby, 'active')
})

test('SIGTERM of the active server hands over to the standby: nothing is lost, done twice or out of order', async () => {
  const connector = await startedConnector()
  const [active, standby] = (await startedCluster(connector)).servers as [ServerProcess, ServerProcess]
  const jobs = [await submit(standby, { channel: 'shop' }, items), await submit(active, { channel: 'shop' }, items)]
  const seen: SeenJob[][] = [[], []]
  await untilCalled(connector, ITEMS / 2)
  expect(await active.stop()).toBe(0)
  const called = connector.calls.length
  const lastMs = connector.calls.at(-1)!.endMs
  await untilCalled(connector, called + 100)
  const ended = await Promise.all(jobs.map((job, n) => untilDoneAt(standby, job.id, seen[n]!)))
  for (const job of ended)
    expect(job).toMatchObject({ outcome: 'succeeded', counts: { total: ITEMS, succeeded: ITEMS } })
  expect(faults(connector, jobs, seen)).toEqual([])
  // The bound is that of the promise with the noise of a busy machine; docs/servers.md has the time.
  expect(connector.calls[called]!.startMs - lastMs).toBeLessThan(30_000)
  const calls = connector.calls.map(({ jobId, index, attempt }) => `${jobId} ${index} ${attempt}`)
  expect(new Set(calls).size).toBe(calls.length)
})

test('a request at a frozen active server is ended when the standby takes its place, and the frozen one ends when it continues', async () => {
  const connector = await startedConnector()
  const [active, standby] = (await startedCluster(connector, 5)).servers as [ServerProcess, ServerProcess]
  const job = await submit(standby, { channel: 'shop' }, items)
  await untilCalled(connector, ITEMS / 4)
  active.freeze('SIGSTOP')
  const [read, changed] = [
    standby.fetch(`/v1/jobs/${job.id}`),
    standby.fetch(`/v1/jobs/${job.id}/pause`, { method: 'POST' }).then(
      (answer) => answer.status,
      () => null,
    ),
  ]
  // One may be sent again, the other's fate is unknown.
  const refusal = await read
  expect([refusal.status, ((await refusal.json()) as { code?: string }).code]).toEqual([503, 'owner_unavailable'])
  expect(await changed).toBe(null)
  await untilRole(standby, 'active')
  active.freeze('SIGCONT')
  await expect.poll(() => active.endedBy, { timeout: 60_000 }).toBe(1)
  const ended = await untilDoneAt(standby, job.id, [])
  expect(ended).toMatchObject({ outcome: 'succeeded', counts: { total: ITEMS, succeeded: ITEMS } })
  expect(faults(connector, [job], [])).toEqual([])
})

test('SIGTERM of a standby ends it with 0 when the request that it forwards has ended', async () => {
  const connector = await startedConnector()
  const [, standby] = (await startedCluster(connector)).servers as [ServerProcess, ServerProcess]
  const upload = await RawConnection.open(standby.url)
  const body = JSON.stringify({ ...ENVELOPE, items: [{ id: 'sku' }] })
  await upload.sendHead('POST /v1/jobs', {
    ...JSON_BODY,
    'content-length': String(body.length),
    expect: '100-continue',
  })
  // The active server has asked for the body.
  await expect.poll(() => upload.unread.toString('latin1'), { timeout: 30_000 }).toContain('100 Continue')
  const exit = standby.stop()
  await expect.poll(() => standby.output, { timeout: 30_000 }).toContain('"Stopping"')
  await upload.send(body)
  expect((await upload.answer()).status).toBe(202)
  expect(await exit).toBe(0)
})
