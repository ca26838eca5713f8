import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Execution, Job } from '@waybill/spec'
import { expect, test } from 'vitest'
import type { FailpointName } from '../../server/src/runtime/failpoint.ts'
import { DATABASE_FILE } from '../../server/src/store/sqlite/open/folder.ts'
import { PersistentClient } from '../support/persistent-client.ts'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { answerOf } from './scripted-load.ts'
import { WebhookJudge } from './webhook-judge.ts'

/** Around each write that makes an event durable, or forwards one, and some at which the server has announced it already. */
const names: readonly FailpointName[] = [
  ...(['store.publishJob.written', 'store.publishJob.durable', 'ingest.job.durable'] as const),
  ...(['store.publishExecution.written', 'store.publishExecution.durable', 'store.sealJob.written'] as const),
  ...(['store.sealJob.durable', 'ingest.seal.durable', 'store.commitOutcomes.written'] as const),
  ...(['store.commitOutcomes.durable', 'outcomes.durable', 'outcomes.announced', 'schedule.stop.durable'] as const),
  ...(['store.publishWebhooks.written', 'store.publishWebhooks.durable', 'ingest.webhook.durable'] as const),
]
/** Those that a round reaches again and again, later in the life of its jobs. */
const later = names.filter((name) => /commitOutcomes|outcomes\.|ublishWebhooks|ingest\.webhook/.test(name))
const all = [...names.map((name) => ({ name, hit: 1 })), ...later.map((name) => ({ name, hit: 3 }))]
const shares = [1, 2, 3].map((part) => ({ part, points: all.filter((_, n) => n % 3 === part - 1) }))
const ENDPOINTS = '/v1/webhook-endpoints'
const envelope = { channel: 'shop', objectType: 'product', action: 'update' }
const itemsOf = (count: number): object[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `sku-${n}`,
    partitionKey: `key-${n % 5}`,
    data: { fate: fates[n % 4] },
  }))
const fates = ['ok', 'retry', 'ok', 'fail']

/** Calls until the server answers with success. */
async function call<Body = Job>(
  client: PersistentClient,
  [method, path]: readonly [string, string],
  init: Parameters<PersistentClient['call']>[2] = {},
): Promise<Body> {
  const { status, body } = await client.call(method, path, init)
  if (status >= 400) throw new Error(`Cannot ${method} ${path}: ${status} ${JSON.stringify(body)}`)
  return body as Body
}

/** Jobs of every way to begin and to end: whole, rejected at ingest, cancelled, sealed, in stages. @returns their ids */
async function giveWork(client: PersistentClient, round: number, hookUrl: string): Promise<string[]> {
  const webhook = { url: hookUrl, events: ['job.accepted', 'job.started', 'job.ended'] }
  const submit = async (key: string, lines: readonly unknown[]): Promise<string> =>
    (await call(client, ['POST', '/v1/jobs'], { lines, key: `${key}-${round}` })).id
  const whole = await submit('whole', [{ ...envelope, webhook }, ...itemsOf(20)])
  const rejected = await submit('rejected', [{ ...envelope, onInvalidItem: 'fail', webhook }, '{"id": 5}'])
  const cancelled = await submit('cancelled', [envelope, ...itemsOf(40)])
  await client.call('POST', `/v1/jobs/${cancelled}/cancel`)
  const json = { ...envelope, open: true, webhook }
  const { id: sealed } = await call(client, ['POST', '/v1/jobs'], { json, key: `sealed-${round}` })
  await call(client, ['POST', `/v1/jobs/${sealed}/items?fromIndex=0`], { lines: itemsOf(10) })
  await call(client, ['POST', `/v1/jobs/${sealed}/seal`], { json: { itemCount: 10 } })
  const stages = ['first', 'second'].map((name) => ({ name, jobs: [{ ...envelope, items: itemsOf(5) }] }))
  const staged = await call<Execution>(client, ['POST', '/v1/executions'], { json: { stages }, key: `staged-${round}` })
  return [whole, rejected, cancelled, sealed, ...staged.stages.flatMap(({ jobs }) => jobs.map(({ id }) => id))]
}

async function untilDone(client: PersistentClient, id: string): Promise<Job> {
  for (;;) {
    const job = await call(client, ['GET', `/v1/jobs/${id}`])
    if (job.done) return job
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Whether each forwarded event is in one job of each endpoint. */
function deliveryFaults(dataDir: string): string[] {
  const db = new DatabaseSync(join(dataDir, DATABASE_FILE), { readOnly: true })
  try {
    const { events, deliveries, places } = db
      .prepare(
        `SELECT (SELECT count(*) FROM webhook_events WHERE forwarded_at_ms IS NOT NULL) AS events, count(*) AS deliveries,
           count(DISTINCT event_seq || ' ' || endpoint) AS places FROM webhook_deliveries`,
      )
      .get() as { events: number; deliveries: number; places: number }
    const isOnce = deliveries === places && places >= events && events > 0
    return isOnce ? [] : [`${events} events are in ${deliveries} places of jobs, of which ${places} differ`]
  } finally {
    db.close()
  }
}

test.each(shares)(
  'REC-1 each accepted job has its events once and in order, each in one job of its endpoint, wherever the process is killed, part $part',
  async ({ points }) => {
    const connector = new RecordingConnector({ answer: () => ({ kind: 'items', delayMs: 2, answer: answerOf }) })
    await connector.start()
    const webhooks = new WebhookJudge()
    const ofJobs = new WebhookJudge()
    await Promise.all([webhooks.start(), ofJobs.start()])
    const retry = { maxAttempts: 100, backoff: { initialMs: 5, factor: 1, maxMs: 5 } }
    const shop = { connector: { type: 'http', url: connector.url, batchSize: 5 }, concurrency: 8, retry }
    const server = await ServerProcess.create({
      ...{ fromSource: true, args: ['--threads', '1'], config: { channels: { shop } } },
    })
    const client = new PersistentClient(server, points)
    try {
      const jobs: Job[] = []
      for (let round = 0; client.left > 0; round++) {
        const { endpoints } = await call<{ endpoints: object[] }>(client, ['GET', ENDPOINTS])
        if (endpoints.length === 0) await call(client, ['POST', ENDPOINTS], { json: { url: webhooks.url } })
        const { armed } = client
        for (const id of await giveWork(client, round, ofJobs.url)) jobs.push(await untilDone(client, id))
        if (armed !== null && client.armed === armed) await client.giveUp()
      }
      const hooked = jobs.filter(({ webhook }) => webhook !== null)
      const faults = [...(await webhooks.judge(jobs)), ...(await ofJobs.judge(hooked))]
      await client.stop()
      expect([
        ...client.missed.map(({ name, hit }) => `failpoint ${name} was not reached ${hit} times`),
        ...faults,
        ...deliveryFaults(`${server.folder}/data`),
      ]).toEqual([])
    } finally {
      await server.remove()
      await Promise.all([webhooks.stop(), ofJobs.stop()])
      await connector.stop()
    }
  },
)
