import { deliveredQuietly, forEachItem } from './answer.ts'
import type { Connector, ConnectorSetup } from './connector.ts'
import type { PayloadResolver } from './payload/payload-resolver.ts'

/**
 * Makes the connector that a channel's configuration names, with the check of its items. Each kind is loaded only where it is used: a thread for
 * HTTP never holds a line of an operator's code.
 * @throws Error the connector cannot be made, for example as its module cannot be loaded; the message has the reason
 */
export async function createConnector(setup: ConnectorSetup): Promise<Connector> {
  const connector = await createCallableConnector(setup)
  const { itemSchema } = setup.config
  if (itemSchema === null) return connector
  const [{ ItemSchemaConnector }, { compiledItemSchema }] = await Promise.all([
    import('./item-schema-connector.ts'),
    import('./item-schema/compiled-item-schema.ts'),
  ])
  return new ItemSchemaConnector(connector, compiledItemSchema(itemSchema))
}

async function createCallableConnector(setup: ConnectorSetup): Promise<Connector> {
  const connector = await loadConnector(setup)
  // That for HTTP stops by itself when its request is made.
  return setup.observer?.isDryRun === true && setup.config.connector.type !== 'http' ? uncalled(connector) : connector
}

async function loadConnector(setup: ConnectorSetup): Promise<Connector> {
  const config = setup.config.connector
  switch (config.type) {
    case 'http': {
      const { HttpConnector } = await import('./http-connector.ts')
      return new HttpConnector(config, setup)
    }
    case 'sandbox': {
      const { SandboxConnector } = await import('./sandbox-connector.ts')
      return new SandboxConnector(config, setup)
    }
    case 'webhook': {
      const { WebhookConnector } = await import('./webhook/webhook-connector.ts')
      return new WebhookConnector(config, setup)
    }
    case 'module': {
      const { loadModuleConnector } = await import('./module-connector.ts')
      return loadModuleConnector(config, setup)
    }
  }
}

/** A connector that is loaded, and called by nobody. */
function uncalled(connector: Connector): Connector {
  return {
    batchSize: connector.batchSize,
    deliver: (call) => forEachItem(call, deliveredQuietly),
    close: () => connector.close(),
  }
}

/**
 * Makes what resolves the payloads of a channel's items; null: the channel resolves none.
 * @throws Error its URL cannot be used; the message has the reason
 */
export async function createResolver(setup: ConnectorSetup): Promise<PayloadResolver | null> {
  const { payload } = setup.config
  if (payload === null) return null
  const { PayloadResolver } = await import('./payload/payload-resolver.ts')
  return new PayloadResolver(payload, setup)
}
