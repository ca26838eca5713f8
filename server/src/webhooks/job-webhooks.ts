import { maskUrl } from '@waybill/spec/rules'
import { goneJobsMemory } from '../connectors/webhook/gone-jobs.ts'
import { newUrlKey, openJobUrl, sealJobUrl } from '../connectors/webhook/job-url.ts'
import type { WallTimes } from '../jobs/wall-times.ts'
import type { ChannelRegistry } from '../limits/channel-registry.ts'
import { ProblemError } from '../model/errors.ts'
import type { WebhookEndpointId } from '../model/ids.ts'
import { type JobWebhook, type JobWebhookWish } from '../model/job-webhook.ts'
import {
  jobWebhookChannelConfig,
  type JobWebhooksRecord,
  jobWebhookTarget,
  MAX_JOB_WEBHOOK_ORIGINS,
} from '../model/job-webhook-origins.ts'
import type { LiveJobs } from '../model/live-job.ts'
import type { SealedSecret } from '../model/webhook-endpoint.ts'
import { webhookChannel, type WebhookOrdering } from '../model/webhook-event.ts'
import type { Clock } from '../runtime/clock.ts'
import { failpoint } from '../runtime/failpoint.ts'
import { KeyedMutex } from '../runtime/keyed-mutex.ts'
import type { Logger } from '../runtime/logger.ts'
import { runWithoutAct } from '../store/audited-act.ts'
import { StoreError } from '../store/store-error.ts'
import type { WebhookEndpointStore } from '../store/webhook-endpoint-store.ts'
import type { EndpointSecrets } from './endpoint-secrets.ts'
import { requestedUrl } from './endpoint-url.ts'

/** A job that takes an origin is published within this time, and then found among the live ones. */
const TAKEN_FOR_MS = 60_000
/** After a removal of an expired secret that failed: the store is full, or does not answer. */
const REMOVE_AGAIN_MS = 60_000
/** So long nobody looks again whether an origin has become idle. */
const FULL_FOR_MS = 1000
/** An origin is free when a job ends, and its events are delivered. */
const QUOTA_RETRY_SECONDS = 60

export interface JobWebhooksOptions {
  readonly store: Pick<WebhookEndpointStore, 'saveJobWebhooks'>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly times: Pick<WallTimes, 'at'>
  readonly channels: Pick<ChannelRegistry, 'putWebhook' | 'pause' | 'resume' | 'remove'>
  readonly secrets: EndpointSecrets
  /** Http and private addresses may be called. */
  readonly allowPrivateAddresses: boolean
  /** Why an address must not be called, as the end of a sentence; null: it may. */
  readonly addressRefusal: (url: URL) => Promise<string | null>
  /** The server starts paused: no webhook of a subscription without settings is called. */
  readonly startsPaused: boolean
  /** Returns by which to tell whether an origin has a job that has not ended, or an event that is not delivered: jobs are looked through once. */
  readonly inUse: () => (target: WebhookEndpointId) => boolean
  readonly logger: Logger
  /** All that are stored, as recovery read them. */
  readonly stored: readonly JobWebhooksRecord[]
}

/** An origin that webhooks of a subscription's jobs call. */
interface Target {
  readonly subscription: string
  readonly origin: string
  readonly goneJobs: SharedArrayBuffer
  /** Wall ms; 0: not since the start. */
  takenAtMs: number
}

interface Webhooks {
  readonly record: JobWebhooksRecord
  /** Secrets by the order of `record.secrets`; null: it cannot be opened. */
  readonly secrets: readonly (string | null)[]
}

/**
 * The webhooks of jobs: of each subscription the secrets that sign their events, the key that seals their URLs, and a hidden channel for each origin
 * that its jobs call. An origin that no unfinished job and no event needs gives its place to another one.
 *
 * A change is durable before it is answered (REC-1). Called by ingest for each job with a webhook, and by `http`.
 */
export class JobWebhooks {
  readonly #options: JobWebhooksOptions
  readonly #webhooks = new Map<string, Webhooks>()
  readonly #targets = new Map<WebhookEndpointId, Target>()
  /** Origins that are being forgotten: whoever takes one waits for that. */
  readonly #leaving = new Set<WebhookEndpointId>()
  /** Of subscriptions whose origins were all in use, until when no job is looked through again, in wall ms. */
  readonly #fullUntilMs = new Map<string, number>()
  readonly #changes = new KeyedMutex<string>()
  readonly #cancelExpiry = new Map<string, () => void>()

