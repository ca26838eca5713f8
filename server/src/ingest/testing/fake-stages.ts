import { rootPaths } from '@waybill/spec/rules'
import type { ProblemError } from '../../model/errors.ts'
import type { JobRef, WebhookEndpointId } from '../../model/ids.ts'
import type { JobRecord } from '../../model/job.ts'
import { type LiveJob, LiveJobs } from '../../model/live-job.ts'
import { FakeClock } from '../../runtime/testing/fake-clock.ts'
import { silentLogger } from '../../runtime/logger.ts'
import { Telemetry } from '../../runtime/telemetry.ts'
import type { ChunkKeys } from '../../schedule/queues/admission.ts'
import type { BodyStream, IngestOptions, SubmitRequest } from '../ingest-ports.ts'

let made = 0

const TAKEN_WEBHOOK = { target: `whj_${'0'.repeat(32)}` as WebhookEndpointId, url: 'https://pim.example/***' }

/** The stages after ingest as far as its tests need them: they only note what is reported to them. */
export class FakeStages {
  /** Each test is a tenant of its own, so that they can share a store. */
  readonly subscription = `tenant-${++made}`
  readonly caller = `token:of-${this.subscription}`
  readonly clock = new FakeClock()
  readonly liveJobs = new LiveJobs()
  readonly telemetry = new Telemetry(silentLogger)
  readonly admitted: { job: LiveJob; chunks: readonly ChunkKeys[] }[] = []
  readonly ended: { job: LiveJob; reason: string | null }[] = []
  readonly payloads = new Map<string, Uint8Array>()
  /** Items that count as pending beside the admitted ones. */
  pendingBefore = 0
  channels = ['sandbox', 'shop-eu']
  /** The subscription's limit on pending items; null: no limit of its own. */
  quota: number | null = null
  maxOpenJobs = 1000
  itemsPerSecond = 0
  /** Jobs that wait, and those with a deadline. */
  readonly waiting: { job: LiveJob; chunks: readonly ChunkKeys[] }[] = []
  readonly watched: LiveJob[] = []
  /** Jobs whose stop is shown at once. */
  readonly controlled: LiveJob[] = []
  #versions = 0
  readonly termOf: IngestOptions['termOf']
  readonly #adoptChannel: IngestOptions['adoptChannel']

  constructor(terms: Pick<IngestOptions, 'termOf' | 'adoptChannel'>) {
    this.termOf = terms.termOf
    this.#adoptChannel = terms.adoptChannel
  }

  /** A request of this test's subscription. */
  request(
    mediaType: 'json' | 'ndjson',
    body: BodyStream | string | object,
    idempotencyKey: string | null = null,
  ): SubmitRequest {
    const isStream = typeof body === 'object' && Symbol.asyncIterator in body
    return {
      subscription: this.subscription,
      caller: this.caller,
      mediaType: mediaType === 'json' ? 'application/json' : 'application/x-ndjson',
      body: isStream ? body : bodyOf(typeof body === 'string' ? body : JSON.stringify(body)),
      idempotencyKey,
    }
  }

  /** Returns the options of an `Ingest` over these fakes. */
  options(base: Pick<IngestOptions, 'store' | 'findFaults'>, limits = { maxPendingItems: 2_000_000 }): IngestOptions {
    const scheduler = {
      pendingItems: () =>
        this.admitted.reduce((sum, { job }) => sum + job.record.total - job.failed, this.pendingBefore),
      admitJob: (job: LiveJob, chunks: readonly ChunkKeys[]) => void this.admitted.push({ job, chunks }),
    }
    return {
      ...base,
      clock: this.clock,
      termOf: this.termOf,
      adoptChannel: this.#adoptChannel,
      liveJobs: this.liveJobs,
      channels: {
        get: (name) => (this.channels.includes(name) ? { config: { trace: null } } : undefined),
        list: () => this.channels.map((name) => ({ name })),
      },
      scheduler: {
        get pendingItems() {
          return scheduler.pendingItems()
        },
        admitJob: scheduler.admitJob,
        stopJob: () => {},
      },
      calendar: {
        waitingItems: 0,
        add: (job, chunks) => void this.waiting.push({ job, chunks }),
        drop: () => true,
      },
      owners: { takes: () => true },
      deadlines: {
        watch: (job) => {
          if (job.record.envelope.deadlineAtMs !== null) this.watched.push(job)
        },
      },
      jobWebhooks: {
        faultOf: (url) => Promise.resolve(url.startsWith('https:') ? null : 'must be https: it is http'),
        take: (_, { url, events }) => Promise.resolve({ ...TAKEN_WEBHOOK, sealedUrl: `sealed ${url}`, events }),
        takeAgain: (_, webhook) => Promise.resolve(webhook),
      },
      quotaOf: () => ({ maxPendingItems: this.quota, maxOpenJobs: this.maxOpenJobs }),
      executions: {
        first: ({ id, stages }, jobs) => ({
          json: JSON.stringify({ id, stages, phases: jobs.map(({ record }) => record.phase) }),
        }),
      },
      outcomes: { endJob: (job, reason) => void this.ended.push({ job, reason }) },
      payloads: {
        offer: (ref: JobRef, chunk, body) => void this.payloads.set(`${ref}/${chunk}`, new Uint8Array(body)),
        drop: (ref: JobRef) => {
          for (const name of [...this.payloads.keys()]) if (name.startsWith(`${ref}/`)) this.payloads.delete(name)
        },
      },
      progress: {
        track: () => {},
        changed: () => {},
        controlled: (job) => void this.controlled.push(job),
        itemsPerSecond: () => this.itemsPerSecond,
        nextVersion: () => ++this.#versions,
        first: (record: JobRecord, rejected) => ({
          json: JSON.stringify({ id: record.id, phase: record.phase, total: record.total, ...rejected }),
        }),
      },
      limits,
      paths: rootPaths,
      logger: silentLogger,
      telemetry: this.telemetry,
    }
  }
}

/** A body that arrives in the given pieces. */
export async function* bodyOf(...pieces: readonly (string | Uint8Array)[]): BodyStream {
  for (const piece of pieces) {
    await Promise.resolve()
    yield Buffer.from(piece as string)
  }
}

/** A body that a test feeds piece by piece. */
export class FedBody implements AsyncIterable<Uint8Array> {
  readonly #pieces: (Uint8Array | Error | null)[] = []
  #notify: (() => void) | null = null

  push(piece: string | Uint8Array): void {
    this.#add(Buffer.from(piece as string))
  }

  end(): void {
    this.#add(null)
  }

  /** Disconnects the client. */
  abort(): void {
    this.#add(new Error('aborted'))
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const piece = this.#pieces.shift()
      if (piece === undefined) await new Promise<void>((resolve) => (this.#notify = resolve))
      else if (piece === null) return
      else if (piece instanceof Error) throw piece
      else yield piece
    }
  }

  #add(piece: Uint8Array | Error | null): void {
    this.#pieces.push(piece)
    this.#notify?.()
  }
}

/** NDJSON of values, or of texts as they are. */
export function linesOf(...values: readonly unknown[]): string {
  return values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)) + '\n').join('')
}

/** Returns the refusal of a request. */
export async function refusalOf(request: Promise<unknown>): Promise<ProblemError> {
  try {
    await request
  } catch (error) {
    return error as ProblemError
  }
  throw new Error('Cannot look at the refusal as the request must be refused: it was accepted')
}
