import type { JobControl } from '../jobs/job-control.ts'
import type { WebhookEndpointId } from '../model/ids.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import { endpointOfChannel, webhookChannel } from '../model/webhook-event.ts'
import type { Logger } from '../runtime/logger.ts'
import type { ForwardEvents } from './forward-events.ts'
import type { JobWebhooks } from './job-webhooks.ts'
import type { WatchEndpoints } from './watch-endpoints.ts'
import type { WebhookEndpoint, WebhookEndpoints } from './webhook-endpoints.ts'

export interface ControlEndpointsOptions {
  readonly endpoints: WebhookEndpoints
  readonly jobWebhooks: Pick<JobWebhooks, 'targets' | 'disableAll'>
  readonly watch: Pick<WatchEndpoints, 'restart' | 'forget'>
  readonly liveJobs: Pick<LiveJobs, 'values'>
  readonly jobs: Pick<JobControl, 'cancelAll'>
  readonly forward: Pick<ForwardEvents, 'dropBacklog' | 'whenForwarded'>
  readonly logger: Logger
}

/** Enables, disables and deletes webhook endpoints, with the jobs that deliver to them. Called by `http`. */
export class ControlEndpoints {
  readonly #options: ControlEndpointsOptions

  constructor(options: ControlEndpointsOptions) {
    this.#options = options
  }

  /**
   * Lets calls start again. Of an enabled endpoint nothing changes.
   * @param options.replayMissed whether the events that wait are delivered; otherwise they are cancelled
   * @throws ProblemError `webhook_endpoint_not_found`
   */
  async enable(
    id: WebhookEndpointId,
    subscription: string,
    { replayMissed }: { readonly replayMissed: boolean },
  ): Promise<WebhookEndpoint> {
    const { endpoints, watch, logger } = this.#options
    const endpoint = endpoints.get(id, subscription)
    if (endpoint.record.state === 'enabled') return endpoint
    if (!replayMissed) await this.#cancelWaiting(id)
    watch.restart(id)
    const enabled = await endpoints.change(id, subscription, (record) =>
      record.state === 'enabled' ? record : { ...record, state: 'enabled', stateReason: null },
    )
    logger.info({ endpointId: id, replayMissed }, 'webhook endpoint enabled')
    return enabled
  }

  /** Lets no further call start: events wait. Of a disabled endpoint nothing changes. @throws ProblemError `webhook_endpoint_not_found` */
  async disable(id: WebhookEndpointId, subscription: string): Promise<WebhookEndpoint> {
    const { endpoints, logger } = this.#options
    const disabled = await endpoints.change(id, subscription, (record) =>
      record.state === 'disabled' ? record : { ...record, state: 'disabled', stateReason: 'caller' },
    )
    logger.info({ endpointId: id }, 'webhook endpoint disabled by a caller')
    return disabled
  }

  /** Removes an endpoint with its secrets, and cancels what waits for it. @throws ProblemError `webhook_endpoint_not_found` */
  async remove(id: WebhookEndpointId, subscription: string): Promise<void> {
    const { endpoints, watch } = this.#options
    await endpoints.remove(id, subscription, () => this.#cancelWaiting(id))
    watch.forget(id)
  }

  /** Disables every endpoint, and the webhooks of jobs: the server starts paused. */
  async disableAll(): Promise<void> {
    for (const { record } of this.#options.endpoints.all()) await this.disable(record.id, record.subscription)
    await this.#options.jobWebhooks.disableAll()
  }

  /** Cancels the jobs of endpoints that were deleted right before a crash. */
  async cancelOrphans(): Promise<void> {
    const { endpoints, jobWebhooks, liveJobs, jobs } = this.#options
    const ids = [...[...endpoints.all()].map(({ record }) => record.id), ...jobWebhooks.targets()]
    const known = new Set(ids.map(webhookChannel))
    const orphans = [...liveJobs.values()].filter(
      (job) => endpointOfChannel(channelOf(job)) !== null && !known.has(channelOf(job)),
    )
    if (orphans.length > 0) await jobs.cancelAll(orphans)
  }

  async #cancelWaiting(id: WebhookEndpointId): Promise<void> {
    const { liveJobs, jobs, forward } = this.#options
    await forward.whenForwarded()
    const channel = webhookChannel(id)
    await forward.dropBacklog(id)
    await jobs.cancelAll([...liveJobs.values()].filter((job) => channelOf(job) === channel))
  }
}

function channelOf({ record }: LiveJob): string {
  return record.envelope.channel
}
