import { escapedToken } from '@waybill/spec/rules'
import type { ChannelConfig } from '../model/channel.ts'
import { itemSchemaFaults } from './item-schema/item-schema.ts'
import { RateLimitHeaders } from './rate-limit-headers.ts'
import { RequestSignature } from './request-signature.ts'
import { at, TemplateFault } from './templates/template-fault.ts'
import { TemplatedCalls } from './templates/templated-call.ts'

/** Checks what only the connector knows of its configuration; pointers lead into the channel. */
export function connectorFaults(config: ChannelConfig): { readonly pointer: string; readonly detail: string }[] {
  const { connector, credentials, rateLimitHeaders, itemSchema, payload } = config
  const checked = connector.type === 'http' ? templateFaults(() => new TemplatedCalls(connector), '/connector') : []
  if (connector.type === 'http' && rateLimitHeaders !== null) {
    checked.push(...templateFaults(() => new RateLimitHeaders(rateLimitHeaders), '/rateLimitHeaders'))
  }
  const schemaFaults = (itemSchema === null ? [] : itemSchemaFaults(itemSchema)).map(({ pointer, detail }) => ({
    pointer: `/itemSchema${pointer}`,
    detail,
  }))
  const signatures = [
    ...signatureFaults(credentials, '/credentials'),
    ...(payload === null ? [] : signatureFaults(payload.credentials, '/payload/credentials')),
  ]
  return [...schemaFaults, ...checked, ...signatures]
}

function signatureFaults(
  credentials: ChannelConfig['credentials'],
  pointer: string,
): { readonly pointer: string; readonly detail: string }[] {
  return Object.entries(credentials).flatMap(([subscription, one]) =>
    one?.type === 'hmac'
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
