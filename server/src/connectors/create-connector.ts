import { failed, forEachItem } from './answer.ts'
import type { Connector, ConnectorSetup } from './connector.ts'
import { describeThrown } from './module-answer.ts'

/**
 * Makes the connector that a channel's configuration names. Never rejects: one that cannot be made answers every call with the reason.
 * Each kind is loaded only where it is used: a thread for HTTP never holds a line of an operator's code.
 */
export async function createConnector(setup: ConnectorSetup): Promise<Connector> {
  const config = setup.config.connector
  try {
    switch (config.type) {
      case 'http': {
        const { HttpConnector } = await import('./http-connector.ts')
        return new HttpConnector(config, setup)
      }
      case 'sandbox': {
        const { SandboxConnector } = await import('./sandbox-connector.ts')
        return new SandboxConnector(config, setup)
      }
      case 'module': {
        const { loadModuleConnector } = await import('./module-connector.ts')
        return await loadModuleConnector(config, setup)
      }
    }
  } catch (error) {
    setup.logger.error({ channel: setup.channel, reason: describeThrown(error) }, 'connector cannot be loaded')
    return brokenConnector(error)
  }
}

function brokenConnector(error: unknown): Connector {
  const answer = failed({
    code: 'thrown',
    origin: 'connector',
    title: 'The connector could not be loaded',
    detail: describeThrown(error),
    retryable: true,
  })
  return {
    batchSize: 1,
    deliver: (call) => forEachItem(call, answer),
    close: async () => {},
  }
}
