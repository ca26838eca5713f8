// Measures the cost of the dashboard, for those who look and for the server.
//
//   node test/dashboard/measure.ts paint [runs]     time to the first rows, with a processor that is four times slower
//   node test/dashboard/measure.ts heap [minutes]   heap of the pages that are watched longest, by kind, five times
//   node test/dashboard/measure.ts cost [pairs]     items/s with 20 dashboards beside those without, in rounds that take turns
//   node test/dashboard/measure.ts share [pairs]    processor time of the server that 20 dashboards take, beside a delivery of 20 items/s: on a busy
//                                                   machine the same as on a quiet one

import { createClient } from '@waybill/sdk'
import type { CDPSession } from 'playwright-core'
import { cpuSeconds } from '../bench/process-cpu.ts'
import { launchBrowser } from '../support/browser.ts'
import { createDashboardWorld } from '../support/dashboard-world.ts'
import { ServerProcess } from '../support/server-process.ts'
import { type HeapKinds, readHeapKinds } from './heap-kinds.ts'

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
}

async function paint(runs: number): Promise<void> {
  const [world, browser] = await Promise.all([createDashboardWorld(), launchBrowser()])
  for (const hash of ['#/now', '#/jobs', `#/jobs/${world.jobs.slow.id}`]) {
    const times: number[] = []
    for (let run = 0; run < runs; run++) {
      const page = await browser.newPage()
      const session = await page.context().newCDPSession(page)
      await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
      await page.addInitScript(() => {
        const seen = new MutationObserver(() => {
          if (document.querySelector('main :is(tbody tr, .figures, .counts)') === null) return
          seen.disconnect()
          requestAnimationFrame(() => Object.assign(globalThis, { usefulMs: performance.now() }))
        })
        seen.observe(document, { childList: true, subtree: true })
      })
      await page.goto(`${world.server.url}/dashboard/${hash}`)
      await page.waitForFunction(() => 'usefulMs' in globalThis)
      times.push(await page.evaluate(() => (globalThis as unknown as { usefulMs: number }).usefulMs))
      await page.context().close()
    }
    const sorted = times.map(Math.round).sort((a, b) => a - b)
    console.log(
      `${hash.slice(0, 7)}: first useful paint ${Math.round(median(times))} ms (median of ${sorted.join(', ')})`,
    )
  }
  await browser.close()
  await world.stop()
}

const HEAP_LOOKS = 5

async function heap(minutes: number): Promise<void> {
  const [world, browser] = await Promise.all([createDashboardWorld(), launchBrowser()])
  const sessions = new Map<string, CDPSession>()
  for (const hash of ['#/now', '#/jobs', `#/jobs/${world.jobs.slow.id}`]) {
    const page = await browser.newPage()
    await page.goto(`${world.server.url}/dashboard/${hash}`)
    await page.locator('main :is(tbody tr, .counts)').first().waitFor()
    sessions.set(hash.slice(0, 7), await page.context().newCDPSession(page))
  }
  const shown = new Map([...sessions.keys()].map((name) => [name, [] as HeapKinds[]]))
  // Something is made all the time, so that lists change.
  const startMs = Date.now()
  for (let job = 0, look = 1; look <= HEAP_LOOKS; job++) {
    await world.waybill.jobs.submit({
      ...{ channel: 'shop-us', objectType: 'order', action: 'create' },
      items: [{ id: `o-${job}`, data: {} }],
    })
    await pause(3000)
    if (Date.now() < startMs + (look * minutes * 60_000) / HEAP_LOOKS) continue
    for (const [name, session] of sessions) shown.get(name)!.push(await readHeapKinds(session))
    look++
  }
  for (const [name, kinds] of shown) {
    const of = (kind: keyof HeapKinds): string => kinds.map((bytes) => Math.round(bytes[kind] / 1000)).join(' ')
    console.log(`${name}: kB of data ${of('data')}, compiled code ${of('code')}, of the browser ${of('native')}`)
  }
  await browser.close()
  await world.stop()
}

/** Requests of a page, and how often, ms; 0: a stream that is held. Half of the dashboards show `Now`, half the jobs. */
const asked = {
  now: [
    ...[
      ['/v1/events', 0],
      ['/v1/channels', 60_000],
      ['/v1/jobs?status=running&pageSize=8', 60_000],
      ['/v1/parked?pageSize=100', 4000],
      ['/healthz/ready', 4000],
    ],
    ...[
      ['/v1/limits', 10_000],
      ['/v1/stats?windowSeconds=900', 10_000],
      ['/v1/jobs?deadlineAtRisk=true&pageSize=200', 10_000],
    ],
  ],
  jobs: [
    ['/v1/events', 0],
    ['/v1/jobs?pageSize=100', 60_000],
  ],
} as unknown as Record<'now' | 'jobs', (readonly [path: string, everyMs: number])[]>

const DASHBOARDS = 20
const ROUND_MS = 10_000
const ITEMS = 600_000

