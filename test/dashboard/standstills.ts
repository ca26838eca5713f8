import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient, type JobHandle, type NewItem, type Waybill } from '@waybill/sdk'
import { ServerProcess } from '../support/server-process.ts'

const RETRY_AFTER_SECONDS = 600

/** A target that answers as its path says; `/slow` does not. */
class Target {
  /** Of each item that succeeds. */
  result: unknown = null
  readonly #server: Server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => this.#answer(request.url!, body, response))
  })

  #answer(path: string, body: string, response: ServerResponse): void {
    if (path === '/slow') return
    if (path === '/broken') return void response.writeHead(503).end('upstream connect error')
    if (path === '/busy') return void response.writeHead(429, { 'retry-after': String(RETRY_AFTER_SECONDS) }).end()
    if (path === '/closed') return void response.writeHead(401).end('The key has expired')
    const json = { 'content-type': 'application/json' }
    if (path === '/token') return void response.writeHead(401, json).end('{"error":"invalid_client"}')
    const { items } = JSON.parse(body) as { items: { index: number; data: { locked?: boolean } }[] }
    const error = { code: 'locked', detail: 'The listing is locked', retryable: false }
    const results = items.map(({ index, data }) =>
      data.locked === true ? { index, status: 'failed', error } : { index, status: 'succeeded', result: this.result },
    )
    response.writeHead(200, json).end(JSON.stringify({ results }))
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

/** Loads as long as there is a file beside it; its thread ends with the first call. */
const BROKEN_MODULE = `
  import { existsSync } from 'node:fs'
  if (!existsSync(new URL('./database', import.meta.url))) throw new Error('no database')
  export default { deliverItem: () => process.exit(1) }`

/** Why nothing moves. `behind`: 400 items at two calls a minute; `module`: it cannot be loaded. */
export type Cause =
  | 'schedule'
  | 'pausedJob'
  | 'retry'
  | 'module'
  | 'paused'
  | 'circuit'
  | 'retryAfter'
  | 'rateLimit'
  | 'parked'
  | 'dependency'
  | 'behind'
  | 'slow'
  | 'credentials'
  | 'refused'

/** A real server on which something stands still. */
export interface Standstill {
  readonly server: ServerProcess
  readonly waybill: Waybill
  stop(): Promise<void>
}

const product = { objectType: 'product', action: 'update' } as const

/** One server with a channel, and a job of it, for each cause. */
export async function createStandstills(): Promise<Standstill & { readonly jobs: Readonly<Record<Cause, JobHandle>> }> {
  const target = new Target()
  await target.start()
  const http = (path: string, more = {}) => ({ type: 'http', url: target.url + path, ...more })
  const oauth = {
    ...{ type: 'oauth2_client_credentials', tokenUrl: `${target.url}/token` },
    ...{ clientId: 'waybill', clientSecret: 'a-secret-that-has-expired' },
  }
  const anHour = { failureRatio: 0.5, minCalls: 3, openMs: 3_600_000 }
  const retry = { maxAttempts: 5, backoff: { initialMs: 10, maxMs: 10 } }
  const server = await ServerProcess.create({
    store: 'memory',
    config: {
      channels: {
        'paused-shop': { connector: http('/') },
        'broken-shop': { connector: http('/broken'), circuit: anHour, retry },
        'busy-shop': { connector: http('/busy') },
        'limited-shop': { connector: http('/'), rateLimit: { limit: 1, periodMs: 3_600_000 } },
        'locked-shop': {
          connector: http('/'),
          retry: { maxAttempts: 1, rules: [{ code: ['locked'], then: 'park' }] },
          parkForSeconds: 86_400,
        },
        'open-shop': { connector: http('/') },
        'line-shop': { connector: http('/'), rateLimit: { limit: 2, periodMs: 60_000 } },
        'slow-shop': { connector: http('/slow', { timeoutMs: 600_000 }), concurrency: 2 },
        'expired-shop': { connector: http('/'), credentials: { default: oauth }, circuit: anHour, retry },
        'closed-shop': { connector: http('/closed') },
        'held-shop': { connector: http('/'), rateLimit: { limit: 1, periodMs: 3_600_000 } },
        'later-shop': { connector: http('/') },
        'patient-shop': {
          connector: http('/broken'),
          retry: { maxAttempts: 5, backoff: { initialMs: 2_400_000, maxMs: 2_400_000 } },
        },
        'own-shop': { connector: { type: 'module', path: './own.mjs' } },
      },
    },
  })
  const database = join(server.folder, 'database')
  await writeFile(join(server.folder, 'own.mjs'), BROKEN_MODULE)
  await writeFile(database, '')
  await server.start()
  await rm(database)
  const waybill = createClient({ baseUrl: server.url })
  const submit = (channel: string, list: NewItem[], more = {}): Promise<JobHandle> =>
    waybill.jobs.submit({ ...product, channel, items: list, ...more })
  await waybill.channels.pause('paused-shop')
  const refused = await submit('closed-shop', items(4))
  await refused.wait()
  const pausedJob = await submit('held-shop', items(3))
  await pausedJob.pause()
  const jobs = {
    ...{ refused, pausedJob },
    schedule: await submit('later-shop', items(3), { runAt: new Date(Date.now() + 3_600_000).toISOString() }),
    retry: await submit('patient-shop', items(2)),
    module: await submit('own-shop', items(2)),
    paused: await submit('paused-shop', items(3)),
    circuit: await submit('broken-shop', items(30)),
    retryAfter: await submit('busy-shop', items(20)),
    rateLimit: await submit('limited-shop', items(5)),
    parked: await submit('locked-shop', items(6, { locked: true }, 'brand-1'), { onExhausted: 'park' }),
    dependency: await submit('open-shop', items(2), { dependsOn: [{ job: refused.id, require: 'succeeded' }] }),
    behind: await submit('line-shop', items(400)),
    slow: await submit('slow-shop', items(2000)),
    credentials: await submit('expired-shop', items(30)),
  }
  return { server, waybill, jobs, stop: () => stop(server, target) }
}

/** A server whose disk is full of results: it takes nothing new, and starts no call. */
export async function createFullDisk(): Promise<Standstill & { readonly job: JobHandle }> {
  const target = new Target()
  target.result = 'r'.repeat(60_000)
  await target.start()
  const server = await ServerProcess.create({
    config: {
      channels: { 'full-shop': { connector: { type: 'http', url: target.url }, concurrency: 4 } },
      limits: { maxDataBytes: 4_000_000 },
    },
  })
  await server.start()
  const waybill = createClient({ baseUrl: server.url })
  const job = await waybill.jobs.submit({ ...product, channel: 'full-shop', items: items(600) })
  return { server, waybill, job, stop: () => stop(server, target) }
}

async function stop(server: ServerProcess, target: Target): Promise<void> {
  await server.remove()
  await target.stop()
}

function items(count: number, data: object = {}, partitionKey?: string): NewItem[] {
  return Array.from({ length: count }, (_, at) => ({
    ...{ id: `sku-${1001 + at}`, data },
    ...(partitionKey !== undefined && { partitionKey }),
  }))
}
