import type { HttpPorts } from './http/http-ports.ts'
import type { CommitStage } from './outcomes/commit-stage.ts'
import type { StoreCondition } from './store/store-condition.ts'

/** Whether the server can take new work, as `/healthz/ready` says it. */
export function readiness(
  condition: StoreCondition,
  refusal: CommitStage['commitRefusal'],
  holdsLease: boolean,
): ReturnType<HttpPorts['readiness']> {
  if (condition === 'damaged') return 'store_damaged'
  if (refusal === 'unavailable' || !holdsLease) return 'store_unavailable'
  return refusal !== null || condition !== 'ample' ? 'disk_full' : 'ready'
}
