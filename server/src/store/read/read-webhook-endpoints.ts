import type { JobWebhooksRecord } from '../../model/job-webhook-origins.ts'
import type { SealedSecret, WebhookEndpointRecord } from '../../model/webhook-endpoint.ts'
import { jobSecretsOf } from '../rows/job-rows.ts'
import { all, type Reading } from './asking.ts'

interface SecretRow {
  readonly endpoint: string
  readonly ends_with: string
  readonly created_at_ms: number
  readonly expires_at_ms: number | null
  readonly sealed: string
}

/** Reads all webhook endpoints, by id, each with its secrets. */
export function* webhookEndpoints(): Reading<WebhookEndpointRecord[]> {
  const secrets = yield* secretsByOwner()
  return (yield* all<{ record: string; url: string }>('listWebhookEndpoints')).map(({ record, url }) => {
    const endpoint = JSON.parse(record) as Omit<WebhookEndpointRecord, 'secrets' | 'url'>
    return { ...endpoint, url, secrets: secrets.get(endpoint.id) ?? [] }
  })
}

/** Reads what holds for the webhooks of jobs, of each subscription. */
export function* jobWebhooks(): Reading<JobWebhooksRecord[]> {
  const secrets = yield* secretsByOwner()
  const rows = yield* all<{ subscription: string; record: string; url_key: string }>('listJobWebhooks')
  return rows.map(({ subscription, record, url_key: urlKey }) => {
    const rest = JSON.parse(record) as Omit<JobWebhooksRecord, 'secrets' | 'urlKey'>
    return { ...rest, urlKey, secrets: secrets.get(jobSecretsOf(subscription)) ?? [] }
  })
}

function* secretsByOwner(): Reading<Map<string, SealedSecret[]>> {
  const secrets = new Map<string, SealedSecret[]>()
  for (const row of yield* all<SecretRow>('listWebhookSecrets')) {
    const { endpoint, ends_with: endsWith, created_at_ms: createdAtMs, expires_at_ms: expiresAtMs, sealed } = row
    const own = secrets.get(endpoint) ?? []
    own.push({ sealed, endsWith, createdAtMs, expiresAtMs })
    secrets.set(endpoint, own)
  }
  return secrets
}
