import type { OperationId } from '@waybill/spec'
import type { FastifyReply } from 'fastify'
import { ProblemError } from '../model/errors.ts'

/**
 * Large answers under way at once. Each may hold a page of 4 MiB, as objects and as text, until its client has taken it: at about
 * 8 MiB each they stay below a gigabyte, even if nobody reads.
 */
const MAX_LARGE_ANSWERS = 100
const RETRY_SECONDS = 5

/** Operations whose answers are as large as a page may be. */
const largeOperations: ReadonlySet<OperationId> = new Set([
  'listJobs',
  'listItems',
  'getResults',
  'getResultsCsv',
  'listDeadLetters',
  'listParked',
])

/** Counts the answers that clients may leave lying in memory, and refuses more than there is room for. */
export class LargeAnswers {
  readonly #maxAnswers: number
  #underWay = 0

  constructor(maxAnswers = MAX_LARGE_ANSWERS) {
    this.#maxAnswers = maxAnswers
  }

  /** Counts the answer of an operation, if it is a large one, until its client has it or is gone. @throws ProblemError `overloaded` */
  enter(operationId: OperationId, reply: FastifyReply): void {
    if (!largeOperations.has(operationId)) return
    if (this.#underWay >= this.#maxAnswers) {
      throw new ProblemError({
        code: 'overloaded',
        detail: `Cannot begin another large answer as at most ${this.#maxAnswers} may be under way: all are`,
        retryAfterSeconds: RETRY_SECONDS,
      })
    }
    if (reply.raw.closed) return // the client left already: nothing will tell us so again
    this.#underWay++
    reply.raw.once('close', () => {
      this.#underWay--
    })
  }
}
