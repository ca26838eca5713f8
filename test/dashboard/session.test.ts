import { join } from 'node:path'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { createClient } from '@waybill/sdk'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { selfSigned } from '../support/self-signed.ts'
import { ServerProcess, type ServerProcessOptions } from '../support/server-process.ts'
import { TargetSystem } from '../support/target-system.ts'
import { WatchedPage } from './watched-page.ts'

const TOKEN = 'a-token-that-must-stay-out-of-sight'

const target = new TargetSystem()
let browser: Browser
let tlsFolder: string
const servers: ServerProcess[] = []
const opened: WatchedPage[] = []

beforeAll(async () => {
  browser = await launchBrowser()
  await target.start()
  tlsFolder = await mkdtemp(join(tmpdir(), 'waybill-tls-'))
})

afterEach(async () => {
  await Promise.all([
    ...opened.splice(0).map((page) => page.close()),
    ...servers.splice(0).map((server) => server.remove()),
  ])
})

afterAll(async () => {
  await browser.close()
  await target.stop()
  await rm(tlsFolder, { recursive: true })
})

async function start(options: ServerProcessOptions = {}): Promise<ServerProcess> {
  const server = await ServerProcess.create({ store: 'memory', adminToken: TOKEN, ...options })
  servers.push(server)
  await server.start()
  return server
}

async function startTls(args: readonly string[] = []): Promise<ServerProcess> {
  const { cert, key } = await selfSigned(['localhost', '127.0.0.1'])
  const files = { certFile: join(tlsFolder, 'cert.pem'), keyFile: join(tlsFolder, 'key.pem') }
  await writeFile(files.certFile, cert)
  await writeFile(files.keyFile, key)
  const connector = { type: 'http', url: target.url, allowPrivateAddresses: true }
  return start({ config: { tls: files, channels: { shop: { connector } } }, args })
}

async function open(url: string): Promise<WatchedPage> {
  const watched = await WatchedPage.open(browser, url)
  opened.push(watched)
  return watched
}

async function enterToken(page: Page, token: string): Promise<void> {
  await page.getByLabel('Access token').fill(token)
  await page.getByRole('button', { name: 'Open session' }).click()
}

describe('a token', () => {
  it('is exchanged for a session, and stays in no address, store, document or log', async () => {
    const server = await start()
    const watched = await open(server.url)
    const { page } = watched
    await watched.show('#/jobs')
    await enterToken(page, 'a-wrong-one')
    await page.getByText('The server does not know this token').waitFor()
    await watched.expectSound()
    await enterToken(page, TOKEN)
    await page.getByText('No jobs yet').waitFor()
    await page.getByText('Read only').waitFor()
    expect(await watched.left()).not.toContain(TOKEN)
    expect(await watched.left()).not.toContain('wbs_')
    expect(watched.urls.join(' ')).not.toMatch(/a-token|wbs_/)
    expect(server.output).not.toMatch(/a-token|wbs_[A-Za-z0-9]/)
    await watched.expectQuiet()
    // Over plain HTTP there is no cookie: the session ends with the document.
    await page.reload()
    await page.getByLabel('Access token').waitFor()
  })

  it('keeps the page that is seen when it is revoked, and asks for another', async () => {
    const server = await start()
    const admin = createClient({ baseUrl: server.url, token: TOKEN })
    const { id, token } = await admin.tokens.create({ name: 'pages', scopes: ['jobs:read'] })
    const watched = await open(server.url)
    const { page } = watched
    await watched.show('#/jobs')
    await enterToken(page, token!)
    await page.getByText('No jobs yet').waitFor()
    await watched.show('#/channels')
    await page.getByText('channels:read').waitFor()
    await watched.show('#/jobs')
    await admin.tokens.revoke(id)
    await page.getByLabel('Access token').waitFor()
    expect(await page.getByText('No jobs yet').count()).toBe(1)
    await enterToken(page, TOKEN)
    await page.locator('.sign-in').waitFor({ state: 'hidden' })
    await watched.show('#/channels')
    await page.getByText('There is no channel').waitFor()
  })
})

