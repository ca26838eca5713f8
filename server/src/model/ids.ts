import { randomBytes } from 'node:crypto'

/** A job's public id: `job_` and a UUIDv7 (RFC 9562) as 32 hex digits, so that ids sort by time of creation. */
export type JobId = string & { readonly __brand: 'JobId' }

/** An access token's public id: `tok_` and a UUIDv7 as 32 hex digits. */
export type TokenId = string & { readonly __brand: 'TokenId' }

/** A webhook event's public id: `evt_` and a UUIDv7 as 32 hex digits; the header `webhook-id` of every attempt to deliver it. */
export type WebhookEventId = string & { readonly __brand: 'WebhookEventId' }

/** A webhook endpoint's public id: `whe_` and a UUIDv7 as 32 hex digits. Of an origin that webhooks of jobs call: `whj_` and 32 hex digits, see `job-webhook.ts`. */
export type WebhookEndpointId = string & { readonly __brand: 'WebhookEndpointId' }

/** A job's number inside one data folder: 1 and up, never used twice. Row id in the store, key in memory, never public. */
export type JobRef = number & { readonly __brand: 'JobRef' }

const JOB_ID = /^job_[0-9a-f]{32}$/

/** Tells whether a text has the form of a job id; says nothing about whether that job exists. */
export function isJobId(text: string): text is JobId {
  return JOB_ID.test(text)
}

let lastMs = 0
let sequence = 0

/** Makes a new job id; see `newUuid`. @param nowMs wall time in ms since the Unix epoch */
export function newJobId(nowMs: number): JobId {
  return `job_${newUuid(nowMs)}` as JobId
}

/** Makes a new id of an access token; see `newUuid`. @param nowMs wall time in ms since the Unix epoch */
export function newTokenId(nowMs: number): TokenId {
  return `tok_${newUuid(nowMs)}` as TokenId
}

/** Makes a new id of a webhook event; see `newUuid`. @param nowMs wall time in ms since the Unix epoch */
export function newWebhookEventId(nowMs: number): WebhookEventId {
  return `evt_${newUuid(nowMs)}` as WebhookEventId
}

/** Makes a new id of a webhook endpoint; see `newUuid`. @param nowMs wall time in ms since the Unix epoch */
export function newWebhookEndpointId(nowMs: number): WebhookEndpointId {
  return `whe_${newUuid(nowMs)}` as WebhookEndpointId
}

/**
 * Makes a UUIDv7 as 32 hex digits. Ids made by one process sort strictly in the order they were made (RFC 9562, section 6.2, method 1:
 * 12 bits after the time count up within one millisecond and borrow from the next one when they run over).
 */
function newUuid(nowMs: number): string {
  if (nowMs > lastMs) {
    lastMs = nowMs
    sequence = randomBytes(1)[0]! // a random start leaves 3,840 ids for this millisecond
  } else if (++sequence > 0xfff) {
    lastMs++
    sequence = 0
  }
  const time = Math.floor(lastMs).toString(16).padStart(12, '0')
  const counter = sequence.toString(16).padStart(3, '0')
  const tail = randomBytes(8)
  tail[0] = (tail[0]! & 0x3f) | 0x80
  return `${time}7${counter}${tail.toString('hex')}`
}
