import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Below those that the system gives to connections (from 32768 on Linux, 49152 elsewhere): a port of a server that is down for a moment would
 * else be taken by chance, and so would one that is free now and used later. Behind 10080, which `fetch` refuses.
 */
const FIRST_PORT = 10_100
const PORTS = 22_000
/** Processes that run at the same time begin so far from each other. */
const PORTS_OF_PROCESS = 20

let asked = 0

/** Returns a port of this machine that nobody listens on, each time another one. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PORTS; tries++) {
    const port = FIRST_PORT + ((process.pid * PORTS_OF_PROCESS + asked++) % PORTS)
    const server = createServer()
    // On all addresses: one of them may be taken.
    server.listen(port)
    try {
      await once(server, 'listening')
    } catch {
      continue
    }
    server.close()
    await once(server, 'close')
    return port
  }
  throw new Error(`Cannot find a free port as one from ${FIRST_PORT} to ${FIRST_PORT + PORTS - 1} must be free`)
}
