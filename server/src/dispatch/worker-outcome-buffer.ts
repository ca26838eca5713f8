import type { MessagePort } from 'node:worker_threads'
import { withWarning } from '../connectors/answer.ts'
import type { ItemAnswer } from '../connectors/connector.ts'
import { CallTraceIds } from '../model/call-trace.ts'
import { type OutcomeRecord, OutcomeWriter, Verdict } from '../model/outcome-batch.ts'
import { monotonicUs } from '../runtime/clock.ts'
import { calledAgain } from './worker-answers.ts'
import { waitedForTokensUs } from './worker-gate-wait.ts'
import { traceBits } from './worker-trace.ts'
import type { LotReader } from './messages-lot.ts'
import type { FromLane, LaneProgress, LaneTask } from './messages.ts'

/** Records that are posted at once: about a millisecond of the fastest connectors. */
const MAX_RECORDS = 512
const MAX_DETAIL_BYTES = 1024 * 1024
/**
 * How long an outcome that nothing waits for is kept for others to share its message and its commit, which cost as much as the call itself: found
 * with 64 connections, where a turn of the event loop ends a few calls and this time some thirty.
 */
const GATHER_MS = 2

/**
 * Posts what became of items when the thread has run everything that was ready: the answers of one turn of the event loop share a message,
 * and no timer stands between an outcome and its commit. Only outcomes that may wait, as the lane has enough other work, are gathered for a
 * moment. A thread that is kept busy by its calls posts from between them (`flushIfDue`).
 */
export class OutcomeBuffer {
  readonly #port: MessagePort
  readonly #writer = new OutcomeWriter()
  #items = new Uint32Array(MAX_RECORDS)
  #unstarted: number[] = []
  #freedPermits = 0
  #turn: NodeJS.Immediate | null = null
  #gathering: NodeJS.Timeout | null = null
  #firstAtMs = 0
  #busySinceUs = -1
  #busyUs = 0
  #active = performance.eventLoopUtilization()
  #waitedUs = waitedForTokensUs()

  constructor(port: MessagePort) {
    this.#port = port
  }

  /**
   * @param options.item the lane's number of the item
   * @param options.mayWait the lane does not need what the outcome sets free
   */
  addOutcome(record: OutcomeRecord, { item, mayWait }: { item: number; mayWait: boolean }): void {
    if (this.#writer.count >= MAX_RECORDS) this.flush()
    if (this.#writer.count === 0) this.#firstAtMs = record.endedAtMs
    this.#items[this.#writer.count] = item
    this.#writer.add(record)
    if (this.#writer.count >= MAX_RECORDS || this.#writer.detailBytes >= MAX_DETAIL_BYTES) this.flush()
    else if (mayWait) this.#postLater()
    else this.#postSoon()
  }

  addUnstarted(item: number): void {
    this.#unstarted.push(item)
    this.#postSoon()
  }

  freePermits(count: number): void {
    this.#freedPermits += count
    this.#postSoon()
  }

  /** The lane has something to do from now on, or nothing any more. */
  setBusy(busy: boolean): void {
    if (busy === this.#busySinceUs >= 0) return
    const nowUs = monotonicUs()
    if (!busy) this.#busyUs += nowUs - this.#busySinceUs
    this.#busySinceUs = busy ? nowUs : -1
  }

  /** For loops that never end a turn: posts when a millisecond has begun since the first record. */
  flushIfDue(nowMs: number): void {
    if (this.#writer.count > 0 && nowMs > this.#firstAtMs) this.flush()
  }

  flush(): void {
    if (this.#turn !== null) clearImmediate(this.#turn)
    this.#turn = null
    if (this.#gathering !== null) clearTimeout(this.#gathering)
    this.#gathering = null
    const outcomes = this.#writer.take()
    if (outcomes === null && this.#unstarted.length === 0 && this.#freedPermits === 0) return
    const progress: LaneProgress = {
      kind: 'progress',
      outcomes,
      items: outcomes === null ? null : this.#items.slice(0, outcomes.count),
      unstarted: this.#unstarted.length === 0 ? null : Uint32Array.from(this.#unstarted),
      freedPermits: this.#freedPermits,
      busyUs: this.#takeBusy(),
      activeUs: this.#takeActive(),
    }
    this.#unstarted = []
    this.#freedPermits = 0
    const transfer: ArrayBuffer[] = []
    if (outcomes !== null) transfer.push(outcomes.records)
    if (outcomes?.details != null) transfer.push(outcomes.details.buffer as ArrayBuffer)
    this.#port.postMessage(progress satisfies FromLane, transfer)
  }

  #postSoon(): void {
    this.#turn ??= setImmediate(() => {
      this.#turn = null
      this.flush()
    })
  }

  #postLater(): void {
    this.#gathering ??= setTimeout(() => {
      this.#gathering = null
      this.flush()
    }, GATHER_MS)
  }

  #takeBusy(): number {
    let busyUs = this.#busyUs
    this.#busyUs = 0
    if (this.#busySinceUs >= 0) {
      const nowUs = monotonicUs()
      busyUs += nowUs - this.#busySinceUs
      this.#busySinceUs = nowUs
    }
    return busyUs
  }

  #takeActive(): number {
    const now = performance.eventLoopUtilization()
    const activeMs = performance.eventLoopUtilization(now, this.#active).active
    this.#active = now
    const waitedUs = waitedForTokensUs()
    const ownUs = activeMs * 1000 - (waitedUs - this.#waitedUs)
    this.#waitedUs = waitedUs
    return Math.max(0, ownUs)
  }
}

/** An item whose call, or what came before it, has ended. */
export interface EndedItem {
  readonly answer: ItemAnswer
  readonly startedAtMs: number
  readonly endedAtMs: number
  /** Number of the first item of its call. @default the item itself */
  readonly first?: number
}

/** Makes the records of a lane's outcomes. */
export class OutcomeRecords {
  readonly #epoch: number
  readonly #calledBefore: boolean
  /** Null: nothing is traced. */
  readonly traceIds: CallTraceIds | null

  constructor({ epoch, calledBefore, tracing }: Pick<LaneTask, 'epoch' | 'calledBefore' | 'tracing'>) {
    this.#epoch = epoch
    this.#calledBefore = calledBefore
    this.traceIds = tracing === null ? null : new CallTraceIds(tracing)
  }

  of(reader: LotReader, number: number, ended: EndedItem): OutcomeRecord {
    const { traceIds: ids } = this
    const { startedAtMs, endedAtMs, first = number } = ended
    const { answer: given } = ended
    const answer = this.#calledBefore ? withWarning(given, calledAgain(reader.attempt(number))) : given
    return {
      jobRef: reader.jobs[reader.job(number)]!.ref,
      chunk: reader.chunk(number),
      index: reader.index(number),
      itemHandle: reader.itemHandle(number),
      epoch: this.#epoch,
      attempt: reader.attempt(number),
      httpStatus: answer.httpStatus,
      verdict: answer.succeeded ? Verdict.succeeded : Verdict.unjudged,
      flags: answer.flags,
      trace: ids === null ? 0 : traceBits(reader, number, { first, ids }),
      throttled: reader.throttled(number),
      startedAtMs,
      endedAtMs,
      retryAtMs: answer.retryAtMs,
      detail: answer.detail === null ? undefined : Buffer.from(answer.detail),
    }
  }
}
