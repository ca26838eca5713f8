// What a merchant runs to be called when its jobs end: it takes a webhook only if its signature is right.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isWebhookVerificationError, verifyWebhook } from '@waybill/sdk/webhooks'

export type TenantName = 'acme' | 'globex'

export interface Receiver {
  /** Webhooks that were not taken: not signed with the secret of their tenant, or of a job of another one. */
  readonly refused: number
  urlOf(tenant: TenantName): string
  /** From here on what is signed with this secret is taken. */
  trust(tenant: TenantName, secret: string): void
  /** Resolves when so many jobs of each tenant have ended, at the latest after 10 s. @returns how many did */
  waitFor(wanted: Readonly<Record<TenantName, number>>): Promise<Readonly<Record<TenantName, number>>>
  stop(): Promise<void>
}

const TIMEOUT_MS = 10_000

/** Listens on a free port of this machine. */
export async function startReceiver(): Promise<Receiver> {
  const secrets = new Map<TenantName, string>()
  const ended: Record<TenantName, Set<string>> = { acme: new Set(), globex: new Set() }
  let refused = 0

  async function take(request: IncomingMessage): Promise<number> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const tenant = request.url === '/globex' ? 'globex' : 'acme'
    const headers = new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    const event = await verifyWebhook({ body: Buffer.concat(chunks), headers, secrets: [secrets.get(tenant) ?? ''] })
    if (event.type !== 'job.ended' || event.data.subscription !== tenant) throw new Error(`a webhook of another tenant`)
    ended[tenant].add(event.data.job.id)
    return 204
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const status = await take(request).catch((error: unknown) => {
      refused++
      return isWebhookVerificationError(error) ? 401 : 400
    })
    response.writeHead(status).end()
  }

  const server = createServer((request, response) => void answer(request, response))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const counts = (): Record<TenantName, number> => ({ acme: ended.acme.size, globex: ended.globex.size })

  return {
    get refused() {
      return refused
    },
    urlOf: (tenant) => `http://127.0.0.1:${port}/${tenant}`,
    trust: (tenant, secret) => void secrets.set(tenant, secret),
    async waitFor(wanted) {
      const untilMs = performance.now() + TIMEOUT_MS
      while (performance.now() < untilMs && (counts().acme < wanted.acme || counts().globex < wanted.globex))
        await new Promise((resolve) => setTimeout(resolve, 50))
      return counts()
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
