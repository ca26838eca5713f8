import type { LotRunner } from '../dispatch/lot.ts'
import type { Channel } from '../limits/channel-registry.ts'
import type { JobRef } from '../model/ids.ts'
import type { ItemWaiting, WaitingCount, WaitingReason } from '../model/item.ts'
import type { LiveJob } from '../model/live-job.ts'
import type { ExplainWaiting } from '../model/ports.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Admission } from './admission.ts'
import type { Backlog } from './backlog.ts'
import { ItemState } from './item-slots.ts'

export interface WaitingReasonsOptions {
  readonly backlog: Backlog
  readonly admission: Admission
  readonly channels: { get(name: string): Channel | undefined }
  readonly dispatcher: Pick<LotRunner, 'runningCalls'>
  readonly clock: Clock
}

interface Reason {
  readonly reason: WaitingReason
  readonly untilMs: number | null
}

interface LineFacts {
  readonly ready: number
  readonly behind: number
  readonly retrying: number
  readonly unadmitted: number
  /** When the last retry is due. */
  readonly lastRetryMs: number
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
      ready: job.ready,
      behind: line?.behind ?? 0,
      retrying: job.retrying,
      unadmitted: line?.stopped === true ? 0 : admission.waitingItems(job),
      lastRetryMs: line?.lastRetryMs ?? 0,
    }
    return this.#counts(job.record.envelope.channel, facts)
  }

  channel(channel: string, subscription: string): readonly WaitingCount[] {
    const { backlog, admission } = this.#options
    const line = backlog.channels.get(channel)?.subscriptions.get(subscription)
    const facts = {
      ready: line?.counts.ready ?? 0,
      behind: line?.counts.behind ?? 0,
      retrying: line?.counts.retrying ?? 0,
      unadmitted: admission.waitingItems({ channel, subscription }),
      lastRetryMs: line?.lastRetryMs ?? 0,
    }
    return this.#counts(channel, facts)
  }

  item(ref: JobRef, index: number): ItemWaiting | null {
    const { backlog, admission, clock } = this.#options
    const job = backlog.job(ref)
    if (job === undefined) return admission.hasJob(ref) ? waiting(BACKLOG) : null
    if (job.stopped) return null
    const slot = (job.slotOf[index] ?? 0) - 1
    if (slot < 0) return index < job.admitted ? null : waiting(BACKLOG)
    const { items } = backlog.partitions
    const state = items.state(slot)
    if (state === ItemState.running) return null
    if (state === ItemState.ready) return waiting(this.#channelReason(job.subscription.channel.name))
    if (state === ItemState.held) {
      const dueUs = backlog.waits.timeAt(items.link(slot))
      return waiting({ reason: 'retry', untilMs: Math.round(clock.nowMs() + (dueUs - clock.monotonicUs()) / 1000) })
    }
    const first = backlog.partitions.first(slot)
    const behind = { jobRef: backlog.jobOf(first).live.record.ref, index: items.index(first) }
    return { ...waiting({ reason: 'partition', untilMs: null }), behind }
  }

  isRunning(ref: JobRef, index: number): boolean {
    const { backlog } = this.#options
    const slot = (backlog.job(ref)?.slotOf[index] ?? 0) - 1
    return slot >= 0 && backlog.isInFlight(slot)
  }

  #counts(channel: string, facts: LineFacts): WaitingCount[] {
    const counts: WaitingCount[] = []
    if (facts.retrying > 0) counts.push({ reason: 'retry', items: facts.retrying, untilMs: facts.lastRetryMs })
    const { reason, untilMs } = facts.ready > 0 ? this.#channelReason(channel) : BACKLOG
    if (reason !== 'backlog') counts.push({ reason, items: facts.ready, untilMs })
    if (facts.behind > 0) counts.push({ reason: 'partition', items: facts.behind, untilMs: null })
    const inLine = facts.unadmitted + (reason === 'backlog' ? facts.ready : 0)
    if (inLine > 0) counts.push({ ...BACKLOG, items: inLine })
    return counts
  }

  /** Why a ready item of a channel is not in a lot. */
  #channelReason(name: string): Reason {
    const { channels, dispatcher, clock } = this.#options
    const channel = channels.get(name)
    // A channel that was removed is as good as paused: it goes on when there is one of that name.
    if (channel === undefined || channel.gate.paused) return { reason: 'paused', untilMs: null }
    const nowUs = clock.monotonicUs()
    const { units, untilUs } = channel.gate.available(nowUs)
    if (units < 1) return { reason: 'rate_limit', untilMs: Math.ceil(clock.nowMs() + (untilUs - nowUs) / 1000) }
    if (dispatcher.runningCalls(channel) >= channel.config.concurrency) return { reason: 'concurrency', untilMs: null }
    return BACKLOG
  }
}

const BACKLOG = { reason: 'backlog', untilMs: null } as const

function waiting({ reason, untilMs }: Reason): ItemWaiting {
  return { reason, sinceMs: null, untilMs, behind: null }
}
