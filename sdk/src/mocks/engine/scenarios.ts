import type { MockFaults } from './faults.ts'
import type { ItemFailure, MatchItem } from './scripted-calls.ts'

/** The scenarios of a mock, by name. */
export type ScenarioName =
  | 'all-succeed'
  | 'partial-failure'
  | 'throttled'
  | 'outage'
  | 'lost-response'
  | 'dropped-stream'
  | 'slow'
  | 'stuck'
  | 'unknown-status'

export interface Scenario {
  /** Default duration of a call. */
  readonly itemMs?: number
  /** Calls of a channel at once, whatever it is configured to. */
  readonly concurrency?: number
  /** Nothing is ever called. */
  readonly isStuck?: boolean
  /** Replaces the status of running jobs. */
  readonly runningAs?: string
  /** Prepared faults. */
  readonly begin?: (mock: ScenarioSteps) => void
}

type ScenarioSteps = Pick<MockFaults, 'rateLimit' | 'loseResponse' | 'dropStream' | 'outage'> & {
  failItem(match: MatchItem, failure?: ItemFailure): void
}

export const scenarios: Readonly<Record<ScenarioName, Scenario>> = {
  'all-succeed': {},
  'partial-failure': {
    begin: ({ failItem }) =>
      failItem(({ index }) => index % 3 === 1, { status: 422, detail: 'price: must not be negative' }),
  },
  throttled: {
    begin({ rateLimit, failItem }) {
      rateLimit({ times: 2 })
      failItem(({ index }) => index === 0, { status: 429, retryAfterSeconds: 2, times: 1 })
    },
  },
  outage: { begin: ({ outage }) => outage({ times: 3 }) },
  'lost-response': { begin: ({ loseResponse }) => loseResponse('submitJob') },
  'dropped-stream': { begin: ({ dropStream }) => dropStream({ afterItems: 1, times: 2 }) },
  slow: { itemMs: 2000, concurrency: 1 },
  stuck: { isStuck: true },
  'unknown-status': { runningAs: 'reviewing' },
}
