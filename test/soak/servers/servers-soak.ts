import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { CreatedAccessToken } from '@waybill/spec'
import { JobOwners } from '../../support/job-owners.ts'
import { Random } from '../../support/random.ts'
import { ServersClient } from '../../support/servers-client.ts'
import { Producer } from '../producer.ts'
import type { Shop } from '../shops.ts'
import { makeTrouble } from './bug-trouble.ts'
import { checkDatabase } from './check-database.ts'
import { judgeShop } from './judge-shop.ts'
import { NOTHING, runServersMonkey, type ServersMischief, type ServersMonkeyReport } from './servers-monkey.ts'
import type { SeededBug } from './seeded-bugs.ts'
import { openHeldShop, openServersShops } from './servers-shops.ts'
import { type Ends, SoakServers } from './soak-servers.ts'

export interface ServersSoakOptions {
  readonly servers: number
  /** How long all of it takes, the delivery of what is left included. */
  readonly seconds: number
  /** Seed of work and faults; when something happens depends on the machine too. */
  readonly seed: number
  /** The servers have it: then what makes it show happens to them, and nothing else. @default none */
  readonly bug?: SeededBug
}

export interface ServersSoakReport {
  /** The faults, as sentences. */
  readonly faults: string[]
  readonly jobs: number
  readonly items: number
  readonly calls: number
  readonly starts: number
  readonly ends: Ends
  /** Terms of the channel that had most. */
  readonly terms: number
  readonly mischief: ServersMischief
  /** Calls of an earlier term that came after one of a later: those that were refused, and those that were taken. */
  readonly lateCalls: { readonly refused: number; readonly taken: number }
  /** Answers to clients while nobody could serve them, by code. */
  readonly refusals: Readonly<Record<string, number>>
  /** How long this process, and the shops in it, did not look up, at most. */
  readonly longestStallMs: number
}

/** For `bug`. */
const EDITS_PRELOAD = new URL('../../support/edits-preload.ts', import.meta.url)
const TENANTS = ['acme', 'globex']
const ADMIN_TOKEN = 'wba_the-admin-token-of-the-soak'
const MAX_UNFINISHED = 3
const DRAIN_SHARE = 0.25
const MAX_DRAIN_MS = 60_000
/** The rest may take so much longer, as other work may have the machine: it is done when it is done. */
const DRAIN_LIMIT_MS = 180_000

