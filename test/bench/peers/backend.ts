import { createServer } from 'node:net'

/** A running database server that peers share, one run after another. */
export interface RunningBackend {
  readonly version: string
  /** Makes an empty database. @returns its URL; the one of the run before is gone */
  empty(): Promise<string>
  stop(): Promise<void>
}

/** A port of this machine that nobody listened on a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        resolve((address as { port: number }).port)
      })
    })
  })
}
