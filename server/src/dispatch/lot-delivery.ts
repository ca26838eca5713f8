import { ItemMembers } from '../connectors/item-members.ts'
import type { Channel } from '../limits/channel-registry.ts'
import type { TermOf } from '../model/channel-term.ts'
import type { JobRef } from '../model/ids.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import type { OutcomeBatch } from '../model/outcome-batch.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import { EngineOutcomes, payloadLost } from './engine-outcomes.ts'
import type { Lane } from './lane.ts'
import { loadLines } from './load-lines.ts'
import { LoadTurns } from './load-turns.ts'
import { MAX_LOT_BYTES } from './lot-size.ts'
import type { GatheredLot, LostItem, Lot, LotEvents } from './lot.ts'
import type { LotJob } from './messages-lot.ts'
import { isReplaced, type Payload, type PayloadCache, type Place, placesOf } from './payload-cache.ts'
import { mayHoldAction } from './worker-plan.ts'

export interface LotDeliveryOptions {
  readonly clock: Clock
  readonly payloads: PayloadCache
  readonly outcomes: { add(channel: Channel, batch: OutcomeBatch): void }
  readonly liveJobs: LiveJobs
  readonly termOf: TermOf
  readonly logger: Logger
  readonly telemetry: Telemetry
}

/** Wait after payloads could not be read. */
const SUSPEND_MS = 1000
/** Lots whose payloads are loaded at once: enough to keep the store's reader busy. Each holds 9 MiB of lines and 16 MiB of chunks at most. */
const MAX_LOADING_LOTS = 4

/** Delivers lots to their lanes: finds the payloads, sends what fits, returns the rest. */
export class LotDelivery {
  readonly #options: LotDeliveryOptions
  readonly #onLess: (lane: Lane) => void
  readonly #turns = new LoadTurns(MAX_LOADING_LOTS)

  /** @param onLess a lane has fewer items on their way to it than was reported */
  constructor(options: LotDeliveryOptions, onLess: (lane: Lane) => void) {
    this.#options = options
    this.#onLess = onLess
  }