/** Four channels and two tenants with work of every kind, on servers to which everything happens; then all that was seen is judged. */
export async function runServersSoak(options: ServersSoakOptions): Promise<ServersSoakReport> {
  const { servers: count, seconds, seed, bug } = options
  const random = new Random(seed)
  const drainMs = Math.min(MAX_DRAIN_MS, seconds * 1000 * DRAIN_SHARE)
  const shops = await openServersShops(new Random(random.whole(0, 2 ** 31)))
  const held = bug?.holdsCalls === true ? await openHeldShop() : null
  if (held !== null) shops.push(held.shop)
  const cluster = await SoakServers.create({
    count,
    adminToken: ADMIN_TOKEN,
    config: { channels: Object.fromEntries(shops.map((shop) => [shop.name, channelOf(shop)])) },
    env: (n) => ({
      ...Object.fromEntries(shops.map((shop) => [urlVariable(shop), `${shop.connector.url}/${n}`])),
      ...(bug !== undefined && { TEST_EDITS: JSON.stringify(bug.edits) }),
    }),
    ...(bug !== undefined && { preload: EDITS_PRELOAD }),
  })
  const stalls = monitorEventLoopDelay()
  try {
    await cluster.start()
    const servers = cluster.servers.map(({ process }) => process)
    const admin = new ServersClient({ servers, random, token: ADMIN_TOKEN, tenant: null })
    const owners = new JobOwners()
    const clients: ServersClient[] = []
    const producers: { readonly shop: Shop; readonly client: ServersClient; readonly producer: Producer }[] = []
    for (const tenant of TENANTS) {
      const token = await createTenant(admin, tenant)
      const client = new ServersClient({ servers, random, token, tenant: { name: tenant, owners } })
      clients.push(client)
      for (const shop of shops) {
        const producer = new Producer(client, shop, new Random(random.whole(0, 2 ** 31)), {
          name: `${tenant}-${shop.name}`,
          maxUnfinished: MAX_UNFINISHED,
          onJob: (id) => owners.add(id, tenant),
          resumesPaused: true,
        })
        producers.push({ shop, client, producer })
      }
    }
    stalls.enable()
    const broken: string[] = []
    // Until all that is to happen has happened.
    const over = new AbortController()
    const trouble = async (): Promise<ServersMonkeyReport> => {
      try {
        if (bug === undefined) {
          const time = AbortSignal.timeout(Math.max(1000, Math.round(seconds * 1000 - drainMs)))
          return await runServersMonkey(cluster, { random, signal: time, watchService: () => watch(clients, shops) })
        }
        await makeTrouble(bug.trouble, { cluster, shops, held })
        return { done: NOTHING, unwritten: [] }
      } finally {
        over.abort()
      }
    }
    const [{ done, unwritten }] = await Promise.all([
      trouble(),
      // Of servers that have a bug, something may never end.
      ...producers.map(({ producer }) =>
        producer.run(over.signal, bug === undefined ? DRAIN_LIMIT_MS : drainMs).catch((error: Error) => {
          broken.push(`REC-1 a client could not continue: ${error.message}`)
        }),
      ),
    ])
    stalls.disable()
    const longestStallMs = Math.round(stalls.max / 1e6)
    const faults: string[] = [...broken]
    for (const shop of shops) {
      const ofShop = producers.filter((one) => one.shop === shop)
      faults.push(...(await judgeShop({ shop, producers: ofShop, owners, unwritten, longestStallMs })))
    }
    await cluster.stop()
    faults.push(
      ...owners.faults,
      ...cluster.faults,
      ...[admin, ...clients].flatMap((client) => client.faults.slice(0, 10)),
      ...(await checkDatabase(cluster)),
    )
    const calls = shops.flatMap((shop) => shop.connector.calls)
    const jobs = producers.flatMap(({ producer }) => producer.jobs)
    return {
      faults,
      jobs: jobs.length,
      items: jobs.reduce((sum, job) => sum + job.keys.length, 0),
      calls: calls.length,
      starts: cluster.starts,
      ends: cluster.ends,
      terms: Math.max(...shops.map(({ connector }) => new Set(connector.calls.map((call) => call.epoch)).size)),
      mischief: done,
      lateCalls: { refused: lateCalls(shops, true), taken: lateCalls(shops, false) },
      refusals: sumOf([admin, ...clients].map((client) => client.refusals)),
      longestStallMs,
    }
  } finally {
    await cluster.remove()
    for (const shop of shops) await shop.connector.stop()
  }
}

/** @returns whether all clients were answered, and a shop was called, since this call */
function watch(clients: readonly ServersClient[], shops: readonly Shop[]): () => boolean {
  const calls = (): number => shops.reduce((sum, { connector }) => sum + connector.callStartsMs.length, 0)
  const callsBefore = calls()
  const before = clients.map(({ answered }) => answered)
  return () => calls() > callsBefore && clients.every(({ answered }, n) => answered > before[n]!)
}

/** The channel as the file of each server has it: the URL shows the shop which server calls. */
function channelOf(shop: Shop): object {
  const channel = shop.channel as { readonly connector: object }
  return { ...channel, connector: { ...channel.connector, url: `$${urlVariable(shop)}`, allowPrivateAddresses: true } }
}

function urlVariable({ name }: Shop): string {
  return `${name.toUpperCase()}_URL`
}

/** @returns the token of a subscription of this name */
async function createTenant(admin: ServersClient, subscription: string): Promise<string> {
  const scopes = ['jobs:read', 'jobs:write', 'items:read']
  const { status, body } = await admin.call('POST', '/v1/tokens', {
    json: { name: `soak of ${subscription}`, subscription, scopes },
    key: `token-of-${subscription}`,
  })
  const { token } = body as CreatedAccessToken
  if (token === null || token === undefined) throw new Error(`Cannot create a token: ${status} ${JSON.stringify(body)}`)
  return token
}

function lateCalls(shops: readonly Shop[], areRefused: boolean): number {
  return shops
    .filter((shop) => shop.refusesEarlierTerms === areRefused)
    .reduce((sum, shop) => sum + shop.connector.lateCalls, 0)
}

function sumOf(maps: readonly ReadonlyMap<string, number>[]): Record<string, number> {
  const sum: Record<string, number> = {}
  for (const map of maps) for (const [name, times] of map) sum[name] = (sum[name] ?? 0) + times
  return sum
}
