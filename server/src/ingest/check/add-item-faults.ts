import { ProblemError } from '../../model/errors.ts'
import type { JobId, JobRef } from '../../model/ids.ts'
import type { Envelope } from '../../model/job.ts'
import { MAX_ERRORS_PER_PROBLEM } from '../../model/limits.ts'
import { type IntakeOptions, ItemIntake } from '../chunks/item-intake.ts'
import type { SubmitUpload } from '../publish.ts'
import type { JsonBodyScanner } from '../body/json-body-scanner.ts'

export interface RefusedBody {
  /** Read to its end; its items are taken. */
  readonly scanner: JsonBodyScanner
  readonly upload: SubmitUpload
  readonly intake: Pick<IntakeOptions, 'place' | 'limit' | 'action'>
}

/**
 * Adds the faults of the items to the refusal of an envelope, as far as they do not depend on it: none where invalid items may fail alone, and
 * without a look at partition keys where `partitionBy` is faulty itself. Costs the same slices as reading valid items does; keeps none.
 */
export async function addItemFaults(problem: ProblemError, body: RefusedBody): Promise<ProblemError> {
  const { partitionBy, onInvalidItem } = body.scanner.envelope() as Partial<Record<keyof Envelope, unknown>>
  if (!body.scanner.sawItems || onInvalidItem === 'fail') return problem
  const isFaulty = problem.errors?.some(({ pointer }) => pointer === '/partitionBy') === true
  const key = typeof partitionBy === 'string' && !isFaulty ? partitionBy : 'item'
  const found = await findItemFaults(body, key as Envelope['partitionBy'])
  return found === null ? problem : joined(problem, found)
}

async function findItemFaults(
  { scanner, upload, intake }: RefusedBody,
  partitionBy: Envelope['partitionBy'],
): Promise<ProblemError | null> {
  const { slice } = upload.place
  // Nothing of the job is stored: only its way of reading items counts.
  const envelope = { channel: '', objectType: '', partitionBy, onInvalidItem: 'reject' } as Envelope
  const job = { ref: 0 as JobRef, id: '' as JobId, subscription: upload.request.subscription, envelope }
  const start = { chunk: 0, index: 0 }
  const items = new ItemIntake(
    { ...intake, job, epoch: 0, nowMs: 0, start, brokenJson: 'body' },
    { lines: 0, items: 0 },
  )
  try {
    for (const block of scanner.takeBlocks()) {
      for (let rest = block; rest.length > 0;) {
        if (slice.over) await slice.next()
        const present = rest
        rest = rest.subarray(slice.run(() => items.take(present)))
        items.cutter.take()
      }
    }
    items.finish()
    return null
  } catch (error) {
    if (error instanceof ProblemError) return error
    throw error
  }
}

/** One refusal of both, the envelope's faults first. */
function joined(problem: ProblemError, found: ProblemError): ProblemError {
  const code = problem.code === 'unknown_field' || problem.code === 'unknown_channel' ? 'bad_request' : problem.code
  return new ProblemError({
    code,
    detail: problem.message,
    errors: [...(problem.errors ?? []), ...(found.errors ?? [])].slice(0, MAX_ERRORS_PER_PROBLEM),
    errorCount: (problem.errorCount ?? 0) + (found.errorCount ?? 0),
    ...(problem.members !== undefined && { members: problem.members }),
  })
}