/** @param perSecond null: as fast as can be */
async function cost(pairs: number, perSecond: number | null): Promise<void> {
  const server = await ServerProcess.create()
  await server.start()
  const waybill = createClient({ baseUrl: server.url })
  const round = async (dashboards: number): Promise<Round> => {
    const controller = new AbortController()
    const total = perSecond === null ? ITEMS : perSecond * 100
    const items = Array.from({ length: total }, (_, at) => ({ id: `sku-${at}`, data: { sandbox: { delayMs: 0 } } }))
    const job = await waybill.jobs.submit({ channel: 'fast', objectType: 'product', action: 'update', items })
    for (let at = 0; at < dashboards; at++) open(server.url, at % 2 === 0 ? 'now' : 'jobs', controller.signal)
    await pause(2000)
    const [from, fromMs, fromCpu] = [(await job.get()).counts.succeeded, performance.now(), cpuSeconds(server.pid)]
    await pause(ROUND_MS)
    const [to, toMs, toCpu] = [(await job.get()).counts.succeeded, performance.now(), cpuSeconds(server.pid)]
    controller.abort()
    await job.cancel()
    await job.wait()
    await job.delete()
    if (to >= total) throw new Error(`Cannot measure as a round must not end its job: ${total} items were too few`)
    const seconds = (toMs - fromMs) / 1000
    return { perSecond: (to - from) / seconds, cpuMs: ((toCpu - fromCpu) * 1000) / seconds }
  }
  await waybill.channels.put('fast', {
    connector: { type: 'http', url: `${await answeringTarget()}/`, allowPrivateAddresses: true },
    ...(perSecond !== null && { rateLimit: { limit: perSecond, periodMs: 1000 } }),
  })
  const changes: { readonly speed: number; readonly cpuMs: number }[] = []
  for (let pair = 0; pair < pairs; pair++) {
    // Which comes first takes turns, too.
    const order = pair % 2 === 0 ? [0, DASHBOARDS] : [DASHBOARDS, 0]
    const rounds = new Map<number, Round>()
    for (const dashboards of order) rounds.set(dashboards, await round(dashboards))
    const [without, beside] = [rounds.get(0)!, rounds.get(DASHBOARDS)!]
    changes.push({ speed: (beside.perSecond / without.perSecond - 1) * 100, cpuMs: beside.cpuMs - without.cpuMs })
    console.log(`${textOf(without)} without, ${textOf(beside)} with ${DASHBOARDS} dashboards`)
  }
  const speed = median(changes.map((change) => change.speed)).toFixed(1)
  const cpuMs = median(changes.map((change) => change.cpuMs)).toFixed(1)
  const ofClients = `the requests of the ${DASHBOARDS} clients on this machine included`
  if (perSecond === null) console.log(`median of ${pairs} pairs: ${speed} %, ${ofClients}`)
  else console.log(`median of ${pairs} pairs: ${cpuMs} ms of processor time a second; 10 ms are 1 % of a processor`)
  await server.remove()
  process.exit(0)
}

interface Round {
  readonly perSecond: number
  /** Processor time of the server's process in a second, ms. */
  readonly cpuMs: number
}

function textOf({ perSecond, cpuMs }: Round): string {
  return `${Math.round(perSecond)} items/s, ${cpuMs.toFixed(0)} ms a second`
}

/** Asks for what a page asks for until the signal is aborted. */
function open(url: string, page: keyof typeof asked, signal: AbortSignal): void {
  for (const [path, everyMs] of asked[page]) void ask(url + path, everyMs, signal).catch(() => undefined)
}

async function ask(url: string, everyMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const answer = await fetch(url, { signal, headers: everyMs === 0 ? { accept: 'text/event-stream' } : {} })
    const reader = answer.body!.getReader()
    while (!(await reader.read()).done) if (signal.aborted) return
    await pause(Math.max(everyMs, 500))
  }
}

/** A target on a thread of its own that takes everything at once. */
async function answeringTarget(): Promise<string> {
  const { Worker } = await import('node:worker_threads')
  const code = `
    const { createServer } = require('node:http')
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => (body += chunk))
      request.on('end', () => {
        const results = JSON.parse(body).items.map(({ index }) => ({ index, status: 'succeeded' }))
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ results }))
      })
    })
    server.listen(0, '127.0.0.1', () => require('node:worker_threads').parentPort.postMessage(server.address().port))`
  const worker = new Worker(code, { eval: true })
  const port = await new Promise<number>((resolve) => worker.once('message', resolve))
  return `http://127.0.0.1:${port}`
}

const [what = 'paint', count] = process.argv.slice(2)
if (what === 'paint') await paint(Number(count ?? 7))
else if (what === 'heap') await heap(Number(count ?? 10))
else if (what === 'cost') await cost(Number(count ?? 5), null)
else if (what === 'share') await cost(Number(count ?? 5), 20)
else throw new Error(`Cannot measure ${what} as it must be paint, heap, cost or share`)
