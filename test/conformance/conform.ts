import { afterAll, beforeAll, describe } from 'vitest'
import { describeChannelTests } from './channel-test-suite.ts'
import { describeExamples } from './examples-suite.ts'
import { describeFailures } from './failures-suite.ts'
import { describeFinding } from './find-suite.ts'
import { describeIdempotency } from './idempotency-suite.ts'
import { describeReads } from './read-suite.ts'
import { describeRules } from './rules-suite.ts'
import { describeServer } from './server-suite.ts'
import type { RunningTarget, Target } from './target.ts'
import { describeTraces } from './trace-suite.ts'
import { describeUploads } from './upload-suite.ts'
import { describeWebhooks } from './webhooks-suite.ts'

/**
 * The conformance suite: every operation and example of the spec, each answer held against the spec. Written once, and run for
 * whatever claims to speak this API: the server on each of its stores, and the mocks.
 */
export function conform(target: Target): void {
  describe(target.name, () => {
    let running: RunningTarget
    beforeAll(async () => {
      running = await target.start()
    })
    afterAll(() => running?.stop())
    const use = () => running

    describeExamples(use)
    describeUploads(use)
    describeIdempotency(use)
    describeReads(use)
    describeFailures(use)
    describeFinding(use)
    describeRules(use)
    describeTraces(use)
    describeChannelTests(use)
    describeServer(use)
    describeWebhooks(use)
  })
}
