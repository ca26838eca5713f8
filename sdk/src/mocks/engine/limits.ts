import type { Limits } from '@waybill/spec'
import limitsAnswer from '@waybill/spec/examples/answers/getLimits.200.json' with { type: 'json' }

/** The limits and defaults of the reference server, as the spec shows them. */
export const limits: Limits = limitsAnswer

/** Limits of one subscription; null: those of the server. */
export interface Quota {
  readonly maxPendingItems: number | null
  readonly maxOpenJobs: number
}
