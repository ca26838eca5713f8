import { endedSearch, ProblemError, type ProblemPlace } from '../../model/errors.ts'
import type { Action, Envelope, PartitionBy } from '../../model/job.ts'
import type { JobWebhookEventType, JobWebhookWish } from '../../model/job-webhook.ts'
import { MAX_ERRORS_PER_PROBLEM } from '../../model/limits.ts'
import type { EnvelopeFault, EnvelopeSchema, IngestOptions } from '../ingest-ports.ts'
import { scheduleFaults, type ScheduleInput, scheduleOf } from './parse-schedule.ts'

/** An envelope as it was sent, valid. */
export interface ParsedEnvelope {
  readonly envelope: Envelope
  readonly open: boolean
  /** Null: not given. */
  readonly itemCount: number | null
  /** Where its events are to go. @default nowhere, or, of a retry, where those of the job go that it retries */
  readonly webhook?: JobWebhookWish
}

export interface EnvelopeContext {
  readonly schema: EnvelopeSchema
  /** The line it stands on, for NDJSON. */
  readonly line?: number
  /** "submit job", for messages. */
  readonly action: string
  /** Where it stands in a larger body, as a JSON Pointer. @default the whole body */
  readonly within?: string
}

/** An envelope that the spec's schemas accept. */
interface EnvelopeInput extends ScheduleInput {
  channel: string
  objectType: string
  action: Action
  source?: string
  partitionBy?: PartitionBy
  onInvalidItem?: 'reject' | 'fail'
  metadata?: Record<string, string>
  open?: boolean
  itemCount?: number
  webhook?: { url: string; events?: JobWebhookEventType[] }
}

const MAX_NAMED_CHANNELS = 100
const DEFAULT_EVENTS: readonly JobWebhookEventType[] = ['job.ended']

/**
 * Checks an envelope and fills in its defaults.
 * @throws ProblemError with all faults: `unknown_field`, `unknown_channel` (naming those there are) when there is no other fault, else `bad_request`
 */
export function parseEnvelope(
  value: unknown,
  context: EnvelopeContext,
  deps: Pick<IngestOptions, 'findFaults' | 'channels' | 'clock'>,
): ParsedEnvelope {
  const faults = [...deps.findFaults(context.schema, value)]
  const sound = withoutFaulty(value, faults)
  faults.push(...unreadableTexts(sound), ...scheduleFaults(sound, deps.clock.nowMs()), ...openFaults(sound))
  if (sound.channel !== undefined && deps.channels.get(sound.channel) === undefined) {
    if (faults.length === 0) throw unknownChannel(sound.channel, context, deps)
    faults.push({ pointer: '/channel', detail: unknownChannelDetail(sound.channel, deps), unknown: false })
  }
  refuse(faults, context)
  const input = value as EnvelopeInput
  return {
    envelope: {
      channel: input.channel,
      objectType: input.objectType,
      action: input.action,
      source: input.source ?? null,
      partitionBy: input.partitionBy ?? 'item',
      onInvalidItem: input.onInvalidItem ?? 'reject',
      metadata: input.metadata ?? {},
      ...scheduleOf(input),
    },
    open: input.open ?? false,
    itemCount: input.itemCount ?? null,
    ...(input.webhook !== undefined && {
      webhook: { url: input.webhook.url, events: input.webhook.events ?? DEFAULT_EVENTS },
    }),
  }
}

function refuse(faults: readonly EnvelopeFault[], context: EnvelopeContext): void {
  if (faults.length > 0) throw envelopeProblem(faults, context)
}

/** The refusal that reports the faults that the schemas found. */
export function envelopeProblem(faults: readonly EnvelopeFault[], context: EnvelopeContext): ProblemError {
  const first = faults[0]!
  const name = first.pointer === '' ? 'the envelope' : first.pointer.slice(1)
  const shown = faults.slice(0, MAX_ERRORS_PER_PROBLEM)
  return new ProblemError({
    code: shown.every((fault) => fault.unknown) ? 'unknown_field' : 'bad_request',
    detail: `Cannot ${context.action} as ${name} ${first.detail}${endedSearch(shown.length)}`,
    errors: shown.map(({ pointer, detail }) => ({ ...placeOf(pointer, context), detail })),
    errorCount: shown.length,
  })
}

/** Where a fault of an envelope stands in the body. */
export function placeOf(
  pointer: string,
  context: Pick<EnvelopeContext, 'line' | 'within'>,
): Omit<ProblemPlace, 'detail'> {
  const place = { pointer: (context.within ?? '') + pointer }
  return context.line === undefined ? place : { line: context.line, ...place }
}

/** The members of an envelope that are valid by themselves, for the checks that no schema has. */
function withoutFaulty(value: unknown, faults: readonly EnvelopeFault[]): Partial<EnvelopeInput> {
  if (faults.some(({ pointer }) => pointer === '')) return {}
  const faulty = new Set(faults.map(({ pointer }) => pointer.split('/')[1]))
  return Object.fromEntries(Object.entries(value as object).filter(([name]) => !faulty.has(name)))
}

function openFaults({ open, itemCount }: Partial<EnvelopeInput>): EnvelopeFault[] {
  if (open !== true || itemCount === undefined) return []
  const detail = 'must not be given together with open: say it when sealing the job'
  return [{ pointer: '/itemCount', detail, unknown: false }]
}

/** Half a surrogate pair cannot be written in UTF-8: it would be returned as another text. */
function unreadableTexts(input: Partial<EnvelopeInput>): EnvelopeFault[] {
  const metadata = Object.entries(input.metadata ?? {})
  const texts: [string, string][] = [
    ['/objectType', input.objectType ?? ''],
    ['/source', input.source ?? ''],
    ['/partitionBy', input.partitionBy ?? ''],
    ['/metadata', metadata.flat().join(' ')],
  ]
  return texts
    .filter(([, text]) => !text.isWellFormed())
    .map(([pointer]) => ({
      pointer,
      detail: 'must be well-formed Unicode: current value has half a surrogate pair',
      unknown: false,
    }))
}

/** The channel of a job does not exist; names those that do. */
export function unknownChannel(
  channel: string,
  context: Omit<EnvelopeContext, 'schema'>,
  deps: Pick<IngestOptions, 'channels'>,
): ProblemError {
  const detail = unknownChannelDetail(channel, deps)
  return new ProblemError({
    code: 'unknown_channel',
    detail: `Cannot ${context.action} as channel ${detail}`,
    errors: [{ ...placeOf('/channel', context), detail }],
    errorCount: 1,
    members: { channels: channelNames(deps) },
  })
}

function unknownChannelDetail(channel: string, deps: Pick<IngestOptions, 'channels'>): string {
  const names = channelNames(deps)
  const required = names.length === 0 ? 'must be set up first: there is none yet' : `must be one of ${names.join(', ')}`
  return `${required}: current value is ${JSON.stringify(channel)}`
}

function channelNames({ channels }: Pick<IngestOptions, 'channels'>): string[] {
  return channels
    .list()
    .slice(0, MAX_NAMED_CHANNELS)
    .map(({ name }) => name)
}
