import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeFailedCall, type RetryConfig } from './retry-verdict.ts'

const START_MS = 1_800_000_000_000
const DAY_MS = 86_400_000

/** The answers of a shop, and the facts of each that matter: in words, judged by the model without numbers. */
const answers = {
  busy: { code: 'http_503', httpStatus: 503, failsWithChannel: true, byDefault: 'retry' },
  'too many': { code: 'http_429', httpStatus: 429, failsWithChannel: false, byDefault: 'retry' },
  silence: { code: 'timeout', httpStatus: 0, failsWithChannel: true, byDefault: 'retry' },
  conflict: { code: 'http_409', httpStatus: 409, failsWithChannel: false, byDefault: 'fail' },
  refusal: { code: 'http_422', httpStatus: 422, failsWithChannel: false, byDefault: 'fail' },
  later: { code: 'retry_later', httpStatus: 0, failsWithChannel: false, byDefault: 'retry' },
  'own code': { code: 'sold_out', httpStatus: 200, failsWithChannel: false, byDefault: 'fail' },
  crash: { code: 'worker_crashed', httpStatus: 0, failsWithChannel: false, byDefault: 'fail' },
} as const
type AnswerName = keyof typeof answers

interface Step {
  readonly name: AnswerName
  readonly afterMs: number
  readonly retryAfterMs: number | null
  readonly retryable: boolean | null
  readonly circuitClosed: boolean
}

const step: fc.Arbitrary<Step> = fc.record({
  name: fc.constantFrom(...(Object.keys(answers) as AnswerName[])),
  afterMs: fc.constantFrom(0, 1000, DAY_MS / 3),
  retryAfterMs: fc.constantFrom(null, null, 0, 5000),
  retryable: fc.constantFrom(null, null, true, false),
  circuitClosed: fc.boolean(),
})

/** Lives that go on for long: mostly told to wait, or excused by an outage, now and then something else. */
const lives = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.constant<Step>({ ...still('too many'), retryAfterMs: 5000 }) },
    { weight: 6, arbitrary: fc.constant<Step>({ ...still('silence'), afterMs: DAY_MS / 20, circuitClosed: false }) },
    { weight: 1, arbitrary: step },
  ),
  { minLength: 1, maxLength: 80, size: 'max' },
)

function still(name: AnswerName): Step {
  return { name, afterMs: 0, retryAfterMs: null, retryable: null, circuitClosed: true }
}

type Then = 'retry' | 'fail' | 'park'
interface ModelRule {
  readonly matches: readonly AnswerName[]
  readonly then: Then
}

const rule: fc.Arbitrary<ModelRule> = fc.record({
  matches: fc.uniqueArray(fc.constantFrom<AnswerName>('busy', 'conflict', 'refusal', 'later', 'own code', 'crash'), {
    minLength: 1,
    maxLength: 3,
  }),
  then: fc.constantFrom<Then>('retry', 'fail', 'park'),
})

/** The life of one item as a person would write it down. */
class ItemModel {
  attempts = 0
  /** Waits that it was told to take, and calls that an outage is the reason of. */
  askedToWait = 0
  outageAttempts = 0
  outageSinceMs: number | null = null
  readonly #options: { rules: readonly ModelRule[]; maxAttempts: number; parks: boolean }

  constructor(options: { rules: readonly ModelRule[]; maxAttempts: number; parks: boolean }) {
    this.#options = options
  }

