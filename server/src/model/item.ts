import type { Reason } from '@waybill/spec/rules'
import type { JobId } from './ids.ts'

/** Where an item is; equal to the spec's `ItemStatus`. */
export const itemStatuses = ['pending', 'waiting', 'running', 'succeeded', 'failed', 'cancelled'] as const
export type ItemStatus = (typeof itemStatuses)[number]

/** Why something does not move. */
export type WaitingReason = Reason['reason']

/** One line of `waiting[]` of a job or channel. */
export interface WaitingCount {
  readonly reason: WaitingReason
  readonly items: number
  /** When it may move again, wall ms; null when nobody can know. */
  readonly untilMs: number | null
  /** For reason `dependency`: the jobs that are waited for, the first few. */
  readonly jobs?: readonly JobId[]
}

/** Why one item does not move. */
export interface ItemWaiting {
  readonly reason: WaitingReason
  readonly sinceMs: number | null
  readonly untilMs: number | null
  /** How many items come before it; only where that was asked for. */
  readonly position?: number
  /** The item it stands behind, for reason `partition`. */
  readonly behind: { readonly jobRef: number; readonly index: number } | null
}

/** The error of an item that did not succeed, by the connector or the engine. */
export interface ItemError {
  readonly code: string
  readonly origin: 'connector' | 'engine'
  readonly title: string
  /** HTTP status of the connector's answer, if there was one. */
  readonly status: number | null
  readonly detail: string | null
  readonly retryable: boolean
  /** JSON Pointer into the item. */
  readonly pointer: string | null
  /** For `item_schema_mismatch`: the first faults, `pointer` and `detail` of each; 10 at most. */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[]
}

export interface ItemWarning {
  readonly code: string
  readonly detail: string
  readonly pointer: string | null
}

/** The detail of an outcome record, as JSON in the batch's `details`. Absent members are unknown. */
export interface OutcomeDetail {
  readonly result?: unknown
  readonly warnings?: readonly ItemWarning[]
  readonly error?: ItemError
  /** For `invalid_item` on a line that is no JSON: the line's text, at most 4 KiB. */
  readonly text?: string
}
