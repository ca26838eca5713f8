import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { createDashboardWorld, type DashboardWorld } from '../support/dashboard-world.ts'
import { WatchedPage } from './watched-page.ts'

let world: DashboardWorld
let browser: Browser
let watched: WatchedPage
let page: Page

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createDashboardWorld({ store: 'disk' }), launchBrowser()])
})

afterEach(async () => {
  await watched.expectQuiet()
  await watched.close()
})

afterAll(async () => {
  await browser.close()
  await world.stop()
})

async function open(hash: string): Promise<void> {
  watched = await WatchedPage.open(browser, world.server.url)
  page = watched.page
  await watched.show(hash)
}

const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key)
}
const heading = (text: string | RegExp) => page.getByRole('heading', { level: 1, name: text }).waitFor()

describe('by keyboard alone', () => {
  it('finds a failed item, and its way back', async () => {
    await open('#/now')
    await press('g', 'f')
    await heading('Failures')
    await watched.loaded()
    await press('j', 'j', 'k', 'Enter')
    await heading('invalid_price in shop-us')
    await page.getByText('Newest first').waitFor()
    // The last row is an item, the first ones are groups.
    await press('k', 'Enter')
    await heading(/^sku-/)
    await watched.loaded()
    await press('Escape')
    await heading('update product')
    await press('Escape')
    await heading('Jobs')
  })

  it('finds a channel by its name, and pauses and resumes it', async () => {
    await open('#/jobs')
    await press('/')
    await page.getByRole('searchbox').waitFor()
    await page.keyboard.type('shop-e')
    await page.getByRole('link', { name: 'shop-eu Channel' }).waitFor()
    await press('Enter')
    await heading('shop-eu')
    await page.getByRole('button', { name: 'Pause' }).press('Enter')
    await page.getByRole('dialog', { name: 'Pause shop-eu?' }).waitFor()
    await press('Escape')
    expect((await world.waybill.channels.get('shop-eu')).state.paused).toBe(false)
    await page.getByRole('button', { name: 'Pause' }).press('Enter')
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).press('Enter')
    await page.getByText('shop-eu is paused').waitFor()
    expect((await world.waybill.channels.get('shop-eu')).state.paused).toBe(true)
    await page.getByRole('button', { name: 'Resume' }).press('Enter')
    await page.getByText('shop-eu continues').waitFor()
  })

  it('finds items, keys, codes and metadata, grouped by what they are', async () => {
    await open('#/jobs')
    await press('/')
    const field = page.getByRole('searchbox')
    await field.fill('sku-1006')
    const items = page.getByRole('region', { name: 'Items' })
    await items
      .getByRole('link', { name: /^sku-1006 Item · failed · shop-us/ })
      .first()
      .waitFor()
    await page.getByRole('region', { name: 'Keys' }).getByRole('link').first().waitFor()
    await watched.expectSound()
    await field.fill('prices-2026-11')
    await page
      .getByRole('region', { name: 'Metadata of jobs' })
      .getByRole('link', { name: /^prices-2026-11 batch/ })
      .waitFor()
    await field.fill('nothing-of-this-name')
    await page.getByText('Nothing of this id or value').waitFor()
    await field.fill('invalid_price')
    await page.getByRole('region', { name: 'Errors' }).getByRole('link').waitFor()
    await press('ArrowDown', 'ArrowDown', 'ArrowUp', 'Enter')
    await heading('invalid_price in shop-us')
  })

  it('shows the shortcuts, and switches single keys off', async () => {
    await open('#/jobs')
    await press('?')
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    await dialog.waitFor()
    await dialog.getByRole('checkbox').press('Space')
    await press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await press('/')
    expect(await page.getByRole('searchbox').count()).toBe(0)
  })
})