  after(step: Step, nowMs: number): 'throttled' | 'retry' | 'failed' | 'parked' {
    const { rules, maxAttempts, parks } = this.#options
    const answer = answers[step.name]
    const isAskedToWait =
      step.name === 'later' || (step.retryAfterMs !== null && (step.name === 'busy' || step.name === 'too many'))
    if (isAskedToWait && this.askedToWait < 20) {
      this.askedToWait++
      return 'throttled'
    }
    const fromRule = rules.find(({ matches }) => matches.includes(step.name))?.then
    const fromConnector = step.retryable === null ? undefined : step.retryable ? 'retry' : 'fail'
    const then =
      step.name === 'crash' ? (fromRule === 'park' ? 'park' : 'fail') : (fromRule ?? fromConnector ?? answer.byDefault)
    if (then === 'fail') return 'failed'
    if (then === 'park') return 'parked'
    if (!step.circuitClosed && answer.failsWithChannel) {
      this.outageSinceMs ??= nowMs
      if (nowMs - this.outageSinceMs < DAY_MS) {
        this.outageAttempts++
        return 'throttled'
      }
    }
    this.attempts++
    if (this.attempts < maxAttempts) return 'retry'
    return parks ? 'parked' : 'failed'
  }
}

describe('judgeFailedCall over the life of an item', () => {
  test('RTY-1, RTY-2, RTY-3: decides as a model does that knows answers by their names', () => {
    fc.assert(
      fc.property(
        lives,
        fc.array(rule, { maxLength: 3 }),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (steps, rules, maxAttempts, parks, random) => {
          const model = new ItemModel({ rules, maxAttempts, parks })
          const retry: RetryConfig = { ...writtenOut(rules), maxAttempts }
          let nowMs = START_MS
          let throttled = 0
          let outageSinceMs: number | null = null
          for (const [n, one] of steps.entries()) {
            nowMs += one.afterMs
            const { code, httpStatus, failsWithChannel } = answers[one.name]
            const retryAfterMs = one.retryAfterMs === null ? 0 : nowMs + one.retryAfterMs
            const retryLater = one.name === 'later'
            const isOutage = !one.circuitClosed && failsWithChannel
            const probeAtMs = nowMs + 20_000
            const judgement = judgeFailedCall(
              { retry, onExhausted: parks ? 'park' : 'fail' },
              {
                ...{ code, httpStatus, retryAfterMs, retryLater, retryable: one.retryable },
                ...{ attempt: n + 1, throttledBefore: throttled, outageAttemptsBefore: model.outageAttempts },
                outage: one.circuitClosed ? null : { probeAtMs, firstCallAtMs: outageSinceMs ?? nowMs },
                unresolved: null,
              },
              { nowMs, random },
            )
            const outageAttemptsBefore = model.outageAttempts
            const wanted = model.after(one, nowMs)
            expect(judgement.verdict).toBe(wanted)
            if (model.outageAttempts > outageAttemptsBefore)
              expect(judgement.retryAtMs).toBeGreaterThanOrEqual(probeAtMs)
            if (isOutage && model.outageSinceMs !== null) outageSinceMs = model.outageSinceMs
            throttled = judgement.throttled
            expect(throttled).toBe(model.askedToWait + model.outageAttempts)
            if (wanted === 'failed' || wanted === 'parked') return
            expect(judgement.retryAtMs).toBeGreaterThanOrEqual(Math.max(nowMs, retryAfterMs))
            expect(n + 1).toBeLessThan(maxAttempts + throttled)
          }
        },
      ),
    )
  })
})

/** The same rules in numbers and codes, ranges included. */
function writtenOut(rules: readonly ModelRule[]): Omit<RetryConfig, 'maxAttempts'> {
  const written: Record<string, { status?: (number | readonly [number, number])[]; code?: string[] }> = {
    busy: { status: [[500, 599]] },
    conflict: { status: [409] },
    refusal: { status: [[420, 425]] },
    later: { code: ['retry_later'] },
    'own code': { code: ['sold_out'] },
    crash: { code: ['worker_crashed'] },
  }
  return {
    backoff: { initialMs: 1000, factor: 2, maxMs: 60_000 },
    rules: rules.map(({ matches, then }) => ({
      status: matches.flatMap((name) => written[name]?.status ?? []),
      code: matches.flatMap((name) => written[name]?.code ?? []),
      then,
    })),
  }
}
