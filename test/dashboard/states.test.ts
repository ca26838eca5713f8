import type { JobHandle, NewItem, Server, Waybill } from '@waybill/sdk'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { type ApiState, MockHost } from './mock-host.ts'
import { sizeAndColourRules, views, WatchedPage } from './watched-page.ts'

/*
 * Every page in every state and view, against the SDK's mocks, whose time moves when the test says so.
 */

type View = keyof typeof views
const allViews = Object.keys(views) as View[]

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
})

const product = { objectType: 'product', action: 'update' } as const
const items = (count: number): NewItem[] =>
  Array.from({ length: count }, (_, at) => ({ id: `sku-${1001 + at}`, data: { price: 990 + at } }))

/** The pages, by the ids of what they show. */
function pagesOf(jobId: string): Record<string, string> {
  return {
    now: '#/now',
    jobs: '#/jobs',
    job: `#/jobs/${jobId}`,
    item: `#/jobs/${jobId}/items/4`,
    channels: '#/channels',
    channel: '#/channels/shop-eu',
    failures: '#/failures',
    'a kind of failure': '#/failures?channel=shop-us&code=invalid_price',
    decisions: '#/decisions',
    executions: '#/executions',
    execution: '#/executions/launch-2026',
    webhooks: '#/webhooks',
    server: '#/server',
  }
}

const MISSING_JOB = 'job_00000000000000000000000000000000'

/** Some of everything, as it is after a minute of virtual time. @returns the job that runs */
async function fill({ waybill, mock, url }: MockHost): Promise<JobHandle> {
  mock.failItem(({ channel, index }) => channel === 'shop-us' && index % 5 === 4, {
    ...{ code: 'invalid_price', detail: 'The price must be greater than 0' },
  })
  mock.failItem(({ channel, index }) => channel === 'marketplace' && index === 3, { status: 503 })
  await waybill.webhooks.endpoints.create({ url: `${url}/hooks`, eventTypes: ['job.ended'] })
  const running = await submit(waybill, 'shop-eu', 6000)
  await submit(waybill, 'shop-us', 40)
  await submit(waybill, 'marketplace', 10, { onExhausted: 'park', retry: { maxAttempts: 1 } })
  await waybill.channels.pause('erp')
  await submit(waybill, 'erp', 12)
  await waybill.executions.create({
    id: 'launch-2026',
    stages: ['products', 'prices'].map((name) => ({
      name,
      jobs: [{ ...product, channel: 'shop-eu', items: items(20) }],
    })),
  })
  mock.advance(60_000)
  return running
}

function submit(waybill: Waybill, channel: string, count: number, more = {}): Promise<JobHandle> {
  return waybill.jobs.submit({ ...product, channel, items: items(count), ...more })
}

const channels = {
  'shop-eu': { rateLimit: { limit: 50, periodMs: 1000 } },
  'shop-us': { retry: { maxAttempts: 1 } },
  marketplace: {},
  erp: {},
} as never

/** Servers in each role, among them one that stops and one with another configuration. */
const servers: readonly Partial<Server>[] = [
  {
    ...{ name: 'north', role: 'active', address: 'http://10.0.0.5:7071' },
    takeover: { kind: 'lease_ended', at: '2026-01-15T09:30:00.000Z', quietUntil: '2100-01-01T00:00:00.000Z' },
  },
  { name: 'south', draining: true, beatAgeSeconds: 4 },
  { name: `east-${'x'.repeat(250)}`, configMatches: false, address: `http://${'y'.repeat(250)}:7071` },
  { name: '<b>west</b>', role: 'fenced', beatAgeSeconds: 75 },
]

/** Opens a session, and looks at each page; nothing of the token is anywhere afterwards. */
async function visit(
  host: MockHost,
  { view, pages }: { readonly view: View; readonly pages: Readonly<Record<string, string>> },
  look: (watched: WatchedPage, name: string) => Promise<void>,
): Promise<void> {
  const watched = await WatchedPage.open(browser, host.url, views[view])
  await watched.page.goto(`${host.url}/dashboard/#/nowhere`)
  await watched.page.getByLabel('Access token').fill(host.token)
  await watched.page.getByRole('button', { name: 'Open session' }).click()
  await watched.page.getByText('There is no page at this address').waitFor()
  for (const [name, hash] of Object.entries(pages)) {
    await watched.go(hash)
    await look(watched, name)
    await watched.expectSound(view === 'light' ? null : sizeAndColourRules[view])
  }
  const left = `${await watched.left()} ${watched.urls.join(' ')} ${watched.said.join(' ')}`
  expect(left).not.toContain(host.token)
  expect(left).not.toContain('wbs_')
  await watched.close()
}

