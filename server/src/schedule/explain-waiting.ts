import { channelReason, type Reason } from '@waybill/spec/rules'
import type { LotRunner } from '../dispatch/lot.ts'
import type { Channel } from '../limits/channel-registry.ts'
import type { JobRef } from '../model/ids.ts'
import type { ItemWaiting, WaitingCount } from '../model/item.ts'
import type { LiveJob } from '../model/live-job.ts'
import type { CountMoving, ExplainWaiting, Followers, Turn } from '../model/ports.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Admission } from './queues/admission.ts'
import type { Backlog } from './queues/backlog.ts'
import { behindCounter } from './queues/count-behind.ts'
import { findTurns } from './queues/find-turns.ts'
import { isCalled, isInFlight, ItemState, standsBehind } from './queues/item-table.ts'
import type { SubscriptionLine } from './queues/lines.ts'
import { wallAt } from '../runtime/monotonic-at.ts'
import { parkForUs } from './parked/parking.ts'

export interface WaitingReasonsOptions {
  readonly backlog: Backlog
  readonly admission: Admission
  readonly channels: { get(name: string): Channel | undefined }
  readonly dispatcher: Pick<LotRunner, 'runningCalls'>
  readonly clock: Clock
  /** Why the store takes no outcomes, so that no call starts; null: it does. @default it does */
  readonly storeRefusal?: () => 'disk_full' | 'store_unavailable' | null
  /** Until when calls of the server before may still run, wall ms; null: they have ended. @default null */
  readonly handoverUntilMs?: () => number | null
}

interface LineFacts {
  readonly ready: number
  /** Ready, but their job is paused. */
  readonly paused: number
  readonly behind: number
  readonly retrying: number
  readonly parked: number
  readonly unadmitted: number
  /** When the last retry is due, and since when the last parked item is. */
  readonly lastRetryMs: number
  readonly lastParkedMs: number
}

/** Why something does not move: worked out when asked, from counters and one item's place; nothing is searched. */
export class WaitingReasons implements ExplainWaiting {
  readonly #options: WaitingReasonsOptions

  constructor(options: WaitingReasonsOptions) {
    this.#options = options
  }

  job(job: LiveJob): readonly WaitingCount[] {
    const { backlog, admission } = this.#options
    const line = backlog.job(job.record.ref)
    const facts = {
      ready: line?.paused === true ? 0 : job.ready,
      paused: line?.paused === true ? job.ready : 0,
      behind: line?.behind ?? 0,
      retrying: job.retrying,
      parked: job.parked,
      unadmitted: line?.stopped === true ? 0 : admission.waitingItems(job),
      lastRetryMs: line?.lastRetryMs ?? 0,
      lastParkedMs: line?.lastParkedMs ?? 0,
    }
    return this.#counts(job.record.envelope.channel, facts, line?.subscription)
  }

  channel(channel: string, subscription: string): readonly WaitingCount[] {
    const { backlog, admission } = this.#options
    const line = backlog.channels.get(channel)?.subscriptions.get(subscription)
    const facts = {
      ready: line?.counts.ready ?? 0,
      paused: line?.counts.paused ?? 0,
      behind: line?.counts.behind ?? 0,
      retrying: line?.counts.retrying ?? 0,
      parked: line?.counts.parked ?? 0,
      unadmitted: admission.waitingItems({ channel, subscription }),
      lastRetryMs: line?.lastRetryMs ?? 0,
      lastParkedMs: line?.lastParkedMs ?? 0,
    }
    return this.#counts(channel, facts, line)
  }

