// `npm run demo`: a merchant's catalogue to three storefronts, in stages, through a real server on the disk store.
//
//   --keep   leaves the server and the storefronts running until Ctrl-C, and prints the server's URL

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createClient, type Job, type JobHandle } from '@waybill/sdk'
import { makeCatalogue } from './catalogue.ts'
import { type RunningStage, submitExecution } from './execution.ts'
import { type RunningProcess, startProcess } from './processes.ts'
import { ProgressBars } from './progress-bars.ts'
import type { StorefrontReport } from './shelf.ts'
import { channelOf, storefronts } from './storefronts.ts'
import { printSummary } from './summary.ts'

const SEED = 2026

const { values: flags } = parseArgs({ options: { keep: { type: 'boolean', default: false } } })
const folder = await mkdtemp(join(tmpdir(), 'waybill-demo-'))
const started: RunningProcess[] = []
const jobsByChannel = new Map<string, { handle: JobHandle; ended: Job }[]>(storefronts.map(({ name }) => [name, []]))

try {
  const shops = await startStorefronts()
  const server = await startServer(shops)
  const waybill = createClient({ baseUrl: server.url })
  const catalogue = makeCatalogue(SEED)
  console.log(`Waybill runs at ${server.url}, three storefronts wait for their goods.`)

  const startMs = performance.now()
  const execution = await submitExecution(
    waybill,
    [
      { objectType: 'category', items: catalogue.categories },
      { objectType: 'brand', items: catalogue.brands },
      { objectType: 'product', items: catalogue.products },
      { objectType: 'offer', items: catalogue.offers },
    ],
    storefronts.map(({ name }) => name),
  )
  console.log(`Execution ${execution.id} is accepted: ${execution.stages.length} stages.`)
  for (const stage of execution.stages) await watchStage(stage)
  const seconds = (performance.now() - startMs) / 1000

  const runs = await Promise.all(
    storefronts.map(async (storefront, n) => ({
      storefront,
      jobs: jobsByChannel.get(storefront.name)!,
      report: (await (await fetch(shops[n]!.url)).json()) as StorefrontReport,
    })),
  )
  await printSummary(runs, seconds)
  if (flags.keep) await untilInterrupted(server.url)
} finally {
  for (const running of started.reverse()) await running.stop()
  await rm(folder, { recursive: true, force: true })
}

function startStorefronts(): Promise<RunningProcess[]> {
  const file = fileURLToPath(new URL('./storefront-server.ts', import.meta.url))
  return Promise.all(storefronts.map(({ name }) => start(file, [name])))
}

async function startServer(shops: readonly RunningProcess[]): Promise<RunningProcess> {
  const channels = Object.fromEntries(
    storefronts.map((storefront, n) => [storefront.name, channelOf(storefront, shops[n]!.url)]),
  )
  const config = join(folder, 'waybill.yaml')
  // JSON is YAML, too.
  await writeFile(config, JSON.stringify({ channels }, null, 2))
  const bin = fileURLToPath(new URL('./dist/main.js', import.meta.resolve('@waybill/server/package.json')))
  return await start(bin, [
    '--dev',
    '--port',
    '0',
    '--store',
    'disk',
    '--data',
    join(folder, 'data'),
    '--config',
    config,
  ])
}

async function start(file: string, args: readonly string[]): Promise<RunningProcess> {
  const running = await startProcess(file, args)
  started.push(running)
  return running
}

/** Draws the jobs of a stage until all of them have ended. */
async function watchStage({ objectType, items, jobs }: RunningStage): Promise<void> {
  console.log(`\n${items.length} x ${objectType} to each storefront`)
  const bars = new ProgressBars()
  await Promise.all(
    jobs.map(async ({ channel, handle }) => {
      const ended = await handle.wait({ onProgress: bars.add(channel, items.length) })
      jobsByChannel.get(channel)!.push({ handle, ended })
    }),
  )
  bars.stop()
}

async function untilInterrupted(url: string): Promise<void> {
  console.log(`\nThe server stays at ${url} until Ctrl-C, e.g. ${url}/v1/jobs`)
  const alive = setInterval(() => {}, 60_000)
  await new Promise<void>((resolve) => process.once('SIGINT', () => resolve()))
  clearInterval(alive)
}
