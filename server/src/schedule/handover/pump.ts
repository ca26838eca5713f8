import type { Lot, LotEvents, LotRunner } from '../../dispatch/lot.ts'
import type { Channel } from '../../limits/channel-registry.ts'
import type { RateReservation } from '../../limits/rate-reservation.ts'
import type { ChannelConfig } from '../../model/channel.ts'
import type { JobRef } from '../../model/ids.ts'
import type { LiveJob } from '../../model/live-job.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Telemetry } from '../../runtime/telemetry.ts'
import { type Backlog, CHANNEL_ID } from '../queues/backlog.ts'
import type { ChannelLine, JobLine } from '../queues/lines.ts'
import { GateBudget } from './gate-budget.ts'

export interface PumpOptions {
  readonly backlog: Backlog
  readonly channels: { get(name: string): Channel | undefined }
  readonly dispatcher: Pick<LotRunner, 'capacity' | 'run' | 'itemCost'>
  readonly tats: RateReservation
  readonly clock: Clock
  readonly telemetry: Telemetry
  /** True while no call may start. */
  readonly held: () => boolean
  /** Called when it is true for a channel that has something to start. */
  readonly onHeldBack: () => void
}

/** Costs further apart are taken for this: a round of the ring stays short whatever is measured. */
const MAX_COST = 16

/** Passes lots of one channel to the dispatcher, as long as items are ready, there is capacity, and the gate is open. */
export class Pump {
  readonly #options: PumpOptions
  readonly #budgets: GateBudget[] = []
  /** When a channel is to be looked at again, by its number; Infinity: it is not among the waits. */
  readonly #lookAgainUs: number[] = []

  constructor(options: PumpOptions) {
    this.#options = options
  }

  /**
   * Dispatches the items of these channels that may start now, and takes out channels that are done with: a channel is looked at again when more may start.
   * Holds the event loop until then, and for a lot. @returns true when more may start now
   */
  pumpSome(lines: Set<ChannelLine>, { events, endUs }: { events: LotEvents; endUs: number }): boolean {
    for (const line of lines) {
      const isOver = this.#pump(line, { events, endUs })
      lines.delete(line)
      if (!isOver) continue
      lines.add(line)
      return true
    }
    return false
  }

  /** @returns true when the time was over before everything was dispatched */
  #pump(line: ChannelLine, { events, endUs }: { events: LotEvents; endUs: number }): boolean {
    const { backlog, dispatcher, clock } = this.#options
    const channel = this.#options.channels.get(line.name)
    if (channel === undefined) return false
    while (line.ready > 0) {
      if (this.#options.held()) {
        this.#options.onHeldBack()
        return false
      }
      const nowUs = clock.monotonicUs()
      const mayStart = channel.circuit.mayStart(nowUs)
      if (mayStart === 'none') {
        this.#lookAgainAt(line, channel.circuit.nextUs(nowUs))
        return false
      }
      const budget = this.#budget(line, channel)
      const perCall = unitsPerCall(channel.config, line.ready)
      const units = budget.units(nowUs, perCall)
      if (units < 1) {
        this.#lookAgainAt(line, budget.nextUs(nowUs, perCall))
        return false
      }
      const capacity = dispatcher.capacity(channel)
      if (capacity.permits < 1 || capacity.items < 1) return false // `onCapacity` will come
      const durable = this.#durableUnits(channel, budget, { units, nowUs })
      if (durable < Math.min(units, perCall)) return false // it resumes when more is durable
      line.setQuantum(itemsPerCall(channel.config))
      const calls = mayStart === 'probe' ? 1 : Infinity
      const filled = fillLot(
        backlog,
        { line, channel },
        { ...capacity, units: Math.min(units, durable), calls, cost: (job) => this.cost(job) },
      )
      if (filled === null) return false
      const { lot } = filled
      if (mayStart === 'probe') {
        channel.circuit.startProbe({ jobRef: lot.jobRefs[0]!, index: lot.indexes[0]! }, nowUs)
        this.#options.telemetry.emit('circuit.half_opened', { channel: line.name })
      }
      budget.dispatched(filled.units, nowUs)
      dispatcher.run(lot, events)
      if (clock.monotonicUs() >= endUs) return line.ready > 0
    }
    return false
  }

  /** Returns the cost of a job's item in turns. */
  cost(job: LiveJob): number {
    return Math.min(Math.max(this.#options.dispatcher.itemCost(job), 1 / MAX_COST), MAX_COST)
  }

  /** Items of a channel were returned uncalled. */
  returned(line: ChannelLine, items: number): void {
    const channel = this.#options.channels.get(line.name)
    if (channel === undefined) return
    const units = channel.config.rateLimit?.unit === 'items' ? items : Math.ceil(items / itemsPerCall(channel.config))
    this.#budget(line, channel).returned(units, this.#options.clock.monotonicUs())
  }

  /** A channel's time came; it was just taken out of the waits. */
  onDue(line: ChannelLine): void {
    this.#lookAgainUs[line.number] = Infinity
  }

  #durableUnits(channel: Channel, budget: GateBudget, { units, nowUs }: { units: number; nowUs: number }): number {
    const onTheWay = units === Infinity ? 0 : budget.onTheWay(nowUs)
    return this.#options.tats.durableUnits(channel, onTheWay + units) - onTheWay
  }

  #lookAgainAt(line: ChannelLine, atUs: number): void {
    const { waits } = this.#options.backlog
    const setUs = this.#lookAgainUs[line.number] ?? Infinity
    if (atUs >= setUs) return
    if (setUs !== Infinity) waits.remove(CHANNEL_ID + line.number)
    waits.add(CHANNEL_ID + line.number, atUs)
    this.#lookAgainUs[line.number] = atUs
  }

  #budget(line: ChannelLine, channel: Channel): GateBudget {
    let budget = this.#budgets[line.number]
    if (budget?.gate !== channel.gate) this.#budgets[line.number] = budget = new GateBudget(channel.gate)
    const { payload } = channel.config
    budget.resolvesPayloads = payload !== null
    budget.resolvesMany = payload !== null && payload.batchSize > 1
    return budget
  }
}

