import { describe, expect, test } from 'vitest'
import { ChannelErrors } from '../limits/channel-errors.ts'
import { Circuit } from '../limits/circuit.ts'
import { defaultCircuit, defaultRetry } from '../model/channel.ts'
import { type LiveJob, liveJob } from '../model/live-job.ts'
import {
  FLAG_RETRY_AFTER,
  FLAG_RETRY_LATER,
  FLAG_UNRESOLVED,
  type OutcomeBatch,
  OutcomeView,
  OutcomeWriter,
  Verdict,
} from '../model/outcome-batch.ts'
import { silentLogger } from '../runtime/logger.ts'
import { Telemetry } from '../runtime/telemetry.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { hearEvents } from '../runtime/testing/heard-events.ts'
import { countCalls } from './call-health.ts'
import { judgeBatch } from './outcomes.ts'
import { OutageLedger } from './outage-ledger.ts'

const encoder = new TextEncoder()

interface Call {
  readonly index: number
  readonly code?: string
  readonly httpStatus?: number
  readonly attempt?: number
  readonly throttled?: number
  readonly flags?: number
  readonly startedAtMs?: number
}

function batchOf(calls: readonly Call[], nowMs: number): OutcomeBatch {
  const writer = new OutcomeWriter()
  for (const { index, code, httpStatus = 0, attempt = 1, throttled = 0, flags = 0, startedAtMs = nowMs } of calls) {
    writer.add({
      ...{
        jobRef: 1,
        chunk: 0,
        index,
        itemHandle: index,
        epoch: 1,
        attempt,
        httpStatus,
        flags,
        throttled,
        startedAtMs,
      },
      endedAtMs: nowMs,
      retryAtMs: flags === 0 ? 0 : nowMs + 1000,
      verdict: code === undefined ? Verdict.succeeded : Verdict.unjudged,
      detail: code === undefined ? undefined : encoder.encode(JSON.stringify({ error: { code } })),
    })
  }
  return writer.take()!
}

function world(
  envelope: object = {},
  circuitConfig: typeof defaultCircuit | null = { ...defaultCircuit, minCalls: 4 },
) {
  const clock = new FakeClock()
  const config = {
    connector: { type: 'http', batchSize: 1, timeoutMs: 10_000 },
    retry: defaultRetry,
    circuit: circuitConfig,
  }
  const circuit = new Circuit(config)
  const errors = new ChannelErrors()
  const channel = { name: 'shop', config, circuit, errors } as never
  const record = { ref: 1, subscription: 'default', envelope: { retry: null, onExhausted: 'fail', ...envelope } }
  const job: LiveJob = liveJob(record as never)
  const outages = new OutageLedger()
  const telemetry = new Telemetry(silentLogger)
  const heard = hearEvents(telemetry, 'circuit.opened', 'circuit.closed', 'channel.blocked')
  return {
    clock,
    circuit,
    errors,
    heard,
    judge(calls: readonly Call[]) {
      const batch = batchOf(calls, clock.nowMs())
      judgeBatch(channel, batch, { clock, liveJobs: { byRef: () => job }, outages, random: () => 0.5, telemetry })
      const view = new OutcomeView(batch)
      return Array.from({ length: batch.count }, (_, n) => view.record(n))
    },
  }
}

const refused = { code: 'connection_failed' }

