import { createClient, type JobHandle, type NewItem, type Waybill } from '@waybill/sdk'
import { freePort } from './free-port.ts'
import { TargetSystem } from './target-system.ts'
import { ServerProcess, type ServerProcessOptions } from './server-process.ts'

/** A server with some of everything that the dashboard shows: jobs that run, wait, have failed, and items that want a decision. */
export interface DashboardWorld {
  readonly server: ServerProcess
  readonly waybill: Waybill
  readonly jobs: Readonly<Record<'slow' | 'partial' | 'parked' | 'stuck' | 'paused' | 'done' | 'odd', JobHandle>>
  stop(): Promise<void>
}

/** Ids as hostile as the spec permits: markup, right to left, as long as it gets. */
export const ODD_ID = '<img src=x onerror=alert(1)>\u202egnp.\u05d0\u05d1'
export const LONG_ID = `sku-${'x'.repeat(252)}`

export async function createDashboardWorld(options: ServerProcessOptions = {}): Promise<DashboardWorld> {
  const target = new TargetSystem()
  await target.start()
  const http = (path: string) => ({ type: 'http', url: target.url + path, allowPrivateAddresses: true })
  const server = await ServerProcess.create({
    store: 'memory',
    port: await freePort(),
    ...options,
    config: {
      channels: {
        'shop-eu': { connector: http('/eu'), rateLimit: { limit: 50, periodMs: 1000, burst: 10 }, concurrency: 8 },
        'shop-us': { connector: http('/us'), retry: { maxAttempts: 1 } },
        marketplace: {
          connector: http('/market'),
          retry: { maxAttempts: 2, rules: [{ code: ['listing_locked'], then: 'park' }] },
          parkForSeconds: 86_400,
        },
        'search-index': {
          connector: http('/search'),
          circuit: { failureRatio: 0.5, minCalls: 3, openMs: 3_600_000 },
          retry: { maxAttempts: 5, backoff: { initialMs: 10, maxMs: 10 } },
        },
        erp: { connector: http('/erp') },
      },
      ...(options.config ?? {}),
    },
  })
  await server.start()
  const waybill = createClient({
    baseUrl: server.url,
    ...(options.adminToken !== undefined && { token: options.adminToken }),
  })
  await waybill.webhooks.endpoints.create({
    url: `${target.url}/hooks`,
    description: 'Orders',
    eventTypes: ['job.ended'],
  })
  const jobs = await seed(waybill)
  return {
    server,
    waybill,
    jobs,
    async stop() {
      await server.remove()
      await target.stop()
    },
  }
}

async function seed(waybill: Waybill): Promise<DashboardWorld['jobs']> {
  const product = { objectType: 'product', action: 'update' } as const
  await waybill.channels.pause('erp')
  const done = await waybill.jobs.submit({
    ...product,
    channel: 'shop-us',
    source: 'nightly-import',
    items: items(320),
  })
  const partial = await waybill.jobs.submit({
    ...{
      ...product,
      channel: 'shop-us',
      source: 'price-run',
      metadata: { batch: 'prices-2026-11', owner: 'merchandising' },
    },
    items: items(480, (at) => failureOf(at)),
  })
  const parked = await waybill.jobs.submit({
    ...{ ...product, channel: 'marketplace', onExhausted: 'park', source: 'stock-sync' },
    items: items(60, (at) => (at % 20 === 3 ? { fail: 'listing_locked' } : {})).map((item, at) => ({
      ...item,
      partitionKey: `brand-${at % 5}`,
    })),
  })
  const odd = await waybill.jobs.submit({
    ...{ objectType: '<b>product</b>', action: 'update', channel: 'shop-us', source: ODD_ID.slice(0, 40) },
    items: [
      { id: ODD_ID, data: { fail: 'broken' } },
      { id: LONG_ID, data: {} },
    ],
  })
  const stuck = await waybill.jobs.submit({
    ...product,
    channel: 'search-index',
    items: items(900, () => ({ status: 503 })),
  })
  const paused = await waybill.jobs.submit({ ...product, action: 'delete', channel: 'erp', items: items(1200) })
  await waybill.jobs.submit({
    ...{ ...product, channel: 'erp', runAt: new Date(Date.now() + 86_400_000).toISOString() },
    items: items(50),
  })
  await waybill.executions.create({
    id: 'launch-2026',
    stages: ['products', 'prices'].map((name) => ({
      name,
      jobs: [{ ...product, channel: 'shop-us', objectType: name, items: items(40) }],
    })),
  })
  const slow = await waybill.jobs.submit({
    ...product,
    action: 'create',
    channel: 'shop-eu',
    source: 'launch',
    items: items(16_000),
  })
  for (const job of [done, partial, odd]) await job.wait()
  for await (const state of parked.poll()) if (state.counts.succeeded >= 42) break
  return { slow, partial, parked, stuck, paused, done, odd }
}

function items(count: number, data: (at: number) => object = () => ({})): NewItem[] {
  return Array.from({ length: count }, (_, at) => ({ id: `sku-${1001 + at}`, data: { price: 990 + at, ...data(at) } }))
}

function failureOf(at: number): object {
  if (at % 12 === 5) return { fail: 'invalid_price' }
  return at % 60 === 7 ? { fail: 'unknown_category' } : {}
}
