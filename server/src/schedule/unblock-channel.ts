import type { ChannelRegistry } from '../limits/channel-registry.ts'
import type { Outcomes } from '../outcomes/outcomes.ts'
import type { Clock } from '../runtime/clock.ts'
import { failpoint } from '../runtime/failpoint.ts'
import type { ChannelStore } from '../store/channel-store.ts'
import type { Scheduler } from './scheduler.ts'

export interface UnblockChannelOptions {
  readonly store: Pick<ChannelStore, 'unblockChannel'>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly channels: Pick<ChannelRegistry, 'unblock'>
  readonly scheduler: Pick<Scheduler, 'retryNow'>
  readonly outcomes: Pick<Outcomes, 'durable'>
}

/**
 * Lifts the `Retry-After` of a channel: durably first, then calls may start, and items that wait for a retry are due. Resolves when that holds.
 * @throws StoreError `disk_full`
 */
export async function unblockChannel(name: string, options: UnblockChannelOptions): Promise<void> {
  const { store, clock, channels, scheduler, outcomes } = options
  // Outcomes that are being committed set the time of their retry only after it: they are to be found waiting.
  await outcomes.durable()
  const unblockedAtMs = clock.nowMs()
  await store.unblockChannel(name, unblockedAtMs)
  FAILPOINT: failpoint('schedule.unblock.durable')
  channels.unblock(name, unblockedAtMs)
  scheduler.retryNow(name)
}
