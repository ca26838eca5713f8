import type { MessagePort } from 'node:worker_threads'
import type { CallJob, ItemAnswer } from '../connectors/connector.ts'
import type { ShownAnswer, ShownRequest } from '../connectors/exchange-record.ts'
import type { ChannelConfig } from '../model/channel.ts'
import type { Egress } from '../model/egress.ts'
import type { FromLane } from './messages.ts'

/*
 * Messages between the two halves of a channel's test: one task, one item, one report.
 */

export interface ChannelTestTask {
  readonly channel: string
  readonly config: ChannelConfig
  /** `Lease.shared` of the server. */
  readonly lease: SharedArrayBuffer | null
  /** `Gate.shared` of the channel; null: nothing is called. */
  readonly gate: SharedArrayBuffer | null
  /** One byte: 1 when the call starts. Outlives the thread. */
  readonly started: SharedArrayBuffer
  readonly port: MessagePort
  readonly epoch: number
  readonly allowPrivateAddresses: boolean
  readonly egress?: Egress | undefined
  /** A job that exists nowhere else. */
  readonly job: CallJob
  /** The item's line, valid. */
  readonly line: Uint8Array
}

/** Over the port, before the report. */
export type FromChannelTest =
  | Extract<FromLane, { kind: 'log' }>
  /** The connector is loaded, and its call starts now: it may take its time. */
  | { readonly kind: 'calling' }

export type ChannelTestReport =
  /** The connector cannot be loaded. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** The gate lets no call start. */
  | { readonly kind: 'held' }
  | EndedCall

export interface EndedCall {
  readonly kind: 'ended'
  /** Whether the target system, or the module, was called. */
  readonly sent: boolean
  readonly request: ShownRequest | null
  readonly answer: ShownAnswer | null
  /** Null: a call that could have been made, and was not. */
  readonly outcome: ItemAnswer | null
}
