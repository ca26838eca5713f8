import { deliveredQuietly, forEachItem } from './answer.ts'
import type { Connector, ConnectorSetup } from './connector.ts'

/**
 * Makes the connector that a channel's configuration names, with the check of its items. Each kind is loaded only where it is used: a thread for
 * HTTP never holds a line of an operator's code.
 * @throws Error the connector cannot be made, for example as its module cannot be loaded; the message has the reason
 */
export async function createConnector(setup: ConnectorSetup): Promise<Connector> {
  const connector = await createCheckedConnector(setup)
  // That for HTTP stops by itself when its request is made.
  return setup.observer?.isDryRun === true && setup.config.connector.type !== 'http' ? uncalled(connector) : connector
}

async function createCheckedConnector(setup: ConnectorSetup): Promise<Connector> {
  const connector = await loadConnector(setup)
  const { itemSchema } = setup.config
  if (itemSchema === null) return connector
  const [{ ItemSchemaConnector }, { compiledItemSchema }] = await Promise.all([
    import('./item-schema-connector.ts'),
    import('./item-schema/compiled-item-schema.ts'),
  ])
  return new ItemSchemaConnector(connector, compiledItemSchema(itemSchema))
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
