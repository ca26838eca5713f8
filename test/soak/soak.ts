import { monitorEventLoopDelay } from 'node:perf_hooks'
import { checkBooks } from '../support/check-books.ts'
import { checkFolder } from '../support/check-folder.ts'
import {
  checkBlocked,
  checkEachDelivered,
  checkNoOverlap,
  checkOrder,
  checkProgress,
  checkRate,
  checkRepeats,
  checkRepeatsPerStart,
  checkEndedBeforeNext,
  checkStages,
  endAtKills,
} from '../support/check-record.ts'
import { PersistentClient } from '../support/persistent-client.ts'
import { Random } from '../support/random.ts'
import { ServerProcess } from '../support/server-process.ts'
import { resultLines } from '../support/submit.ts'
import { measureHealthyKeys } from './control-run.ts'
import { type Mischief, runMonkey } from './monkey.ts'
import { Producer } from './producer.ts'
import { openShops, type Shop } from './shops.ts'

export interface SoakOptions {
  /** How long all of it takes, the runs for ORD-6 and the delivery of what is left included. */
  readonly seconds: number
  /** Seed of work and faults; when something happens depends on the machine too. */
  readonly seed: number
}

export interface SoakReport {
  /** The faults, as sentences. */
  readonly faults: string[]
  readonly jobs: number
  readonly items: number
  readonly calls: number
  readonly starts: number
  readonly mischief: Mischief
  /** How long this process, and the shops in it, did not look up, at most: more than a channel's time-out explains much. */
  readonly longestStallMs: number
  /** Items per second on healthy keys, alone and beside as many bad ones. */
  readonly healthy: { readonly control: number; readonly besideBadKeys: number }
}

/** Share of the time for each of the two runs of ORD-6, at most; and for what is left at the end. */
const CONTROL_SHARE = 0.06
const MAX_CONTROL_MS = 20_000
const DRAIN_SHARE = 0.2
const MAX_DRAIN_MS = 60_000
/** A call may be this late between its token and the shop, on a machine that does other things as well. */
const CALL_SLACK_MS = 250

/** Six channels, each with work of every kind, on a server to which everything happens; then all that was seen is judged. */
export async function runSoak({ seconds, seed }: SoakOptions): Promise<SoakReport> {
  const random = new Random(seed)
  const controlMs = Math.min(MAX_CONTROL_MS, seconds * 1000 * CONTROL_SHARE)
  const drainMs = Math.min(MAX_DRAIN_MS, seconds * 1000 * DRAIN_SHARE)
  const beganMs = performance.now()
  const healthy = await measureHealthyKeys(controlMs)
  const stalls = monitorEventLoopDelay()

  const shops = await openShops(new Random(random.whole(0, 2 ** 31)))
  const settable = shops.filter((shop) => shop.isSettable)
  const inFile = shops.filter((shop) => !shop.isSettable)
  const server = await ServerProcess.create({
    config: { channels: Object.fromEntries(inFile.map((shop) => [shop.name, shop.channel])) },
  })
  const client = new PersistentClient(server)
  const producers = shops.map((shop) => new Producer(client, shop, new Random(random.whole(0, 2 ** 31))))
  try {
    for (const shop of settable) await client.call('PUT', `/v1/channels/${shop.name}`, { json: shop.channel })
    stalls.enable()
    const signal = AbortSignal.timeout(
      Math.max(1000, Math.round(seconds * 1000 - (performance.now() - beganMs) - drainMs)),
    )
    const [mischief] = await Promise.all([
      runMonkey({ server, client, shops, random }, signal),
      // What is left may take three times as long on a busy machine before that is a fault.
      ...producers.map((producer) => producer.run(signal, 3 * drainMs)),
    ])
    stalls.disable()
    const faults: string[] = []
    for (const [n, shop] of shops.entries())
      faults.push(...(await judge({ client, shop, producer: producers[n]!, killsMs: server.killsMs })))
    await client.stop()
    faults.push(...checkFolder(`${server.folder}/data`))
    const jobs = producers.flatMap((producer) => producer.jobs)
    return {
      faults,
      jobs: jobs.length,
      items: jobs.reduce((sum, job) => sum + job.keys.length, 0),
      calls: shops.reduce((sum, shop) => sum + shop.connector.calls.length, 0),
      starts: client.starts,
      mischief,
      longestStallMs: Math.round(stalls.max / 1e6),
      healthy,
    }
  } finally {
    await server.remove()
    for (const shop of shops) await shop.connector.stop()
  }
}

interface Judged {
  readonly client: PersistentClient
  readonly shop: Shop
  readonly producer: Producer
  readonly killsMs: readonly number[]
}

async function judge({ client, shop, producer, killsMs }: Judged): Promise<string[]> {
  const { calls, callStartsMs, blocks } = shop.connector
  const { jobs, accepted } = producer
  const stopped = new Set(jobs.filter((job) => job.stopped).map((job) => job.id))
  const books = []
  for (const { id, keys, ended, deleted } of jobs) {
    if (deleted || !ended) continue
    const { body } = await client.call('GET', `/v1/jobs/${id}/results`)
    books.push({ jobId: id, total: keys.length, lines: resultLines(body as string) })
  }
  const slackMs = CALL_SLACK_MS + shop.connector.longestStallMs
  const faults = [
    ...producer.faults,
    ...shop.cut,
    ...checkNoOverlap(calls),
    ...checkOrder(calls, accepted),
    ...checkEndedBeforeNext(calls, stopped),
    ...checkStages(calls, producer.stages),
    ...checkRepeats(calls),
    ...checkRepeatsPerStart(calls),
    ...checkEachDelivered(
      calls,
      accepted.filter((job) => !stopped.has(job.jobId)),
      shop,
    ),
    ...checkBooks(calls, books),
    ...jobs.flatMap((job) => checkProgress(job.seen)),
    ...(shop.highestRate === null ? [] : checkRate(callStartsMs, shop.highestRate, slackMs)),
    ...checkBlocked(callStartsMs, endAtKills(blocks, killsMs), slackMs),
  ]
  return faults.map((fault) => `${shop.name}: ${fault}`)
}
