import type { Job, WebhookEventType } from '@waybill/spec'
import type { MockClock } from './mock-clock.ts'
import type { MockItem, MockJob } from './mock-job.ts'
import { randomHex } from './random.ts'
import type { MockEndpoint, MockEvent } from './mock-webhook.ts'
import type { MockJobWebhooks } from './job-webhooks.ts'
import type { MockDeliveries } from './webhook-deliveries.ts'
import type { MockEndpoints } from './webhook-endpoints.ts'
import { endpointOfEvent, jobOfEvent } from '../show/webhook-views.ts'

/** Makes events of what happens to jobs, items and endpoints. A mock has no circuits, and so no events of them. */
export interface MockEvents {
  /** To be called after every change of a job or its items. */
  see(job: MockJob): void
  /** To be called when an item is parked. */
  park(item: MockItem, untilMs: number): void
  /** An event about an endpoint, to the others. */
  report(endpoint: MockEndpoint, type: 'webhook_endpoint.failing' | 'webhook_endpoint.disabled'): void
  /** A test event, to this endpoint alone. */
  test(endpoint: MockEndpoint): MockEvent
}

export interface MockEventsOptions {
  readonly clock: MockClock
  readonly random: () => number
  readonly endpoints: Pick<MockEndpoints, 'all'>
  readonly ofJobs: Pick<MockJobWebhooks, 'of'>
  readonly deliveries: Pick<MockDeliveries, 'add'>
  readonly show: (job: MockJob) => Job
}

const PROGRESS_MS = 30_000
const DIGEST_MS = 60_000
const MAX_PLACES = 20
const SUBSCRIPTION = 'default'

/** The changes of a job that were seen. */
interface Seen {
  isAccepted: boolean
  isBlocked: boolean
  hasStarted: boolean
  isAtRisk: boolean
  hasEnded: boolean
  progressAtMs: number
}

/** Items that were parked since the last digest of their channel, or, for the webhook of a job, of the job. */
interface Digest {
  readonly items: { readonly item: MockItem; readonly untilMs: number }[]
  /** When the next one may be sent. */
  nextAtMs: number
  isDue: boolean
}

