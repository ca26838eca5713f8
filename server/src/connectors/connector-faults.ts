import type { ChannelConfig } from '../model/channel.ts'
import { escapedToken } from '../model/json-walker.ts'
import { RateLimitHeaders } from './rate-limit-headers.ts'
import { RequestSignature } from './request-signature.ts'
import { at, TemplateFault } from './templates/template-fault.ts'
import { TemplatedCalls } from './templates/templated-call.ts'

/** Checks what only the connector knows of its configuration; pointers lead into the channel. */
export function connectorFaults(config: ChannelConfig): { readonly pointer: string; readonly detail: string }[] {
  const { connector, credentials, rateLimitHeaders, payload } = config
  const ofPayload = payload === null ? [] : signatureFaults(payload.credentials, '/payload/credentials')
  if (connector.type !== 'http') return ofPayload
  const checked = [
    ...templateFaults(() => new TemplatedCalls(connector)).map((fault) => ({
      ...fault,
      pointer: `/connector${fault.pointer}`,
    })),
    ...(rateLimitHeaders === null
      ? []
      : templateFaults(() => new RateLimitHeaders(rateLimitHeaders), '/rateLimitHeaders')),
  ]
  return [...checked, ...signatureFaults(credentials, '/credentials'), ...ofPayload]
}

function signatureFaults(
  credentials: ChannelConfig['credentials'],
  pointer: string,
): { readonly pointer: string; readonly detail: string }[] {
  return Object.entries(credentials).flatMap(([subscription, one]) =>
    one.type === 'hmac'
      ? templateFaults(
          () => at('/content', () => new RequestSignature(one)),
          `${pointer}/${escapedToken(subscription)}`,
        )
      : [],
  )
}

/** The fault that keeps something from being made. */
function templateFaults(make: () => unknown, below = ''): { readonly pointer: string; readonly detail: string }[] {
  try {
    make()
    return []
  } catch (error) {
    if (!(error instanceof TemplateFault)) throw error
    return [{ pointer: below + error.pointer, detail: error.detail }]
  }
}