interface LotBounds {
  /** Calls at once. */
  readonly permits: number
  readonly items: number
  /** Units of the rate limit; Infinity without one. */
  readonly units: number
  /** Calls in all; Infinity: as many as there are items for. */
  readonly calls: number
}

interface FilledLot {
  readonly lot: Lot
  /** Units of the rate limit its calls will take, as far as can be known here. */
  readonly units: number
}

/** Items a call of the channel takes. */
function itemsPerCall(config: ChannelConfig): number {
  return config.connector.type === 'sandbox' ? 1 : config.connector.batchSize
}

/** Units of the rate limit that the next call takes when it is as full as it can be. */
function unitsPerCall(config: ChannelConfig, readyItems: number): number {
  if (config.rateLimit?.unit !== 'items') return 1
  return Math.min(itemsPerCall(config), config.rateLimit.burst, readyItems)
}

/**
 * Takes the next items of a channel's line into a lot; they run from then on. At most one item of a key by construction: only the
 * first of a key is ever ready. Null: nothing is ready.
 * @param cost what an item of a job costs, relative to other jobs of the channel
 */
function fillLot(
  backlog: Backlog,
  from: { line: ChannelLine; channel: Channel },
  options: LotBounds & { cost: (job: LiveJob) => number },
): FilledLot | null {
  const { line, channel } = from
  const perCall = itemsPerCall(channel.config)
  const perItem = channel.config.rateLimit?.unit === 'items'
  const most = Math.min(options.items, line.ready, perItem ? options.units : Infinity)
  if (most < 1) return null
  const lot = {
    channel,
    itemHandles: new Uint32Array(most),
    jobRefs: new Uint32Array(most),
    indexes: new Uint32Array(most),
    attempts: new Uint16Array(most),
    throttled: new Uint16Array(most),
  }
  const { items } = backlog.partitions
  let count = 0
  let calls = 0
  let last: JobLine | null = null
  let inCall = 0
  let batched: Set<JobRef> | null = null
  while (count < most) {
    // A turn ends with a full call: what a job overdraws by it, it pays back in later rounds.
    const job: JobLine | null =
      last !== null && inCall < perCall && last.live.ready > 0 && !last.paused ? last : backlog.nextJob(line)
    if (job === null) break
    // A call holds items of one job; what a lot's calls will be is the worker's to decide, this is the least it can be. Where a batch may become several
    // calls and they are limited, each item counts as one.
    const { share } = job.subscription
    const isLimited = perCall > 1 && share.limited
    const leads = job !== last || inCall === perCall || (isLimited && maySplit(job.live, channel))
    if (leads) {
      if (calls === options.calls || (!perItem && calls + 1 > options.units)) break
      if (share.full) {
        job.subscription.waitForCall()
        last = null
        continue
      }
      calls++
      inCall = 0
      last = job
    }
    const handle = backlog.take(job, options.cost(job.live), leads)
    inCall++
    if (isLimited && !maySplit(job.live, channel)) (batched ??= new Set()).add(job.live.record.ref)
    lot.itemHandles[count] = handle
    lot.jobRefs[count] = job.live.record.ref
    lot.indexes[count] = items.index(handle)
    lot.attempts[count] = items.attempts(handle) + 1
    lot.throttled[count] = items.throttled(handle)
    count++
  }
  if (count === 0) return null
  return {
    lot: { ...trimmed(lot, count), count, batched, permits: Math.min(options.permits, calls) },
    units: perItem ? count : calls,
  }
}

/** Whether a batch may become several calls: by the actions of its items, or as payloads are resolved one by one. */
function maySplit({ hasOwnActions }: LiveJob, { config }: Channel): boolean {
  return hasOwnActions || config.payload !== null
}

type LotArrays = Omit<Lot, 'count' | 'permits' | 'batched'>

function trimmed(lot: LotArrays, count: number): LotArrays {
  if (count === lot.itemHandles.length) return lot
  return {
    channel: lot.channel,
    itemHandles: lot.itemHandles.slice(0, count),
    jobRefs: lot.jobRefs.slice(0, count),
    indexes: lot.indexes.slice(0, count),
    attempts: lot.attempts.slice(0, count),
    throttled: lot.throttled.slice(0, count),
  }
}
