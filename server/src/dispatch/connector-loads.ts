import type { Piscina } from 'piscina'
import type { Channel } from '../limits/channel-registry.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { ChannelLoad, LanePermits } from './channel-load.ts'

/** Wait before a connector is loaded again that could not be: doubled each time, up to the longest. */
const FIRST_RELOAD_MS = 1000
const LONGEST_RELOAD_MS = 60_000
/** A connector that takes longer to load at the start counts as one that cannot be. */
const LOAD_TIMEOUT_MS = 30_000

/** A connector that cannot be loaded. */
export interface BrokenConnector {
  readonly channel: Channel
  readonly reason: string
}

export interface ConnectorLoadsOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** The channel may be looked at again: its connector is loaded once more. */
  readonly onRetry: (channel: Channel) => void
}

/** Whether connectors can be loaded: tried out at the start; later one that cannot holds its channel, and is loaded again after a growing wait. */
export class ConnectorLoads {
  readonly #options: ConnectorLoadsOptions

  constructor(options: ConnectorLoadsOptions) {
    this.#options = options
  }

  /** Loads a channel's connector once, on a thread of `threads`. Resolves with the reason why it cannot be loaded, or null. */
  async tryOut(channel: Channel, threads: Piscina): Promise<string | null> {
    const tooLong = new AbortController()
    const cancel = this.#options.clock.after(LOAD_TIMEOUT_MS, () => {
      tooLong.abort()
    })
    try {
      const task = { channel: channel.name, config: channel.config }
      return (await threads.run(task, { name: 'tryConnector', signal: tooLong.signal })) as string | null
    } catch {
      return tooLong.signal.aborted
        ? `loading did not end within ${LOAD_TIMEOUT_MS / 1000} s`
        : 'loading it ended its thread'
    } finally {
      cancel()
    }
  }

  loaded(load: ChannelLoad<LanePermits>): void {
    const { channel } = load
    if (channel.unavailable !== null) this.#options.logger.info({ channel: channel.name }, 'Connector loaded again')
    channel.unavailable = null
    load.failedLoads = 0
  }

  /** Suspends the channel for a while: dispatched items are returned and count no attempt. */
  failed(load: ChannelLoad<LanePermits>, reason: string): void {
    const { channel } = load
    const { clock, logger, onRetry } = this.#options
    const waitMs = Math.min(FIRST_RELOAD_MS * 2 ** load.failedLoads++, LONGEST_RELOAD_MS)
    load.suspendedUntilUs = clock.monotonicUs() + waitMs * 1000
    const sinceMs = channel.unavailable?.sinceMs ?? clock.nowMs()
    channel.unavailable = { reason, sinceMs, untilUs: load.suspendedUntilUs }
    logger.error({ channel: channel.name, reason, retryInMs: waitMs }, 'Connector cannot be loaded')
    clock.after(waitMs + 1, () => {
      onRetry(channel)
    })
  }
}
