import type { Lot } from '../../server/src/dispatch/lot.ts'
import { type Channel, newChannel } from '../../server/src/limits/channel-registry.ts'
import { Gate } from '../../server/src/limits/gate.ts'
import { type ChannelConfig, defaultRetry } from '../../server/src/model/channel.ts'
import { type JobRef, newJobId } from '../../server/src/model/ids.ts'
import type { JobEnd, JobRecord } from '../../server/src/model/job.ts'
import { markEnded } from '../../server/src/model/job-phase.ts'
import { type LiveJob, liveJob } from '../../server/src/model/live-job.ts'
import { Verdict } from '../../server/src/model/outcome-batch.ts'
import { systemClock } from '../../server/src/runtime/clock.ts'
import { silentLogger } from '../../server/src/runtime/logger.ts'
import { Telemetry } from '../../server/src/runtime/telemetry.ts'
import type { AdmittedWait } from '../../server/src/schedule/queues/admission.ts'
import { Scheduler } from '../../server/src/schedule/scheduler.ts'

/** As many as a fast channel's lots hold. */
const LOT_ITEMS = 1000
const ITEMS_PER_CHUNK = 1000
const HOUR_MS = 3_600_000
/** Heads that the items behind a blocked key stand behind. */
const BLOCKED_KEYS = 100

/** A real scheduler between a dispatcher and an outcomes stage that do nothing: every item of a lot has succeeded at once. */
export class BlockedWorld {
  readonly #scheduler: Scheduler
  readonly #channels = new Map<string, Channel>()
  readonly #jobs = new Map<JobRef, LiveJob>()
  #lots: Lot[] = []
  #deferred: (() => void)[] = []
  #lastRef = 0

  constructor() {
    for (const name of ['open', 'paused']) this.#channels.set(name, channelOf(name))
    this.#channels.get('paused')!.gate.pause()
    this.#scheduler = new Scheduler({
      clock: systemClock,
      channels: this.#channels,
      dispatcher: {
        capacity: () => ({ permits: LOT_ITEMS, items: LOT_ITEMS }),
        run: (lot) => this.#lots.push(lot),
        runningCalls: () => 0,
        itemCost: () => 1,
      },
      outcomes: { commitsFailing: false, endJob() {}, endWithoutCall() {} },
      tats: { durableUnits: () => Infinity },
      logger: silentLogger,
      telemetry: new Telemetry(silentLogger),
      defer: (callback) => this.#deferred.push(callback),
    })
  }

  get pendingItems(): number {
    return this.#scheduler.pendingItems
  }

  /**
   * Items that cannot run, a quarter of each kind: parked; waiting for a retry in an hour; behind one of 100 keys whose first item waits
   * for its retry (all on the channel of the runnable ones); ready on a channel that is paused.
   */
  block(items: number): void {
    const quarter = items / 4
    const nowMs = systemClock.nowMs()
    const wait = (verdict: Verdict, retryAtMs: number) => ({ attempt: 1, throttled: 0, verdict, retryAtMs })
    this.#submit('open', randomKeys(quarter), () => wait(Verdict.parked, nowMs))
    this.#submit('open', randomKeys(quarter), () => wait(Verdict.retry, nowMs + HOUR_MS))
    const heads = randomKeys(BLOCKED_KEYS)
    this.#submit('open', repeated(heads, quarter), (index) =>
      index < BLOCKED_KEYS ? wait(Verdict.retry, nowMs + HOUR_MS) : null,
    )
    this.#submit('paused', randomKeys(quarter), () => null)
    this.#drain()
  }

  /** Takes in a job of runnable items, all of different keys, and brings each to its end. */
  deliver(keys: Uint32Array): void {
    const job = this.#submit('open', keys, () => null)
    const total = keys.length / 2
    while (job.succeeded < total) {
      this.#drain()
      const lots = this.#lots
      if (lots.length === 0) throw new Error(`Cannot deliver as items must be dispatched: ${job.succeeded} were`)
      this.#lots = []
      for (const lot of lots) this.#commit(lot, job, total)
    }
    this.#drain()
  }

  /** Ends its timers. */
  stop(): void {
    this.#scheduler.stop()
  }

  #commit({ count, itemHandles }: Lot, job: LiveJob, total: number): void {
    job.succeeded += count
    const over = job.succeeded === total
    if (over) markEnded(job.record, {} as JobEnd)
    this.#scheduler.onDurable({
      ...{ count, itemHandles, verdicts: new Uint8Array(count).fill(Verdict.succeeded), endedJobs: over ? [job] : [] },
      ...{ retryAtMs: new Float64Array(count), attempts: new Uint16Array(count), throttled: new Uint16Array(count) },
    })
  }

  #submit(channel: string, keys: Uint32Array, waitOf: (index: number) => Omit<AdmittedWait, 'index'> | null): LiveJob {
    const ref = ++this.#lastRef as JobRef
    const total = keys.length / 2
    const job = liveJob(recordOf(ref, channel, total))
    this.#jobs.set(ref, job)
    const chunks = Array.from({ length: Math.ceil(total / ITEMS_PER_CHUNK) }, (_, chunk) => {
      const firstIndex = chunk * ITEMS_PER_CHUNK
      const count = Math.min(ITEMS_PER_CHUNK, total - firstIndex)
      const waiting: AdmittedWait[] = []
      for (let index = firstIndex; index < firstIndex + count; index++) {
        const wait = waitOf(index)
        if (wait !== null) waiting.push({ index, ...wait })
      }
      return { firstIndex, count, keys: keys.subarray(firstIndex * 2, (firstIndex + count) * 2), waiting }
    })
    this.#scheduler.admitJob(job, chunks)
    return job
  }

  #drain(): void {
    while (this.#deferred.length > 0) for (const callback of this.#deferred.splice(0)) callback()
  }
}

