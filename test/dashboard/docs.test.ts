import { readFileSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { launchBrowser } from '../support/browser.ts'
import { ServerProcess } from '../support/server-process.ts'
import { type View, views, WatchedPage } from './watched-page.ts'

const withoutColours = [
  ...['empty-heading', 'empty-table-header', 'heading-order', 'image-alt', 'landmark-one-main', 'link-name', 'list'],
  ...['page-has-heading-one', 'region', 'scrollable-region-focusable'],
]

let browser: Browser
let server: ServerProcess
/** Takes `/bulk` away from every path before the server sees it. */
let proxy: Server
let behindPrefix: string
const opened: WatchedPage[] = []

beforeAll(async () => {
  browser = await launchBrowser()
  // With a token, which no request here has.
  server = await ServerProcess.create({ store: 'memory', adminToken: 'a-token-that-nobody-here-sends' })
  await server.start()
  proxy = createServer((incoming, outgoing) => {
    const { method, headers, url = '' } = incoming
    const target = new URL(url.replace(/^\/bulk(?=\/)/, ''), server.url)
    const sent = request(target, { method, headers: { ...headers, host: target.host } }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(outgoing)
    })
    sent.end()
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  behindPrefix = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/bulk`
})

afterEach(async () => {
  await Promise.all(opened.splice(0).map((page) => page.close()))
})

afterAll(async () => {
  await Promise.all([browser.close(), server.remove()])
  proxy.closeAllConnections()
  proxy.close()
})

async function open(url: string, view?: View): Promise<WatchedPage> {
  const watched = await WatchedPage.open(browser, new URL(url).origin, view)
  opened.push(watched)
  await watched.page.goto(url)
  return watched
}

/** Addresses of the pages that the list of guides names. */
async function guidesOf(page: Page): Promise<string[]> {
  return page.locator('nav.guides a').evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href))
}

describe('the guides', () => {
  it('can be used by everybody', async () => {
    const watched = await open(`${server.url}/docs/guides/`)
    const pages = await guidesOf(watched.page)
    expect(pages.length).toBeGreaterThan(10)
    for (const url of pages) {
      await watched.page.goto(url)
      // Colours take long on a long page, and are those of all others.
      await watched.expectSound(/\/(server|client)$/.test(url) ? withoutColours : null)
    }
  })

  it('can be read in the dark, and on a phone', async () => {
    const dark = await open(`${server.url}/docs/guides/runbooks`, views.dark)
    await dark.expectSound()
    const { page } = await open(`${server.url}/docs/guides/`, views.phone)
    for (const url of await guidesOf(page)) {
      await page.goto(url)
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      expect(width, url).toBe(views.phone.width)
    }
  })

  it('link to pages and sections that exist, below a prefix too', async () => {
    const { page } = await open(`${behindPrefix}/docs/guides`)
    const anchors = new Map<string, Set<string>>()
    const links: { from: string; to: string }[] = []
    for (const url of await guidesOf(page)) {
      expect((await page.goto(url))!.status(), url).toBe(200)
      expect(await page.locator('h1').count(), url).toBe(1)
      anchors.set(url, new Set(await page.locator('[id]').evaluateAll((all) => all.map(({ id }) => id))))
      const found = await page
        .locator('a[href]')
        .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href))
      links.push(...found.map((to) => ({ from: url, to })))
    }
    const origin = new URL(behindPrefix).origin
    const own = links.filter(({ to }) => to.startsWith(origin))
    expect(own.length).toBeGreaterThan(200)
    const others = new Set<string>()
    for (const { from, to } of own) {
      expect(to, from).toMatch(/\/bulk\//)
      const [path = '', anchor = ''] = to.split('#')
      if (anchors.has(path))
        expect(anchor === '' || anchors.get(path)!.has(anchor), `${from} links to ${to}`).toBe(true)
      else others.add(path)
    }
    for (const url of others) expect((await fetch(url)).status, url).toBe(200)
  })

  it('have a section for each alert', async () => {
    const { page } = await open(`${server.url}/docs/guides/runbooks`)
    const rules = parse(
      readFileSync(join(import.meta.dirname, '../../server/observability/waybill-alerts.yml'), 'utf8'),
    ) as { groups: { rules: { alert?: string; annotations?: { runbook_url: string } }[] }[] }
    const urls = rules.groups.flatMap((group) => group.rules.flatMap((rule) => rule.annotations?.runbook_url ?? []))
    expect(urls.length).toBeGreaterThan(10)
    for (const url of urls) {
      const [path, anchor] = url.split('#')
      expect(path).toBe('docs/runbooks.md')
      expect(await page.locator(`[id="${anchor}"]`).count(), url).toBe(1)
    }
  })
})

describe('the API reference', () => {
  it.each([
    ['', () => server.url],
    [', below a prefix', () => behindPrefix],
  ])('shows the operations of this server, and asks nobody else%s', async (_name, url) => {
    const watched = await open(`${url()}/docs/api`)
    const { page } = watched
    await page.getByText('Submit a job').first().waitFor()
    await page.getByText('/v1/jobs').first().waitFor()
    expect(watched.urls).toContain(`${url()}/openapi.json`)
    // One further below is drawn when it is looked for.
    await page.getByText('Seal an open job').first().click()
    await page.getByRole('heading', { name: 'Seal an open job' }).waitFor()
    await watched.expectQuiet()
    expect(await page.getByRole('button', { name: /Ask AI|Test request|Generate MCP/i }).count()).toBe(0)
  })
})

describe('the docs', () => {
  it('are open, with a policy each; the script is kept for good', async () => {
    const guides = await server.fetch('/docs/guides/runbooks')
    expect(guides.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(guides.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'self'; frame-ancestors 'none'; form-action 'none'",
    )
    const reference = await server.fetch('/docs/api/')
    expect(reference.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; font-src 'self'; img-src 'self' data:; base-uri 'self'; frame-ancestors 'none'; form-action 'none'",
    )
    const script = /scalar-[\d.]+\.js/.exec(await reference.text())![0]
    const { headers } = await server.fetch(`/docs/api/${script}`)
    expect(headers.get('content-encoding')).toBe('gzip')
    expect(headers.get('content-type')).toBe('application/javascript; charset=utf-8')
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    for (const path of ['guides/nope', 'guides/../../main.js', 'api/%2e%2e/%2e%2e/main.js', 'api/nope.js', 'nope']) {
      expect((await server.fetch(`/docs/${path}`)).status, path).toBe(404)
    }
  })
})
