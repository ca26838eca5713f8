import type { WebhookEndpointUpdate } from '@waybill/spec'
import { conditionFault } from '../../webhooks/event-condition.ts'
import { requestedUrl } from '../../webhooks/endpoint-url.ts'
import type { EndpointSettings } from '../../webhooks/webhook-endpoints.ts'
import type { HttpPorts } from '../http-ports.ts'
import { type PlacedFault, refuseFaults } from './spec-schemas.ts'
import type { Call } from '../operation-handler.ts'

/**
 * Returns the settings that a request has for an endpoint, after the checks that its schema does not make.
 * @param stored the URL of the endpoint; null: it is a new one
 * @throws ProblemError `bad_request`
 */
export async function requestedSettings(
  wish: WebhookEndpointUpdate,
  {
    operation,
    ports,
    stored,
  }: Pick<Call, 'operation'> & {
    readonly ports: Pick<HttpPorts, 'webhooks' | 'channelReads'>
    readonly stored: string | null
  },
): Promise<Partial<EndpointSettings>> {
  const faults: PlacedFault[] = []
  const refuse = (pointer: string, detail: string): void => void faults.push({ pointer, detail, unknown: false })
  const { url: text, where, ...rest } = wish
  let url = text
  if (text !== undefined) {
    const { allowPrivateAddresses } = ports.webhooks
    const requested = requestedUrl(text, { stored, allowPrivateAddresses })
    if ('fault' in requested) refuse('/url', requested.fault)
    else {
      url = requested.url
      const refusal = allowPrivateAddresses ? null : await ports.channelReads.refusalOf(new URL(url))
      if (refusal !== null) refuse('/url', refusal)
    }
  }
  if (where != null) {
    const fault = conditionFault(where)
    if (fault !== null) refuse('/where', fault)
  }
  refuseFaults(faults, operation)
  return { ...rest, ...(url !== undefined && { url }), ...(where !== undefined && { where }) }
}