describe('judgeBatch', () => {
  test('the calls that open the circuit count no attempt, and wait for its probe', () => {
    const { judge, circuit, clock } = world()
    const calls = judge([0, 1, 2, 3].map((index) => ({ index, ...refused, attempt: 8 })))
    expect(circuit.state(clock.monotonicUs())).toBe('open')
    for (const call of calls) {
      expect(call).toMatchObject({ verdict: Verdict.throttled, throttled: 1, retryAtMs: clock.nowMs() + 30_000 })
    }
  })

  test('reports a circuit that opens, with its calls, opens again, and closes', () => {
    const { judge, circuit, clock, heard } = world()
    judge([0, 1, 2, 3].map((index) => ({ index, ...refused })))
    judge([{ index: 4, ...refused }])
    const untilMs = clock.nowMs() + 30_000
    const opened = { channel: 'shop', calls: 4, failed: 4 }
    expect(heard).toEqual([['circuit.opened', { ...opened, again: false, untilMs }]])
    clock.advance(31_000)
    circuit.startProbe({ jobRef: 1, index: 5 }, clock.monotonicUs())
    judge([{ index: 5, ...refused }])
    expect(heard.slice(1)).toEqual([['circuit.opened', { ...opened, again: true, untilMs: untilMs + 31_000 }]])
    clock.advance(31_000)
    circuit.startProbe({ jobRef: 1, index: 5 }, clock.monotonicUs())
    judge([{ index: 5 }])
    expect(heard.slice(2)).toEqual([['circuit.closed', { channel: 'shop', openForMs: 62_000 }]])
  })

  test('reports a block by Retry-After, and none where a module asks to be called later for its item alone', () => {
    const { judge, heard, clock } = world()
    judge([{ index: 0, code: 'retry_later', flags: FLAG_RETRY_LATER }])
    expect(heard).toEqual([])
    judge([{ index: 1, code: 'http_429', httpStatus: 429, flags: FLAG_RETRY_AFTER }])
    const untilMs = clock.nowMs() + 1000
    expect(heard).toEqual([['channel.blocked', { channel: 'shop', items: 1, untilMs }]])
  })

  test('notes the last failed call of the subscription', () => {
    const { judge, errors } = world()
    expect(errors.of('default')).toBeNull()
    judge([
      { index: 0, code: 'http_503' },
      { index: 1, ...refused },
    ])
    expect(errors.of('default')).toMatchObject({ code: 'connection_failed' })
    expect(errors.of('other')).toBeNull()
  })

  test('an outage of an hour makes no dead letter, of 24 h it does', () => {
    const { judge, circuit, clock } = world()
    let [attempt, throttled] = [0, 0]
    judge([1, 2, 3, 4].map((index) => ({ index, ...refused })))
    const ended = (): boolean => {
      clock.advance(30_000)
      const nowUs = clock.monotonicUs()
      if (circuit.mayStart(nowUs) === 'probe') circuit.startProbe({ jobRef: 1, index: 0 }, nowUs)
      const [call] = judge([{ index: 0, ...refused, attempt: ++attempt, throttled }])
      throttled = call!.throttled
      return call!.verdict === Verdict.failed
    }
    for (let n = 0; n < 120; n++) expect(ended()).toBe(false)
    expect([attempt, throttled]).toEqual([120, 120])
    let more = 0
    while (!ended()) more++
    expect(more).toBeGreaterThan(2700)
    expect(attempt - throttled).toBe(defaultRetry.maxAttempts)
  })

  test('payloads that cannot be resolved use up no attempt, open no circuit and end by their own bound', () => {
    const { judge, circuit, clock } = world()
    const unresolved = { code: 'payload_unavailable', httpStatus: 500, flags: FLAG_UNRESOLVED }
    let throttled = 0
    for (let attempt = 1; attempt < defaultRetry.maxAttempts; attempt++) {
      const [call] = judge(Array.from({ length: 10 }, (_, index) => ({ index, ...unresolved, attempt, throttled })))
      throttled = call!.throttled
      expect(call).toMatchObject({ verdict: Verdict.throttled, throttled: attempt })
    }
    expect(circuit.state(clock.monotonicUs())).toBe('closed')
    const [delivered] = judge([{ index: 1, code: 'http_500', httpStatus: 500, attempt: 8, throttled }])
    expect(delivered).toMatchObject({ verdict: Verdict.retry, throttled })
    const [last] = judge([{ index: 0, ...unresolved, attempt: 8, throttled }])
    expect(last).toMatchObject({ verdict: Verdict.failed, throttled })
  })

  test('a payload that cannot be resolved says nothing as a probe', () => {
    const { judge, circuit, clock } = world()
    judge([0, 1, 2, 3].map((index) => ({ index, ...refused })))
    clock.advance(30_000)
    circuit.startProbe({ jobRef: 1, index: 2 }, clock.monotonicUs())
    judge([{ index: 2, code: 'payload_not_found', httpStatus: 404, flags: FLAG_UNRESOLVED }])
    expect(circuit.state(clock.monotonicUs())).toBe('half_open')
    expect(circuit.mayStart(clock.monotonicUs())).toBe('probe')
  })

  test('only the probe decides a half-open circuit: what started before says nothing', () => {
    const { judge, circuit, clock } = world()
    judge([0, 1, 2, 3].map((index) => ({ index, ...refused })))
    clock.advance(30_000)
    circuit.startProbe({ jobRef: 1, index: 2 }, clock.monotonicUs())
    judge([{ index: 9 }, { index: 8, ...refused }])
    expect(circuit.state(clock.monotonicUs())).toBe('half_open')
    judge([{ index: 2, code: 'http_422', httpStatus: 422 }])
    expect(circuit.state(clock.monotonicUs())).toBe('closed')
  })

  test('answers that refuse items open nothing, nor does a channel without a circuit', () => {
    const refusing = world()
    refusing.judge(Array.from({ length: 50 }, (_, index) => ({ index, code: 'http_422', httpStatus: 422 })))
    expect(refusing.circuit.state(refusing.clock.monotonicUs())).toBe('closed')
    const without = world({}, null)
    const calls = without.judge(Array.from({ length: 50 }, (_, index) => ({ index, ...refused })))
    expect(calls[0]!.verdict).toBe(Verdict.retry)
  })

  test("follows the job's rules and parks what is exhausted when it says so", () => {
    const retry = { maxAttempts: 2, rules: [{ status: [[400, 499]], then: 'retry' }] }
    const { judge } = world({ retry, onExhausted: 'park' }, null)
    const calls = judge([
      { index: 0, code: 'http_422', httpStatus: 422 },
      { index: 1, code: 'http_422', httpStatus: 422, attempt: 2 },
    ])
    expect(calls.map((call) => call.verdict)).toEqual([Verdict.retry, Verdict.parked])
  })
})

test('countCalls takes neighbours with the same times for one call, up to the most items of a call', () => {
  const calls = [
    ...Array.from({ length: 5 }, (_, index) => ({ index, startedAtMs: 7, ...refused })),
    { index: 5, startedAtMs: 8 },
  ]
  const view = new OutcomeView(batchOf(calls, 10))
  const codes = new Map([0, 1, 2, 3, 4].map((n) => [n, 'connection_failed']))
  expect(countCalls({ view, codes }, 3)).toEqual({ calls: 3, failed: 2 })
  expect(countCalls({ view, codes }, 1)).toEqual({ calls: 6, failed: 5 })
})

test('countCalls does not count items that were refused without a call, nor what they stand between twice', () => {
  const view = new OutcomeView(
    batchOf(
      Array.from({ length: 6 }, (_, index) => ({ index, startedAtMs: 7, ...refused })),
      10,
    ),
  )
  const codes = new Map([0, 1, 2, 3, 4, 5].map((n) => [n, n % 2 === 0 ? 'http_503' : 'item_schema_mismatch']))
  expect(countCalls({ view, codes }, 6)).toMatchObject({ calls: 1 })
  const none = new Map([0, 1, 2, 3, 4, 5].map((n) => [n, 'item_schema_mismatch']))
  expect(countCalls({ view, codes: none }, 6)).toEqual({ calls: 0, failed: 0 })
})
