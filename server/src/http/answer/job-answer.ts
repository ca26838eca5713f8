import type { OperationId } from '@waybill/spec'
import type { FastifyReply } from 'fastify'
import type { JobSnapshot } from '../../progress/job-view.ts'
import { jobNotFound } from '../../store/find-job.ts'
import { sendJsonText } from './json-answer.ts'
import type { Call } from '../operation-handler.ts'

/** The job, if there is one. @throws ProblemError `job_not_found`, also for one of another subscription (SEC-1) */
export function foundJob<T>(job: T | null, id: string): T {
  if (job !== null) return job
  throw jobNotFound(id)
}

/** Answers 202 with the job and with the time of the next poll. */
export function sendAccepted(
  { ports, reply }: Pick<Call<OperationId, 'paths'>, 'ports' | 'reply'>,
  snapshot: JobSnapshot,
): FastifyReply {
  reply.header('location', ports.paths.job(snapshot.id))
  if (snapshot.retryAfterSeconds !== null) reply.header('retry-after', snapshot.retryAfterSeconds)
  return sendJsonText(reply, 202, snapshot.json)
}