  constructor(options: JobWebhooksOptions) {
    this.#options = options
    for (const record of options.stored) this.#apply(record, this.#open(record))
  }

  // Delivery

  /** Returns the order of an origin's events; null: there is no such origin. */
  orderingOf(target: WebhookEndpointId): WebhookOrdering | null {
    return this.#targets.has(target) ? 'job' : null
  }

  /** Returns the subscription whose jobs call an origin; null: there is no such origin. */
  subscriptionOf(target: WebhookEndpointId): string | null {
    return this.#targets.get(target)?.subscription ?? null
  }

  /** All origins. */
  targets(): Iterable<WebhookEndpointId> {
    return this.#targets.keys()
  }

  // Jobs

  /** Returns why a URL cannot be called, as the end of a sentence; null: it may. */
  async faultOf(url: string): Promise<string | null> {
    const { allowPrivateAddresses, addressRefusal } = this.#options
    const requested = requestedUrl(url, { stored: null, allowPrivateAddresses })
    if ('fault' in requested) return requested.fault
    return allowPrivateAddresses ? null : addressRefusal(new URL(requested.url))
  }

  /**
   * Makes the webhook of a job that is about to be published. Resolves when what it needs is durable: a secret, and a channel for its origin.
   * @throws ProblemError `quota_exceeded`: jobs of the subscription that have not ended, or whose events are not all delivered, call too many other origins
   * @throws StoreError as `saveJobWebhooks`
   */
  async take(subscription: string, { url, events }: JobWebhookWish): Promise<JobWebhook> {
    const { origin } = new URL(url)
    const target = jobWebhookTarget(subscription, origin)
    const known = this.#targets.get(target)
    if (known !== undefined && !this.#leaving.has(target)) known.takenAtMs = this.#options.clock.nowMs()
    // What makes the job durable is to carry the entry of the audit, not this.
    else await runWithoutAct(() => this.#changes.run([subscription], () => this.#addOrigin(subscription, origin)))
    const { urlKey } = this.#webhooks.get(subscription)!.record
    return { target, url: maskUrl(url), sealedUrl: sealJobUrl(url, urlKey), events }
  }

  /** The same for a job that tries items of another one again. @returns undefined: what that one has cannot be read any more */
  async takeAgain(subscription: string, { sealedUrl, events }: JobWebhook): Promise<JobWebhook | undefined> {
    const record = this.#webhooks.get(subscription)?.record
    const url = record === undefined ? null : openJobUrl(sealedUrl, record.urlKey)
    return url === null ? undefined : this.take(subscription, { url, events })
  }

  // Settings

  /** Returns the settings of a subscription. */
  of(subscription: string): Pick<JobWebhooksRecord, 'state' | 'secrets'> {
    return this.#webhooks.get(subscription)?.record ?? { state: this.#firstState, secrets: [] }
  }

  /** Lets calls start, or not. Resolves when that is durable and holds. */
  setState(
    subscription: string,
    state: JobWebhooksRecord['state'],
  ): Promise<Pick<JobWebhooksRecord, 'state' | 'secrets'>> {
    return this.#change(subscription, (record) => (record.state === state ? record : { ...record, state }))
  }

  /** Lets no call start: the server starts paused. */
  async disableAll(): Promise<void> {
    for (const subscription of this.#webhooks.keys()) await this.setState(subscription, 'disabled')
  }

  /**
   * Makes a new secret, which signs from now on. The one before it signs, too, until its grace is over; an older one no longer does.
   * @param graceMs 0: the secret before it no longer signs
   */
  async rotateSecret(
    subscription: string,
    graceMs: number,
  ): Promise<{ readonly webhooks: Pick<JobWebhooksRecord, 'state' | 'secrets'>; readonly secret: string }> {
    const nowMs = this.#options.clock.nowMs()
    const { text, secret } = this.#options.secrets.make(ownerOf(subscription), nowMs)
    const webhooks = await this.#change(subscription, (record) => {
      const before = record.secrets[0]
      const previous = graceMs === 0 || before === undefined ? [] : [{ ...before, expiresAtMs: nowMs + graceMs }]
      return { ...record, secrets: [secret, ...previous] }
    })
    this.#options.logger.info({ subscription, graceMs }, 'secret of job webhooks rotated')
    return { webhooks, secret: text }
  }

  get #firstState(): JobWebhooksRecord['state'] {
    return this.#options.startsPaused ? 'disabled' : 'enabled'
  }

