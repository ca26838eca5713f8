import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { FaultyNetwork } from '../../support/faulty-network.ts'
import { PostgresCluster } from '../../support/postgres-cluster.ts'
import { ServerProcess } from '../../support/server-process.ts'
import { freePort } from '../../support/free-port.ts'

/** As short as it may be: a run has more takeovers. */
export const LEASE_SECONDS = 1
const LOOK_EVERY_MS = 20
/** Before a supervisor starts a server again. */
const RESTART_MS = 300
const TAIL = 3000
/** In the log of a server, and as the last line of one that was about to start. */
const FENCED = /"stale_epoch"|another server has taken over|^Cannot write as this must be the last server/im
const DATABASE = 'soak'

export interface SoakServersOptions {
  readonly count: number
  /** The config file of all servers, without `cluster`. */
  readonly config: object
  /** The environment of one: its number, from 0. */
  readonly env: (server: number) => Readonly<Record<string, string>>
  readonly adminToken: string
  /** Starts them from source, with this loaded before anything else. */
  readonly preload?: URL
}

/** A server, its network to the database, and the supervisor that starts it again. */
export interface SoakServer {
  readonly process: ServerProcess
  readonly network: FaultyNetwork
  /** URL of its peer port. */
  readonly address: string
}

/** How processes ended, or failed to start. */
export interface Ends {
  killed: number
  stopped: number
  /** Another server had taken the database. */
  fenced: number
  /** The database could not be reached at the start. */
  unreachable: number
}

/** Servers of one cluster on a PostgreSQL of its own, each behind a network of its own, and started again whenever it ends. */
export class SoakServers {
  readonly postgres: PostgresCluster
  readonly servers: readonly SoakServer[]
  readonly ends: Ends = { killed: 0, stopped: 0, fenced: 0, unreachable: 0 }
  readonly faults: string[] = []
  /** Processes started. */
  starts = 0
  #closing = false
  #supervisors: Promise<void>[] = []

  private constructor(postgres: PostgresCluster, servers: readonly SoakServer[]) {
    this.postgres = postgres
    this.servers = servers
  }

  static async create({ count, config, env, adminToken, preload }: SoakServersOptions): Promise<SoakServers> {
    const postgres = await PostgresCluster.start()
    const databaseUrl = await postgres.createDatabase(DATABASE)
    const secrets = {
      WAYBILL_CLUSTER_SECRET: randomBytes(32).toString('base64url'),
      WAYBILL_KEY_RING: randomBytes(32).toString('base64'),
    }
    const servers: SoakServer[] = []
    for (let n = 0; n < count; n++) {
      const network = await FaultyNetwork.start(postgres.port)
      const address = `http://127.0.0.1:${await freePort()}`
      const cluster = { address, listen: address.slice('http://'.length), leaseSeconds: LEASE_SECONDS }
      const process = await ServerProcess.create({
        config: { ...config, cluster },
        store: 'postgres',
        port: await freePort(),
        adminToken,
        // They share the cores of one machine.
        args: ['--threads', '1'],
        env: { ...env(n), ...secrets, WAYBILL_DATABASE_URL: network.through(databaseUrl) },
        ...(preload !== undefined && { preload, fromSource: true }),
      })
      servers.push({ process, network, address })
    }
    return new SoakServers(postgres, servers)
  }

  /** Starts all; from now on whichever ends is started again. */
  async start(): Promise<void> {
    // The first makes the tables, and is active.
    for (const { process } of this.servers) {
      this.starts++
      await process.start()
    }
    this.#supervisors = this.servers.map((server) => this.#supervise(server))
  }

  /** Runs a statement in the database of the servers, past their networks. */
  async query(text: string): Promise<readonly unknown[]> {
    return await this.postgres.query(text, DATABASE)
  }

  /** The server that has the database; null: none, or the database is away. */
  async active(): Promise<SoakServer | null> {
    try {
      const rows = await this.query('SELECT address FROM waybill.servers WHERE active AND NOT fenced')
      const [row] = rows as readonly { address: string }[]
      return this.servers.find(({ address }) => address === row?.address) ?? null
    } catch {
      return null
    }
  }

  /** SIGTERM to all, in turn: each must end by itself. */
  async stop(): Promise<void> {
    this.#closing = true
    for (const { process } of this.servers) await process.stop()
    await Promise.all(this.#supervisors)
  }

  async remove(): Promise<void> {
    this.#closing = true
    for (const { process } of this.servers) {
      process.freeze('SIGCONT')
      await process.remove()
    }
    await Promise.all(this.#supervisors)
    for (const { network } of this.servers) await network.close()
    await this.postgres.close()
  }

  async #supervise({ process }: SoakServer): Promise<void> {
    let from = 0
    for (;;) {
      while (process.running) await sleep(LOOK_EVERY_MS)
      this.#judgeEnd(process, process.output.slice(from))
      if (this.#closing) return
      await sleep(RESTART_MS)
      if (this.#closing) return
      from = process.output.length
      this.starts++
      // It has ended, which the next round sees.
      await process.start().catch(() => null)
    }
  }

  #judgeEnd({ endedBy }: ServerProcess, output: string): void {
    if (endedBy === 'SIGKILL') this.ends.killed++
    // By the signal itself: it had not started yet.
    else if (endedBy === 0 || endedBy === 'SIGTERM') this.ends.stopped++
    else if (endedBy === 1 && FENCED.test(output)) this.ends.fenced++
    else if (endedBy === 1 && /Cannot reach the database/.test(output.slice(-TAIL))) this.ends.unreachable++
    else this.faults.push(`a server ended with ${endedBy}:\n${output.slice(-TAIL)}`)
  }
}
