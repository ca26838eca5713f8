import type { ChannelConfig } from '../model/channel.ts'
import { templateFaults } from './templates/templated-call.ts'

/** Returns the faults of a channel's connector that only the connector can find; pointers lead into the channel. */
export function connectorFaults({ connector }: ChannelConfig): { readonly pointer: string; readonly detail: string }[] {
  if (connector.type !== 'http') return []
  return templateFaults(connector).map(({ pointer, detail }) => ({ pointer: `/connector${pointer}`, detail }))
}
