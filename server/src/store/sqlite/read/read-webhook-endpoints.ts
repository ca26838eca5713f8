import type { JobWebhooksRecord } from '../../../model/job-webhook-origins.ts'
import type { SealedSecret, WebhookEndpointRecord } from '../../../model/webhook-endpoint.ts'
import { jobSecretsOf } from '../../rows/job-rows.ts'
import type { ReadStatements } from '../tables/statements.ts'

interface SecretRow {
  readonly endpoint: string
  readonly ends_with: string
  readonly created_at_ms: number
  readonly expires_at_ms: number | null
  readonly sealed: string
}

/** Reads all webhook endpoints, by id, each with its secrets. */
export function webhookEndpoints(sql: ReadStatements): WebhookEndpointRecord[] {
  const secrets = secretsByOwner(sql)
  return (sql.listWebhookEndpoints.all() as unknown as { record: string; url: string }[]).map(({ record, url }) => {
    const endpoint = JSON.parse(record) as Omit<WebhookEndpointRecord, 'secrets' | 'url'>
    return { ...endpoint, url, secrets: secrets.get(endpoint.id) ?? [] }
  })
}

/** Reads what holds for the webhooks of jobs, of each subscription. */
export function jobWebhooks(sql: ReadStatements): JobWebhooksRecord[] {
  const secrets = secretsByOwner(sql)
  const rows = sql.listJobWebhooks.all() as unknown as { subscription: string; record: string; url_key: string }[]
  return rows.map(({ subscription, record, url_key: urlKey }) => {
    const rest = JSON.parse(record) as Omit<JobWebhooksRecord, 'secrets' | 'urlKey'>
    return { ...rest, urlKey, secrets: secrets.get(jobSecretsOf(subscription)) ?? [] }
  })
}

function secretsByOwner(sql: ReadStatements): Map<string, SealedSecret[]> {
  const secrets = new Map<string, SealedSecret[]>()
  for (const row of sql.listWebhookSecrets.all() as unknown as SecretRow[]) {
    const { endpoint, ends_with: endsWith, created_at_ms: createdAtMs, expires_at_ms: expiresAtMs, sealed } = row
    const own = secrets.get(endpoint) ?? []
    own.push({ sealed, endsWith, createdAtMs, expiresAtMs })
    secrets.set(endpoint, own)
  }
  return secrets
}