describe('a session over TLS', () => {
  it('is in a cookie that no script sees, and outlives the document', async () => {
    const server = await startTls()
    const watched = await open(server.url)
    const { page } = watched
    await watched.show('#/jobs')
    await enterToken(page, TOKEN)
    await page.getByText('No jobs yet').waitFor()
    const [cookie, ...others] = await page.context().cookies()
    expect(others).toEqual([])
    expect(cookie).toMatchObject({
      ...{ name: '__Host-waybill-session', path: '/', httpOnly: true, secure: true, sameSite: 'Strict' },
    })
    expect(await watched.left()).not.toContain(cookie!.value)
    await page.reload()
    await page.getByText('No jobs yet').waitFor()
    // The cookie alone is nothing: another page of this host would send it, too.
    expect(await page.evaluate(async () => (await fetch('/v1/jobs')).status)).toBe(401)
    await page.getByRole('button', { name: 'End the session' }).click()
    await page.getByLabel('Access token').waitFor()
    expect(await page.context().cookies()).toEqual([])
    await watched.expectQuiet()
  })

  it('lets the browser save a file by itself, which no script has read', async () => {
    const server = await startTls(['--dashboard', 'on'])
    const watched = await open(server.url)
    const { page } = watched
    await watched.show('#/jobs')
    await enterToken(page, TOKEN)
    await page.getByText('No jobs yet').waitFor()
    const id = await page.evaluate(async () => {
      const body = { channel: 'shop', objectType: 'product', action: 'update', items: [{ id: 'sku-1', data: {} }] }
      const headers = { 'Waybill-Dashboard': '1', 'Content-Type': 'application/json', Prefer: 'wait=30' }
      const answer = await fetch('/v1/jobs', { method: 'POST', headers, body: JSON.stringify(body) })
      return ((await answer.json()) as { id: string }).id
    })
    await watched.show(`#/jobs/${id}`)
    await page.getByText('The item succeeded').waitFor()
    await page.getByRole('button', { name: 'Results' }).click()
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'NDJSON' }).click(),
    ])
    expect([saved.url(), saved.suggestedFilename()]).toEqual([`${server.url}/v1/jobs/${id}/results`, `${id}.ndjson`])
    const lines = (await readFile(await saved.path(), 'utf8')).trimEnd().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { id?: string }).id)).toEqual(['sku-1', undefined])
    await watched.expectQuiet()
  })
})

describe('a dashboard', () => {
  it('that is read-only shows nothing that changes anything, and the server refuses it', async () => {
    const server = await start({ adminToken: undefined as never, args: ['--dev', '--dashboard', 'read-only'] })
    const waybill = createClient({ baseUrl: server.url })
    const job = await waybill.jobs.submit({
      ...{ channel: 'sandbox', objectType: 'product', action: 'update' },
      items: [{ id: 'sku-1', data: { sandbox: { delayMs: 9000 } } }],
    })
    const watched = await open(server.url)
    let session = ''
    watched.page.on('request', (request) => (session = request.headers()['authorization'] ?? session))
    await watched.show(`#/jobs/${job.id}`)
    await watched.page.getByText('Read only').waitFor()
    expect(await watched.page.getByRole('button', { name: /Pause|Cancel/ }).count()).toBe(0)
    const refused = await server.fetch(`/v1/jobs/${job.id}/cancel`, {
      method: 'POST',
      headers: { authorization: session },
    })
    expect(refused.status).toBe(403)
    expect(session).toMatch(/^Bearer wbs_/)
  })

  it('that is off is not there', async () => {
    const server = await start({ args: ['--dashboard', 'off'] })
    expect((await server.fetch('/dashboard/')).status).toBe(404)
    expect((await server.fetch('/dashboard')).status).toBe(404)
  })

  it('is sent compressed, with its policy, its assets for good', async () => {
    const server = await start()
    const page = await server.fetch('/dashboard/')
    expect(page.headers.get('content-encoding')).toBe('gzip')
    expect(page.headers.get('cache-control')).toBe('no-cache')
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    )
    const asset = /src="\.\/(assets\/[^"]+)"/.exec(await page.text())![1]!
    const { headers, status } = await server.fetch(`/dashboard/${asset}`)
    expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable'])
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    const moved = await server.fetch('/dashboard', { redirect: 'manual' })
    expect([moved.status, moved.headers.get('location')]).toEqual([308, 'dashboard/'])
    for (const path of ['../main.js', '..%2fmain.js', '%2e%2e/main.js', 'assets/nope.js']) {
      expect((await server.fetch(`/dashboard/${path}`)).status, path).toBe(404)
    }
  })
})
