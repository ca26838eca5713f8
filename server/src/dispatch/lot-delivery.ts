import type { Channel } from '../limits/channel-registry.ts'
import type { TermOf } from '../model/channel-term.ts'
import type { LiveJobs } from '../model/live-job.ts'
import type { OutcomeBatch } from '../model/outcome-batch.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import { EngineOutcomes, payloadLost } from './engine-outcomes.ts'
import { type GatheredLot, gatherLot, type LostItem } from './gather-lot.ts'
import type { Lane } from './lane.ts'
import { ItemMembers } from '../connectors/item-members.ts'
import type { JobRef } from '../model/ids.ts'
import { mayHoldAction } from './worker-plan.ts'
import { LoadTurns } from './load-turns.ts'
import type { Lot, LotEvents } from './lot.ts'
import type { PayloadCache } from './payload-cache.ts'

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
