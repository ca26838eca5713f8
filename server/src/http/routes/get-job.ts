import type { JobId } from '../../model/ids.ts'
import { foundJob } from '../answer/job-answer.ts'
import { READ_CACHE_CONTROL, sendJsonText } from '../answer/json-answer.ts'
import { waitSecondsOf } from '../answer/long-poll.ts'
import type { OperationHandler } from '../operation-handler.ts'
import { matchesEtag } from '../request/request-headers.ts'

export const getJob: OperationHandler<'getJob', 'progress'> = async (call) => {
  const { reply } = call
  const { subscription } = call.caller
  const { progress } = call.ports
  const id = call.path.jobId as JobId
  const waitSeconds = waitSecondsOf(call)
  const snapshot = foundJob(
    waitSeconds === null
      ? await progress.find(id, subscription)
      : await progress.waitFor(id, subscription, {
          knownStatus: call.query.knownStatus,
          timeoutMs: waitSeconds * 1000,
          signal: call.signal,
        }),
    id,
  )
  reply.header('cache-control', READ_CACHE_CONTROL).header('etag', snapshot.etag)
  if (waitSeconds !== null) {
    // A request that waits needs no time for the next poll, and always receives the whole job.
    reply.header('preference-applied', `wait=${waitSeconds}`)
  } else {
    if (matchesEtag(call.request.headers['if-none-match'], snapshot.etag)) return reply.code(304).send()
    if (snapshot.retryAfterSeconds !== null) reply.header('retry-after', snapshot.retryAfterSeconds)
  }
  return sendJsonText(reply, 200, snapshot.json)
}
