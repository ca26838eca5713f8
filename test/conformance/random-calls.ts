import type { ParkedDecision } from '@waybill/spec'
import fc from 'fast-check'

/** How the shop answers the calls of an item: with a status, a number of times, then with success. */
export const scripts = {
  ok: { status: 200, times: 0 },
  refused: { status: 422, times: Infinity },
  'refused at first': { status: 422, times: 1 },
  'down at first': { status: 500, times: 1 },
  down: { status: 503, times: Infinity },
  odd: { status: 418, times: Infinity },
} as const
export type Script = keyof typeof scripts

/** One item of a random submission; `invalid` has no id. */
export interface RandomItem {
  readonly key: 'a' | 'b' | null
  readonly script: Script | 'invalid'
}

export interface RandomSubmission {
  readonly type: 'submit'
  readonly items: readonly RandomItem[]
  readonly partitionBy: 'item' | 'job' | 'none' | '/data/shop'
  readonly onExhausted: 'fail' | 'park'
  /** The job's rule for status 418; null: none. */
  readonly onOdd: 'retry' | 'fail' | 'park' | null
  readonly runAt: 'none' | 'past' | 'soon' | 'far'
  /** `soon` comes only while the channel is paused: what runs then would race it. */
  readonly deadline: 'none' | 'soon' | 'far'
  /** The job that it depends on, counted from the newest. */
  readonly dependsOn: { readonly job: number; readonly require: 'ended' | 'finished' | 'succeeded' } | null
  readonly open: boolean
}

/** One step of a random run. Jobs and parked items are counted from the newest, and the count starts again at their number. */
export type RandomCall =
  | RandomSubmission
  | { readonly type: 'pauseJob' | 'resumeJob' | 'releaseJob' | 'cancelJob' | 'deleteJob'; readonly job: number }
  | { readonly type: 'sealJob' | 'appendItems'; readonly job: number }
  | { readonly type: 'retryJob'; readonly job: number; readonly status: 'failed' | 'cancelled' }
  | { readonly type: 'resolveParked'; readonly item: number; readonly decision: ParkedDecision['decision'] }
  | { readonly type: 'pauseChannel' | 'resumeChannel' }

const item: fc.Arbitrary<RandomItem> = fc.record({
  key: fc.constantFrom('a', 'b', null),
  script: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...(Object.keys(scripts) as Script[])) },
    { weight: 1, arbitrary: fc.constant('invalid' as const) },
  ),
})

const submission: fc.Arbitrary<RandomSubmission> = fc.record({
  type: fc.constant('submit' as const),
  items: fc.array(item, { maxLength: 5 }),
  partitionBy: fc.constantFrom('item', 'item', 'job', 'none', '/data/shop'),
  onExhausted: fc.constantFrom('fail', 'park'),
  onOdd: fc.constantFrom(null, 'park', 'park', 'retry', 'fail'),
  runAt: fc.constantFrom('none', 'none', 'none', 'past', 'soon', 'far'),
  deadline: fc.constantFrom('none', 'none', 'soon', 'far'),
  dependsOn: fc.option(fc.record({ job: fc.nat(5), require: fc.constantFrom('ended', 'finished', 'succeeded') }), {
    freq: 3,
  }),
  open: fc.constantFrom(false, false, false, false, true),
})

const job = fc.nat(5)

export const randomCalls: fc.Arbitrary<RandomCall[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: submission },
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constantFrom(
          'pauseJob',
          'resumeJob',
          'releaseJob',
          'cancelJob',
          'deleteJob',
          'sealJob',
          'appendItems',
        ),
        job,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('retryJob' as const),
        job,
        status: fc.constantFrom('failed', 'cancelled'),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant('resolveParked' as const),
        item: fc.nat(3),
        decision: fc.constantFrom('retry', 'skip', 'skip_key', 'replace'),
      }),
    },
    { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('pauseChannel', 'resumeChannel', 'resumeChannel') }) },
  ),
  { minLength: 3, maxLength: 14, size: 'max' },
)
