// A load balancer before several servers: one URL, behind which those are asked that are ready.

import { once } from 'node:events'
import { createServer, type IncomingMessage, request as send, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Between two looks at a server; one that does not answer in time is not ready. */
const LOOK_EVERY_MS = 250
const LOOK_MS = 1000
/** Requests that change nothing: another server may be asked. */
const SAFE_METHODS = ['GET', 'HEAD']

export interface LoadBalancer {
  readonly url: string
  stop(): Promise<void>
}

class Target {
  readonly url: string
  isReady = false
  readonly running = new Set<() => void>()

  constructor(url: string) {
    this.url = url
  }

  /** Asks whether it is ready. If it is not any more, its requests are broken off: the client sends them again. */
  async look(): Promise<void> {
    try {
      const response = await fetch(new URL('/healthz/ready', this.url), { signal: AbortSignal.timeout(LOOK_MS) })
      await response.body?.cancel()
      this.isReady = response.status === 200
    } catch {
      this.isReady = false
      for (const breakOff of this.running) breakOff()
    }
  }
}

/** Listens on a free port of this machine. @param urls of the servers */
export async function startLoadBalancer(urls: readonly string[]): Promise<LoadBalancer> {
  const targets = urls.map((url) => new Target(url))
  let turn = 0

  function next(tried: ReadonlySet<Target>): Target | undefined {
    const ready = targets.filter((target) => target.isReady && !tried.has(target))
    return ready[turn++ % ready.length]
  }

  function forward(request: IncomingMessage, response: ServerResponse, tried = new Set<Target>()): void {
    const target = next(tried)
    if (target === undefined) {
      response.writeHead(503, { 'content-type': 'text/plain', 'retry-after': '1' }).end('no server is ready')
      return
    }
    tried.add(target)
    const { method = 'GET', url = '/', headers } = request
    const upstream = send(new URL(url, target.url), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(response)
      answer.once('error', () => response.destroy())
    })
    const breakOff = (): void => void upstream.destroy(new Error('The server is not ready any more'))
    target.running.add(breakOff)
    upstream.once('close', () => target.running.delete(breakOff))
    upstream.once('error', () => {
      if (response.headersSent || !SAFE_METHODS.includes(method)) response.destroy()
      else forward(request, response, tried)
    })
    response.once('close', () => upstream.destroy())
    request.pipe(upstream)
  }

  const server = createServer((request, response) => forward(request, response))
  await Promise.all(targets.map((target) => target.look()))
  const timer = setInterval(() => {
    for (const target of targets) void target.look()
  }, LOOK_EVERY_MS)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      clearInterval(timer)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
