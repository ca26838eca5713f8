import { readFile } from 'node:fs/promises'
import { createClient } from '@waybill/sdk'
import { createConfig, waybillPlugin } from '@waybill/server'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { TargetSystem } from '../support/target-system.ts'
import { WatchedPage } from './watched-page.ts'

const TOKEN = 'a-token-that-must-stay-out-of-sight'

const target = new TargetSystem()
let browser: Browser
let host: FastifyInstance
let url: string

beforeAll(async () => {
  host = Fastify({ pluginTimeout: 0, forceCloseConnections: true })
  host.get('/', async () => 'the host')
  await target.start()
  const connector = { type: 'http', url: target.url, allowPrivateAddresses: true } as const
  const channels = { shop: { connector } }
  const config = createConfig({ store: 'memory', threads: 1, adminToken: TOKEN, dashboard: 'on', channels })
  await host.register(waybillPlugin, { config, prefix: '/bulk' })
  url = `${await host.listen({ port: 0, host: '127.0.0.1' })}/bulk`
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
  await host.close()
  await target.stop()
})

it('below a prefix pages, deep links and files work, the session is in the memory of the tab, and nothing above is asked for', async () => {
  const waybill = createClient({ baseUrl: url, token: TOKEN })
  const job = await waybill.jobs.submit({
    ...{ channel: 'shop', objectType: 'product', action: 'update' },
    items: ['sku-1', 'sku-2'].map((id) => ({ id, data: {} })),
  })
  await job.wait()
  const watched = await WatchedPage.open(browser, url)
  const { page } = watched
  // Without the last slash, and a deep link.
  await page.goto(`${url}/dashboard#/jobs/${job.id}`)
  expect(page.url()).toBe(`${url}/dashboard/#/jobs/${job.id}`)
  await page.getByLabel('Access token').fill(TOKEN)
  await page.getByRole('button', { name: 'Open session' }).click()
  await page.getByText('All 2 items succeeded').waitFor()

  await page.getByRole('button', { name: 'Results' }).click()
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'CSV', exact: true }).click(),
  ])
  expect(saved.suggestedFilename()).toBe(`${job.id}.csv`)
  const lines = (await readFile(await saved.path(), 'utf8')).trimEnd().split('\r\n')
  expect(lines.map((line) => line.split(',')[1])).toEqual(['id', 'sku-1', 'sku-2'])

  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Channels' }).click()
  await page.getByRole('link', { name: 'shop' }).click()
  await page.getByRole('heading', { level: 1, name: 'shop' }).waitFor()
  await watched.loaded()
  // The chart, which comes later.
  await page.locator('.chart canvas').waitFor()
  await page.goBack()
  await page.getByRole('heading', { level: 1, name: 'Channels' }).waitFor()

  const left = `${await watched.left()} ${watched.urls.join(' ')} ${watched.said.join(' ')}`
  expect(left).not.toContain(TOKEN)
  expect(left).not.toContain('wbs_')
  expect(await page.context().cookies()).toEqual([])
  await watched.expectQuiet()
  await page.reload()
  await page.getByLabel('Access token').waitFor()
  await watched.close()
})
