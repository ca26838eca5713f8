import type { Receipt } from '@waybill/spec'
import { ProblemError } from '../../model/errors.ts'
import { hasScope } from '../../model/caller.ts'
import type { JobId } from '../../model/ids.ts'
import type { JobSnapshot } from '../../progress/job-view.ts'
import { sendJson } from '../answer/json-answer.ts'
import { waitSecondsOf } from '../answer/long-poll.ts'
import type { Call, OperationHandler } from '../operation-handler.ts'
import { idempotencyKey, traceContext } from '../request/request-headers.ts'

/** The ports that it uses. */
type DeliverItemPorts = 'ingest' | 'paths' | 'clock' | 'progress' | 'itemReads'

export const deliverItem: OperationHandler<'deliverItem', DeliverItemPorts> = async (call) => {
  const { limits, ports } = call
  call.mediaType()
  const submitted = await ports.ingest.deliverItem({
    subscription: call.caller.subscription,
    caller: call.shareKey,
    mediaType: 'application/json',
    body: call.body({ name: 'maxJsonBodyBytes', bytes: limits.maxJsonBodyBytes }),
    idempotencyKey: idempotencyKey(call.request),
    trace: traceContext(call.request),
  })
  if (!submitted.replayed) call.request.made = [submitted.id]
  const waitSeconds = waitSecondsOf(call)
  const snapshot = await untilDone(call, submitted.id, (waitSeconds ?? limits.defaultWaitSeconds) * 1000)
  const receipt = await receiptOf(call, snapshot)

  call.reply.header('location', ports.paths.job(submitted.id))
  if (waitSeconds !== null) call.reply.header('preference-applied', `wait=${waitSeconds}`)
  if (submitted.replayed) call.reply.header('idempotent-replayed', 'true')
  return sendJson(call.reply, receipt.done ? 200 : 202, receipt)
}

/** Waits for the end of the job, over every change of its status before. */
async function untilDone(
  call: Call<'deliverItem', DeliverItemPorts>,
  id: JobId,
  timeoutMs: number,
): Promise<JobSnapshot> {
  const { clock, progress } = call.ports
  const deadlineMs = clock.nowMs() + timeoutMs
  let snapshot = found(await progress.find(id, call.caller.subscription))
  while (!snapshot.done && clock.nowMs() < deadlineMs && !call.signal.aborted && !call.stopping()) {
    const options = { knownStatus: snapshot.status, timeoutMs: deadlineMs - clock.nowMs(), signal: call.signal }
    snapshot = found(await progress.waitFor(id, call.caller.subscription, options))
  }
  return snapshot
}

async function receiptOf(call: Call<'deliverItem', DeliverItemPorts>, snapshot: JobSnapshot): Promise<Receipt> {
  const { itemReads, progress } = call.ports
  const { subscription } = call.caller
  const reader = { subscription, caller: call.shareKey, unredacted: hasScope(call.caller, 'admin') }
  const { item } = found(await itemReads.item({ jobId: snapshot.id, ...reader, index: 0 }))
  const done = item.status === 'succeeded' || item.status === 'failed' || item.status === 'cancelled'
  // It ended between the two looks: the job's end is durable together with its last item's.
  const job = done && !snapshot.done ? found(await progress.find(snapshot.id, subscription)).job : snapshot.job
  return { done, job, item }
}

/** The job was deleted by another request during the wait. */
function found<T>(value: T | null): T {
  if (value !== null) return value
  throw new ProblemError({
    code: 'job_purged',
    detail: 'Cannot answer with the item as its job has been deleted meanwhile',
  })
}
