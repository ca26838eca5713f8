import type { JobActionReceipt, JobActionRequest } from '@waybill/spec'
import type { FastifyReply } from 'fastify'
import type { JobAction } from '../../jobs/job-actions.ts'
import { ProblemError } from '../../model/errors.ts'
import { AuditedAct, runAct } from '../../store/audited-act.ts'
import { readSelection, SELECTION_SECONDS, selectionOf } from '../answer/job-selection.ts'
import { sendJson } from '../answer/json-answer.ts'
import type { Call, OperationHandler } from '../operation-handler.ts'

type ActOnJobs = Call<'actOnJobs', 'jobActions' | 'pageTokens' | 'clock' | 'epoch'>

export const actOnJobs: OperationHandler<'actOnJobs', 'jobActions' | 'pageTokens' | 'clock' | 'epoch'> = async (
  call,
) => {
  const { ports, caller } = call
  const { action, filter, dryRun, selection } = (await call.json()) as JobActionRequest
  if ((dryRun === undefined) === (selection === undefined)) throw eitherOfTwo(action, dryRun !== undefined)
  const { createdAfter, createdBefore, ...lists } = filter
  const request = {
    action,
    caller: call.shareKey,
    filter: {
      subscription: caller.subscription,
      ...lists,
      ...(createdAfter !== undefined && { createdAfterMs: Date.parse(createdAfter) }),
      ...(createdBefore !== undefined && { createdBeforeMs: Date.parse(createdBefore) }),
    },
  }
  const scope = { caller, action, filter }
  if (selection === undefined) {
    const { count, untilEntry, unavailableChannels } = await ports.jobActions.preview(request)
    const expiresAtMs = ports.clock.nowMs() + SELECTION_SECONDS * 1000
    const made = selectionOf({ epoch: ports.epoch, untilEntry, expiresAtMs }, scope, ports.pageTokens)
    const counts = { count, remaining: count, unavailableChannels }
    return sendReceipt(call, { action, dryRun: true, ...counts, selection: made, expiresAtMs })
  }
  const { untilEntry, expiresAtMs } = readSelection(selection, scope, ports)
  const changed = await ports.jobActions.apply(request, { untilEntry, carry: (slice) => carrySlice(slice, call) })
  return sendReceipt(call, { action, dryRun: false, ...changed, selection, expiresAtMs })
}

/** Each slice is a write of its own: its jobs have their entries in the audit with it. */
async function carrySlice(slice: () => Promise<void>, call: ActOnJobs): Promise<boolean> {
  // Whoever asked has left, or may no longer: what is done is durable.
  if (call.stopping() || call.signal.aborted) return false
  const { act } = call.request
  await (act === null ? slice() : runAct(new AuditedAct({ ...act.entry, status: 202 }), slice))
  return true
}

interface Receipt extends Omit<JobActionReceipt, 'expiresAt' | 'unavailableChannels'> {
  readonly unavailableChannels: readonly string[]
  readonly expiresAtMs: number
}

function sendReceipt({ reply }: ActOnJobs, { expiresAtMs, unavailableChannels, ...rest }: Receipt): FastifyReply {
  const receipt: JobActionReceipt = {
    ...rest,
    ...(unavailableChannels.length > 0 && { unavailableChannels: [...unavailableChannels] }),
    expiresAt: new Date(expiresAtMs).toISOString(),
  }
  return sendJson(reply, rest.dryRun ? 200 : 202, receipt)
}

function eitherOfTwo(action: JobAction, areBoth: boolean): ProblemError {
  const detail = `exactly one of dryRun and selection is required: there ${areBoth ? 'are both' : 'is neither'}`
  return new ProblemError({
    code: 'bad_request',
    detail: `Cannot ${action} jobs as ${detail}`,
    errors: [{ pointer: areBoth ? '/dryRun' : '/selection', detail }],
    errorCount: 1,
  })
}
