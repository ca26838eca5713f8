import { rootPaths } from '@waybill/spec/rules'
import { beforeEach, describe, expect, test } from 'vitest'
import { newJobId, newWebhookEndpointId } from '../model/ids.ts'
import type { JobEnd, JobRecord } from '../model/job.ts'
import type { JobWebhook } from '../model/job-webhook.ts'
import { jobWebhookTarget } from '../model/job-webhook-origins.ts'
import { type LiveJob, liveJob, LiveJobs } from '../model/live-job.ts'
import { MAX_WEBHOOK_BODY_BYTES, WEBHOOK_SUBSCRIPTION, type WebhookEventDraft } from '../model/webhook-event.ts'
import { silentLogger } from '../runtime/logger.ts'
import { Telemetry } from '../runtime/telemetry.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { StoreError } from '../store/store-error.ts'
import { reportCircuits } from './circuit-events.ts'
import { FakeEndpoints } from './testing/fake-endpoints.ts'
import { WatchJobs } from './watch-jobs.ts'
import { WebhookSource } from './webhook-source.ts'

let clock: FakeClock
let endpoints: FakeEndpoints
let stored: WebhookEventDraft[]
let refusal: StoreError | null
let source: WebhookSource
let liveJobs: LiveJobs
let refs: number

beforeEach(() => {
  clock = new FakeClock()
  endpoints = new FakeEndpoints()
  stored = []
  refusal = null
  liveJobs = new LiveJobs()
  refs = 0
  const appendWebhookEvents = (events: readonly WebhookEventDraft[]): Promise<void> => {
    if (refusal !== null) return Promise.reject(refusal)
    stored.push(...events)
    return Promise.resolve()
  }
  source = new WebhookSource({
    ...{ store: { appendWebhookEvents }, clock, logger: silentLogger, paths: rootPaths, routing: endpoints },
    parkSecondsOf: () => 3600,
  })
})

function recordOf(members: Partial<JobRecord> = {}, envelope: Partial<JobRecord['envelope']> = {}): JobRecord {
  const nowMs = clock.nowMs()
  return {
    ...{ ref: ++refs, id: newJobId(nowMs), subscription: 'acme', phase: 'eligible', total: 10, eligibleSeq: 1 },
    ...{ createdAtMs: nowMs, touchedAtMs: nowMs, sealedAtMs: nowMs, stop: null, pausedAtMs: null, releasedAtMs: null },
    ...{ retryOf: null, traceparent: null, end: null },
    envelope: {
      ...{ channel: 'shop', objectType: 'product', action: 'update', source: 'pim', partitionBy: 'item' },
      ...{ onInvalidItem: 'reject', metadata: { run: '7' }, executionId: null, runAtMs: null, deadlineAtMs: null },
      ...{ dependsOn: [], onExhausted: 'fail', retry: null, retainForSeconds: 1, ...envelope },
    },
    ...members,
  } as JobRecord
}

function liveOf(members: Partial<LiveJob> = {}, envelope: Partial<JobRecord['envelope']> = {}): LiveJob {
  const job = { ...liveJob(recordOf({}, envelope)), ...members }
  liveJobs.add(job)
  return job
}

const end: JobEnd = {
  ...{ outcome: 'partial', succeeded: 7, failed: 2, cancelled: 1, startedAtMs: 1000, lastProgressAtMs: 2000 },
  ...{ endedAtMs: 3000, version: 1 },
}

