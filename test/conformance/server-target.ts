import { ServerProcess } from '../support/server-process.ts'
import type { Target } from './target.ts'

/** A real server process, on an empty data folder. */
export function serverTarget(store: 'memory' | 'disk'): Target {
  return {
    name: `server with the ${store} store`,
    async start() {
      const server = await ServerProcess.create({ store })
      await server.start()
      return { baseUrl: server.url, fetch, stop: () => server.remove() }
    },
  }
}
