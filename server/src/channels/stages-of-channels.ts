import { ChannelTests } from '../dispatch/channel-tests.ts'
import { Dispatcher } from '../dispatch/dispatcher.ts'
import { Dependencies } from '../jobs/dependencies.ts'
import type { Channel } from '../limits/channel-registry.ts'
import type { ChannelHold } from '../limits/held-channel.ts'
import { LiveJobs } from '../model/live-job.ts'
import type { OutcomeBatch } from '../model/outcome-batch.ts'
import { noJobEvents } from '../model/webhook-event.ts'
import { CommitStage } from '../outcomes/commit-stage.ts'
import { JobReads } from '../progress/job-reads.ts'
import type { Progress } from '../progress/progress.ts'
import { Versions } from '../progress/versions.ts'
import { CountedTests } from '../schedule/counted-tests.ts'
import { ScheduleTurns } from '../schedule/handover/schedule-turns.ts'
import { SubscriptionShares } from '../schedule/handover/subscription-share.ts'
import { TatLedger } from '../schedule/handover/tat-ledger.ts'
import { newBacklogCounts } from '../schedule/queues/backlog-counts.ts'
import { ownerUnavailable } from '../store/find-job.ts'
import { ChannelTerms } from './channel-terms.ts'
import type { SharedByChannels } from './shared-by-channels.ts'

/** The reports of the shared stages to the channels. */
export interface ChannelRoutes {
  progressOf(channel: string): Progress | undefined
  /** Outcomes of calls. */
  add(channel: Channel, batch: OutcomeBatch): void
  /** More of a channel may start. */
  onCapacity(channel: Channel): void
  /** A call of a subscription ended that was no delivery. */
  onCallEnded(subscription: string): void
  /** Commits work. */
  onCommitted(): void
}

export type StagesOfChannels = ReturnType<typeof stagesOfChannels>

/** Builds the stages that all channels of a process share: threads, commits, turns, and what is counted over all. */
export function stagesOfChannels(shared: SharedByChannels, routes: ChannelRoutes) {
  const { store, clock, logger, telemetry, channels, payloads, bootId, onFatal, paths, events = noJobEvents } = shared
  const terms = new ChannelTerms({ store, clock, channels, logger })
  const { termOf, lastTermOf, adoptChannel, adoptChannels } = terms
  const liveJobs = new LiveJobs()
  const versions = new Versions()
  const reads = new JobReads({
    ...{ clock, store, liveJobs, paths },
    progressOf: (channel) => routes.progressOf(channel),
    nextVersion: (channel) => versions.next(lastTermOf(channel)),
  })
  const commits = new CommitStage({
    ...{ store, clock, termOf, logger, telemetry, events, onFatal },
    onCommitted: () => routes.onCommitted(),
  })
  const onCapacity = (channel: Channel): void => routes.onCapacity(channel)
  const owns = (name: string): boolean => liveJobs.runs(name)
  const requireChannel = async (name: string): Promise<void> => {
    if (!liveJobs.runs(name) || !store.lease.holds()) throw ownerUnavailable(name)
    await adoptChannel(name)
  }
  // More is durable of what a gate may let through: the scheduler hands it over.
  const tats = new TatLedger({
    ...{ store, clock, channels, termOf, adoptChannels, bootId, onFatal, onCapacity, owns },
  })
  const calls = { allowPrivateAddresses: shared.allowPrivateAddresses, egress: shared.egress }
  const dispatcher = new Dispatcher({
    ...{ clock, channels, payloads, liveJobs, tats, termOf, logger, telemetry, onCapacity, ...calls },
    outcomes: { add: (channel, batch) => routes.add(channel, batch) },
    ...{ threads: shared.threads, tracing: shared.tracing, lease: store.lease },
  })
  const quiet = (): ChannelHold | null => {
    const { untilMs } = store.quiet
    if (untilMs === null) return null
    return {
      reason: 'calls of the server before it may still run',
      untilUs: clock.monotonicUs() + (untilMs - performance.now()) * 1000,
    }
  }
  const tests = new ChannelTests({
    ...{ clock, tats, termOf, adoptChannel: requireChannel, logger, ...calls, lease: store.lease, heldBy: quiet },
  })
  const shares = new SubscriptionShares(shared.subscriptions)
  const onEnded = (subscription: string): void => routes.onCallEnded(subscription)
  return {
    ...{
      ...shared,
      terms,
      termOf,
      requireChannel,
      events,
      liveJobs,
      versions,
      reads,
      commits,
      tats,
      dispatcher,
      tests,
      shares,
    },
    channelTests: new CountedTests({ tests, shares, onEnded }),
    turns: new ScheduleTurns({ clock }),
    backlogs: newBacklogCounts(),
    calendars: { waitingItems: 0 },
    /** A job may wait for one of another channel. */
    dependencies: new Dependencies(),
  }
}
