import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ServerProcess } from '../support/server-process.ts'
import type { Target } from './target.ts'

const CRASHING_MODULE = 'export default { deliverItem: ({ data }) => { if (data?.crash === true) process.exit(1) } }'

/** A real server process, on an empty data folder. */
export function serverTarget(store: 'memory' | 'disk'): Target {
  return {
    name: `server with the ${store} store`,
    async start() {
      const connector = { type: 'module', path: './crash.mjs' }
      const server = await ServerProcess.create({
        store,
        config: { channels: { crashing: { connector } }, subscriptions: { 'from-file': {} } },
      })
      await writeFile(join(server.folder, 'crash.mjs'), CRASHING_MODULE)
      await server.start()
      return { baseUrl: server.url, fetch, crashingChannel: 'crashing', stop: () => server.remove() }
    },
  }
}
