import { sandboxChannelConfig } from '../../connectors/sandbox-connector.ts'
import { type Channel, ChannelRegistry } from '../../limits/channel-registry.ts'
import type { JobId, JobRef } from '../../model/ids.ts'
import type { WaitingCount } from '../../model/item.ts'
import type { JobRecord } from '../../model/job.ts'
import { type LiveJob, liveJob, LiveJobs } from '../../model/live-job.ts'
import { OutcomeWriter, Verdict } from '../../model/outcome-batch.ts'
import { silentLogger } from '../../runtime/logger.ts'
import { Telemetry, type TelemetryEvents } from '../../runtime/telemetry.ts'
import { FakeClock } from '../../runtime/testing/fake-clock.ts'
import type { ServerEntry } from '../../store/server-store.ts'
import { Metrics } from '../metrics.ts'

/** Metrics on real events, channels and jobs; the stages that are asked are fakes. */
export class FakeWorld {
  readonly clock = new FakeClock()
  readonly telemetry = new Telemetry(silentLogger)
  readonly liveJobs = new LiveJobs()
  readonly channels: ChannelRegistry
  readonly waiting = new Map<string, readonly WaitingCount[]>()
  readonly parkedExpiryMs = new Map<string, number>()
  readonly atRisk = new Set<LiveJob>()
  readonly order = { checks: 0, violations: 0 }
  readonly terms = new Map<string, number>()
  readonly servers: ServerEntry[] = []
  /** Infinity: the store has no lease. */
  leaseMs = Infinity
  readServers = (): Promise<readonly ServerEntry[]> => Promise.resolve(this.servers)
  readonly metrics: Metrics
  #refs = 0

  constructor(names: readonly string[], { subscriptionLabel = false } = {}) {
    const { clock, telemetry } = this
    const channels = Object.fromEntries(names.map((name) => [name, { config: sandboxChannelConfig, origin: 'file' }]))
    this.channels = new ChannelRegistry({
      ...{ clock, telemetry, stored: [] },
      channels: channels as ConstructorParameters<typeof ChannelRegistry>[0]['channels'],
    })
    this.metrics = new Metrics({
      ...{ clock, telemetry, liveJobs: this.liveJobs, channels: this.channels, order: this.order, version: '1.2.3' },
      progress: { missesDeadline: (job) => this.atRisk.has(job) },
      explainWaiting: { job: () => [], channel: (name) => this.waiting.get(name) ?? [] },
      firstParkedExpiryMs: (name) => this.parkedExpiryMs.get(name) ?? null,
      termOf: (name) => this.terms.get(name) ?? 0,
      servers: { known: this.servers, read: () => this.readServers() },
      lease: { remainingMs: () => this.leaseMs },
      epoch: 7,
      subscriptionLabel,
      sizes: () => Promise.resolve({ storeBytes: 8192, walBytes: 4096, freeBytes: 1e9 }),
    })
  }

  channel(name: string): Channel {
    return this.channels.get(name)!
  }

  /** Adds a job that became eligible now. */
  addJob(channel: string, total: number): LiveJob {
    const ref = ++this.#refs as JobRef
    const envelope = { channel, runAtMs: null, dependsOn: [], deadlineAtMs: this.clock.nowMs() + 1000 }
    const record = {
      ...{ ref, id: `job_${ref}` as JobId, subscription: 'default', envelope, phase: 'eligible', total, stop: null },
      ...{ pausedAtMs: null, releasedAtMs: null },
    } as unknown as JobRecord
    const job = Object.assign(liveJob(record), { eligibleAtMs: this.clock.nowMs() })
    this.liveJobs.add(job)
    return job
  }

  /** Reports a commit of calls of one channel that all succeeded. */
  commit(channel: string, calls: number, change: Partial<TelemetryEvents['outcomes.committed']> = {}): void {
    const count = calls
    this.telemetry.emit('outcomes.committed', {
      ...{
        commits: [{ durationMs: 2, items: count }],
        imbalances: 0,
        deadLetters: [],
        called: [],
        eligibleAtMs: new Map(),
      },
      jobOf: () => undefined,
      ended: [{ channel, subscription: 'a', outcome: 'succeeded', count }],
      calls: [{ channel, subscription: 'a', result: 'ok', count }],
      ...change,
    })
  }

  async text(): Promise<string> {
    return (await this.metrics.read('prometheus')).body.toString()
  }

  /** The samples as they are now, by metric. */
  async samples(): Promise<ReadonlyMap<string, readonly ReadSample[]>> {
    this.clock.advance(1000)
    return readSamples(await this.text())
  }
}

export interface ReadSample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Reads the text of metrics. @throws Error for a line that is none */
export function readSamples(text: string): Map<string, ReadSample[]> {
  const samples = new Map<string, ReadSample[]>()
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
    if (name === undefined) throw new Error(`Cannot read metrics as each line must be a sample: it is ${line}`)
    const pairs = Array.from(labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g), ([, key, text]) => [key, text])
    const read = samples.get(name) ?? []
    samples.set(name, read)
    read.push({ labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) })
  }
  return samples
}

/** One outcome of a call that is written into records. */
export interface WrittenCall {
  readonly ref: number
  readonly index: number
  readonly attempt?: number
  readonly verdict?: Verdict
  readonly startedAtMs: number
  readonly endedAtMs: number
}

/** Records as a worker thread writes them. */
export function recordsOf(calls: readonly WrittenCall[]): ArrayBuffer {
  const writer = new OutcomeWriter()
  for (const { ref, index, attempt = 1, verdict = Verdict.succeeded, startedAtMs, endedAtMs } of calls) {
    writer.add({
      ...{ jobRef: ref, chunk: 0, index, itemHandle: 0, epoch: 1, attempt, httpStatus: 200, verdict, flags: 0 },
      ...{ throttled: 0, startedAtMs, endedAtMs, retryAtMs: 0 },
    })
  }
  return writer.take()!.records
}