const bodyOf = ({ body }: WebhookEventDraft): { data: Record<string, unknown> & { job: Record<string, unknown> } } =>
  JSON.parse(body) as never

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('webhook events of jobs', () => {
  test('are made for subscriptions with an endpoint alone, and never for the jobs that deliver events', () => {
    endpoints.add({ subscription: 'other' })
    const job = liveOf({ startedAtMs: 1 })
    expect(source.jobs.published(job.record, { failed: 0 })).toEqual([])
    expect(source.jobs.started(job, { succeeded: 0, failed: 0, cancelled: 0, startedAtMs: 1 })).toEqual([])
    expect(source.jobs.ended(job.record, end)).toEqual([])
    expect(source.jobs.published(recordOf({ subscription: WEBHOOK_SUBSCRIPTION }), { failed: 0 })).toEqual([])
  })

  test('say what the job was, thinly, with the id, type and time of the event', () => {
    const id = endpoints.add({ subscription: 'acme' })
    const record = recordOf()
    const [event] = source.jobs.ended(record, end)
    expect(event).toMatchObject({ type: 'job.ended', jobId: record.id, channel: 'shop', endpoints: [id] })
    const createdAt = new Date(record.createdAtMs).toISOString()
    expect(JSON.parse(event!.body)).toEqual({
      ...{ id: event!.id, type: 'job.ended', timestamp: new Date(clock.nowMs()).toISOString() },
      data: {
        subscription: 'acme',
        job: {
          ...{ id: record.id, channel: 'shop', objectType: 'product', action: 'update', source: 'pim' },
          ...{ executionId: null, status: 'ended', outcome: 'partial', metadata: { run: '7' }, createdAt },
          counts: { total: 10, pending: 0, waiting: 0, running: 0, succeeded: 7, failed: 2, cancelled: 1 },
          ...{ startedAt: '1970-01-01T00:00:01.000Z', endedAt: '1970-01-01T00:00:03.000Z' },
          links: expect.objectContaining({ self: `/v1/jobs/${record.id}`, channel: '/v1/channels/shop' }) as object,
        },
      },
    })
  })

  test('report a job that ended at ingest as accepted and ended, one that waits for others as accepted and blocked, an open one when it is sealed', () => {
    endpoints.add({ subscription: 'acme' })
    const typesOf = (events: readonly WebhookEventDraft[]): string[] =>
      events.map((event) => `${event.type} ${String(bodyOf(event).data.job['status'])}`)
    const ended = recordOf({ phase: 'ended', end: { ...end, succeeded: 0, failed: 10, cancelled: 0 } })
    expect(typesOf(source.jobs.published(ended, { failed: 10 }))).toEqual(['job.accepted pending', 'job.ended ended'])
    const other = newJobId(1)
    const blocked = recordOf({ phase: 'waiting' }, { dependsOn: [{ job: other, require: 'finished' }] })
    const events = source.jobs.published(blocked, { failed: 1 })
    expect(typesOf(events)).toEqual(['job.accepted blocked', 'job.blocked blocked'])
    expect(bodyOf(events[1]!).data['waiting']).toEqual([{ reason: 'dependency', items: 9, until: null, jobs: [other] }])
    const open = liveJob(recordOf({ phase: 'open', sealedAtMs: null }))
    expect(source.jobs.published(open.record, { failed: 0 })).toEqual([])
    const seal = { phase: 'eligible', sealedAtMs: 1 } as const
    expect(typesOf(source.jobs.sealed(open, seal))).toEqual(['job.accepted pending'])
  })

  test('stay within 20 kB: long metadata are left out', () => {
    endpoints.add({ subscription: 'acme' })
    const metadata = Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`${n}`.padEnd(64, 'é'), 'é'.repeat(512)]))
    const [event] = source.jobs.ended(recordOf({}, { metadata }), end)
    expect(bodyOf(event!).data.job['metadata']).toBeNull()
    expect(Buffer.byteLength(event!.body)).toBeLessThan(MAX_WEBHOOK_BODY_BYTES)
  })

  test('that report no durable change are stored in order, after a full store has space again, and once each', async () => {
    endpoints.add({ subscription: 'acme' })
    refusal = new StoreError('disk_full', 'full')
    const job = liveOf()
    source.jobs.blocked(job, [{ reason: 'dependency', items: 10, untilMs: null }])
    source.jobs.append(job, 'job.progress', {})
    await turn()
    expect(stored).toEqual([])
    refusal = null
    clock.advance(1000)
    await turn()
    expect(stored.map(({ type, once }) => [type, once])).toEqual([
      ['job.blocked', `${job.record.id} job.blocked`],
      ['job.progress', undefined],
    ])
  })

  test('are bounded while a store stays full', async () => {
    endpoints.add({ subscription: 'acme' })
    refusal = new StoreError('disk_full', 'full')
    const job = liveOf()
    for (let n = 0; n < 1500; n++) source.jobs.append(job, 'job.progress', { n })
    await turn()
    refusal = null
    clock.advance(1000)
    await turn()
    expect(stored).toHaveLength(1000)
  })
})

describe('webhook events of an endpoint', () => {
  test('reach the other endpoints of the subscription, or that one alone', async () => {
    const [about, other] = [endpoints.add({ subscription: 'acme' }), endpoints.add({ subscription: 'acme' })]
    const fact = { subscription: 'acme', jobId: null, channel: null, atMs: clock.nowMs(), data: {} }
    source.report({ ...fact, type: 'webhook_endpoint.failing' }, about)
    await turn()
    const id = await source.reportTo(about, { ...fact, type: 'webhook_endpoint.test' })
    expect(stored.map((event) => [event.type, event.endpoints])).toEqual([
      ['webhook_endpoint.failing', [other]],
      ['webhook_endpoint.test', [about]],
    ])
    expect(stored[1]!.id).toBe(id)
  })
})

