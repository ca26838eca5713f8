import type { ChannelRegistry } from '../limits/channel-registry.ts'
import type { TermOf } from '../model/channel-term.ts'
import type { Clock } from '../runtime/clock.ts'
import { failpoint } from '../runtime/failpoint.ts'
import type { ChannelStore } from '../store/channel-store.ts'
import type { Scheduler } from './scheduler.ts'

export interface UnblockChannelOptions {
  readonly store: Pick<ChannelStore, 'unblockChannel'>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly termOf: TermOf
  /** Makes this process the owner of the channel, unless it is already. */
  readonly adoptChannel: (name: string) => Promise<void>
  readonly channels: Pick<ChannelRegistry, 'unblock'>
  readonly scheduler: Pick<Scheduler, 'retryNow'>
  readonly outcomes: { durable(channel: string): Promise<void> }
}

/**
 * Lifts the `Retry-After` of a channel: durably first, then calls may start, and items that wait for a retry are due. Resolves when that holds.
 * @throws StoreError `disk_full`
 */
export async function unblockChannel(name: string, options: UnblockChannelOptions): Promise<void> {
  const { store, clock, channels, scheduler, outcomes, termOf, adoptChannel } = options
  await adoptChannel(name)
  // Outcomes that are being committed set the time of their retry only after it: they are to be found waiting.
  await outcomes.durable(name)
  const unblockedAtMs = clock.nowMs()
  await store.unblockChannel({ channel: name, term: termOf(name) }, unblockedAtMs)
  FAILPOINT: failpoint('schedule.unblock.durable')
  channels.unblock(name, unblockedAtMs)
  scheduler.retryNow(name)
}
