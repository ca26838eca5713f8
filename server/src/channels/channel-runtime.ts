import { Calendar } from '../jobs/calendar.ts'
import { Deadlines } from '../jobs/deadlines.ts'
import { explainBoth } from '../jobs/explain-both.ts'
import { JobControl } from '../jobs/job-control.ts'
import { recoverJobs } from '../jobs/recover-jobs.ts'
import { ChannelTests } from '../dispatch/channel-tests.ts'
import { Dispatcher } from '../dispatch/dispatcher.ts'
import { LiveJobs } from '../model/live-job.ts'
import { noJobEvents } from '../model/webhook-event.ts'
import { Outcomes } from '../outcomes/outcomes.ts'
import { Progress } from '../progress/progress.ts'
import type { Service } from '../runtime/service.ts'
import { Services } from '../runtime/services.ts'
import { CountedTests } from '../schedule/counted-tests.ts'
import { SubscriptionShares } from '../schedule/handover/subscription-share.ts'
import { Scheduler } from '../schedule/scheduler.ts'
import { TatLedger } from '../schedule/handover/tat-ledger.ts'
import type { Recovery } from '../store/recovery-store.ts'
import type { SharedByChannels } from './shared-by-channels.ts'

/**
 * Everything live of the channels that a process runs: their jobs, queues, calls, outcomes, times and progress. A job has one channel and a
 * key is of one channel, so nothing in here looks beyond its channels; what all channels of a process share is handed in.
 *
 * Made by the composition root, which has one for all channels. `adopt` takes over what is unfinished, `release` ends what runs and commits
 * its outcomes: another runtime can adopt the same channels then.
 */
export class ChannelRuntime implements Service {
  readonly liveJobs = new LiveJobs()
  readonly explainWaiting: ReturnType<typeof explainBoth>
  readonly progress: Progress
  readonly outcomes: Outcomes
  readonly dispatcher: Dispatcher
  readonly channelTests: CountedTests
  readonly scheduler: Scheduler
  readonly calendar: Calendar
  readonly deadlines: Deadlines
  readonly jobControl: JobControl
  readonly #shared: SharedByChannels
  readonly #services: Services

  /** Builds every stage, the last one first, so that each is handed the one after it. */
  constructor(shared: SharedByChannels) {
    this.#shared = shared
    const { liveJobs } = this
    const { store, clock, logger, telemetry, channels, payloads, times, bootId, onFatal, events = noJobEvents } = shared
    const { termOf, adoptChannel, adoptChannels } = shared.terms
    // Progress asks the scheduler, and of jobs without places the calendar, why something does not move: the answer is only there.
    this.explainWaiting = explainBoth(liveJobs, { scheduler: () => scheduler.waiting, calendar: () => calendar })
    const progress = new Progress({
      ...{
        clock,
        store,
        liveJobs,
        channels,
        termOf,
        explainWaiting: this.explainWaiting,
        paths: shared.paths,
        telemetry,
      },
      blockedReason: (job) => calendar.blockedReason(job),
    })
    const outcomes = new Outcomes({
      ...{ store, clock, liveJobs, progress, termOf, logger, telemetry, events, onFatal },
      onWebhookCalls: shared.onWebhookCalls,
      // A committed outcome frees its key; only the scheduler knows who is next (ORD-3).
      onDurable(durable) {
        for (const job of durable.endedJobs) payloads.drop(job.record.ref)
        scheduler.onDurable(durable)
        for (const job of durable.endedJobs) {
          deadlines.jobEnded(job)
          calendar.jobEnded(job)
        }
      },
    })
    const tats = new TatLedger({
      ...{ store, clock, channels, termOf, adoptChannels, bootId, onFatal },
      // More is durable of what a gate may let through: the scheduler hands it over.
      onCapacity: (channel) => scheduler.channelChanged(channel),
    })
    const dispatcher = new Dispatcher({
      ...{ clock, channels, payloads, outcomes, liveJobs, tats, termOf, logger, telemetry },
      threads: shared.threads,
      allowPrivateAddresses: shared.allowPrivateAddresses,
      ...{ egress: shared.egress, tracing: shared.tracing },
    })
    const channelTests = new ChannelTests({
      ...{ clock, tats, termOf, adoptChannel, logger },
      allowPrivateAddresses: shared.allowPrivateAddresses,
      egress: shared.egress,
    })
    const shares = new SubscriptionShares(shared.subscriptions)
    const scheduler: Scheduler = new Scheduler({
      ...{ clock, channels, dispatcher, outcomes, tats, shares, logger, telemetry },
      // The outcome of a call would find no space, or a store that may lose it.
      held: () => store.condition === 'none' || store.condition === 'damaged',
    })
    this.channelTests = new CountedTests({
      ...{ tests: channelTests, shares },
      onEnded: (subscription) => scheduler.subscriptionChanged(subscription),
    })
    const calendar: Calendar = new Calendar({
      ...{ store, clock, times, liveJobs, termOf, scheduler, outcomes, progress, events, logger, telemetry },
    })
    const control = { store, clock, liveJobs, termOf, calendar, scheduler, outcomes, progress, telemetry }
    const deadlines: Deadlines = new Deadlines({ ...control, times, logger })
    store.onCondition(() => {
      for (const channel of channels.all()) scheduler.channelChanged(channel)
    })
    channels.onChange((channel) => {
      tats.channelChanged(channel)
      scheduler.channelChanged(channel)
    })
    shared.subscriptions.onChange((name) => scheduler.subscriptionChanged(name))
    this.progress = progress
    this.outcomes = outcomes
    this.dispatcher = dispatcher
    this.scheduler = scheduler
    this.calendar = calendar
    this.deadlines = deadlines
    this.jobControl = new JobControl(control)
    // Released in reverse, the way of an item: nothing new starts, what runs may end, its outcome is committed.
    this.#services = new Services([tats, outcomes, dispatcher, channelTests, scheduler, calendar])
  }

  /** Starts the stages. Nothing is called before `adopt` has ended. */
  start(): Promise<void> {
    return this.#services.start()
  }

  /** Takes over everything unfinished, each item at its place (REC-1, ORD-5). */
  adopt(recovery: Recovery): Promise<void> {
    return recoverJobs(recovery, { ...this.#shared, ...this.#stages })
  }

  /** Ends what runs, within 30 s, and commits its outcomes. A second call resolves with the first. */
  release(): Promise<void> {
    return this.#services.stop()
  }

  /** As `release`: a process that stops has no other runtime for its channels. */
  stop(): Promise<void> {
    return this.release()
  }

  get #stages() {
    const { liveJobs, progress, outcomes, scheduler, calendar, deadlines } = this
    return { liveJobs, progress, outcomes, scheduler, calendar, deadlines }
  }
}