describe('digests of parked items', () => {
  test('come a second after the first item and once a minute at most, with the first 20 places', async () => {
    endpoints.add({ subscription: 'acme', types: ['item.parked'] })
    const record = recordOf()
    expect(source.jobs.wantsParked(record)).toBe(true)
    source.jobs.parked(
      record,
      30,
      Array.from({ length: 20 }, (_, n) => n),
    )
    source.jobs.parked(record, 1, [99])
    clock.advance(1000)
    source.jobs.parked(record, 1, [100])
    clock.advance(59_999)
    await turn()
    expect(stored).toHaveLength(1)
    const { data } = bodyOf(stored[0]!)
    expect(data).toMatchObject({ subscription: 'acme', channel: 'shop', items: 31 })
    expect(data['links']).toEqual({ parked: '/v1/parked?channel=shop' })
    expect(data['firstExpiryAt']).toBe(new Date(clock.nowMs() - 60_999 + 3_600_000).toISOString())
    expect(data['parked']).toEqual(Array.from({ length: 20 }, (_, index) => ({ jobId: record.id, index })))
    clock.advance(1)
    await turn()
    expect(bodyOf(stored[1]!).data).toMatchObject({ items: 1, parked: [{ index: 100 }] })
    clock.advance(60_000)
    expect([stored.length, clock.pending]).toEqual([2, 0])
  })

  test('are not kept back by the end of the process', async () => {
    endpoints.add({ subscription: 'acme' })
    source.jobs.parked(recordOf(), 1, [0])
    await source.stop()
    expect(stored.map(({ type }) => type)).toEqual(['item.parked'])
  })
})

describe('circuits', () => {
  test('are reported to subscriptions with work on the channel, or an endpoint that names it', async () => {
    endpoints.add({ subscription: 'acme' })
    endpoints.add({ subscription: 'names', channels: ['shop'] })
    endpoints.add({ subscription: 'idle' })
    endpoints.add({ subscription: 'elsewhere', channels: ['erp'] })
    liveOf()
    const telemetry = new Telemetry(silentLogger)
    const stop = reportCircuits({ routing: endpoints, clock, liveJobs, telemetry, append: source.append })
    const opened = { channel: 'shop', calls: 20, failed: 20, untilMs: 0 }
    telemetry.emit('circuit.opened', { ...opened, again: false })
    telemetry.emit('circuit.opened', { ...opened, again: true })
    telemetry.emit('circuit.opened', { ...opened, channel: `~${newWebhookEndpointId(1)}`, again: false })
    telemetry.emit('circuit.closed', { channel: 'shop', openForMs: 1234.5 })
    stop()
    telemetry.emit('circuit.closed', { channel: 'shop', openForMs: 1 })
    await turn()
    expect(stored.map((event) => [event.subscription, event.type, bodyOf(event).data])).toEqual(
      [
        ['channel.circuit_opened', { since: new Date(clock.nowMs()).toISOString() }] as const,
        ['channel.circuit_closed', { openForMs: 1235 }] as const,
      ].flatMap(([type, fact]) =>
        ['names', 'acme'].map((subscription) => [subscription, type, { subscription, channel: 'shop', ...fact }]),
      ),
    )
  })
})