  /** The lot's items count as outstanding in the lane already. */
  deliver(lane: Lane, lot: Lot, events: LotEvents): void {
    let gathered: GatheredLot | Promise<GatheredLot>
    try {
      gathered = gatherLot(lot, { ...this.#options, turns: this.#turns })
    } catch (error) {
      this.#onFailed(lane, { lot, events, error })
      return
    }
    if (!(gathered instanceof Promise)) {
      this.#send(lane, { lot, events, gathered })
      return
    }
    gathered.then(
      (loaded) => {
        this.#send(lane, { lot, events, gathered: loaded })
      },
      (error: unknown) => {
        this.#onFailed(lane, { lot, events, error })
      },
    )
  }

  #send(lane: Lane, { lot, events, gathered }: { lot: Lot; events: LotEvents; gathered: GatheredLot }): void {
    if (lane.closed || lane.finishing || lane.killed) {
      lane.outstanding -= lot.count
      returnSoon(events, lot.itemHandles.slice(0, lot.count))
      return
    }
    lane.outstanding -= lot.count - gathered.count
    if (gathered.left.length > 0) returnSoon(events, Uint32Array.from(gathered.left))
    if (gathered.lost.length > 0) this.#failLost(lot, gathered.lost)
    if (lot.batched !== null && noteOwnActions(gathered, lot.batched, this.#options.liveJobs)) {
      lane.outstanding -= gathered.count
      returnSoon(events, gathered.itemHandles.slice(0, gathered.count))
    } else if (gathered.count > 0) {
      lane.lastUsedUs = this.#options.clock.monotonicUs()
      lane.load.pace.addSizes(gathered.count, gathered.bytes)
      lane.send(gathered, events, { permits: lane.load.grant(lane), onEnded: this.#reportOf(lot.channel, gathered) })
      return
    }
    this.#onLess(lane)
    setImmediate(() => {
      events.onCapacity(lot.channel)
    })
  }

  /** Returns how the end of a lot is reported; null: nobody listens. */
  #reportOf({ name: channel }: Channel, { table, jobs, count }: GatheredLot): (() => void) | null {
    const { clock, liveJobs, telemetry } = this.#options
    if (!telemetry.listens('lot.ended')) return null
    const items = new Uint32Array(table.length)
    for (let n = 0; n < count; n++) items[jobs[n]!]!++
    const ofJobs = table.flatMap(({ ref }, n) => {
      const job = liveJobs.byRef(ref as JobRef)?.record
      return job === undefined ? [] : [{ job, items: items[n]! }]
    })
    const startedAtMs = clock.nowMs()
    return () => {
      telemetry.emit('lot.ended', { channel, startedAtMs, endedAtMs: clock.nowMs(), jobs: ofJobs })
    }
  }

  #onFailed(lane: Lane, { lot, events, error }: { lot: Lot; events: LotEvents; error: unknown }): void {
    const { clock, logger } = this.#options
    const reason = error instanceof Error ? error.message : String(error)
    logger.error({ channel: lot.channel.name, reason }, 'payloads cannot be read')
    lane.outstanding -= lot.count
    lane.load.suspendedUntilUs = clock.monotonicUs() + SUSPEND_MS * 1000
    returnSoon(events, lot.itemHandles.slice(0, lot.count))
    this.#onLess(lane)
    clock.after(SUSPEND_MS + 1, () => {
      events.onCapacity(lot.channel)
    })
  }

  #failLost(lot: Lot, lost: readonly LostItem[]): void {
    const { clock, termOf, logger, outcomes: stage } = this.#options
    const nowMs = clock.nowMs()
    const outcomes = new EngineOutcomes(termOf(lot.channel.name), nowMs)
    for (const { n, chunk } of lost) {
      const [jobRef, index, itemHandle] = [lot.jobRefs[n]!, lot.indexes[n]!, lot.itemHandles[n]!]
      const [attempt, throttled] = [lot.attempts[n]!, lot.throttled[n]!]
      outcomes.add({ jobRef, chunk, index, itemHandle, attempt, throttled }, payloadLost, nowMs)
    }
    const { n, chunk } = lost[0]!
    const first = { jobRef: lot.jobRefs[n], chunk, index: lot.indexes[n] }
    logger.error({ channel: lot.channel.name, items: lost.length, first }, 'Items failed: the store has no payload')
    outcomes.report(lot.channel, stage)
  }
}

/**
 * Looks for actions of items in a lot whose batches were counted as one call each, and notes the jobs that have some. @returns true: it would be more calls than
 * were counted, so its items are to be counted anew
 */
function noteOwnActions(
  { count, jobRefs, bodies, starts, ends }: GatheredLot,
  batched: ReadonlySet<JobRef>,
  liveJobs: LiveJobs,
): boolean {
  let found = false
  for (let n = 0; n < count; n++) {
    const job = batched.has(jobRefs[n] as JobRef) ? liveJobs.byRef(jobRefs[n] as JobRef) : undefined
    if (job === undefined) continue
    job.hasOwnActions ||= hasOwnAction(bodies[n]!.subarray(starts[n], ends[n]), job.record.envelope.action)
    found ||= job.hasOwnActions
  }
  return found
}

const members = new ItemMembers()

/** Looks at the bytes alone: the loop is not held while a large item is parsed. What only a parser can read counts as an action of its own. */
function hasOwnAction(line: Uint8Array, action: string): boolean {
  const text = Buffer.from(line.buffer, line.byteOffset, line.length)
  if (!mayHoldAction((part) => text.includes(part))) return false
  if (!members.read(line, 0, line.length)) return true
  const { actionStart, actionEnd } = members
  return actionEnd > 0 && text.toString('latin1', actionStart, actionEnd) !== action
}

/** Returns items in a turn of its own: nothing is reported to the scheduler from within `run()`. */
export function returnSoon(events: LotEvents, itemHandles: Uint32Array): void {
  setImmediate(() => {
    events.onUnstarted(itemHandles)
  })
}

export interface GatherSources {
  readonly payloads: PayloadCache
  readonly liveJobs: LiveJobs
  /** Bounds how many lots are loaded at once, and so the memory of all of them. */
  readonly turns: LoadTurns
}

/**
 * Finds the payloads of a lot's items: at once when all are in the cache, else after loading what is missing, when it is its turn. What is
 * found is held, or copied, until the lot is complete: the cache may forget it meanwhile.
 * @throws StoreError the store cannot read
 */
export function gatherLot(lot: Lot, sources: GatherSources): GatheredLot | Promise<GatheredLot> {
  const places = placesOf(lot, sources.liveJobs)
  return gatherCached(lot, places, sources.payloads) ?? sources.turns.run(() => gatherLoaded(lot, places, sources))
}

/** Null: not all of it is in the cache. */
function gatherCached(lot: Lot, places: readonly (Place | null)[], payloads: PayloadCache): GatheredLot | null {
  const gathering = new Gathering(lot)
  let last: Place | null = null
  let payload: Payload | undefined
  for (let n = 0; n < lot.count; n++) {
    const place = places[n]!
    if (place === null || gathering.isFull) {
      gathering.leave(n)
      continue
    }
    if (place !== last) {
      last = place
      payload = payloads.get(place.job.record.ref, place.chunk)
      if (payload === undefined) return null
    }
    if (isReplaced(place, lot.indexes[n]!)) return null
    const line = lot.indexes[n]! - place.firstIndex
    gathering.add(n, { place, body: payload!.body, start: payload!.startOf(line), end: payload!.endOf(line) })
  }
  return gathering.done()
}

async function gatherLoaded(
  lot: Lot,
  places: readonly (Place | null)[],
  { payloads, liveJobs }: GatherSources,
): Promise<GatheredLot> {
  const lines = await loadLines(lot, places, payloads)
  const gathering = new Gathering(lot)
  for (let n = 0; n < lot.count; n++) {
    const place = places[n]!
    if (place === null || liveJobs.byRef(place.job.record.ref) !== place.job) gathering.leave(n)
    else if (lines.isLost(n)) gathering.lose(n, place)
    else if (lines.isCopied(n))
      gathering.add(n, { place, body: lines.bytes, start: lines.starts[n]!, end: lines.ends[n]! })
    else gathering.leave(n)
  }
  return gathering.done()
}

/** Collects a lot's items in their order. */
class Gathering {
  readonly #lot: Lot
  readonly #table: LotJob[] = []
  readonly #numbers = new Map<LiveJob, number>()
  readonly #columns
  readonly #bodies: Uint8Array[] = []
  readonly #left: number[] = []
  readonly #lost: LostItem[] = []
  #bytes = 0
  #last: LiveJob | null = null
  #number = 0

