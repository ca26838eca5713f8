import { describe, expect, it, vi } from 'vitest'
import type { OutcomeDetail } from '../model/item.ts'
import { FLAG_RETRY_AFTER } from '../model/outcome-batch.ts'
import { silentLogger } from '../runtime/logger.ts'
import type { ItemAnswer } from './connector.ts'
import { callItemOf } from './testing/fake-call-item.ts'
import { sandboxChannelConfig, SandboxConnector } from './sandbox-connector.ts'

async function deliver(
  sandbox: unknown,
  attempt = 1,
  signal = new AbortController().signal,
): Promise<{ answer: ItemAnswer; throttled: number[] }> {
  const throttled: number[] = []
  const connector = new SandboxConnector(
    { type: 'sandbox', timeoutMs: 1000 },
    {
      channel: 'sandbox',
      config: sandboxChannelConfig,
      allowPrivateAddresses: false,
      logger: silentLogger,
      throttle: (untilMs) => throttled.push(untilMs),
    },
  )
  const answers = await connector.deliver({
    job: {
      jobId: 'job_1',
      subscription: 'acme',
      channel: 'sandbox',
      objectType: 'product',
      action: 'update',
      partitionBy: 'item',
    },
    items: [callItemOf(JSON.stringify({ id: 'a', data: { sandbox } }), { index: 0, attempt })],
    epoch: 1,
    credentials: null,
    signal,
    timeLeftMs: 5000,
    timedOut: false,
    onTimedOut: null,
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00',
    tracestate: null,
  })
  return { answer: answers[0]!, throttled }
}

describe('sandbox connector', () => {
  it('delivers items that request no other answer', async () => {
    expect((await deliver(undefined)).answer).toMatchObject({ succeeded: true })
    expect((await deliver({ status: 'nonsense', delayMs: -1 })).answer).toMatchObject({ succeeded: true })
  })

  it('answers with the requested status', async () => {
    const { answer } = await deliver({ status: 422 })
    expect(answer).toMatchObject({ succeeded: false, httpStatus: 422 })
    expect((JSON.parse(answer.detail!) as OutcomeDetail).error?.code).toBe('http_422')
  })

  it('answers so only the first calls of an item', async () => {
    expect((await deliver({ status: 500, times: 2 }, 2)).answer.succeeded).toBe(false)
    expect((await deliver({ status: 500, times: 2 }, 3)).answer.succeeded).toBe(true)
  })

  it('closes its channel as a Retry-After does', async () => {
    const { answer, throttled } = await deliver({ status: 429, retryAfterSeconds: 2 })
    expect(throttled).toEqual([answer.retryAtMs])
    expect(answer.flags).toBe(FLAG_RETRY_AFTER)
  })

  it('takes the requested time, and ends when it is aborted', async () => {
    vi.useFakeTimers()
    try {
      let ended = false
      const abort = new AbortController()
      const delivery = deliver({ delayMs: 60_000 }, 1, abort.signal).finally(() => {
        ended = true
      })
      await vi.advanceTimersByTimeAsync(59_000)
      expect(ended).toBe(false)
      abort.abort()
      expect((await delivery).answer.succeeded).toBe(false)
    } finally {
      vi.useRealTimers()
    }
  })
})