describe('webhook events for the webhook of a job', () => {
  const webhookFor = (...events: JobWebhook['events']): JobWebhook => ({
    ...{ target: jobWebhookTarget('acme', 'https://pim.example'), url: 'https://pim.example/***', sealedUrl: 'sealed' },
    events,
  })

  test('are those that it asks for of this job alone, one event for endpoints and for it', () => {
    const webhook = webhookFor('job.ended')
    const record = recordOf({}, { webhook })
    expect(source.jobs.published(record, { failed: 0 })).toEqual([])
    expect(source.jobs.ended(record, end)).toMatchObject([{ endpoints: [webhook.target], jobUrl: 'sealed' }])
    expect(source.jobs.ended(recordOf(), end)).toEqual([])
    const id = endpoints.add({ subscription: 'acme' })
    expect(source.jobs.ended(record, end)).toMatchObject([{ endpoints: [id, webhook.target], jobUrl: 'sealed' }])
    const [accepted] = source.jobs.published(record, { failed: 0 })
    expect(accepted).toMatchObject({ type: 'job.accepted', endpoints: [id] })
    expect(accepted).not.toHaveProperty('jobUrl')
    expect(bodyOf(accepted!).data.job).not.toHaveProperty('webhook')
  })

  test('gather the parked items of the job, and hold only before its end', async () => {
    const webhook = webhookFor('item.parked')
    const [own, other] = [recordOf({}, { webhook }), recordOf({}, { webhook })]
    expect([own, recordOf()].map((record) => source.jobs.wantsParked(record))).toEqual([true, false])
    source.jobs.parked(own, 2, [3, 4])
    source.jobs.parked(other, 1, [0])
    source.jobs.parked(own, 1, [5])
    clock.advance(1000)
    await turn()
    expect(stored).toMatchObject([
      { type: 'item.parked', jobId: own.id, endpoints: [webhook.target], jobUrl: 'sealed', beforeEnd: true },
      { jobId: other.id },
    ])
    expect(bodyOf(stored[0]!).data).toMatchObject({
      items: 3,
      parked: [3, 4, 5].map((index) => ({ jobId: own.id, index })),
      links: { parked: `/v1/parked?channel=shop&jobId=${own.id}` },
    })
    source.stop().catch(() => {})
  })

  test('report its progress, and that of no other job', async () => {
    const telemetry = new Telemetry(silentLogger)
    const progress = { snapshot: () => ({ job: { progress: { ratio: 0.5, estimatedEndAt: null } } }) as never }
    const watch = new WatchJobs({ routing: endpoints, clock, liveJobs, progress, events: source.jobs })
    watch.start(telemetry)
    liveOf({ startedAtMs: 1, succeeded: 1 })
    const job = liveOf({ startedAtMs: 1, succeeded: 1 }, { webhook: webhookFor('job.progress') })
    expect(clock.pending).toBe(0)
    telemetry.emit('job.created', job.record)
    clock.advance(30_000)
    await turn()
    expect(stored).toMatchObject([{ type: 'job.progress', jobId: job.record.id, beforeEnd: true }])
    liveJobs.remove(job)
    clock.advance(30_000)
    await turn()
    expect([stored.length, clock.pending]).toEqual([1, 0])
    watch.stop()
  })
})

describe('progress of jobs', () => {
  const view = { ratio: 0.5, itemsPerSecond: 1, etaSeconds: 60, estimatedEndAt: null as string | null }

  function watching(): { watch: WatchJobs; telemetry: Telemetry } {
    const telemetry = new Telemetry(silentLogger)
    const progress = { snapshot: () => ({ job: { progress: { ...view } } }) as never }
    const watch = new WatchJobs({ routing: endpoints, clock, liveJobs, progress, events: source.jobs })
    watch.start(telemetry)
    return { watch, telemetry }
  }

  test('is reported every 30 s for jobs that moved, for those who receive it', async () => {
    endpoints.add({ subscription: 'acme', types: ['job.progress'] })
    const moving = liveOf({ startedAtMs: 1, succeeded: 1 })
    const { watch } = watching()
    for (let looks = 0; looks < 3; looks++) {
      clock.advance(30_000)
      await turn()
      if (looks === 0) moving.succeeded = 2
    }
    expect(stored.map((event) => [event.jobId, bodyOf(event).data['progress']])).toEqual([
      [moving.record.id, view],
      [moving.record.id, view],
    ])
    watch.stop()
    expect(clock.pending).toBe(0)
  })

  test('is not looked at while nobody receives it, or there is no job', async () => {
    const { watch, telemetry } = watching()
    telemetry.emit('job.created', recordOf())
    expect(clock.pending).toBe(0)
    endpoints.add({ subscription: 'acme' })
    watch.notify()
    clock.advance(30_000)
    await turn()
    expect(clock.pending).toBe(0)
    telemetry.emit('job.created', recordOf())
    expect(clock.pending).toBe(1)
    watch.stop()
  })

  test('that ends too late for the deadline is reported once', async () => {
    endpoints.add({ subscription: 'acme', types: ['job.deadline_at_risk'] })
    const deadlineAtMs = clock.nowMs() + 3_600_000
    const job = liveOf({ startedAtMs: 1 }, { deadlineAtMs })
    const { watch } = watching()
    view.estimatedEndAt = new Date(deadlineAtMs).toISOString()
    clock.advance(30_000)
    await turn()
    expect(stored).toEqual([])
    view.estimatedEndAt = new Date(deadlineAtMs + 1).toISOString()
    for (let looks = 0; looks < 3; looks++) {
      clock.advance(30_000)
      await turn()
    }
    expect(stored).toMatchObject([{ jobId: job.record.id, once: `${job.record.id} job.deadline_at_risk` }])
    const deadlineAt = new Date(deadlineAtMs).toISOString()
    expect(bodyOf(stored[0]!).data).toMatchObject({ deadlineAt, estimatedEndAt: view.estimatedEndAt })
    watch.stop()
  })
})
