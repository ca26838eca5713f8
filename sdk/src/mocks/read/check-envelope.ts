import type { ItemDelivery, JobSubmission, ProblemPlace } from '@waybill/spec'
import { type Channels, ruleFault } from '../engine/channels.ts'
import type { JobBook } from '../engine/job-book.ts'
import { limits } from '../engine/limits.ts'
import { urlFault } from '../engine/webhook-url.ts'
import type { Envelope } from '../engine/mock-job.ts'
import type { MockWorld } from '../engine/mock-world.ts'
import { MockProblem } from '../show/problems.ts'
import { type Fault, refuseFaults } from './validate.ts'

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

/** A fault of an envelope; with the name of a channel that does not exist. */
export interface EnvelopeFault extends Fault {
  readonly unknownChannel?: string
}

type SentEnvelope = Omit<JobSubmission, 'items'> | Omit<ItemDelivery, 'item'>

/**
 * Checks an envelope, and fills in its defaults.
 * @param schemaFaults what its schema found already
 * @throws MockProblem with all faults: `bad_request`, `unknown_field`, `unknown_channel`; `dependency_not_found`
 */
export function checkEnvelope(
  sent: SentEnvelope,
  place: EnvelopePlace,
  world: Pick<MockWorld, 'channels' | 'book' | 'clock'>,
  schemaFaults: readonly Fault[] = [],
): CheckedEnvelope {
  refuseEnvelope([...schemaFaults, ...envelopeFaults(sent, schemaFaults, world)], place, world.channels)
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
    webhook: 'webhook' in sent && sent.webhook !== undefined ? { events: ['job.ended'], ...sent.webhook } : null,
  }
  refuseMissing(envelope, place, world.book)
  return { envelope, open, itemCount }
}

/** Checks the rules that no schema states, between members that are valid by themselves. Pointers are within the envelope. */
export function envelopeFaults(
  sent: unknown,
  schemaFaults: readonly Fault[],
  { channels, clock }: Pick<MockWorld, 'channels' | 'clock'>,
): EnvelopeFault[] {
  if (typeof sent !== 'object' || sent === null || schemaFaults.some(({ pointer }) => pointer === '')) return []
  const faulty = new Set(schemaFaults.map(({ pointer }) => pointer.split('/')[1]))
  const sound = Object.fromEntries(Object.entries(sent).filter(([name]) => !faulty.has(name))) as Partial<JobSubmission>
  const faults: EnvelopeFault[] = []
  const note = (pointer: string, detail: string): void => void faults.push({ pointer, detail, isUnknown: false })
  const [runAtMs, deadlineAtMs] = [timeOf(sound.runAt), timeOf(sound.deadlineAt)]
  if (runAtMs !== null && deadlineAtMs !== null && deadlineAtMs <= runAtMs) note('/deadlineAt', 'must be after runAt')
  else if (deadlineAtMs !== null && deadlineAtMs <= clock.nowMs()) note('/deadlineAt', 'must be in the future')
  const rule = ruleFault(sound.retry?.rules ?? [])
  if (rule !== null) note(`/retry/rules${rule.pointer}`, rule.detail)
  if (sound.open === true && sound.itemCount !== undefined)
    note('/itemCount', 'must not be given together with open: say it when sealing the job')
  const webhook = sound.webhook === undefined ? null : urlFault(sound.webhook.url, null)
  if (webhook !== null) note('/webhook/url', webhook)
  const { channel } = sound
  if (channel !== undefined && !channels.has(channel)) {
    const detail = unknownChannelDetail(channel, channels)
    faults.push({ pointer: '/channel', detail, isUnknown: false, unknownChannel: channel })
  }
  return faults
}

/** @throws MockProblem with all faults; for nothing but a channel that does not exist `unknown_channel` */
export function refuseEnvelope(faults: readonly EnvelopeFault[], place: EnvelopePlace, channels: Channels): void {
  const [first] = faults
  if (first?.unknownChannel !== undefined && faults.length === 1) {
    const within = (place.within ?? '') + first.pointer.replace(/\/channel$/, '')
    throw unknownChannel(first.unknownChannel, { ...place, within }, channels)
  }
  refuseFaults(faults, { action: place.action, place: ({ pointer, detail }) => placed(place, { pointer, detail }) })
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
  const detail = unknownChannelDetail(name, channels)
  return new MockProblem('unknown_channel', `Cannot ${place.action} as channel ${detail}`, {
    errors: [placed(place, { pointer: '/channel', detail })],
    members: { channels: names },
  })
}

function unknownChannelDetail(name: string, channels: Channels): string {
  return `must be one of ${[...channels.keys()].sort().join(', ')}: current value is ${name}`
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
