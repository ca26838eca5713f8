import { mergeBatches, type OutcomeBatch, recordBytes } from '../../../model/outcome-batch.ts'
import { StoreError } from '../../store-error.ts'
import type { Counters } from '../tables/counters.ts'
import type { OutcomeMaps } from '../../outcomes/outcome-maps.ts'
import { refusalOf } from '../tables/sqlite-errors.ts'
import type { WriteStatements } from '../tables/statements.ts'
import type { WriteCalls } from '../../thread/messages.ts'
import { requireTerms } from '../write/channel-owners.ts'
import type { Handlers } from '../write/write-deps.ts'
import { insertWebhookEvents } from '../write/write-webhook-events.ts'
import { writeDeadLetters } from './write-dead-letters.ts'

interface OutcomeDeps {
  readonly sql: WriteStatements
  readonly counters: Counters
  readonly maps: OutcomeMaps
}

/** Writes outcomes as one segment, and a row for each dead letter and replacement; memory follows with `committed`. */
export function writeOutcomes(deps: OutcomeDeps, batches: readonly OutcomeBatch[]): { committed: () => void } {
  const batch = mergeBatches(batches)
  if (batch === null) return { committed() {} }
  const seq = deps.counters.nextSegmentSeq()
  const segment = deps.maps.resolve(seq, batch)
  deps.sql.insertSegment.run(seq, recordBytes(batch), batch.details)
  writeDeadLetters(deps.sql, segment)
  for (const { replacements = [] } of batches) {
    for (const { jobRef, index, attempt, atMs, by, line } of replacements)
      deps.sql.insertReplacement.run(jobRef, index, attempt, atMs, by, line)
  }
  return { committed: () => deps.maps.apply(segment) }
}

/** The call of one commit of the outcomes stage: a segment and the jobs that end by it. Refuses it with `stale_term`, or `conflict`: an outcome, or an end, is at fault. */
export function outcomeCalls(deps: OutcomeDeps): Handlers<Pick<WriteCalls, 'commitOutcomes'>> {
  return {
    commitOutcomes({ terms, batches, ended, events }) {
      requireTerms(deps, terms)
      const { committed } = refusing(() => writeOutcomes(deps, batches))
      for (const { ref, end } of ended) {
        if (deps.sql.endJob.run(end.outcome, JSON.stringify(end), end.endedAtMs, ref).changes === 0) {
          throw new StoreError(
            'conflict',
            `Cannot end job as it must be stored and not have ended: current ref is ${ref}`,
          )
        }
      }
      if (events !== undefined) insertWebhookEvents(deps.sql, events)
      return {
        result: null,
        committed() {
          committed()
          for (const { ref } of ended) deps.maps.jobEnded(ref)
        },
      }
    },
  }
}

/** Runs a write so that faulty outcomes are refused alone, and never end the store. */
function refusing<Written>(write: () => Written): Written {
  try {
    return write()
  } catch (error) {
    throw refusalOf(error)
  }
}

/** REC-2: who was overtaken writes nothing. */
export function staleEpoch(ours: number, current: number): StoreError {
  return new StoreError(
    'stale_epoch',
    `Cannot write as this must be the folder's last start, ${current}: current epoch is ${ours}`,
  )
}