describe('acts', () => {
  it('decide a parked item, and its key continues', async () => {
    const { parked } = world.jobs
    await open(`#/jobs/${parked.id}/items/3`)
    await page.getByText('It failed and waits for a decision').waitFor()
    await page.getByRole('button', { name: 'Skip', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Skip' }).click()
    await page.getByText('1 item skipped').waitFor()
    await page.getByText('It failed after 1 attempt').waitFor()
  })

  it('retry the failed items of a job as a new one', async () => {
    await open(`#/jobs/${world.jobs.partial.id}`)
    await page.getByRole('button', { name: 'Retry failed' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Retry' }).click()
    await page.getByText('Retry of').waitFor()
    expect(page.url()).not.toContain(world.jobs.partial.id)
  })

  it('cancel a job, which then shows how it ended', async () => {
    await open(`#/jobs/${world.jobs.paused.id}`)
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('Of 1,200 items, 0 succeeded and 1,200 were cancelled').waitFor()
  })

  it('that the server refuses say why, with the id of the request', async () => {
    await open(`#/jobs/${world.jobs.slow.id}`)
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    await page.route('**/pause', (route) =>
      route.fulfill({
        status: 409,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          ...{ type: '/docs/errors#job_ended', title: 'Job ended', status: 409 },
          code: 'job_ended',
          detail: 'Cannot pause job',
          requestId: 'req_1',
        }),
      }),
    )
    await page.getByRole('button', { name: 'Pause' }).click()
    const alert = page.getByRole('alert')
    await alert.waitFor()
    expect(await alert.innerText()).toMatch(/Job ended\s+Cannot pause job\s+job_ended · request req_1/)
    await page.getByRole('button', { name: 'Close' }).click()
  })
})

describe('acts on all jobs that match', () => {
  it('are counted and asked for first', async () => {
    await open('#/jobs?channel=erp&status=scheduled')
    await page.getByRole('button', { name: 'Cancel all' }).click()
    const dialog = page.getByRole('dialog', { name: 'Cancel 1 job?' })
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('1 job cancelled').waitFor()
    await page.getByText('No job matches these filters').waitFor()
  })
})

describe('a server that is killed and comes back', () => {
  it('is said to be gone, keeps what is seen, and continues by itself', async () => {
    const { server } = world
    await open('#/jobs')
    const rows = page.locator('tbody tr')
    const before = await rows.count()
    expect(before).toBeGreaterThan(5)
    const { port } = new URL(server.url)
    await server.kill()
    await page.getByText('The server does not answer').waitFor()
    expect(await rows.count()).toBe(before)
    await page.getByText(/^as of \d\d:\d\d:\d\d$/).waitFor()
    await server.start(null, ['--port', port])
    // Its sessions are gone with it; under --dev another one needs no token.
    await page.getByText('The server does not answer').waitFor({ state: 'hidden' })
    await page.getByText(/^as of/).waitFor({ state: 'hidden' })
  })
})

describe('code that does not come', () => {
  it('is loaded when the server is back', async () => {
    watched = await WatchedPage.open(browser, world.server.url)
    page = watched.page
    await page.route('**/assets/updates-*.js', (route) => route.abort())
    await watched.show('#/jobs')
    await page.getByText('The server does not answer').waitFor()
    await page.unroute('**/assets/updates-*.js')
    await page.getByText('The server does not answer').waitFor({ state: 'hidden' })
  })
})

describe('rows', () => {
  it('stay where they are when newer ones come', async () => {
    watched = await WatchedPage.open(browser, world.server.url)
    page = watched.page
    let reads = 0
    page.on('requestfinished', (request) => {
      if (request.url().includes('/v1/jobs?')) reads++
    })
    await watched.show('#/jobs')
    // It was read at once, and again when the stream of updates began: from here on only that shows what is new.
    await expect.poll(() => reads, { timeout: 30_000 }).toBeGreaterThanOrEqual(2)
    await page.route('**/v1/jobs?*', () => undefined)
    const first = page.locator('tbody tr').first()
    const text = await first.locator('code').innerText()
    await world.waybill.jobs.submit({
      ...{ channel: 'shop-us', objectType: 'order', action: 'create' },
      items: [{ id: 'o-1', data: {} }],
    })
    const button = page.getByRole('button', { name: '1 new' })
    await button.waitFor()
    expect(await first.locator('code').innerText()).toBe(text)
    await button.click()
    await page.getByRole('link', { name: /create order/ }).waitFor()
    expect(await first.innerText()).toContain('create order')
  })
})