  #newRecord(subscription: string): JobWebhooksRecord {
    return { subscription, state: this.#firstState, urlKey: newUrlKey(), secrets: [], origins: [] }
  }

  async #addOrigin(subscription: string, origin: string): Promise<void> {
    const { clock, secrets } = this.#options
    const target = jobWebhookTarget(subscription, origin)
    const known = this.#targets.get(target)
    if (known !== undefined) {
      known.takenAtMs = clock.nowMs()
      return
    }
    const record = this.#webhooks.get(subscription)?.record ?? this.#newRecord(subscription)
    const made = record.secrets.length > 0 ? null : secrets.make(ownerOf(subscription), clock.nowMs())
    const idle = record.origins.length < MAX_JOB_WEBHOOK_ORIGINS ? null : this.#idleOrigin(record)
    await this.#save({
      ...record,
      secrets: made === null ? record.secrets : [made.secret],
      origins: [...record.origins.filter((other) => other !== idle), origin],
    })
    this.#targets.get(target)!.takenAtMs = clock.nowMs()
  }

  /** An origin that nothing needs. @throws ProblemError `quota_exceeded` */
  #idleOrigin({ subscription, origins }: JobWebhooksRecord): string {
    const nowMs = this.#options.clock.nowMs()
    if (nowMs < (this.#fullUntilMs.get(subscription) ?? 0)) throw tooManyOrigins(subscription)
    const isInUse = this.#options.inUse()
    const idle = origins.find((origin) => {
      const target = jobWebhookTarget(subscription, origin)
      return this.#targets.get(target)!.takenAtMs <= nowMs - TAKEN_FOR_MS && !isInUse(target)
    })
    if (idle !== undefined) return idle
    this.#fullUntilMs.set(subscription, nowMs + FULL_FOR_MS)
    throw tooManyOrigins(subscription)
  }

  #change(subscription: string, by: (record: JobWebhooksRecord) => JobWebhooksRecord): Promise<JobWebhooksRecord> {
    return this.#changes.run([subscription], async () => {
      const before = this.#webhooks.get(subscription)?.record ?? this.#newRecord(subscription)
      const record = by(before)
      if (record !== before) await this.#save(record)
      return record
    })
  }

  async #save(record: JobWebhooksRecord): Promise<void> {
    const before = this.#webhooks.get(record.subscription)?.record
    const unchangedSecrets = before?.secrets === record.secrets
    const forgotten = (before?.origins ?? [])
      .filter((origin) => !record.origins.includes(origin))
      .map((origin) => jobWebhookTarget(record.subscription, origin))
    for (const target of forgotten) this.#leaving.add(target)
    try {
      await this.#options.store.saveJobWebhooks(record, { unchangedSecrets, forgotten })
      FAILPOINT: failpoint('webhooks.jobs.durable')
      for (const target of forgotten) {
        this.#targets.delete(target)
        this.#options.channels.remove(webhookChannel(target))
      }
    } finally {
      for (const target of forgotten) this.#leaving.delete(target)
    }
    this.#apply(record, unchangedSecrets ? this.#webhooks.get(record.subscription)!.secrets : this.#open(record))
  }

  // In memory

  #apply(record: JobWebhooksRecord, secrets: readonly (string | null)[]): void {
    const { subscription, origins } = record
    const before = this.#webhooks.get(subscription)
    this.#webhooks.set(subscription, { record, secrets })
    const isNew = before?.record.secrets !== record.secrets
    for (const origin of origins) {
      const id = jobWebhookTarget(subscription, origin)
      const known = this.#targets.get(id)
      const target = known ?? { subscription, origin, goneJobs: goneJobsMemory(), takenAtMs: 0 }
      this.#targets.set(id, target)
      if (isNew || known === undefined) this.#configure(id, target)
      if (before !== undefined && before.record.state !== record.state) this.#switch(id, target)
    }
    if (isNew) this.#awaitExpiry(record)
  }

  #configure(id: WebhookEndpointId, target: Target): void {
    const { channels, allowPrivateAddresses } = this.#options
    const { record } = this.#webhooks.get(target.subscription)!
    const { origin, goneJobs } = target
    const secrets = this.#signingSecrets(target.subscription)
    const config = jobWebhookChannelConfig({ origin, secrets, urlKey: record.urlKey, goneJobs, allowPrivateAddresses })
    channels.putWebhook(webhookChannel(id), config, { paused: !this.#mayCall(target) })
    this.#switch(id, target)
  }

  #switch(id: WebhookEndpointId, target: Target): void {
    if (this.#mayCall(target)) this.#options.channels.resume(webhookChannel(id))
    else this.#options.channels.pause(webhookChannel(id))
  }

  /** As for endpoints: without TLS only where private addresses may be called, as the operator allows it now. */
  #mayCall({ subscription, origin }: Target): boolean {
    const isAllowed = this.#options.allowPrivateAddresses || origin.startsWith('https:')
    const { state } = this.#webhooks.get(subscription)!.record
    return state === 'enabled' && isAllowed && this.#signingSecrets(subscription).length > 0
  }

  #signingSecrets(subscription: string): string[] {
    const { record, secrets } = this.#webhooks.get(subscription)!
    const nowMs = this.#options.clock.nowMs()
    return secrets.filter((secret, n) => secret !== null && !isExpired(record.secrets[n]!, nowMs)) as string[]
  }

  #open({ subscription, secrets }: JobWebhooksRecord): (string | null)[] {
    return this.#options.secrets.open({ id: ownerOf(subscription), secrets })
  }

  #awaitExpiry({ subscription, secrets }: JobWebhooksRecord): void {
    this.#cancelExpiry.get(subscription)?.()
    this.#cancelExpiry.delete(subscription)
    const expiresAtMs = secrets[1]?.expiresAtMs ?? null
    if (expiresAtMs === null) return
    this.#at(subscription, Math.max(expiresAtMs, this.#options.clock.nowMs()), () => {
      for (const [id, target] of this.#targets) if (target.subscription === subscription) this.#configure(id, target)
      void this.#removeExpired(subscription)
    })
  }

  async #removeExpired(subscription: string): Promise<void> {
    const { clock, logger } = this.#options
    try {
      const isValid = (secret: SealedSecret): boolean => !isExpired(secret, clock.nowMs())
      await this.#change(subscription, (record) => ({ ...record, secrets: record.secrets.filter(isValid) }))
    } catch (error) {
      if (error instanceof StoreError && error.code === 'closed') return
      logger.warn({ subscription, error: String(error) }, 'Cannot remove an expired webhook secret: it is retried')
      this.#at(subscription, clock.nowMs() + REMOVE_AGAIN_MS, () => void this.#removeExpired(subscription))
    }
  }

  #at(subscription: string, wallMs: number, callback: () => void): void {
    this.#cancelExpiry.set(subscription, this.#options.times.at(wallMs, callback))
  }
}

/** The origins that unfinished jobs call. */
export function targetsOfJobs(liveJobs: Pick<LiveJobs, 'values'>): ReadonlySet<WebhookEndpointId> {
  const targets = new Set<WebhookEndpointId>()
  for (const { record } of liveJobs.values())
    if (record.envelope.webhook !== undefined && record.phase !== 'ended') targets.add(record.envelope.webhook.target)
  return targets
}

/** Names the secrets of a subscription among those of endpoints. */
function ownerOf(subscription: string): string {
  return `jobs/${subscription}`
}

function isExpired({ expiresAtMs }: SealedSecret, nowMs: number): boolean {
  return expiresAtMs !== null && expiresAtMs <= nowMs
}

function tooManyOrigins(subscription: string): ProblemError {
  return new ProblemError({
    code: 'quota_exceeded',
    detail: `Cannot call another origin as the webhooks of jobs of subscription ${subscription} that have not ended, or whose events are not all delivered, must have at most ${MAX_JOB_WEBHOOK_ORIGINS}: they have as many`,
    retryAfterSeconds: QUOTA_RETRY_SECONDS,
    members: { limit: { name: 'maxJobWebhookOriginsPerSubscription', value: MAX_JOB_WEBHOOK_ORIGINS } },
  })
}
