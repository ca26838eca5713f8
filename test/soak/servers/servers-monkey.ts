import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../support/random.ts'
import type { SoakServer, SoakServers } from './soak-servers.ts'

/** Faults of servers, their networks and their database, by kind. */
export interface ServersMischief {
  /** `kill -9`. */
  kills: number
  /** SIGSTOP for longer than a lease, then SIGCONT. */
  freezes: number
  /** SIGSTOP, and the process never continues. */
  losses: number
  /** SIGTERM. */
  stops: number
  /** PostgreSQL ends as by a loss of power, and is started again. */
  outages: number
  /** All connections are ended by the database. */
  terminations: number
  delays: number
  cuts: number
  /** Half-open connections. */
  silences: number
  /** Of the beats alone: the server lives, and loses its lease. */
  mutes: number
  halfMessages: number
}

/** A time in which an answer of a target may not have become durable, monotonic ms: until servers serve again. */
export interface Unwritten {
  readonly fromMs: number
  readonly untilMs: number
}

export interface ServersMonkeyReport {
  readonly done: ServersMischief
  /** Before the ends of processes, and of networks. */
  readonly unwritten: readonly Unwritten[]
}

export const NOTHING: ServersMischief = {
  ...{ kills: 0, freezes: 0, stops: 0, outages: 0, mutes: 0, silences: 0 },
  ...{ terminations: 0, delays: 0, cuts: 0, losses: 0, halfMessages: 0 },
}
const KINDS = Object.keys(NOTHING) as (keyof ServersMischief)[]

/** Between two kinds: a server that takes over calls nobody for a while, and is to call then. */
const MIN_PAUSE_MS = 1500
const MAX_PAUSE_MS = 4500
/** How often the active server is the one. */
const ACTIVE_SHARE = 0.7
/** How often another kind begins at the same time. */
const TWO_AT_ONCE = 0.2
/** A lease is 1 s: frozen for less, a server may continue. */
const FREEZE_MS = [600, 3500] as const
const OUTAGE_MS = [0, 5000] as const
const SILENCE_MS = [300, 3500] as const
/** Of an answer that a server got until it is durable, on a busy machine. */
const WRITE_MS = 500

/** Happen in each run, however slow the machine is. */
const LEAST: readonly (keyof ServersMischief)[] = ['kills', 'freezes', 'stops', 'outages']

/**
 * However slow the machine is, servers that have come through one kind serve before the next one: those that never do show nothing. One that takes longer
 * is found by what is not done at the end.
 */
const SERVED_WITHIN_MS = 60_000
const LOOK_EVERY_MS = 50

export interface ServersMonkeyOptions {
  readonly random: Random
  readonly signal: AbortSignal
  /** Begins to watch. @returns whether every client was answered and a shop was called since then */
  readonly watchService: () => () => boolean
}

/** Does to servers what happens to servers, at random times until the signal, and at least some of it; then everything is as it should be. */
export async function runServersMonkey(
  cluster: SoakServers,
  { random, signal, watchService }: ServersMonkeyOptions,
): Promise<ServersMonkeyReport> {
  const done = { ...NOTHING }
  const unwritten: Unwritten[] = []
  const isOver = (): boolean => signal.aborted && LEAST.every((kind) => done[kind] > 0)
  while (!isOver()) {
    await sleep(random.whole(MIN_PAUSE_MS, MAX_PAUSE_MS))
    if (isOver()) break
    // Each kind once, however short the run is; then as it comes.
    const first = KINDS.find((kind) => done[kind] === 0)
    const kinds = new Set([first ?? random.pick(KINDS)])
    if (first === undefined && random.chance(TWO_AT_ONCE)) kinds.add(random.pick(KINDS))
    await Promise.all(
      [...kinds].map(async (kind) => {
        done[kind]++
        const fromMs = performance.now() - WRITE_MS
        await carryOut(kind, cluster, random)
        await served(watchService())
        unwritten.push({ fromMs, untilMs: performance.now() + WRITE_MS })
      }),
    )
  }
  return { done, unwritten }
}

async function served(isServing: () => boolean): Promise<void> {
  for (const endsAtMs = performance.now() + SERVED_WITHIN_MS; performance.now() < endsAtMs && !isServing();)
    await sleep(LOOK_EVERY_MS)
}

async function carryOut(kind: keyof ServersMischief, cluster: SoakServers, random: Random): Promise<void> {
  const { process, network } = await target(cluster, random)
  switch (kind) {
    case 'kills':
      return await process.kill()
    case 'freezes':
      process.freeze('SIGSTOP')
      await sleep(random.whole(...FREEZE_MS))
      return process.freeze('SIGCONT')
    case 'losses':
      process.freeze('SIGSTOP')
      await sleep(random.whole(...FREEZE_MS))
      return await process.kill()
    case 'stops':
      if (process.running) await process.stop()
      return
    case 'outages':
      await cluster.postgres.stop('immediate')
      await sleep(random.whole(...OUTAGE_MS))
      return await cluster.postgres.resume()
    case 'terminations':
      await cluster.query(TERMINATE_ALL).catch(() => null)
      return
    case 'delays':
      network.delay(random.whole(20, 300))
      await sleep(random.whole(500, 3000))
      return network.heal()
    case 'cuts':
      return network.cut()
    case 'silences':
      network.fallSilent()
      await sleep(random.whole(...SILENCE_MS))
      return network.heal()
    case 'mutes':
      network.fallSilent(BEATS)
      await sleep(random.whole(...SILENCE_MS))
      return network.heal()
    case 'halfMessages':
      return network.breakMessage()
  }
}

async function target(cluster: SoakServers, random: Random): Promise<SoakServer> {
  const active = random.chance(ACTIVE_SHARE) ? await cluster.active() : null
  return active ?? random.pick(cluster.servers)
}

/** As the servers name their connections for beats. */
export const BEATS = 'waybill beat'

const TERMINATE_ALL = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`
