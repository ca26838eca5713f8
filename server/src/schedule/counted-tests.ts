import type { ChannelTest, ChannelTests, TestedCall } from '../dispatch/channel-tests.ts'
import type { Channel } from '../limits/channel-registry.ts'
import { ProblemError } from '../model/errors.ts'
import type { SubscriptionShares } from './handover/subscription-share.ts'

export interface CountedTestsOptions {
  readonly tests: Pick<ChannelTests, 'run'>
  readonly shares: Pick<SubscriptionShares, 'of'>
  /** A call of a subscription may start again. */
  onEnded(subscription: string): void
}

/** Tests of channels, whose calls count among those that their subscription may have at once, as calls of deliveries do. Called by HTTP. */
export class CountedTests {
  readonly #options: CountedTestsOptions

  constructor(options: CountedTestsOptions) {
    this.#options = options
  }

  /**
   * Runs a test. One that makes a call counts from when a thread has it to its end: those that wait for a thread hold back no delivery.
   * @throws ProblemError as `ChannelTests.run`; `channel_held` when the subscription has all its calls
   */
  async run(channel: Channel, test: ChannelTest, signal: AbortSignal): Promise<TestedCall> {
    const { tests, shares, onEnded } = this.#options
    if (!test.send) return tests.run(channel, test, signal)
    const share = shares.of(test.subscription)
    if (share.full) throw allRunning(channel)
    return tests.run(channel, test, signal, () => {
      if (share.full) throw allRunning(channel)
      share.callStarted()
      return () => {
        share.callEnded()
        onEnded(test.subscription)
      }
    })
  }
}

function allRunning({ name }: Channel): ProblemError {
  return new ProblemError({
    code: 'channel_held',
    detail: `Cannot call channel ${name} as the subscription must have fewer calls running: it has as many as maxRunningCalls allows`,
  })
}
