import type { ApiPaths } from '@waybill/spec/rules'
import type { PayloadCache } from '../dispatch/payload-cache.ts'
import type { WallTimes } from '../jobs/wall-times.ts'
import type { ChannelRegistry } from '../limits/channel-registry.ts'
import type { CallTracing } from '../model/call-trace.ts'
import type { Egress } from '../model/egress.ts'
import type { Subscriptions } from '../model/subscription.ts'
import type { JobEvents } from '../model/webhook-event.ts'
import type { OutcomesOptions } from '../outcomes/outcomes.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import type { Store } from '../store/store.ts'

/** Everything that all channels of a process share, whichever runtime they are of. */
export interface SharedByChannels {
  readonly store: Store
  readonly clock: Clock
  readonly logger: Logger
  readonly telemetry: Telemetry
  /** Makes the webhook events of jobs. @default none */
  readonly events?: JobEvents
  /** As of `OutcomesOptions`. @default nobody */
  readonly onWebhookCalls?: OutcomesOptions['onWebhookCalls']
  /** Configuration, gates and circuits, by name. */
  readonly channels: ChannelRegistry
  readonly subscriptions: Subscriptions
  /** Bounded for the process. */
  readonly payloads: PayloadCache
  /** One timer for all times of days and weeks. */
  readonly times: WallTimes
  readonly paths: ApiPaths
  /** Null: which boot of the machine this is, cannot be told. */
  readonly bootId: string | null
  /** Threads for operators' modules, 1 and up. */
  readonly threads: number
  /** `--dev`: any address may be called. */
  readonly allowPrivateAddresses: boolean
  readonly egress: Egress
  /** How calls are traced; null: they are not. */
  readonly tracing: CallTracing | null
  readonly onFatal: (error: unknown) => void
}
