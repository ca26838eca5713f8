import type { ChannelConfig } from '../../model/channel.ts'
import type { CredentialsTarget } from '../../model/channel-credentials.ts'
import type { AccessTokenRecord } from '../../model/access-token.ts'
import type { JobId, JobRef, TokenId } from '../../model/ids.ts'
import type { Envelope, JobEnd, JobRecord, StopMark } from '../../model/job.ts'
import type { SubscriptionLimits, SubscriptionSettings } from '../../model/subscription.ts'
import type { StoredChannel } from '../channel-store.ts'
import type { ExecutionRecord, IdempotencyRecord } from '../job-store.ts'
import type { SealedCredentials } from '../sealed-secrets.ts'

/*
 * Rows as `SELECT *` gives them, and the records they stand for.
 */

export interface JobRow {
  readonly ref: number
  readonly id: string
  readonly subscription: string
  readonly phase: JobRecord['phase']
  readonly total: number
  readonly eligible_seq: number
  readonly created_at_ms: number
  readonly touched_at_ms: number
  readonly sealed_at_ms: number | null
  readonly paused_at_ms: number | null
  readonly released_at_ms: number | null
  readonly retry_of: string | null
  readonly traceparent: string | null
  readonly tracestate: string | null
  readonly continues_trace: number
  readonly stop: string | null
  readonly ending: string | null
  readonly envelope: string
}

export function jobOfRow(row: JobRow): JobRecord {
  return {
    ref: row.ref as JobRef,
    id: row.id as JobId,
    subscription: row.subscription,
    envelope: JSON.parse(row.envelope) as Envelope,
    phase: row.phase,
    total: row.total,
    eligibleSeq: row.eligible_seq,
    createdAtMs: row.created_at_ms,
    touchedAtMs: row.touched_at_ms,
    sealedAtMs: row.sealed_at_ms,
    pausedAtMs: row.paused_at_ms,
    releasedAtMs: row.released_at_ms,
    retryOf: row.retry_of as JobId | null,
    traceparent: row.traceparent,
    tracestate: row.tracestate,
    continuesTrace: row.continues_trace === 1,
    stop: row.stop === null ? null : (JSON.parse(row.stop) as StopMark),
    end: row.ending === null ? null : (JSON.parse(row.ending) as JobEnd),
  }
}

export interface KeyRow {
  readonly scope: string
  readonly key: string
  readonly fingerprint: string
  readonly job_id: string
  readonly created_at_ms: number
  readonly status: number
  readonly body: string
  readonly deleted: number
}

export function keyOfRow(row: KeyRow): { record: IdempotencyRecord; deleted: boolean } {
  const { scope, key, fingerprint, status, body } = row
  const record = {
    scope,
    key,
    fingerprint,
    madeId: row.job_id as JobId | TokenId,
    createdAtMs: row.created_at_ms,
    status,
    body,
  }
  return { record, deleted: row.deleted === 1 }
}

export interface ChannelRow {
  readonly name: string
  readonly config: string | null
  readonly secrets: string | null
  readonly paused: number
  readonly used: number
  readonly unblocked_at_ms: number | null
  readonly tat_unit_us: number | null
  readonly tat_at_ms: number | null
  readonly tat_at_us: number | null
  readonly tat_boot_id: string | null
}

/** A stored channel, and the sealed secrets of its configuration; null: it has none, or was stored before they were sealed. */
export type SealedChannel = StoredChannel & { readonly secrets: string | null }

export function channelOfRow(row: ChannelRow): SealedChannel {
  const {
    name,
    config,
    secrets,
    paused,
    used,
    tat_unit_us: unitUs,
    tat_at_ms: atMs,
    tat_at_us: atUs,
    tat_boot_id: bootId,
  } = row
  return {
    name,
    config: config === null ? null : (JSON.parse(config) as ChannelConfig),
    secrets,
    paused: paused === 1,
    used: used === 1,
    unblockedAtMs: row.unblocked_at_ms,
    tat: unitUs === null || atMs === null || atUs === null ? null : { unitUs, atMs, atUs, bootId },
  }
}

export interface CredentialsRow {
  readonly channel: string
  readonly subscription: string
  readonly target: CredentialsTarget
  readonly updated_at_ms: number
  readonly sealed: string
}

export function credentialsOfRow({ updated_at_ms: updatedAtMs, ...row }: CredentialsRow): SealedCredentials {
  return { ...row, updatedAtMs }
}

export interface ExecutionRow {
  readonly id: string
  readonly subscription: string
  readonly created_at_ms: number
  readonly stages: string
}

export function executionOfRow({ id, subscription, created_at_ms, stages }: ExecutionRow): ExecutionRecord {
  return { id, subscription, createdAtMs: created_at_ms, stages: JSON.parse(stages) as ExecutionRecord['stages'] }
}

export interface TokenRow {
  readonly id: string
  readonly hash: Uint8Array
  readonly name: string
  readonly subscription: string
  readonly scopes: string
  readonly jobs: string | null
  readonly created_at_ms: number
  readonly created_by: string
  readonly expires_at_ms: number | null
}

export function tokenOfRow(row: TokenRow): AccessTokenRecord {
  return {
    id: row.id as TokenId,
    hash: row.hash,
    name: row.name,
    subscription: row.subscription,
    scopes: JSON.parse(row.scopes) as AccessTokenRecord['scopes'],
    jobs: row.jobs === null ? null : (JSON.parse(row.jobs) as JobId[]),
    createdAtMs: row.created_at_ms,
    createdBy: row.created_by,
    expiresAtMs: row.expires_at_ms,
  }
}

export interface SubscriptionRow {
  readonly name: string
  readonly limits: string
}

export function subscriptionOfRow({ name, limits }: SubscriptionRow): SubscriptionSettings {
  return { name, limits: JSON.parse(limits) as SubscriptionLimits }
}

/** The owner of the secrets that sign the events of webhooks of a subscription's jobs, among those of endpoints. */
export function jobSecretsOf(subscription: string): string {
  return `jobs/${subscription}`
}