export function createMockEvents(options: MockEventsOptions): MockEvents {
  const { clock, random, endpoints, ofJobs, deliveries, show } = options
  const seenJobs = new WeakMap<MockJob, Seen>()
  const digests = new Map<string | MockJob, Digest>()
  let lastMs = 0

  function newId(): string {
    lastMs = Math.max(lastMs + 1, Math.floor(clock.nowMs()))
    return `evt_${lastMs.toString(16).padStart(12, '0')}7${randomHex(random, 3)}8${randomHex(random, 15)}`
  }

  function wanting(type: WebhookEventType, channel: string | null): MockEndpoint[] {
    return endpoints
      .all()
      .filter(({ eventTypes }) => eventTypes.length === 0 || eventTypes.includes(type))
      .filter(({ channels }) => channel === null || channels.length === 0 || channels.includes(channel))
  }

  function makeEvent(
    type: WebhookEventType,
    about: { readonly channel: string | null; readonly jobId: string | null },
    data: object,
  ): MockEvent {
    const [id, atMs] = [newId(), clock.nowMs()]
    const timestamp = new Date(atMs).toISOString()
    const body = JSON.stringify({ id, type, timestamp, data: { subscription: SUBSCRIPTION, ...data } })
    return { id, type, atMs, ...about, body }
  }

  function emitOfJob(type: WebhookEventType, job: MockJob, more: (shown: Job) => object = () => ({})): void {
    const { channel } = job.envelope
    const own = ofJobs.of(job, type)
    const receivers = [...wanting(type, channel), ...(own === null ? [] : [own])]
    if (receivers.length === 0) return
    const shown = show(job)
    const event = makeEvent(type, { channel, jobId: job.id }, { job: jobOfEvent(shown), ...more(shown) })
    for (const endpoint of receivers) deliveries.add(event, endpoint)
  }

  function seenOf(job: MockJob): Seen {
    const nothing = { isAccepted: false, isBlocked: false, hasStarted: false, isAtRisk: false, hasEnded: false }
    const seen = seenJobs.get(job) ?? { ...nothing, progressAtMs: 0 }
    seenJobs.set(job, seen)
    return seen
  }

  function see(job: MockJob): void {
    const seen = seenOf(job)
    if (!seen.isAccepted && job.sealedAtMs !== null) {
      seen.isAccepted = true
      emitOfJob('job.accepted', job)
    }
    if (!seen.isBlocked && isBlocked(job)) {
      seen.isBlocked = true
      emitOfJob('job.blocked', job, ({ waiting }) => ({ waiting }))
    }
    if (!seen.hasStarted && job.startedAtMs !== null) {
      seen.hasStarted = true
      seen.progressAtMs = job.startedAtMs
      emitOfJob('job.started', job)
    }
    if (seen.hasStarted && job.phase !== 'ended') seeRunning(job, seen)
    if (!seen.hasEnded && job.phase === 'ended') {
      seen.hasEnded = true
      emitOfJob('job.ended', job)
    }
  }

  function seeRunning(job: MockJob, seen: Seen): void {
    const nowMs = clock.nowMs()
    if (nowMs - seen.progressAtMs >= PROGRESS_MS) {
      seen.progressAtMs = nowMs
      emitOfJob('job.progress', job, ({ progress }) => ({ progress }))
    }
    const { deadlineAtMs } = job.envelope
    if (deadlineAtMs === null || seen.isAtRisk) return
    const estimatedEndAt = show(job).progress?.estimatedEndAt ?? null
    if (estimatedEndAt === null || Date.parse(estimatedEndAt) <= deadlineAtMs) return
    seen.isAtRisk = true
    emitOfJob('job.deadline_at_risk', job, ({ deadlineAt }) => ({ deadlineAt, estimatedEndAt }))
  }

  function digestOf(about: string | MockJob): Digest {
    const digest = digests.get(about) ?? { items: [], nextAtMs: 0, isDue: false }
    digests.set(about, digest)
    return digest
  }

  function addParked(about: string | MockJob, parked: Digest['items'][number]): void {
    const digest = digestOf(about)
    digest.items.push(parked)
    if (digest.isDue) return
    digest.isDue = true
    clock.after(Math.max(0, digest.nextAtMs - clock.nowMs()), () => sendDigest(about))
  }

  function sendDigest(about: string | MockJob): void {
    const digest = digestOf(about)
    const parked = digest.items.splice(0)
    digest.isDue = false
    digest.nextAtMs = clock.nowMs() + DIGEST_MS
    const job = typeof about === 'string' ? null : about
    const channel = typeof about === 'string' ? about : about.envelope.channel
    const own = job === null ? null : ofJobs.of(job, 'item.parked')
    const receivers = job === null ? wanting('item.parked', channel) : own === null ? [] : [own]
    if (receivers.length === 0) return
    const data = {
      ...{ channel, items: parked.length },
      parked: parked.slice(0, MAX_PLACES).map(({ item }) => ({ jobId: item.job.id, index: item.index })),
      firstExpiryAt: new Date(Math.min(...parked.map(({ untilMs }) => untilMs))).toISOString(),
      links: { parked: `/v1/parked?channel=${channel}${job === null ? '' : `&jobId=${job.id}`}` },
    }
    const event = makeEvent('item.parked', { channel, jobId: job?.id ?? null }, data)
    for (const endpoint of receivers) deliveries.add(event, endpoint)
  }

  return {
    see,
    park(item, untilMs) {
      addParked(item.job.envelope.channel, { item, untilMs })
      if (item.job.envelope.webhook !== null) addParked(item.job, { item, untilMs })
    },
    report(endpoint, type) {
      const receivers = wanting(type, null).filter((other) => other !== endpoint)
      if (receivers.length === 0) return
      const event = makeEvent(type, { channel: null, jobId: null }, { endpoint: endpointOfEvent(endpoint) })
      for (const other of receivers) deliveries.add(event, other)
    },
    test(endpoint) {
      const data = { endpoint: endpointOfEvent(endpoint) }
      const event = makeEvent('webhook_endpoint.test', { channel: null, jobId: null }, data)
      deliveries.add(event, endpoint)
      return event
    },
  }
}

/** Waits for jobs that it depends on. */
function isBlocked({ phase, envelope, isReleased, isDue, stop }: MockJob): boolean {
  return phase === 'waiting' && stop === null && isDue && envelope.dependsOn.length > 0 && !isReleased
}
