import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { createDashboardWorld, type DashboardWorld, LONG_ID, ODD_ID } from '../support/dashboard-world.ts'
import { sizeAndColourRules, views, WatchedPage } from './watched-page.ts'

let world: DashboardWorld
let browser: Browser

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createDashboardWorld(), launchBrowser()])
})

afterAll(async () => {
  await browser.close()
  await world.stop()
})

/** The pages, each with something on it. */
function pages(): Record<string, string> {
  const { slow, partial, parked, stuck, odd } = world.jobs
  return {
    now: '#/now',
    jobs: '#/jobs',
    'jobs that match nothing': '#/jobs?channel=nowhere',
    'a running job': `#/jobs/${slow.id}`,
    'a job with failures': `#/jobs/${partial.id}`,
    'a job behind a circuit': `#/jobs/${stuck.id}`,
    'jobs that can all be paused': '#/jobs?status=running',
    'odd ids': `#/jobs/${odd.id}`,
    'an odd item': `#/jobs/${odd.id}/items/0`,
    'a parked item': `#/jobs/${parked.id}/items/3`,
    'a job that is not there': '#/jobs/job_00000000000000000000000000000000',
    channels: '#/channels',
    'a channel': '#/channels/search-index',
    failures: '#/failures',
    'one kind of failure': '#/failures?channel=shop-us&code=invalid_price',
    decisions: '#/decisions',
    executions: '#/executions',
    'an execution': '#/executions/launch-2026',
    webhooks: '#/webhooks',
    server: '#/server',
    'no page': '#/nowhere',
  }
}

/** Pages that have, between them, all that pages are made of. */
const inEveryView = new Set([
  ...['now', 'jobs', 'a job with failures', 'odd ids', 'a parked item', 'a channel', 'one kind of failure', 'server'],
])

describe('every page', () => {
  it.each(Object.keys(views) as (keyof typeof views)[])(
    'can be used by everybody, within its policy and its width: %s',
    async (view) => {
      const watched = await WatchedPage.open(browser, world.server.url, views[view])
      const shown = Object.entries(pages()).filter(([name]) => view === 'light' || inEveryView.has(name))
      for (const [, hash] of shown) {
        await watched.show(hash)
        await watched.expectSound(view === 'light' ? null : sizeAndColourRules[view])
      }
      await watched.close()
    },
  )
})

describe('ids full of markup, from right to left and as long as they get', () => {
  it('are text, whole, and move nothing', async () => {
    const watched = await WatchedPage.open(browser, world.server.url, views.phone)
    await watched.show(`#/jobs/${world.jobs.odd.id}`)
    const ids = await watched.page.locator('section[aria-labelledby=items] tbody bdi').allTextContents()
    expect(ids).toEqual([ODD_ID, LONG_ID])
    expect(await watched.page.locator('main img').count()).toBe(0)
    await watched.page.locator('a', { hasText: LONG_ID }).press('Enter')
    await watched.page.locator('h1', { hasText: LONG_ID }).waitFor()
    await watched.expectSound()
    await watched.close()
  })
})

describe('counts', () => {
  it.each(['slow', 'partial', 'parked'] as const)('of a job sum to its total: %s', async (name) => {
    const watched = await WatchedPage.open(browser, world.server.url)
    await watched.show(`#/jobs/${world.jobs[name].id}`)
    // One read of the document, as the next snapshot changes all of them at once.
    const shown = await watched.page
      .locator('dl.counts dd')
      .evaluateAll((cells) => cells.map((cell) => Number(cell.textContent.replaceAll(',', ''))))
    const total = shown.pop()
    expect(shown.reduce((sum, count) => sum + count, 0)).toBe(total)
    expect(total).toBe(world.jobs[name].last!.counts.total)
    await watched.close()
  })
})

describe('what an operator looks for', () => {
  it.each([
    [
      'behind an item in its key',
      () => `#/jobs/${world.jobs.parked.id}/items/3`,
      /Behind it: item 8[\s\S]*11 items wait behind it/,
    ],
    [
      'in the latency of a channel',
      () => '#/channels/shop-us',
      /Latency[\s\S]*99 in 100 within[\s\S]*calls of all subscriptions in the last/,
    ],
    [
      'in the evidence of order',
      () => '#/server',
      /In order[\s\S]*The turn of a key passed on \d+ times?, each time to a later item/,
    ],
  ])('%s is shown', async (_, hash, text) => {
    const watched = await WatchedPage.open(browser, world.server.url)
    await watched.show(hash())
    await expect.poll(() => watched.page.getByRole('main').innerText(), { timeout: 30_000 }).toMatch(text)
    await watched.expectSound()
    await watched.close()
  })
})
