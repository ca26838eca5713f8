import { isHiddenChannel } from '../model/webhook-event.ts'
import type { JobEnd } from '../model/job.ts'
import type { LiveJob } from '../model/live-job.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Service } from '../runtime/service.ts'
import type { ReportedJob, Telemetry } from '../runtime/telemetry.ts'
import { jobFields } from './job-fields.ts'
import type { JobChange } from './tally-commit.ts'

export interface ChannelLogOptions {
  readonly clock: Pick<Clock, 'nowMs' | 'after'>
  readonly logger: Logger
  readonly telemetry: Telemetry
}

/** Lines of one kind and channel are at least this far apart; what happens in between is added up. */
const SPACING_MS = 10_000
/** Jobs that get a line of their own within that time, for each kind of change; and probes. */
const JOB_LINES = 20
const PROBE_LINES = 20

interface ChannelEvent {
  readonly level: 'info' | 'warn'
  readonly message: string
  readonly channel: string
  readonly counts: Readonly<Record<string, number>>
  readonly fields?: object
}

/** A change of a job: its line, and the line of many. */
interface JobEvent {
  readonly message: string
  readonly heldMessage: string
  readonly counts: Readonly<Record<string, number>>
  readonly fields?: object
}

const channelChanges = [
  ['channel.paused', 'Channel paused'],
  ['channel.resumed', 'Channel resumed'],
  ['channel.unblocked', 'Channel unblocked'],
] as const
const jobChanges = [
  ['job.created', 'accepted'],
  ['job.sealed', 'sealed'],
  ['job.released', 'released'],
  ['job.eligible', 'eligible'],
  ['job.started', 'started'],
  ['job.paused', 'paused'],
  ['job.resumed', 'resumed'],
  ['job.cancelled', 'cancelled'],
  ['job.expired', 'expired'],
] as const

/** Events of one kind on one channel that are held back. */
interface Held {
  /** All of it as one event; null: nothing happened since the last line. */
  sum: ChannelEvent | null
  /** Lines written since the last quiet time. */
  lines: number
  readonly cancel: () => void
}

/**
 * Logs events of channels for the operator: circuits, blocks, pauses, parked and failed items, changes of jobs. A line per event, but at
 * most one of a kind and channel in 10 s (20 for jobs), with counts. Called by the outcomes stage per commit, never per item; all others
 * reach it as telemetry events.
 */
export class ChannelLog implements Service {
  readonly #options: ChannelLogOptions
  readonly #held = new Map<string, Held>()
  readonly #stopListening: readonly (() => void)[]

  constructor(options: ChannelLogOptions) {
    this.#options = options
    const { logger, telemetry } = options
    this.#stopListening = [
      telemetry.on('circuit.opened', ({ again, untilMs, ...fields }) => {
        if (!again) logger.warn({ ...fields, until: time(untilMs) }, 'Circuit opened')
      }),
      telemetry.on('circuit.half_opened', ({ channel }) => {
        const event = { level: 'info', message: 'Circuit probed', channel, counts: { probes: 1 } } as const
        this.#note(event, { lines: PROBE_LINES })
      }),
      telemetry.on('circuit.closed', ({ channel, openForMs }) => {
        logger.info({ channel, openForMs: Math.round(openForMs) }, 'Circuit closed')
      }),
      telemetry.on('channel.blocked', ({ channel, items, untilMs }) => {
        const fields = { until: time(untilMs) }
        this.#note({ level: 'warn', message: 'Channel blocked by Retry-After', channel, counts: { items }, fields })
      }),
      ...channelChanges.map(([name, message]) =>
        telemetry.on(name, ({ channel }) => {
          logger.info({ channel }, message)
        }),
      ),
      ...jobChanges.map(([name, message]) =>
        telemetry.on(name, (job) => {
          this.#noteJob(job, {
            message: `Job ${message}`,
            heldMessage: `Jobs ${message}`,
            counts: { count: job.total },
          })
        }),
      ),
    ]
  }

  /** Items that a durable commit parked or failed, and jobs that it ended. */
  committed(changes: ReadonlyMap<LiveJob, JobChange>, ends: ReadonlyMap<LiveJob, JobEnd>): void {
    for (const [job, { failed, parked }] of changes) {
      const { channel } = job.record.envelope
      if (failed > 0) this.#note({ level: 'warn', message: 'Items failed', channel, counts: { items: failed } })
      if (parked > 0) this.#note({ level: 'warn', message: 'Items parked', channel, counts: { items: parked } })
    }
    for (const [job, { outcome, succeeded, failed, cancelled }] of ends) {
      const counts = { succeeded, failed, cancelled }
      this.#noteJob(job.record, { message: 'Job ended', heldMessage: 'Jobs ended', counts, fields: { outcome } })
    }
  }

  #noteJob(job: ReportedJob, line: JobEvent): void {
    // Jobs that deliver webhooks: their log is that of deliveries.
    if (isHiddenChannel(job.envelope.channel)) return
    const { message, heldMessage, counts, fields } = line
    const event = { level: 'info', channel: job.envelope.channel } as const
    this.#note(
      { ...event, message, counts, fields: { ...jobFields(job), ...fields } },
      { lines: JOB_LINES, held: { ...event, message: heldMessage, counts: { jobs: 1, ...counts } } },
    )
  }

  /** Writes what is held back. */
  stop(): void {
    for (const stop of this.#stopListening) stop()
    for (const { cancel, sum } of this.#held.values()) {
      cancel()
      if (sum !== null) this.#write(sum)
    }
    this.#held.clear()
  }

  /** @param spacing how many lines come at once, and as what the rest is added up. @default one, and as it is */
  #note(event: ChannelEvent, { lines = 1, held: added = event }: { lines?: number; held?: ChannelEvent } = {}): void {
    const key = `${added.message} ${added.channel}`
    const held = this.#held.get(key)
    if (held !== undefined && held.lines >= lines) {
      held.sum = held.sum === null ? added : { ...added, counts: sumOf(held.sum.counts, added.counts) }
      return
    }
    this.#write(event)
    if (held === undefined) this.#hold(key)
    else held.lines++
  }

  #hold(key: string): void {
    const cancel = this.#options.clock.after(SPACING_MS, () => {
      const { sum } = this.#held.get(key)!
      this.#held.delete(key)
      if (sum === null) return
      this.#write(sum)
      this.#hold(key)
    })
    this.#held.set(key, { sum: null, lines: 1, cancel })
  }

  #write({ level, message, channel, counts, fields }: ChannelEvent): void {
    this.#options.logger[level]({ channel, ...fields, ...counts }, message)
  }
}

function sumOf(a: ChannelEvent['counts'], b: ChannelEvent['counts']): ChannelEvent['counts'] {
  return Object.fromEntries(Object.entries(b).map(([name, count]) => [name, count + (a[name] ?? 0)]))
}

function time(ms: number): string {
  return new Date(ms).toISOString()
}
