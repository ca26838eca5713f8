import type { Lot } from '../../dispatch/lot.ts'
import type { Channel } from '../../limits/channel-registry.ts'
import type { ChannelConfig } from '../../model/channel.ts'
import type { JobRef } from '../../model/ids.ts'
import type { LiveJob } from '../../model/live-job.ts'
import type { Backlog } from '../queues/backlog.ts'
import type { ChannelLine, JobLine } from '../queues/lines.ts'

export interface LotBounds {
  /** Calls at once. */
  readonly permits: number
  readonly items: number
  /** Units of the rate limit; Infinity without one. */
  readonly units: number
  /** Calls in all; Infinity: as many as there are items for. */
  readonly calls: number
}

export interface FilledLot {
  readonly lot: Lot
  /** Units of the rate limit its calls will take, as far as can be known here. */
  readonly units: number
}

/** Items a call of the channel takes. */
export function itemsPerCall(config: ChannelConfig): number {
  return config.connector.type === 'sandbox' ? 1 : config.connector.batchSize
}

/** Units of the rate limit that the next call takes when it is as full as it can be. */
export function unitsPerCall(config: ChannelConfig, readyItems: number): number {
  if (config.rateLimit?.unit !== 'items') return 1
  return Math.min(itemsPerCall(config), config.rateLimit.burst, readyItems)
}

/**
 * Takes the next items of a channel's line into a lot; they run from then on. At most one item of a key by construction: only the
 * first of a key is ever ready. Null: nothing is ready.
 * @param cost what an item of a job costs, relative to other jobs of the channel
 */
export function fillLot(
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
