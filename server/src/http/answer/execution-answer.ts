import type { Execution } from '@waybill/spec'
import type { FastifyReply } from 'fastify'
import { ProblemError } from '../../model/errors.ts'
import { sendJson } from './json-answer.ts'
import type { Call } from '../operation-handler.ts'

/** As the hint on a job: often enough to see it move, never more than once a second. */
const MAX_RETRY_AFTER_SECONDS = 30

/** Answers 202 with the execution, when the request is durable, and with the time of the next poll. @throws ProblemError `execution_not_found` */
export async function sendAcceptedExecution(
  call: Call<'cancelExecution' | 'pauseExecution' | 'resumeExecution', 'executions'>,
): Promise<FastifyReply> {
  const { executionId } = call.path
  const execution = foundExecution(await call.ports.executions.view(executionId, call.caller.subscription), executionId)
  const seconds = retryAfterSeconds(execution)
  if (seconds !== null) call.reply.header('retry-after', seconds)
  return sendJson(call.reply, 202, execution)
}

/** The execution, if there is one. @throws ProblemError `execution_not_found`, also for one of another subscription (SEC-1) */
export function foundExecution(execution: Execution | null, id: string): Execution {
  if (execution !== null) return execution
  throw new ProblemError({
    code: 'execution_not_found',
    detail: `Cannot find execution ${id} as there is none of this id for the caller`,
  })
}

/** Returns the seconds until the next poll; null: no hint. */
export function retryAfterSeconds({ done, progress }: Pick<Execution, 'done' | 'progress'>): number | null {
  const etaSeconds = progress?.etaSeconds ?? null
  if (done || etaSeconds === null || etaSeconds < 1) return null
  return Math.min(MAX_RETRY_AFTER_SECONDS, Math.ceil(etaSeconds / 4))
}
