import type { FastifyReply } from 'fastify'
import type { JobId } from '../model/ids.ts'
import { sendJsonText } from './json-answer.ts'
import type { Call } from './operation-handler.ts'
import { setQuotaHeaders } from './quota.ts'

/** 202 with the jobs that try items again; one that was deleted already is left out. */
export async function sendRetryReceipt(
  call: Pick<Call, 'parts' | 'subscription' | 'reply'>,
  ids: readonly JobId[],
): Promise<FastifyReply> {
  const { parts, subscription, reply } = call
  const snapshots = await Promise.all(ids.map((id) => parts.progress.find(id, subscription)))
  const jobs = snapshots.flatMap((snapshot) => (snapshot === null ? [] : [snapshot.json]))
  setQuotaHeaders(reply, { parts, subscription })
  return sendJsonText(reply, 202, `{"jobs":[${jobs.join(',')}]}`)
}
