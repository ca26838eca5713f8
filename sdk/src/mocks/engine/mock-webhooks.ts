import type { Job } from '@waybill/spec'
import { createMockJobWebhooks, type MockJobWebhooks } from './job-webhooks.ts'
import type { AuditLog } from './audit-log.ts'
import type { MockClock } from './mock-clock.ts'
import type { MockJob } from './mock-job.ts'
import { createMockDeliveries, type MockDeliveries } from './webhook-deliveries.ts'
import { createMockEndpoints, type MockEndpoints } from './webhook-endpoints.ts'
import { createMockEvents, type MockEvents } from './webhook-events.ts'

/** The webhooks of a mock: its endpoints, their events, and the deliveries of these. */
export interface MockWebhooks {
  readonly endpoints: MockEndpoints
  readonly ofJobs: MockJobWebhooks
  readonly deliveries: MockDeliveries
  readonly events: MockEvents
}

export interface MockWebhooksOptions {
  readonly clock: MockClock
  readonly random: () => number
  readonly audit: Pick<AuditLog, 'addOwn'>
  readonly ending: AbortSignal
  readonly show: (job: MockJob) => Job
}

export function createMockWebhooks({ clock, random, audit, ending, show }: MockWebhooksOptions): MockWebhooks {
  const endpoints = createMockEndpoints({ clock, random })
  const ofJobs = createMockJobWebhooks({ clock, random })
  const deliveries = createMockDeliveries({
    ...{ clock, random, endpoints, ending },
    onTrouble(endpoint, type) {
      const isDisabled = type === 'webhook_endpoint.disabled'
      audit.addOwn(isDisabled ? 'disableWebhookEndpoint' : 'reportFailingWebhookEndpoint', { endpoint: endpoint.id })
      events.report(endpoint, type)
    },
  })
  const events = createMockEvents({ clock, random, endpoints, ofJobs, deliveries, show })
  return { endpoints, ofJobs, deliveries, events }
}
