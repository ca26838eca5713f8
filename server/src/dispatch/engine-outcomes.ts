import { failed } from '../connectors/answer.ts'
import type { ItemAnswer } from '../connectors/connector.ts'
import type { Channel } from '../limits/channel-registry.ts'
import { type OutcomeBatch, type OutcomeRecord, OutcomeWriter, Verdict } from '../model/outcome-batch.ts'
import type { Leftover } from './lane.ts'

/** Outcomes that no worker could write: its thread is gone, or the item never reached one. */
export class EngineOutcomes {
  readonly #writer = new OutcomeWriter()
  readonly #epoch: number
  readonly #nowMs: number

  constructor(epoch: number, nowMs: number) {
    this.#epoch = epoch
    this.#nowMs = nowMs
  }

  add(item: Leftover['record'], answer: ItemAnswer, startedAtMs: number): void {
    const record: OutcomeRecord = {
      ...item,
      epoch: this.#epoch,
      httpStatus: answer.httpStatus,
      verdict: Verdict.unjudged,
      flags: answer.flags,
      startedAtMs,
      endedAtMs: this.#nowMs,
      retryAtMs: answer.retryAtMs,
      detail: answer.detail === null ? undefined : Buffer.from(answer.detail),
    }
    this.#writer.add(record)
  }

  /** Reports the collected outcomes. */
  report(channel: Channel, outcomes: { add(channel: Channel, batch: OutcomeBatch): void }): void {
    const batch = this.#writer.take()
    if (batch !== null) outcomes.add(channel, batch)
  }
}

/** The call did not end after its time-out, and its thread was ended for it. */
export function endedWithThread(timeoutMs: number): ItemAnswer {
  return failed({
    code: 'timeout',
    origin: 'engine',
    title: 'No answer in time',
    detail: `No answer within ${timeoutMs} ms; the call did not stop when it was aborted, so its thread was ended`,
    retryable: true,
  })
}

export const workerCrashed: ItemAnswer = failed({
  code: 'worker_crashed',
  origin: 'engine',
  title: 'The item ended its thread',
  detail: 'The connector ended its thread each time it delivered this item, also when it ran alone',
  retryable: false,
  hint: false,
})

export const payloadLost: ItemAnswer = failed({
  code: 'invalid_item',
  origin: 'engine',
  title: 'The item has no payload',
  detail: 'The store does not hold the item any more',
  retryable: false,
  hint: false,
})
