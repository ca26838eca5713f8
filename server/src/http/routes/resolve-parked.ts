import type { ParkedDecision, ParkedReceipt } from '@waybill/spec'
import { type DecisionBody, readDecision } from '../../ingest/body/read-decision.ts'
import type { JobId } from '../../model/ids.ts'
import { TimeSlice } from '../../runtime/time-slice.ts'
import type { ParkedItemId } from '../../schedule/parked/parked-items.ts'
import type { ParkedPort } from '../http-ports.ts'
import { foundJob } from '../answer/job-answer.ts'
import { sendJson } from '../answer/json-answer.ts'
import type { Call, OperationHandler } from '../operation-handler.ts'
import { compileNamedSchema, type PlacedFault, refuseFaults } from '../request/spec-schemas.ts'

/** The ports that it uses. */
type ResolveParkedPorts = 'progress' | 'parked'

export const resolveParked: OperationHandler<'resolveParked', ResolveParkedPorts> = async (call) => {
  const { limits, ports } = call
  const { subscription } = call.caller
  call.mediaType()
  const slice = new TimeSlice(call.shareKey)
  const body = await readDecision(call.body({ name: 'maxJsonBodyBytes', bytes: limits.maxJsonBodyBytes }), slice)
  const { items, decision } = checkedDecision(body, call, slice)
  for (const id of new Set(items.map(({ jobId }) => jobId as JobId))) {
    foundJob(await ports.progress.find(id, subscription), id)
    call.request.act?.concern(id)
  }
  const resolve = resolverOf(decision, { call, data: body.data, slice })
  // Started in the order given, durable together.
  const resolved = await Promise.all(
    items.map(({ jobId, index }) => resolve({ subscription, jobId: jobId as JobId, index })),
  )
  const notParked = items.filter((_, n) => !resolved[n])
  const receipt: ParkedReceipt = { resolved: items.length - notParked.length, notParked }
  return sendJson(call.reply, 200, receipt)
}

type ResolveCall = Pick<Call<'resolveParked', ResolveParkedPorts>, 'operation' | 'ports' | 'caller' | 'shareKey'>

function resolverOf(
  decision: ParkedDecision['decision'],
  { call, data, slice }: { call: ResolveCall; data: Buffer | null; slice: TimeSlice },
): (item: ParkedItemId) => ReturnType<ParkedPort['resolve']> {
  const { parked } = call.ports
  if (decision !== 'replace') return (item) => parked.resolve(item, decision)
  const by = call.caller.actor === 'dev' ? `address:${call.shareKey}` : call.shareKey
  return (item) => parked.replace(item, { data: data!, by, slice })
}

function checkedDecision(
  { members, data }: DecisionBody,
  { operation }: ResolveCall,
  slice: TimeSlice,
): ParkedDecision {
  const faults = slice.run(() => compileNamedSchema('ParkedDecision')(members))
  refuseFaults(faults, operation)
  const decision = members as unknown as ParkedDecision
  refuseFaults(replacementFaults(decision, data !== null), operation)
  return decision
}

/** Returns the faults that the schema cannot express: `replace` is of one item, and the only decision with data. */
function replacementFaults({ decision, items }: ParkedDecision, hasData: boolean): PlacedFault[] {
  const faults: PlacedFault[] = []
  const fault = (pointer: string, detail: string): unknown => faults.push({ pointer, detail, unknown: false })
  if (decision !== 'replace') {
    if (hasData) fault('/data', `must be absent with decision ${decision}: only replace takes data`)
    return faults
  }
  if (items.length > 1) fault('/items', `must have 1 element with decision replace: current value has ${items.length}`)
  if (!hasData) fault('/data', 'is required with decision replace')
  return faults
}
