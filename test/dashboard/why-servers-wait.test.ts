import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient } from '@waybill/sdk'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { createDatabase } from '../contract/store/world.ts'
import { launchBrowser } from '../support/browser.ts'
import { CliProcess } from '../support/cli-process.ts'
import { PostgresProxy } from '../support/postgres-proxy.ts'
import { ServerCluster, untilRole } from '../support/server-cluster.ts'
import { WatchedPage } from './watched-page.ts'

/*
 * As in why-it-waits.test.ts: why a channel stands still of servers that share a PostgreSQL, from the first page and from the command line.
 */

const TIMEOUT_MS = 60_000
/** The lease, and the start of the engine on a busy machine. */
const TAKEOVER_MS = 90_000

let browser: Browser
/** Calls that have no answer. */
const calls: ServerResponse[] = []
const target = createServer((request, response) => {
  request.resume()
  calls.push(response)
})
const cleanups: (() => Promise<void>)[] = []

beforeAll(async () => {
  browser = await launchBrowser()
  target.listen(0, '127.0.0.1')
  await once(target, 'listening')
})
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})
afterAll(async () => {
  await browser.close()
  target.closeAllConnections()
  target.close()
})

/** Two servers with a channel whose calls may take ten minutes, and a job of it, of which two calls run. */
async function startServers(leaseSeconds: number, env: Record<string, string> = {}) {
  calls.length = 0
  const url = `http://127.0.0.1:${(target.address() as AddressInfo).port}/`
  const connector = { type: 'http', url, timeoutMs: 600_000, allowPrivateAddresses: true }
  const channels = { 'slow-shop': { connector, concurrency: 2 } }
  const cluster = await ServerCluster.create({ leaseSeconds, env, args: ['--dev'], config: { channels } })
  cleanups.push(() => cluster.remove())
  await cluster.start()
  const [first, second] = cluster.servers as [(typeof cluster.servers)[0], (typeof cluster.servers)[0]]
  await untilRole(first, 'active')
  await untilRole(second, 'standby')
  const waybill = createClient({ baseUrl: first.url })
  const items = Array.from({ length: 500 }, (_, n) => ({ id: `sku-${n}` }))
  const job = await waybill.jobs.submit({ channel: 'slow-shop', objectType: 'product', action: 'update', items })
  await expect.poll(() => calls.length, { timeout: TIMEOUT_MS }).toBe(2)
  return { first, second, jobId: job.id }
}

/** Looks at the first page, at the page of the channel that it names, and at the command line. */
async function expectReason(
  url: string,
  { jobId, onPage, onChannel, said }: { jobId: string; onPage: RegExp; onChannel: RegExp; said: RegExp },
): Promise<void> {
  const watched = await WatchedPage.open(browser, url)
  cleanups.push(() => watched.close())
  await watched.show('')
  const { page } = watched
  await expect.poll(() => page.getByRole('main').innerText(), { timeout: TIMEOUT_MS }).toMatch(onPage)
  await page.getByRole('main').getByRole('link', { name: 'slow-shop' }).first().click()
  await watched.loaded()
  await expect.poll(() => page.getByRole('main').innerText(), { timeout: TIMEOUT_MS }).toMatch(onChannel)
  await watched.expectQuiet()
  const cli = await CliProcess.create(url)
  cleanups.push(() => cli.remove())
  await expect.poll(async () => (await cli.run(['why', jobId])).stdout, { timeout: TIMEOUT_MS }).toMatch(said)
  await expect
    .poll(async () => (await cli.run(['channels'])).stdout, { timeout: TIMEOUT_MS })
    .toMatch(/slow-shop +http +(waits for calls of another server for|no store)/)
}

it('a takeover: calls of the server before may still run, and until when', async () => {
  const { first, second, jobId } = await startServers(3)
  // Nobody can tell whether it is gone, or only slow.
  process.kill(first.pid, 'SIGSTOP')
  cleanups.push(() => first.kill())
  await untilRole(second, 'active', TAKEOVER_MS)
  await expectReason(second.url, {
    jobId,
    onPage: /Handover\s+500/,
    onChannel: /wait for calls of another server to end, the first for (?:9|10) min(?: \d+ s)? more/,
    said: /handover.*another server ended without giving its place back[\s\S]*until +2\d{3}-/,
  })
})

it('a database that is away: no outcome can be kept', async () => {
  const proxy = await PostgresProxy.start(await createDatabase())
  cleanups.push(() => proxy.close())
  // The server may answer until its lease is over.
  const { first, jobId } = await startServers(60, { WAYBILL_DATABASE_URL: proxy.url })
  proxy.goAway()
  for (const call of calls.splice(0)) call.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  await expectReason(first.url, {
    jobId,
    onPage: /The store of the server takes no outcomes: no call starts until it does/,
    onChannel: /The store of the server takes no outcomes/,
    said: /store_unavailable.*takes no outcomes/,
  })
})
