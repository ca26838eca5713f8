import type { CallTracing } from '../model/call-trace.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Service } from '../runtime/service.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import { isHiddenChannel } from '../model/webhook-event.ts'
import { CallSpans, type CallSpansOptions } from './call-spans.ts'
import type { SpanSink } from './ended-span.ts'
import { JobSpans } from './job-spans.ts'
import { RequestSpans } from './request-spans.ts'

export interface TracesOptions {
  readonly telemetry: Telemetry
  readonly clock: Clock
  readonly channels: CallSpansOptions['channels']
  readonly tracing: CallTracing
  /** Where ended spans go; closed at the stop. */
  readonly sink: SpanSink & { close(): Promise<void> }
}

const states = [
  ['job.sealed', 'sealed'],
  ['job.released', 'released'],
  ['job.eligible', 'eligible'],
  ['job.started', 'started'],
  ['job.paused', 'paused'],
  ['job.resumed', 'resumed'],
  ['job.cancelled', 'cancelled'],
  ['job.expired', 'expired'],
] as const

/**
 * Makes spans of requests, jobs and calls out of what the stages report: traces are linked, and none spans the hours of a job but its own.
 * Made by the composition root, and only where spans go somewhere.
 */
export class Traces implements Service {
  readonly #options: TracesOptions
  readonly #requests: RequestSpans
  readonly #calls: CallSpans
  readonly #stopListening: readonly (() => void)[]

  constructor(options: TracesOptions) {
    this.#options = options
    const { telemetry } = options
    const requests = new RequestSpans(options)
    const jobs = new JobSpans(options)
    const calls = new CallSpans(options)
    this.#requests = requests
    this.#calls = calls
    this.#stopListening = [
      telemetry.on('job.created', (job) => {
        if (isHiddenChannel(job.envelope.channel)) return
        requests.jobCreated(job)
        jobs.jobCreated(job)
      }),
      ...states.map(([name, state]) =>
        telemetry.on(name, (job) => {
          if (!isHiddenChannel(job.envelope.channel)) jobs.stateChanged(job, state)
        }),
      ),
      telemetry.on('lot.ended', (lot) => {
        jobs.lotEnded(lot)
      }),
      telemetry.on('outcomes.committed', (commit) => {
        calls.committed(commit)
      }),
      telemetry.on('job.ended', (job) => {
        if (!isHiddenChannel(job.envelope.channel)) jobs.jobEnded(job)
      }),
      telemetry.on('request.ended', (request) => {
        requests.requestEnded(request)
      }),
    ]
  }

  /** How worker threads trace calls. */
  get tracing(): CallTracing {
    return this.#options.tracing
  }

  /** Exports what is left, for a moment. */
  async stop(): Promise<void> {
    for (const stop of this.#stopListening) stop()
    this.#requests.flush()
    this.#calls.flush()
    await this.#options.sink.close()
  }
}
