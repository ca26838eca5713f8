import type { MessagePort } from 'node:worker_threads'
import type { CallTracing } from '../model/call-trace.ts'
import type { Egress } from '../model/egress.ts'
import type { ChannelConfig } from '../model/channel.ts'
import type { OutcomeBatch } from '../model/outcome-batch.ts'

/*
 * Messages between the two halves of dispatch. A lane is a channel's place on one thread: one piscina task that lives as long as
 * the channel has work there, and one port over which lots go in and outcomes come out, in order.
 */

/** The task that opens a lane. */
export interface LaneTask {
  readonly channel: string
  readonly config: ChannelConfig
  /** `Gate.shared` of the channel. */
  readonly gate: SharedArrayBuffer
  /** `Lease.shared` of the server. */
  readonly lease: SharedArrayBuffer | null
  /** See `Pulse`. */
  readonly pulse: SharedArrayBuffer
  readonly port: MessagePort
  readonly epoch: number
  readonly allowPrivateAddresses: boolean
  readonly egress?: Egress | undefined
  /** True where an operator's code runs: a call that does not end costs the thread. */
  readonly mayHang: boolean
  /** Its items were called before on a thread that was lost: they say so. */
  readonly calledBefore: boolean
  /** How calls are traced; null: they are not. */
  readonly tracing: CallTracing | null
}

export type ToLane =
  | {
      readonly kind: 'lot'
      /** Made by `encodeLot`; transferred. */
      readonly buffer: ArrayBuffer
      /** One `ItemState` byte an item. */
      readonly states: SharedArrayBuffer
      /** Number of the lot's first item in the lane; the others follow. Counts modulo 2^32. */
      readonly base: number
      /** Calls that may run at once in the lane, beyond those it may run already. */
      readonly permits: number
    }
  /** More calls at once, or (negative) fewer: given back as calls end. */
  | { readonly kind: 'permits'; readonly change: number }
  /** For the calls that start from now on. */
  | { readonly kind: 'configure'; readonly config: ChannelConfig }
  /** Return what has not started, end what runs, then post `finished`. */
  | { readonly kind: 'finish' }

export type FromLane =
  /** The connector is loaded; before this no call starts. */
  | { readonly kind: 'ready' }
  | LaneProgress
  /** The connector cannot be loaded: no call starts here. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** Calls that did not end within their grace after their time-out: the thread is lost. */
  | { readonly kind: 'stuck'; readonly items: Uint32Array; readonly startedAtMs: Float64Array }
  | {
      readonly kind: 'log'
      readonly level: 'debug' | 'info' | 'warn' | 'error'
      readonly fields: object
      readonly message: string
    }
  /** Nothing runs and nothing comes any more: the port may be closed. */
  | { readonly kind: 'finished' }

export interface LaneProgress {
  readonly kind: 'progress'
  readonly outcomes: OutcomeBatch | null
  /** The lane's number of each record's item, in the order of the records. */
  readonly items: Uint32Array | null
  /** Items returned without a call. */
  readonly unstarted: Uint32Array | null
  /** Permits that the lane does not use: nothing in it waits to start. */
  readonly freedPermits: number
  /** Time since the last progress in which the lane had something to do, µs. */
  readonly busyUs: number
  /** Time since the last progress in which its thread ran code instead of waiting for something, the next token of its gate included, µs. */
  readonly activeUs: number
}

/** Where an item is, as both threads see it while the lot lives: what is left of a call when its thread is gone. */
export const ItemState = {
  unstarted: 0,
  running: 1,
  /** Its outcome is written, and posted when the thread has run what was ready. */
  ended: 2,
  /** The connector has been called and has not returned (not even a promise): who is here when a thread hangs is the one who hangs. */
  onStack: 3,
} as const

/** A lane's sign of life in shared memory, for a thread that no message gets out of. */
export class Pulse {
  readonly shared: SharedArrayBuffer
  readonly #times: Float64Array

  constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(16)) {
    this.shared = shared
    this.#times = new Float64Array(shared)
  }

  /** Monotonic µs. */
  beat(nowUs: number): void {
    this.#times[0] = nowUs
  }

  get lastBeatUs(): number {
    return this.#times[0]!
  }

  /** Start of the call on the stack, wall ms. */
  get callStartedAtMs(): number {
    return this.#times[1]!
  }

  set callStartedAtMs(value: number) {
    this.#times[1] = value
  }
}
