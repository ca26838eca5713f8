// Several servers on one PostgreSQL behind a load balancer: one delivers, the others stand by. Whichever ends is started again.

import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type RunningProcess, startProcess } from '../processes.ts'
import { freePort } from './free-port.ts'
import { startLoadBalancer } from './load-balancer.ts'
import { startPostgres } from './postgres.ts'

/** How long the server that delivers may be silent before another one takes its place. */
const LEASE_SECONDS = 2
const FREEZE_MS = 3 * LEASE_SECONDS * 1000
const RESTART_MS = 500
const ACTIVE_WITHIN_MS = 60_000

export interface ServerGroup {
  /** Of the load balancer. */
  readonly url: string
  /** `kill -9` of the server that delivers. @returns its number, from 1 */
  kill(): Promise<number>
  /** Freezes the server that delivers for longer than its lease, then lets it continue. @returns its number, from 1, when it is frozen */
  freeze(): Promise<number>
  stop(): Promise<void>
}

export interface ServerGroupOptions {
  readonly count: number
  /** The server's program. */
  readonly program: string
  /** The configuration of all. */
  readonly configFile: string
  readonly env: Readonly<Record<string, string>>
  /** Takes all that they write. */
  readonly folder: string
}

class GroupServer {
  readonly url: string
  readonly #start: () => Promise<RunningProcess>
  #running: RunningProcess | null = null
  #stopping = false
  #supervision: Promise<void> = Promise.resolve()

  constructor(url: string, start: () => Promise<RunningProcess>) {
    this.url = url
    this.#start = start
  }

  async begin(): Promise<void> {
    this.#running = await this.#start()
    this.#supervision = this.#supervise()
  }

  signal(name: NodeJS.Signals): void {
    this.#running?.signal(name)
  }

  async isActive(): Promise<boolean> {
    try {
      const response = await fetch(new URL('/healthz/ready', this.url), { signal: AbortSignal.timeout(1000) })
      return response.status === 200 && ((await response.json()) as { role: string }).role === 'active'
    } catch {
      return false
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true
    this.signal('SIGCONT')
    await this.#running?.stop()
    await this.#supervision
  }

  async #supervise(): Promise<void> {
    for (;;) {
      await this.#running?.exited
      if (this.#stopping) return
      await sleep(RESTART_MS)
      // The database may be busy with a takeover: the next round starts it once more.
      this.#running = await this.#start().catch(() => null)
    }
  }
}

export async function startServerGroup(options: ServerGroupOptions): Promise<ServerGroup> {
  const { count } = options
  const postgres = await startPostgres()
  const secrets = {
    WAYBILL_DATABASE_URL: postgres.url,
    WAYBILL_CLUSTER_SECRET: randomBytes(32).toString('base64url'),
    WAYBILL_KEY_RING: randomBytes(32).toString('base64'),
  }
  const servers: GroupServer[] = []
  const stopAll = async (): Promise<void> => {
    for (const server of servers) await server.stop()
    await postgres.stop()
  }
  try {
    for (let n = 1; n <= count; n++) {
      const server = await makeServer(options, { n, secrets })
      servers.push(server)
      await server.begin()
    }
    const balancer = await startLoadBalancer(servers.map(({ url }) => url))
    return {
      url: balancer.url,
      async kill() {
        const active = await activeOf(servers)
        active.signal('SIGKILL')
        return servers.indexOf(active) + 1
      },
      async freeze() {
        const active = await activeOf(servers)
        active.signal('SIGSTOP')
        setTimeout(() => active.signal('SIGCONT'), FREEZE_MS)
        return servers.indexOf(active) + 1
      },
      async stop() {
        await balancer.stop()
        await stopAll()
      },
    }
  } catch (error) {
    await stopAll()
    throw error
  }
}

async function makeServer(
  { program, configFile, env, folder }: ServerGroupOptions,
  { n, secrets }: { readonly n: number; readonly secrets: Readonly<Record<string, string>> },
): Promise<GroupServer> {
  const [port, peerPort] = [await freePort(), await freePort()]
  const file = join(folder, `server-${n}.yaml`)
  const address = `127.0.0.1:${peerPort}`
  const cluster = `\ncluster: { address: 'http://${address}', listen: '${address}', leaseSeconds: ${LEASE_SECONDS} }\n`
  await writeFile(file, (await readFile(configFile, 'utf8')) + cluster)
  const data = join(folder, `data-${n}`)
  const args = ['--dev', '--port', String(port), '--store', 'postgres', '--data', data, '--config', file]
  return new GroupServer(`http://127.0.0.1:${port}`, () => startProcess(program, { args, env: { ...env, ...secrets } }))
}

async function activeOf(servers: readonly GroupServer[]): Promise<GroupServer> {
  for (const endsAtMs = performance.now() + ACTIVE_WITHIN_MS; performance.now() < endsAtMs;) {
    const areActive = await Promise.all(servers.map((server) => server.isActive()))
    const at = areActive.indexOf(true)
    if (at >= 0) return servers[at]!
    await sleep(100)
  }
  throw new Error('Cannot find the server that delivers as one must be active within a minute: none is')
}
