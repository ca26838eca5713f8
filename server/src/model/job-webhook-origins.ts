import { createHash } from 'node:crypto'
import type { ChannelConfig } from './channel.ts'
import type { WebhookEndpointId } from './ids.ts'
import { type SealedSecret, webhookChannelConfig } from './webhook-endpoint.ts'

/** Settings of the webhooks of a subscription's jobs, as they are stored. */
export interface JobWebhooksRecord {
  readonly subscription: string
  /** `disabled`: no call starts, events wait. */
  readonly state: 'enabled' | 'disabled'
  /** The key that seals the URLs of its jobs, 32 bytes in base64url. */
  readonly urlKey: string
  /** The current secret first; at most one other. */
  readonly secrets: readonly SealedSecret[]
  /** The origins that its jobs call. */
  readonly origins: readonly string[]
}

/** Origins of a subscription that jobs with more to report may call: each is a channel with its queue and connections. */
export const MAX_JOB_WEBHOOK_ORIGINS = 50

const PREFIX = 'whj_'

/** The id of an origin that webhooks of a subscription's jobs call, in place of that of an endpoint; the same each time. */
export function jobWebhookTarget(subscription: string, origin: string): WebhookEndpointId {
  const digest = createHash('sha256')
    .update(JSON.stringify([subscription, origin]))
    .digest('hex')
  return `${PREFIX}${digest.slice(0, 32)}` as WebhookEndpointId
}

/** Whether an id names an origin that webhooks of jobs call. */
export function isJobWebhookTarget(id: WebhookEndpointId): boolean {
  return id.startsWith(PREFIX)
}

/**
 * Returns the configuration of the channel that delivers to an origin. It has no circuit: a URL that fails must not hold back those of other jobs,
 * and the schedule bounds the calls.
 */
export function jobWebhookChannelConfig(target: {
  readonly origin: string
  readonly secrets: readonly string[]
  readonly urlKey: string
  readonly goneJobs: SharedArrayBuffer
  readonly allowPrivateAddresses: boolean
}): ChannelConfig {
  const { origin, urlKey, goneJobs, ...rest } = target
  const config = webhookChannelConfig({ ...rest, url: `${origin}/` })
  const { connector } = config
  return {
    ...config,
    connector: connector.type === 'webhook' ? { ...connector, perJob: { urlKey, goneJobs } } : connector,
    circuit: null,
  }
}
