import type { WebhookReplayReceipt, WebhookReplayRequest } from '@waybill/spec'
import type { WebhookEndpointId } from '../../model/ids.ts'
import { sendJson } from '../answer/json-answer.ts'
import { timeOf } from '../answer/token-view.ts'
import type { OperationHandler } from '../operation-handler.ts'
import { type PlacedFault, refuseFaults } from '../request/spec-schemas.ts'

export const replayWebhookEvents: OperationHandler<'replayWebhookEvents', 'webhooks' | 'clock'> = async (call) => {
  const { ports, path, caller, reply, operation, shareKey } = call
  const { since, until, status, eventTypes } = (await call.json()) as WebhookReplayRequest
  const sinceMs = Date.parse(since)
  const untilMs = until === undefined ? ports.clock.nowMs() : Date.parse(until)
  const faults: PlacedFault[] = []
  // The schema takes leap seconds, which no clock of ours has.
  const noLeap = 'must be a time without a leap second'
  if (Number.isNaN(sinceMs)) faults.push({ pointer: '/since', detail: noLeap, unknown: false })
  if (Number.isNaN(untilMs)) faults.push({ pointer: '/until', detail: noLeap, unknown: false })
  if (untilMs <= sinceMs) {
    const [pointer, order] = until === undefined ? ['/since', 'in the past'] : ['/until', `after since, ${since}`]
    faults.push({ pointer, detail: `must be ${order}: it is ${until ?? since}`, unknown: false })
  }
  refuseFaults(faults, operation)
  const query = {
    ...{ subscription: caller.subscription, caller: shareKey, sinceMs, untilMs },
    ...(status !== undefined && { statuses: status }),
    ...(eventTypes !== undefined && { types: eventTypes }),
  }
  const endpoint = path.endpointId as WebhookEndpointId
  const { id, events, continueAtMs } = await ports.webhooks.replays.replay(endpoint, query, call.signal)
  const receipt: WebhookReplayReceipt = { replay: { id, events, continueAt: timeOf(continueAtMs) } }
  return sendJson(reply, 202, receipt)
}
