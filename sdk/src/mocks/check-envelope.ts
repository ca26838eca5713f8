import type { ItemDelivery, JobSubmission, ProblemPlace, SchemaName } from '@waybill/spec'
import { type Channels, ruleFault } from './channels.ts'
import type { JobBook } from './job-book.ts'
import { limits } from './limits.ts'
import type { Envelope } from './mock-job.ts'
import type { MockWorld } from './mock-world.ts'
import { badRequest, MockProblem } from './problems.ts'
import { findFaults, refuseFaults } from './validate.ts'

/** An envelope as it was sent, valid. */
export interface CheckedEnvelope {
  readonly envelope: Envelope
  readonly open: boolean
  /** Null: not given. */
  readonly itemCount: number | null
}

export interface EnvelopePlace {
  /** "submit job", for messages. */
  readonly action: string
  /** The line it stands on. */
  readonly line?: number
  /** Where it stands in a larger body, as a JSON Pointer. */
  readonly within?: string
}

type SentEnvelope = Omit<JobSubmission, 'items'> | Omit<ItemDelivery, 'item'>

/** @throws MockProblem `bad_request`, `unknown_field` */
export function checkSchema(schema: SchemaName, value: unknown, place: EnvelopePlace): void {
  refuseFaults(findFaults(schema, value), {
    action: place.action,
    place: ({ pointer, detail }) => placed(place, { pointer, detail }),
  })
}

/**
 * Checks what the schema of an envelope cannot see, and fills in its defaults.
 * @throws MockProblem `bad_request`, `unknown_channel`, `dependency_not_found`
 */
export function checkEnvelope(
  sent: SentEnvelope,
  place: EnvelopePlace,
  { channels, book, clock }: Pick<MockWorld, 'channels' | 'book' | 'clock'>,
): CheckedEnvelope {
  const { open = false, itemCount = null, onInvalidItem = 'reject' } = sent as Partial<JobSubmission>
  const envelope: Envelope = {
    channel: sent.channel,
    objectType: sent.objectType,
    action: sent.action,
    source: sent.source ?? null,
    executionId: sent.executionId ?? null,
    partitionBy: sent.partitionBy ?? 'item',
    onInvalidItem,
    runAtMs: timeOf(sent.runAt),
    deadlineAtMs: timeOf(sent.deadlineAt),
    dependsOn: (sent.dependsOn ?? []).map(({ job, require = 'finished' }) => ({ job, require })),
    onExhausted: sent.onExhausted ?? 'fail',
    retry: sent.retry ?? null,
    retainForSeconds: sent.retainForSeconds ?? limits.defaultRetainSeconds,
    metadata: sent.metadata ?? {},
  }
  const refuse = (pointer: string, detail: string): never => {
    throw badRequest(place.action, placed(place, { pointer, detail }))
  }
  if (open && itemCount !== null)
    refuse('/itemCount', 'must not be given together with open: say it when sealing the job')
  if (envelope.runAtMs !== null && envelope.deadlineAtMs !== null && envelope.deadlineAtMs <= envelope.runAtMs)
    refuse('/deadlineAt', 'must be after runAt')
  if (envelope.deadlineAtMs !== null && envelope.deadlineAtMs <= clock.nowMs())
    refuse('/deadlineAt', 'must be in the future')
  const fault = ruleFault(sent.retry?.rules ?? [])
  if (fault !== null) refuse(`/retry/rules${fault.pointer}`, fault.detail)
  if (!channels.has(envelope.channel)) throw unknownChannel(envelope.channel, place, channels)
  refuseMissing(envelope, place, book)
  return { envelope, open, itemCount }
}

function refuseMissing({ dependsOn }: Envelope, place: EnvelopePlace, book: Pick<JobBook, 'outcomeOf'>): void {
  const missing = dependsOn.flatMap(({ job }, n) => (book.outcomeOf(job) === undefined ? [{ job, n }] : []))
  if (missing.length === 0) return
  const dependencies = missing.map(({ job }) => job)
  const detail = `Cannot ${place.action} as every job in dependsOn must be one of the caller's: there is no ${dependencies.join(', ')}`
  throw new MockProblem('dependency_not_found', detail, {
    errors: missing.map(({ n }) =>
      placed(place, { pointer: `/dependsOn/${n}/job`, detail: 'must be a job of the caller' }),
    ),
    members: { dependencies },
  })
}

/** The channel does not exist; names those that do. */
export function unknownChannel(name: string, place: EnvelopePlace, channels: Channels): MockProblem {
  const names = [...channels.keys()].sort()
  const detail = `must be one of ${names.join(', ')}: current value is ${name}`
  return new MockProblem('unknown_channel', `Cannot ${place.action} as channel ${detail}`, {
    errors: [placed(place, { pointer: '/channel', detail })],
    members: { channels: names },
  })
}

function placed(
  { line, within = '' }: EnvelopePlace,
  { pointer, detail }: { pointer: string; detail: string },
): ProblemPlace {
  return { ...(line !== undefined && { line }), pointer: within + pointer, detail }
}

function timeOf(text: string | undefined): number | null {
  return text === undefined ? null : Date.parse(text)
}
