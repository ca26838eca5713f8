import type { Limits, SubscriptionLimits } from '@waybill/spec'
import limitsAnswer from '@waybill/spec/examples/answers/getLimits.200.json' with { type: 'json' }

/** The limits and defaults of the reference server, as the spec shows them. */
export const limits: Limits = limitsAnswer

/** Limits of the subscription of all jobs; null: those of the server. */
export type Quota = Pick<SubscriptionLimits, 'maxPendingItems' | 'maxOpenJobs'>
