import type { WebhookEventType } from '@waybill/spec'
import type { MockClock } from './mock-clock.ts'
import type { MockJob } from './mock-job.ts'
import { type MockEndpoint, type MockSecret, newSecret } from './mock-webhook.ts'

/** The webhooks of jobs: one secret signs the events of all. */
export interface MockJobWebhooks {
  state: 'enabled' | 'disabled'
  /** Newest first; none before the first job that has a webhook, and the first rotation. */
  secrets: readonly MockSecret[]
  /** Makes a secret beside which the previous one holds for a while. @returns its text */
  rotate(graceSeconds: number): string
  /** The webhook of a job, if it receives events of this type. */
  of(job: MockJob, type: WebhookEventType): MockEndpoint | null
  /** Those that were made. */
  all(): Iterable<MockEndpoint>
}

export function createMockJobWebhooks(options: { clock: MockClock; random: () => number }): MockJobWebhooks {
  const { clock } = options
  const endpoints = new Map<MockJob, MockEndpoint>()

  const webhooks: MockJobWebhooks = {
    state: 'enabled',
    secrets: [],
    rotate(graceSeconds) {
      const [current] = webhooks.secrets
      const expiresAtMs = clock.nowMs() + graceSeconds * 1000
      const secret = newSecret(options)
      webhooks.secrets = [secret, ...(graceSeconds > 0 && current !== undefined ? [{ ...current, expiresAtMs }] : [])]
      return secret.text
    },
    of(job, type) {
      const { webhook } = job.envelope
      if (webhook === null) return null
      if (webhooks.secrets.length === 0) webhooks.secrets = [newSecret(options)]
      if (!(webhook.events as readonly WebhookEventType[]).includes(type)) return null
      const endpoint = endpoints.get(job) ?? endpointOf(job, webhook.url)
      endpoints.set(job, endpoint)
      return endpoint
    },
    all: () => endpoints.values(),
  }

  function endpointOf({ id, createdAtMs }: MockJob, url: string): MockEndpoint {
    return {
      ...{ id, url, description: '', eventTypes: [], channels: [], where: null, ordering: 'job', stateReason: null },
      ...{ createdAtMs, lastSuccessAtMs: null, failingSinceMs: null, isReported: false, ofJob: { isGone: false } },
      get state() {
        return webhooks.state
      },
      get secrets() {
        return webhooks.secrets
      },
    }
  }

  return webhooks
}
