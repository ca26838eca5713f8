import { withWarning } from '../connectors/answer.ts'
import type { ItemAnswer } from '../connectors/connector.ts'
import { CallTraceIds } from '../model/call-trace.ts'
import { type OutcomeRecord, Verdict } from '../model/outcome-batch.ts'
import type { LotReader } from './messages-lot.ts'
import type { LaneTask } from './messages.ts'
import { calledAgain } from './worker-answers.ts'
import { traceBits } from './worker-trace.ts'

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
