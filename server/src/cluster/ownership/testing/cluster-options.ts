import type { PolicyBug } from './policy-bugs.ts'

export const LEASE_MS = 10_000
/** A process looks so often whether something of its own is due. */
export const TICK_MS = LEASE_MS / 12
/** Calls of a fenced server may run for so long, `timeoutMs` of the channels. */
export const LONGEST_CALL_MS = 10_000
/** Most calls take less than this. */
export const USUAL_CALL_MS = 500
/** The longest call, and the margin of the quiet time. */
export const QUIET_MS = LONGEST_CALL_MS + 2000
/** The slowest clock runs at this share of true time. */
export const CLOCK_DRIFT = 0.99

export interface FakeClusterOptions {
  readonly seed: number
  readonly bug?: PolicyBug | null
  /** One way to the database or back, ms. @default 1 */
  readonly maxDelayMs?: number
  /** Share of answers that are lost. @default 0 */
  readonly lostShare?: number
  /** Whether calls are made and compared: costs time. @default false */
  readonly calls?: boolean
  /** How long calls of a fenced server are waited for, ms. @default its longest call and 2 s */
  readonly quietMs?: number
  /** A channel that ends its owner so long after it runs. */
  readonly poisoned?: { readonly channel: string; readonly afterMs: number } | null
}
