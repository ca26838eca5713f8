import type { JobHandle } from '@waybill/sdk'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { createDashboardWorld, type DashboardWorld } from '../support/dashboard-world.ts'
import { WatchedPage } from './watched-page.ts'

/* Lists that change while somebody looks at them: what is new is counted, and no row moves until it is asked for. */

const product = { objectType: 'product', action: 'update' } as const

let world: DashboardWorld
let browser: Browser
let watched: WatchedPage
let page: Page

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createDashboardWorld(), launchBrowser()])
})
beforeEach(async () => {
  watched = await WatchedPage.open(browser, world.server.url)
  page = watched.page
})
afterEach(async () => {
  await watched.expectQuiet()
  await watched.close()
})
afterAll(async () => {
  await browser.close()
  await world.stop()
})

/** An item that fails: `listing_locked` is parked by `marketplace`. */
function failing(channel: string, id: string, fail: string): Promise<JobHandle> {
  const item = { id, data: { fail } }
  return world.waybill.jobs.submit({ ...product, channel, items: [item], onExhausted: 'park' })
}

/** Where the row is that the pointer is over. */
async function placeOf(text: string): Promise<number> {
  return (await page.getByRole('main').getByText(text).first().boundingBox())!.y
}

const asked = (path: string): number => watched.urls.filter((url) => new URL(url).pathname === path).length

describe('a list that is shown', () => {
  it('of decisions keeps its rows, says what was decided elsewhere, and shows what is new when it is asked for', async () => {
    await watched.show('#/decisions')
    const first = (await page.locator('.card .row-link bdi').first().textContent())!
    const before = await placeOf(first)
    const job = await failing('marketplace', 'sku-new', 'listing_locked')
    await page.getByRole('button', { name: '1 new' }).waitFor()
    expect(await placeOf(first)).toBe(before)
    expect(await page.getByText('sku-new').count()).toBe(0)
    await page.getByRole('button', { name: '1 new' }).click()
    await page.getByRole('link', { name: 'sku-new' }).waitFor()
    await world.waybill.parked.resolve([{ jobId: job.id, index: 0 }], 'skip')
    const card = page.locator('.card', { hasText: 'sku-new' })
    await card.getByText('Decided').waitFor()
    expect(await card.getByRole('button').count()).toBe(0)
    await page.getByRole('button', { name: '1 decided' }).click()
    await card.waitFor({ state: 'detached' })
  })

  it('of failures counts what failed since', async () => {
    await watched.show('#/failures')
    const before = await placeOf('invalid_price')
    await (await failing('shop-us', 'sku-odd', 'never_seen')).wait()
    await page.getByRole('button', { name: /^\d new$/ }).waitFor()
    expect(await placeOf('invalid_price')).toBe(before)
    await page.getByRole('button', { name: /^\d new$/ }).click()
    await page.getByText('never_seen').first().waitFor()
  })

  it('of executions counts those made since', async () => {
    await watched.show('#/executions')
    const jobs = [{ ...product, channel: 'shop-us', items: [{ id: 'a', data: {} }] }]
    await world.waybill.executions.create({ id: 'spring-2027', stages: [{ name: 'prices', jobs }] })
    await page.getByRole('button', { name: '1 new' }).click()
    await page.getByRole('link', { name: 'spring-2027' }).waitFor()
  })

  it('of webhooks shows a change of an endpoint, and the deliveries since', async () => {
    await watched.show('#/webhooks')
    const [endpoint] = await world.waybill.webhooks.endpoints.list()
    await world.waybill.webhooks.endpoints.update(endpoint!.id, { description: 'Orders of all shops' })
    await page.getByText('Orders of all shops').waitFor()
    await world.waybill.webhooks.endpoints.test(endpoint!.id)
    await page.getByRole('button', { name: /^\d+ new$/ }).click()
    await page.getByText('webhook_endpoint.test').first().waitFor()
  })

  it('is read where the token lets no jobs be read', async () => {
    const { token } = await world.waybill.tokens.create({ name: 'failures', scopes: ['dead-letters:read'] })
    await page.route('**/v1/**', (route) =>
      route.continue({ headers: { ...route.request().headers(), authorization: `Bearer ${token!}` } }),
    )
    await watched.show('#/failures')
    await page.getByText('invalid_price').first().waitFor()
    expect(asked('/v1/events')).toBe(0)
  })
})
