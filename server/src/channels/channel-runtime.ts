import { Calendar } from '../jobs/calendar.ts'
import { Deadlines } from '../jobs/deadlines.ts'
import { explainBoth } from '../jobs/explain-both.ts'
import type { LiveJob } from '../model/live-job.ts'
import { Outcomes } from '../outcomes/outcomes.ts'
import type { JobSnapshot } from '../progress/job-view.ts'
import { Progress } from '../progress/progress.ts'
import { Scheduler } from '../schedule/scheduler.ts'
import type { StoreCondition } from '../store/store-condition.ts'
import { mayCall, quietUntilMs } from './may-call.ts'
import type { StagesOfChannels } from './stages-of-channels.ts'

export interface ChannelRuntimeOptions {
  readonly channel: string
  readonly shared: StagesOfChannels
  /** How a job of another channel is shown. */
  readonly snapshotOf: (job: LiveJob) => JobSnapshot
  /** Commits fail, and something of the channel was to start: `scheduler.resume` when they work again. */
  readonly onHeldBack: (runtime: ChannelRuntime) => void
  /** The last live job of the channel ended. */
  readonly onLastJobEnded: () => void
}

/** A call that runs may take so long beyond its time-out until it has ended, ms. */
const GRACE_MS = 10_000

/**
 * Everything live of one channel, from its adoption to its release: its queues, outcomes, times and progress. A job has one channel and a key is
 * of one channel, so nothing in here looks beyond it; what all channels of a process share is handed in (stages-of-channels.ts).
 *
 * Made by `AdoptedChannels` with a job of the channel, and dropped when there has been none for a while: what is known of calls (gate, circuit,
 * pace, credentials) is not in here.
 */
export class ChannelRuntime {
  readonly channel: string
  readonly explainWaiting: ReturnType<typeof explainBoth>
  readonly progress: Progress
  readonly outcomes: Outcomes
  readonly scheduler: Scheduler
  readonly calendar: Calendar
  readonly deadlines: Deadlines
  readonly #shared: StagesOfChannels
  #isForgotten = false

  /** Builds every stage, the last one first, so that each is handed the one after it. */
  constructor({ channel, shared, ...union }: ChannelRuntimeOptions) {
    this.channel = channel
    this.#shared = shared
    const { liveJobs, payloads, dispatcher, tats, turns, shares, store, reads, commits } = shared
    // Progress asks the scheduler, and of jobs without places the calendar, why something does not move: the answer is only there.
    this.explainWaiting = explainBoth(liveJobs, { scheduler: () => scheduler.waiting, calendar: () => calendar })
    const progress = new Progress({
      ...{ ...shared, explainWaiting: this.explainWaiting },
      jobs: { values: () => liveJobs.ofChannel(channel).values() },
      blockedReason: (job) => calendar.blockedReason(job),
      snapshotOf: union.snapshotOf,
      onChange: reads.changed,
    })
    const outcomes = new Outcomes({
      ...{ ...shared, progress },
      // A committed outcome frees its key; only the scheduler knows who is next (ORD-3).
      onDurable(durable) {
        for (const job of durable.endedJobs) payloads.drop(job.record.ref)
        scheduler.onDurable(durable)
        for (const job of durable.endedJobs) {
          deadlines.jobEnded(job)
          calendar.jobEnded(job)
        }
        if (durable.endedJobs.length > 0 && liveJobs.ofChannel(channel).size === 0) union.onLastJobEnded()
      },
    })
    const scheduler: Scheduler = new Scheduler({
      ...{ ...shared, dispatcher, outcomes, tats, turns, shares, counts: shared.backlogs },
      // The outcome of a call would find no space, or a store that may lose it.
      held: () => store.condition === 'none' || store.condition === 'damaged' || !mayCall(store),
      storeRefusal: () =>
        store.lease.holds() ? refusalOf(store.condition, commits.commitRefusal) : 'store_unavailable',
      handoverUntilMs: () => quietUntilMs(store),
      onHeldBack: () => union.onHeldBack(this),
    })
    const calendar: Calendar = new Calendar({
      ...{ ...shared, scheduler, outcomes, progress, counts: shared.calendars },
    })
    const deadlines = new Deadlines({ ...shared, calendar, scheduler, outcomes, progress })
    this.progress = progress
    this.outcomes = outcomes
    this.scheduler = scheduler
    this.calendar = calendar
    this.deadlines = deadlines
  }

  /** Starts no further call. Resolves when running ones have ended, each within its time-out, and their outcomes are durable. */
  async finish(): Promise<void> {
    const { dispatcher, channels } = this.#shared
    this.scheduler.stop()
    this.calendar.stop()
    await this.calendar.opened()
    await dispatcher.drain(this.channel, { graceMs: longestCallMs(channels.get(this.channel)) + GRACE_MS })
    await this.outcomes.stop()
  }

  /**
   * The channel is another server's: starts no further call, commits and announces nothing any more. Whoever follows its jobs is notified. Running
   * calls end, each within its time-out; `finish` resolves then.
   */
  lose(): void {
    this.scheduler.stop()
    this.calendar.stop()
    this.deadlines.forget()
    this.outcomes.lose()
    this.progress.forget()
  }

  /** Drops everything, when its jobs are no longer live and all outcomes are durable, or lost. Whoever follows them is notified. A second call does nothing. */
  forget(): void {
    if (this.#isForgotten) return
    this.#isForgotten = true
    this.scheduler.stop()
    this.calendar.stop()
    this.deadlines.forget()
    this.calendar.forget()
    this.scheduler.forget()
    this.progress.forget()
  }
}

/** Why no call may start as its outcome would not become durable; null: it would. */
function refusalOf(
  condition: StoreCondition,
  refusal: StagesOfChannels['commits']['commitRefusal'],
): 'disk_full' | 'store_unavailable' | null {
  if (condition === 'damaged' || refusal === 'unavailable') return 'store_unavailable'
  return refusal !== null || condition === 'none' ? 'disk_full' : null
}

type KnownChannel = ReturnType<StagesOfChannels['channels']['get']>

function longestCallMs(channel: KnownChannel): number {
  if (channel === undefined || channel.config.connector.type === 'sandbox') return 0
  return channel.config.connector.timeoutMs
}