  constructor(lot: Lot) {
    this.#lot = lot
    this.#columns = {
      jobs: new Uint32Array(lot.count),
      jobRefs: new Uint32Array(lot.count),
      indexes: new Uint32Array(lot.count),
      chunks: new Uint32Array(lot.count),
      itemHandles: new Uint32Array(lot.count),
      attempts: new Uint16Array(lot.count),
      throttled: new Uint16Array(lot.count),
      starts: new Uint32Array(lot.count),
      ends: new Uint32Array(lot.count),
    }
  }

  get isFull(): boolean {
    return this.#bytes >= MAX_LOT_BYTES
  }

  add(n: number, { place, body, start, end }: { place: Place; body: Uint8Array; start: number; end: number }): void {
    if (place.job !== this.#last) {
      this.#last = place.job
      this.#number = this.#numberOf(place.job)
    }
    const lot = this.#lot
    const columns = this.#columns
    const at = this.#bodies.push(body) - 1
    columns.jobs[at] = this.#number
    columns.jobRefs[at] = lot.jobRefs[n]!
    columns.indexes[at] = lot.indexes[n]!
    columns.chunks[at] = place.chunk
    columns.itemHandles[at] = lot.itemHandles[n]!
    columns.attempts[at] = lot.attempts[n]!
    columns.throttled[at] = lot.throttled[n]!
    columns.starts[at] = start
    columns.ends[at] = end
    this.#bytes += end - start
  }

  leave(n: number): void {
    this.#left.push(this.#lot.itemHandles[n]!)
  }

  lose(n: number, { chunk }: Place): void {
    this.#lost.push({ n, chunk })
  }

  done(): GatheredLot {
    return {
      ...this.#columns,
      bodies: this.#bodies,
      count: this.#bodies.length,
      table: this.#table,
      bytes: this.#bytes,
      left: this.#left,
      lost: this.#lost,
    }
  }

  #numberOf(job: LiveJob): number {
    const known = this.#numbers.get(job)
    if (known !== undefined) return known
    const { record } = job
    const number = this.#table.push({
      ref: record.ref,
      jobId: record.id,
      subscription: record.subscription,
      objectType: record.envelope.objectType,
      action: record.envelope.action,
      partitionBy: record.envelope.partitionBy,
      deadlineAtMs: record.envelope.deadlineAtMs,
      ...(record.continuesTrace && traceOf(record)),
    })
    this.#numbers.set(job, number - 1)
    return number - 1
  }
}

/** The trace that a job's calls continue. */
function traceOf({ traceparent, tracestate }: LiveJob['record']): Pick<LotJob, 'traceparent' | 'tracestate'> {
  return { ...(traceparent !== null && { traceparent }), ...(tracestate !== null && { tracestate }) }
}
