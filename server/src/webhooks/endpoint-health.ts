import type { WebhookHealth } from '../model/webhook-endpoint.ts'

const HOUR_MS = 3_600_000
/** How long every call must have failed before an endpoint is disabled. */
export const DISABLE_AFTER_MS = 120 * HOUR_MS
/** Half of it: then `webhook_endpoint.failing` is emitted. */
export const REPORT_AFTER_MS = DISABLE_AFTER_MS / 2
/** How far the first and the last failure must be apart: one event that failed long ago says little. */
export const MIN_FAILING_MS = 12 * HOUR_MS

/** The results of some calls. */
export interface CallResults {
  /** End of the last call that succeeded; null: none did. */
  readonly succeededAtMs: number | null
  /** Ends of the first and the last call that failed after that; null: none did. */
  readonly firstFailedAtMs: number | null
  readonly lastFailedAtMs: number | null
}

/** The health after further calls. */
export function afterCalls(health: WebhookHealth, calls: CallResults): WebhookHealth {
  const { succeededAtMs, firstFailedAtMs, lastFailedAtMs } = calls
  const { failingSinceMs, reportedFailing } = health
  const recovered = succeededAtMs !== null
  return {
    ...health,
    lastSuccessAtMs: succeededAtMs ?? health.lastSuccessAtMs,
    failingSinceMs: recovered ? firstFailedAtMs : (failingSinceMs ?? firstFailedAtMs),
    lastFailureAtMs: lastFailedAtMs ?? health.lastFailureAtMs,
    reportedFailing: !recovered && reportedFailing,
  }
}

/** Returns the action that is due by the health of an enabled endpoint. Pure. */
export function dueByHealth(health: WebhookHealth, nowMs: number): 'disable' | 'report' | null {
  const { failingSinceMs, lastFailureAtMs, reportedFailing } = health
  if (failingSinceMs === null || lastFailureAtMs === null) return null
  if (lastFailureAtMs - failingSinceMs < MIN_FAILING_MS) return null
  if (nowMs - failingSinceMs >= DISABLE_AFTER_MS) return 'disable'
  return nowMs - failingSinceMs >= REPORT_AFTER_MS && !reportedFailing ? 'report' : null
}

/** When something may be due by the health without a further call, wall ms; null: never. */
export function nextDueAtMs({ failingSinceMs, reportedFailing }: WebhookHealth): number | null {
  if (failingSinceMs === null) return null
  return failingSinceMs + (reportedFailing ? DISABLE_AFTER_MS : REPORT_AFTER_MS)
}
