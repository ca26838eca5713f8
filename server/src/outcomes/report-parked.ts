import type { JobRef } from '../model/ids.ts'
import type { LiveJob } from '../model/live-job.ts'
import { FLAG_DECIDED, type OutcomeBatch, OutcomeView, Verdict } from '../model/outcome-batch.ts'
import { type JobEvents, MAX_PARKED_NAMED } from '../model/webhook-event.ts'
import type { CommitTally } from './tally-commit.ts'

/** Reports the items that a commit has parked, for webhook events of jobs of which somebody receives them. */
export function reportParked(
  { jobs }: CommitTally,
  batches: readonly OutcomeBatch[],
  events: Pick<JobEvents, 'wantsParked' | 'parked'>,
): void {
  let wanted: Map<JobRef, { readonly job: LiveJob; readonly items: number; readonly indexes: number[] }> | null = null
  for (const [job, { parked: items }] of jobs) {
    if (items === 0 || !events.wantsParked(job.record)) continue
    wanted ??= new Map()
    wanted.set(job.record.ref, { job, items, indexes: [] })
  }
  if (wanted === null) return
  for (const batch of batches) {
    const view = new OutcomeView(batch)
    for (let n = 0; n < view.count; n++) {
      if (view.verdict(n) !== Verdict.parked || (view.flags(n) & FLAG_DECIDED) !== 0) continue
      const indexes = wanted.get(view.jobRef(n) as JobRef)?.indexes
      if (indexes !== undefined && indexes.length < MAX_PARKED_NAMED) indexes.push(view.index(n))
    }
  }
  for (const { job, items, indexes } of wanted.values()) events.parked(job.record, items, indexes)
}