/** Hashes as keys have them: two words an item. */
export function randomKeys(items: number): Uint32Array {
  return Uint32Array.from({ length: items * 2 }, () => Math.random() * 0x1_0000_0000)
}

function repeated(keys: Uint32Array, items: number): Uint32Array {
  return Uint32Array.from({ length: items * 2 }, (_, n) => keys[n % keys.length]!)
}

function recordOf(ref: JobRef, channel: string, total: number): JobRecord {
  const nowMs = systemClock.nowMs()
  return {
    ...{ ref, id: newJobId(nowMs), subscription: 'default', phase: 'eligible', total, eligibleSeq: ref },
    ...{ createdAtMs: nowMs, touchedAtMs: nowMs, sealedAtMs: nowMs, pausedAtMs: null, releasedAtMs: null },
    ...{ retryOf: null, traceparent: null, tracestate: null, continuesTrace: false, stop: null, end: null },
    envelope: {
      ...{
        channel,
        objectType: 'product',
        action: 'update',
        source: null,
        partitionBy: 'item',
        onInvalidItem: 'reject',
      },
      ...{ metadata: {}, executionId: null, runAtMs: null, deadlineAtMs: null, dependsOn: [], onExhausted: 'fail' },
      ...{ retry: null, retainForSeconds: 604_800 },
    },
  }
}

function channelOf(name: string): Channel {
  const config: ChannelConfig = {
    connector: {
      type: 'module',
      path: '',
      batchSize: 1,
      timeoutMs: 1000,
      abortGraceMs: 1000,
      allowPrivateAddresses: false,
    },
    ...{ rateLimit: null, concurrency: LOT_ITEMS, retry: defaultRetry, circuit: null },
    ...{
      maxRetryAfterMs: 3_600_000,
      rateLimitHeaders: null,
      parkForSeconds: 86_400,
      trace: null,
      credentials: {},
      itemSchema: null,
      payload: null,
    },
  }
  return newChannel(name, config, { origin: 'file', gate: new Gate() })
}