/** Whether something of a page is there. */
async function count({ page }: WatchedPage, selector: string): Promise<number> {
  return page.locator(selector).count()
}

describe('every page with data', () => {
  let host: MockHost
  let running: JobHandle
  beforeAll(async () => {
    host = await MockHost.start('on', channels, servers)
    running = await fill(host)
  })
  afterAll(() => host.stop())

  it.concurrent.each(allViews)('%s', async (view) => {
    await visit(host, { view, pages: pagesOf(running.id) }, async (watched, name) => {
      await watched.loaded()
      expect(await watched.page.locator('main :is(.note, .empty)').allInnerTexts(), name).toEqual([])
      expect(await count(watched, 'main :is(td, dd, .card, [data-row])'), name).toBeGreaterThan(0)
      if (name !== 'server') return
      const rows = watched.page.locator('section[aria-labelledby=servers] tbody tr')
      expect(await rows.locator('.status').allInnerTexts()).toEqual([
        'Active',
        'Standby, stopping',
        'Standby',
        'Fenced',
      ])
      expect(await rows.last().locator('bdi').first().innerText()).toBe('<b>west</b>')
    })
  })

  it('moves as time does', async () => {
    const watched = await WatchedPage.open(browser, host.url)
    await watched.page.goto(`${host.url}/dashboard/#/jobs/${running.id}`)
    await watched.page.getByLabel('Access token').fill(host.token)
    await watched.page.getByRole('button', { name: 'Open session' }).click()
    await watched.loaded()
    const succeeded = watched.page.locator('dl.counts > div', { hasText: 'succeeded' }).locator('dd')
    const before = await succeeded.innerText()
    host.mock.advance(10_000)
    await expect.poll(() => succeeded.innerText(), { timeout: 30_000 }).not.toBe(before)
    await watched.close()
  })
})

describe('every page of a read-only dashboard', () => {
  let host: MockHost
  let running: JobHandle
  beforeAll(async () => {
    host = await MockHost.start('read-only', channels, servers)
    running = await fill(host)
  })
  afterAll(() => host.stop())

  it.concurrent.each(allViews)('%s', async (view) => {
    const acts = /^(Pause|Resume|Cancel|Retry|Skip|Skip key|Test|Replay|Enable|Revoke|Release)/
    await visit(host, { view, pages: pagesOf(running.id) }, async (watched, name) => {
      await watched.loaded()
      expect(await watched.page.getByRole('main').getByRole('button', { name: acts }).count(), name).toBe(0)
    })
  })
})

describe('every page without data', () => {
  let host: MockHost
  beforeAll(async () => {
    host = await MockHost.start('on')
  })
  afterAll(() => host.stop())

  it.concurrent.each(allViews)('%s', async (view) => {
    await visit(host, { view, pages: pagesOf(MISSING_JOB) }, async (watched, name) => {
      await watched.loaded()
      // There is always a channel, for tries, and the server.
      const isAlways = ['channels', 'server'].includes(name)
      expect(await count(watched, '#servers'), name).toBe(0)
      if (!isAlways) expect(await count(watched, 'main .empty, main .note'), name).toBeGreaterThan(0)
    })
  })
})

const troubles: readonly (readonly [ApiState, string])[] = [
  ['silent', 'main .skeleton'],
  ['broken', 'main .note'],
]

describe.each(troubles)('every page of an API that is %s', (api, shown) => {
  let host: MockHost
  beforeAll(async () => {
    host = await MockHost.start('on')
    host.api = api
  })
  afterAll(() => host.stop())

  it.concurrent.each(allViews)('%s', async (view) => {
    await visit(host, { view, pages: pagesOf(MISSING_JOB) }, async ({ page }, name) => {
      await page.locator(shown).first().waitFor()
      if (api === 'silent') return
      const note = await page.locator(shown).first().innerText()
      expect(note, name).toMatch(
        /Internal error\s+Cannot read as the store failed\s+internal_error · request req_broken/,
      )
    })
  })
})
