import { setImmediate } from 'node:timers/promises'
import { newRecord } from '../ingest/new-record.ts'
import type { ChunkKeys } from '../schedule/queues/admission.ts'
import { ChunkCutter } from '../ingest/chunks/write-chunks.ts'
import { type JobRef, newJobId, type WebhookEndpointId } from '../model/ids.ts'
import { isJobWebhookTarget } from '../model/job-webhook-origins.ts'
import { itemIdSeed, partitionKeySeed } from '../model/item-hashes.ts'
import type { JobRecord } from '../model/job.ts'
import { writeKeyHash } from '../model/key-hash.ts'
import {
  type StoredWebhookEvent,
  WEBHOOK_SUBSCRIPTION,
  webhookChannel,
  type WebhookOrdering,
} from '../model/webhook-event.ts'
import type { ChunkDraft } from '../store/item-store.ts'
import type { DeliveringJob } from '../store/webhook-delivery-store.ts'

export interface DeliveryJobOptions {
  readonly ref: JobRef
  readonly endpoint: WebhookEndpointId
  readonly ordering: WebhookOrdering
  /** At least one, in order. */
  readonly events: readonly StoredWebhookEvent[]
  readonly nowMs: number
  readonly nextVersion: () => number
}

/** A job that delivers events to an endpoint, before its publication. */
export interface DeliveryJob {
  readonly record: JobRecord
  readonly chunks: readonly ChunkDraft[]
  readonly keys: readonly ChunkKeys[]
  readonly delivers: DeliveringJob
}

/** How long an event is delivered, and how long its delivery is kept. */
export const WEBHOOK_RETENTION_SECONDS = 7 * 24 * 3600

const OBJECT_TYPE = 'webhook'
/** How long one step of making a job may hold the event loop. */
const STEP_MS = 2

/** Makes the job that delivers events to an endpoint: an item for each, on the hidden channel of the endpoint. */
export async function makeDeliveryJob(options: DeliveryJobOptions): Promise<DeliveryJob> {
  const channel = webhookChannel(options.endpoint)
  const cutter = new ChunkCutter({ chunk: 0, index: 0 })
  const keySeed = partitionKeySeed(WEBHOOK_SUBSCRIPTION, channel)
  const idSeed = itemIdSeed(OBJECT_TYPE)
  const ofJobs = isJobWebhookTarget(options.endpoint)
  let stepEndsMs = performance.now() + STEP_MS
  for (const event of options.events) {
    if (performance.now() >= stepEndsMs) {
      await setImmediate()
      stepEndsMs = performance.now() + STEP_MS
    }
    const partitionKey = keyOf(event, options)
    const { body, jobUrl } = event
    const data = ofJobs && jobUrl != null ? { body, url: jobUrl } : { body }
    const line = Buffer.from(`${JSON.stringify({ id: event.id, partitionKey, data })}\n`)
    cutter.prepare(line.length)
    writeKeyHash(keySeed, partitionKey, cutter.keys)
    writeKeyHash(idSeed, event.id, cutter.ids)
    cutter.takeLine(line, 0, line.length)
  }
  cutter.finish()
  const { ref, endpoint, events } = options
  const delivers = { ref, endpoint, events: events.map(({ seq }) => seq) }
  return { record: recordOf(channel, options), chunks: cutter.take(), keys: cutter.memory, delivers }
}

function recordOf(channel: string, { ref, events, nowMs, nextVersion }: DeliveryJobOptions): JobRecord {
  return newRecord(
    {
      ...{ ref, id: newJobId(nowMs), subscription: WEBHOOK_SUBSCRIPTION, createdAtMs: nowMs, phase: 'eligible' },
      ...{ total: events.length, failed: 0, retryOf: null, traceparent: null, tracestate: null, continuesTrace: false },
      envelope: {
        ...{ channel, objectType: OBJECT_TYPE, action: 'create', source: null, partitionBy: 'item' },
        ...{ onInvalidItem: 'reject', metadata: {}, executionId: null, runAtMs: null, dependsOn: [] },
        ...{ onExhausted: 'fail', retry: null, retainForSeconds: WEBHOOK_RETENTION_SECONDS },
        deadlineAtMs: nowMs + WEBHOOK_RETENTION_SECONDS * 1000,
      },
    },
    { nowMs, nextVersion },
  )
}

/** Returns the key of events that are delivered one after another. Of a channel or endpoint those that are of no job. */
function keyOf({ id, jobId, channel }: StoredWebhookEvent, { endpoint, ordering }: DeliveryJobOptions): string {
  if (ordering === 'none') return id
  return ordering === 'endpoint' ? endpoint : (jobId ?? channel ?? endpoint)
}
