import type { Execution } from '@waybill/spec'

/** As the hint on a job: often enough to see it move, never more than once a second. */
const MAX_RETRY_AFTER_SECONDS = 30

export function executionPath(id: string): string {
  return `/v1/executions/${encodeURIComponent(id)}`
}

/** When to ask again; null: no hint. */
export function retryAfterSeconds({ done, progress }: Pick<Execution, 'done' | 'progress'>): number | null {
  const etaSeconds = progress?.etaSeconds ?? null
  if (done || etaSeconds === null || etaSeconds < 1) return null
  return Math.min(MAX_RETRY_AFTER_SECONDS, Math.ceil(etaSeconds / 4))
}
