import { failed } from '../connectors/answer.ts'
import type { ItemAnswer } from '../connectors/connector.ts'
import { describeThrown } from '../connectors/module-answer.ts'
import type { ItemWarning } from '../model/item.ts'

/*
 * Answers and warnings of a lane's own, where a connector gave none.
 */

/** Creates the answer of a call that did not end in time. */
export function timeoutAnswer(timeoutMs: number): ItemAnswer {
  return failed({
    code: 'timeout',
    origin: 'engine',
    title: 'No answer in time',
    detail: `No answer within ${timeoutMs} ms`,
    retryable: true,
  })
}

/** The call that was lost has no entry of its own in the item's log: this one reports it (RTY-2). */
export function calledAgain(attempt: number): ItemWarning {
  const detail = `Call ${attempt - 1} was running, or had just ended, when its thread was lost; the item was called again`
  return { code: 'called_again', detail, pointer: null }
}

export function connectorBroke(error: unknown): ItemAnswer {
  return failed({
    code: 'thrown',
    origin: 'engine',
    title: 'The connector broke',
    detail: describeThrown(error),
    retryable: true,
  })
}