  item(ref: JobRef, index: number): ItemWaiting | null {
    const { backlog, admission, clock } = this.#options
    const job = backlog.job(ref)
    if (job === undefined) return admission.hasJob(ref) ? waiting(BACKLOG) : null
    if (job.stopped) return null
    const handle = (job.handleOf[index] ?? 0) - 1
    if (handle < 0) return index < job.admitted ? null : waiting(BACKLOG)
    const { items } = backlog.partitions
    const state = items.state(handle)
    if (isInFlight(state)) return null
    if (state === ItemState.ready) {
      if (job.paused) return waiting({ ...PAUSED, sinceMs: job.live.record.pausedAtMs })
      return waiting(this.#channelReason(job.subscription.channel.name, job.subscription))
    }
    if (state === ItemState.held) {
      const dueUs = backlog.waits.timeAt(items.link(handle))
      return waiting({ reason: 'retry', sinceMs: null, untilMs: Math.round(wallAt(clock, dueUs)) })
    }
    if (state === ItemState.parked) {
      const { name, parked } = job.subscription.channel
      const sinceMs = Math.round(wallAt(clock, parked.timeAt(items.link(handle))))
      return waiting({ reason: 'parked', sinceMs, untilMs: this.#parkedUntilMs(name, sinceMs) })
    }
    const first = backlog.partitions.first(handle)
    const owner = backlog.jobOf(first)
    // Hashes of keys collide, and their items wait for each other; that of another subscription is not shown (SEC-1).
    const isOwn = owner.subscription.name === job.subscription.name
    const behind = isOwn ? { jobRef: owner.live.record.ref, index: items.index(first) } : null
    return { ...waiting({ reason: 'partition', sinceMs: null, untilMs: null }), behind }
  }

  turns(ref: JobRef, indexes: readonly number[]): ReadonlyMap<number, Turn> {
    const { backlog } = this.#options
    const job = backlog.job(ref)
    if (job === undefined || job.stopped) return new Map()
    const handles = indexes.map((index) => (job.handleOf[index] ?? 0) - 1).filter((handle) => handle >= 0)
    const { items } = backlog.partitions
    return new Map(Array.from(findTurns(backlog, job, handles), ([handle, turn]) => [items.index(handle), turn]))
  }

  followers(ref: JobRef, index: number): Followers | null {
    const { backlog } = this.#options
    const job = backlog.job(ref)
    const handle = (job?.handleOf[index] ?? 0) - 1
    if (job === undefined || handle < 0) return null
    const { items } = backlog.partitions
    const subscription = job.subscription.name
    const at = items.next(handle)
    // Hashes of keys collide: an item of another subscription is not shown (SEC-1).
    const isNext =
      at !== handle && standsBehind(items.state(at)) && backlog.jobOf(at).subscription.name === subscription
    const next = isNext ? { jobRef: backlog.jobOf(at).live.record.ref, index: items.index(at) } : null
    return { items: behindCounter(backlog, subscription)(handle), next }
  }

  isRunning(ref: JobRef, index: number): boolean {
    const { backlog } = this.#options
    const handle = (backlog.job(ref)?.handleOf[index] ?? 0) - 1
    return handle >= 0 && isCalled(backlog.partitions.items.state(handle))
  }

  /** See `CountMoving`. */
  readonly countMoving: CountMoving = (ref, { from, to, itemsPerBucket }, { running, waiting }) => {
    const { backlog } = this.#options
    const job = backlog.job(ref)
    if (job === undefined) return 0
    const { items } = backlog.partitions
    let found = 0
    for (let index = from; index < Math.min(to, job.admitted); index++) {
      const handle = job.handleOf[index]! - 1
      if (handle < 0) continue
      const state = items.state(handle)
      const runs = isInFlight(state)
      if (!runs && (job.stopped || (state !== ItemState.held && state !== ItemState.parked))) continue
      const counts = runs ? running : waiting
      counts[Math.floor(index / itemsPerBucket)]!++
      found++
    }
    return found
  }

  /** The evidence of order: how often a key's turn passed on since the start, and how often not to the next item in order. */
  get order(): Pick<Backlog['order'], 'checks' | 'violations'> {
    return this.#options.backlog.order
  }

  /** When the first parked item of a channel is skipped if nobody decides, wall ms; null: none is parked, or the channel is gone. */
  firstParkedExpiryMs(channelName: string): number | null {
    const { backlog, clock } = this.#options
    const earliestUs = backlog.channels.get(channelName)?.parked.earliest ?? Infinity
    return earliestUs === Infinity ? null : this.#parkedUntilMs(channelName, wallAt(clock, earliestUs))
  }

  #counts(channel: string, facts: LineFacts, subscription: SubscriptionLine | undefined): WaitingCount[] {
    const counts: WaitingCount[] = []
    if (facts.retrying > 0) {
      // Of an unblocked channel all are due.
      const untilMs = Math.max(facts.lastRetryMs, this.#options.clock.nowMs())
      counts.push({ reason: 'retry', items: facts.retrying, untilMs })
    }
    if (facts.parked > 0) {
      const untilMs = this.#parkedUntilMs(channel, Math.round(facts.lastParkedMs))
      counts.push({ reason: 'parked', items: facts.parked, untilMs })
    }
    const { reason, untilMs } = facts.ready > 0 ? this.#channelReason(channel, subscription) : BACKLOG
    const paused = facts.paused + (reason === 'paused' ? facts.ready : 0)
    if (paused > 0) counts.push({ reason: 'paused', items: paused, untilMs: null })
    if (reason !== 'backlog' && reason !== 'paused') counts.push({ reason, items: facts.ready, untilMs })
    if (facts.behind > 0) counts.push({ reason: 'partition', items: facts.behind, untilMs: null })
    const inLine = facts.unadmitted + (reason === 'backlog' ? facts.ready : 0)
    if (inLine > 0) counts.push({ reason: 'backlog', items: inLine, untilMs: null })
    return counts
  }

  /** Why a ready item of a channel is not in a lot. */
  #channelReason(name: string, subscription: SubscriptionLine | undefined): Reason {
    const { channels, dispatcher, clock, storeRefusal, handoverUntilMs } = this.#options
    const channel = channels.get(name)
    // A channel that was removed is as good as paused: it resumes when there is one of that name.
    if (channel === undefined) return PAUSED
    const nowUs = clock.monotonicUs()
    const { circuit, gate } = channel
    const state = circuit.state(nowUs)
    return channelReason({
      isPaused: gate.paused,
      storeRefusal: () => storeRefusal?.() ?? null,
      handoverUntilMs: () => handoverUntilMs?.() ?? null,
      unavailable: () => {
        if (channel.unavailable === null) return null
        const { sinceMs, untilUs } = channel.unavailable
        return { sinceMs, untilMs: Math.ceil(wallAt(clock, untilUs)) }
      },
      blockedUntilMs: () => (gate.blockedUntilUs > nowUs ? Math.ceil(wallAt(clock, gate.blockedUntilUs)) : null),
      circuit: () => {
        if (state === 'closed') return null
        const untilMs = state === 'open' ? Math.ceil(wallAt(clock, circuit.openUntilUs)) : null
        return { sinceMs: Math.round(wallAt(clock, circuit.sinceUs)), untilMs }
      },
      rateOpensAtMs: () => {
        const { units, untilUs } = gate.available(nowUs)
        return units < 1 ? Math.ceil(wallAt(clock, untilUs)) : null
      },
      isFull: () => dispatcher.runningCalls(channel) >= channel.config.concurrency || subscription?.share.full === true,
    })
  }

  /** When an item that was parked then is skipped; of a channel that is gone nobody can know. */
  #parkedUntilMs(channelName: string, sinceMs: number): number | null {
    const channel = this.#options.channels.get(channelName)
    return channel === undefined ? null : sinceMs + parkForUs(channel) / 1000
  }
}

const BACKLOG = { reason: 'backlog', sinceMs: null, untilMs: null } as const
const PAUSED = { reason: 'paused', sinceMs: null, untilMs: null } as const

function waiting({ reason, sinceMs, untilMs }: Reason): ItemWaiting {
  return { reason, sinceMs, untilMs, behind: null }
}
