// The demo: a merchant's catalogue goes through a server to three storefronts, as one execution, while another merchant updates prices in one of them.

import { createClient, type Job, type JobHandle } from '@waybill/sdk'
import { makeCatalogue } from './catalogue.ts'
import { channelNames, startWorld } from './demo-world.ts'
import { type RunningStage, submitExecution } from './execution.ts'
import { ProgressBars } from './progress-bars.ts'
import { type ChannelRun, printSummary } from './summary.ts'
import type { ServerGroup } from './servers/server-group.ts'
import { createTenant, isHiddenFrom } from './tenants.ts'
import { startReceiver } from './webhook-receiver.ts'

const SEED = 2026
const CATALOGUE_STAGES = 4

export interface DemoOptions {
  /** How many products the catalogue has. */
  readonly products: number
  /** Called when the server and the storefronts run. */
  readonly onStart?: (serverUrl: string) => Promise<void>
  /** Called when everything is delivered; the server and the storefronts run until it resolves. */
  readonly beforeEnd?: (serverUrl: string, lastJob: string) => Promise<void>
  /** Further variables of the server's environment. */
  readonly serverEnv?: Readonly<Record<string, string>>
  /** More than 1: on one PostgreSQL, behind a load balancer; one of them is killed and one frozen on the way. @default 1 */
  readonly servers?: number
}

/** Runs it with progress bars and a summary. @returns the jobs of each channel, and its storefront's report */
export async function runDemo(options: DemoOptions): Promise<ChannelRun[]> {
  const { products, onStart, beforeEnd, serverEnv, servers } = options
  const world = await startWorld({ serverEnv, servers })
  const receiver = await startReceiver()
  try {
    const admin = createClient({ baseUrl: world.serverUrl })
    const waybill = await createTenant(admin, { name: 'acme', baseUrl: world.serverUrl, receiver })
    const neighbour = await createTenant(admin, { name: 'globex', baseUrl: world.serverUrl, receiver })
    const catalogue = makeCatalogue(SEED, products)
    console.log(`Waybill runs at ${world.serverUrl}, three storefronts wait for the goods of two merchants.`)
    await onStart?.(world.serverUrl)

    const startMs = performance.now()
    const stages = [
      { objectType: 'category', items: catalogue.categories },
      { objectType: 'brand', items: catalogue.brands },
      { objectType: 'product', items: catalogue.products },
      { objectType: 'offer', items: catalogue.offers },
    ]
    const execution = await submitExecution(waybill, stages, channelNames)
    console.log(`Execution ${execution.id} of acme is accepted: ${execution.stages.length} stages.`)
    const prices = makeCatalogue(SEED + 1, Math.ceil(products / 10)).products.filter(
      ({ data }) => Number(data['price']) > 0,
    )
    const envelope = { channel: 'shop-eu', objectType: 'product', action: 'update', source: 'demo' } as const
    const pricesOfGlobex = await neighbour.jobs.submit({ ...envelope, items: prices })
    console.log(`Job ${pricesOfGlobex.id} of globex is accepted: ${prices.length} products to shop-eu.`)
    const jobs: EndedJob[] = []
    for (const stage of execution.stages) jobs.push(...(await watchStage(stage, troubleIn(stage, world.group))))
    const seconds = (performance.now() - startMs) / 1000
    const ofGlobex = await pricesOfGlobex.wait()

    const runs = await Promise.all(
      channelNames.map(async (name) => ({
        channel: await admin.channels.get(name),
        jobs: jobs.filter(({ channel }) => channel === name),
        report: await world.report(name),
      })),
    )
    await printSummary(runs, seconds)
    const { succeeded, total } = ofGlobex.counts
    console.log(
      `\n  globex: ${succeeded} of ${total} products updated in shop-eu; a job of acme is ${(await isHiddenFrom(neighbour, jobs[0]!.ended.id)) ? 'not there' : 'shown'} for it`,
    )
    const verified = await receiver.waitFor({ acme: CATALOGUE_STAGES * channelNames.length, globex: 1 })
    console.log(
      `  webhooks: ${verified.acme} ends of jobs of acme and ${verified.globex} of globex, each verified with its secret; ${receiver.refused} refused`,
    )
    await beforeEnd?.(world.serverUrl, jobs.at(-1)!.ended.id)
    return runs
  } finally {
    await world.stop()
    await receiver.stop()
  }
}

interface EndedJob {
  readonly channel: string
  readonly handle: JobHandle
  readonly ended: Job
}

/** Draws the jobs of a stage until all of them have ended. @param trouble is made once, when some of its items were delivered */
async function watchStage(
  { objectType, items, jobs }: RunningStage,
  trouble: (() => Promise<string>) | null,
): Promise<EndedJob[]> {
  console.log(`\n${items.length} x ${objectType} to each storefront`)
  const bars = new ProgressBars()
  let made: Promise<string> | null = null
  const ended = await Promise.all(
    jobs.map(async ({ channel, handle }) => {
      const draw = bars.add(channel, items.length)
      const onProgress = (job: Job): void => {
        if (trouble !== null && job.counts.succeeded > 0) made ??= trouble()
        draw(job)
      }
      return { channel, handle, ended: await handle.wait({ onProgress }) }
    }),
  )
  bars.stop()
  if (made !== null) console.log(`  ${await (made as Promise<string>)}`)
  return ended
}

/** Makes the trouble of a stage, which happens to the server that delivers; it resolves with the report of it. */
function troubleIn({ objectType }: RunningStage, group: ServerGroup | null): (() => Promise<string>) | null {
  if (group === null) return null
  if (objectType === 'product')
    return async () => `Server ${await group.kill()} was killed meanwhile, and another one took its place`
  if (objectType === 'offer')
    return async () => `Server ${await group.freeze()} was frozen meanwhile, and another one took its place`
  return null
}
