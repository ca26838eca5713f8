// The demo: a catalogue goes through a server to three storefronts, as one execution.

import { createClient, type Job, type JobHandle } from '@waybill/sdk'
import { makeCatalogue } from './catalogue.ts'
import { channelNames, startWorld } from './demo-world.ts'
import { type RunningStage, submitExecution } from './execution.ts'
import { ProgressBars } from './progress-bars.ts'
import { type ChannelRun, printSummary } from './summary.ts'

const SEED = 2026

export interface DemoOptions {
  /** How many products the catalogue has. */
  readonly products: number
  /** Called when the server and the storefronts run. */
  readonly onStart?: (serverUrl: string) => Promise<void>
  /** Called when everything is delivered; the server and the storefronts run until it resolves. */
  readonly beforeEnd?: (serverUrl: string) => Promise<void>
}

/** Runs it with progress bars and a summary. @returns the jobs of each channel, and its storefront's report */
export async function runDemo({ products, onStart, beforeEnd }: DemoOptions): Promise<ChannelRun[]> {
  const world = await startWorld()
  try {
    const waybill = createClient({ baseUrl: world.serverUrl })
    const catalogue = makeCatalogue(SEED, products)
    console.log(`Waybill runs at ${world.serverUrl}, three storefronts wait for their goods.`)
    await onStart?.(world.serverUrl)

    const startMs = performance.now()
    const stages = [
      { objectType: 'category', items: catalogue.categories },
      { objectType: 'brand', items: catalogue.brands },
      { objectType: 'product', items: catalogue.products },
      { objectType: 'offer', items: catalogue.offers },
    ]
    const execution = await submitExecution(waybill, stages, channelNames)
    console.log(`Execution ${execution.id} is accepted: ${execution.stages.length} stages.`)
    const jobs: EndedJob[] = []
    for (const stage of execution.stages) jobs.push(...(await watchStage(stage)))
    const seconds = (performance.now() - startMs) / 1000

    const runs = await Promise.all(
      channelNames.map(async (name) => ({
        channel: await waybill.channels.get(name),
        jobs: jobs.filter(({ channel }) => channel === name),
        report: await world.report(name),
      })),
    )
    await printSummary(runs, seconds)
    await beforeEnd?.(world.serverUrl)
    return runs
  } finally {
    await world.stop()
  }
}

interface EndedJob {
  readonly channel: string
  readonly handle: JobHandle
  readonly ended: Job
}

/** Draws the jobs of a stage until all of them have ended. */
async function watchStage({ objectType, items, jobs }: RunningStage): Promise<EndedJob[]> {
  console.log(`\n${items.length} x ${objectType} to each storefront`)
  const bars = new ProgressBars()
  const ended = await Promise.all(
    jobs.map(async ({ channel, handle }) => {
      return { channel, handle, ended: await handle.wait({ onProgress: bars.add(channel, items.length) }) }
    }),
  )
  bars.stop()
  return ended
}
