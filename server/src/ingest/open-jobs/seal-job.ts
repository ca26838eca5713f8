import { enterJobs } from '../../jobs/enter-job.ts'
import { firstPhase } from '../../jobs/first-phase.ts'
import { ProblemError } from '../../model/errors.ts'
import { markSealed } from '../../model/job-phase.ts'
import type { LiveJob } from '../../model/live-job.ts'
import { failpoint } from '../../runtime/failpoint.ts'
import { requireStillLive } from '../../store/find-job.ts'
import type { ChunkKeys } from '../../schedule/queues/admission.ts'
import type { IngestOptions } from '../ingest-ports.ts'
import type { UploadBudget } from '../body/upload-budget.ts'

export interface SealRequest {
  /** How many items were appended. */
  readonly itemCount: number
}

/**
 * Seals an open job: its items take their places, or wait for that. The caller ensures that nothing else changes the job meanwhile.
 * @throws ProblemError `item_count_mismatch`, `overloaded`, `quota_exceeded`; StoreError `conflict` when the job was ended meanwhile
 */
export async function sealJob(
  job: LiveJob,
  request: SealRequest,
  { deps, budget }: { readonly deps: IngestOptions; readonly budget: UploadBudget },
): Promise<void> {
  const { record } = job
  const { total, ref } = record
  const { channel } = record.envelope
  if (request.itemCount !== total) throw countMismatch(request.itemCount, total)
  budget.check(total - job.failed, record.subscription)
  // Keys of open jobs are not kept in memory; they are read before the seal, as nothing is awaited after it.
  const chunks: ChunkKeys[] = []
  await deps.store.recoverChunks([ref], (some) => chunks.push(...some))
  const sealedAtMs = deps.clock.nowMs()
  const phase = await firstPhase(record, deps)
  const events = deps.events?.sealed(job, { sealedAtMs, phase }) ?? []
  requireStillLive(deps.liveJobs, [job])
  await enterJobs(
    deps.store.sealJob(ref, {
      owner: { channel, term: deps.termOf(channel) },
      sealedAtMs,
      phase,
      ...(events.length > 0 && { events }),
    }),
    ({ eligibleSeq }) => {
      FAILPOINT: failpoint('ingest.seal.durable')
      if (record.phase === 'ended') return []
      markSealed(record, { phase, sealedAtMs, eligibleSeq })
      deps.liveJobs.sealed(job)
      deps.telemetry.emit('job.sealed', record)
      return [{ job, chunks }]
    },
    deps,
  )
}

function countMismatch(itemCount: number, total: number): ProblemError {
  const detail = `must be the number of items appended: current value is ${itemCount}, there are ${total}`
  return new ProblemError({
    code: 'item_count_mismatch',
    detail: `Cannot seal job as itemCount ${detail}`,
    errors: [{ pointer: '/itemCount', detail }],
    errorCount: 1,
  })
}
