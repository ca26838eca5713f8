import { randomBytes } from 'node:crypto'
import { createDatabase } from '../contract/store/world.ts'
import { ServerProcess } from './server-process.ts'
import { freePort } from './free-port.ts'

export interface ServerClusterOptions {
  /** The config file of all servers, without `cluster`. */
  readonly config?: object
  readonly servers?: number
  /** Without it, the servers run with `--dev`. */
  readonly adminToken?: string
  readonly args?: readonly string[]
  /** Further variables of their environment. */
  readonly env?: Readonly<Record<string, string>>
  readonly leaseSeconds?: number
}

/** Real servers on one database, each with a folder and ports of its own. The first is started first, and active. */
export class ServerCluster {
  readonly databaseUrl: string
  readonly secret: string
  readonly servers: readonly ServerProcess[]
  /** Addresses of their peer ports. */
  readonly addresses: readonly string[]
  readonly #configs: readonly object[]

  private constructor(
    members: Pick<ServerCluster, 'databaseUrl' | 'secret' | 'servers' | 'addresses'>,
    configs: readonly object[],
  ) {
    this.#configs = configs
    this.databaseUrl = members.databaseUrl
    this.secret = members.secret
    this.servers = members.servers
    this.addresses = members.addresses
  }

  static async create(options: ServerClusterOptions = {}): Promise<ServerCluster> {
    const { config = {}, servers: count = 2, adminToken, args = [], env = {}, leaseSeconds = 1 } = options
    const databaseUrl = await createDatabase()
    const secret = randomBytes(32).toString('base64url')
    const secrets = {
      WAYBILL_DATABASE_URL: databaseUrl,
      WAYBILL_CLUSTER_SECRET: secret,
      WAYBILL_KEY_RING: randomBytes(32).toString('base64'),
    }
    const servers: ServerProcess[] = []
    const addresses: string[] = []
    const configs: object[] = []
    for (let n = 0; n < count; n++) {
      const address = `http://127.0.0.1:${await freePort()}`
      const cluster = { address, listen: address.slice('http://'.length), leaseSeconds }
      configs.push({ ...config, cluster })
      const server = await ServerProcess.create({
        config: configs[n]!,
        store: 'postgres',
        port: await freePort(),
        args,
        env: { ...secrets, ...env },
        ...(adminToken !== undefined && { adminToken }),
      })
      servers.push(server)
      addresses.push(address)
    }
    return new ServerCluster({ databaseUrl, secret, servers, addresses }, configs)
  }

  /** The content of the config file of a server, as it was made. */
  configOf(n: number): object {
    return this.#configs[n]!
  }

  /** Starts all, one after another: the first has the database, the others stand by. */
  async start(): Promise<void> {
    for (const server of this.servers) await server.start()
  }

  async remove(): Promise<void> {
    for (const server of this.servers) await server.remove()
  }
}

/** Resolves when a server is ready in this role. */
export async function untilRole(server: ServerProcess, role: 'active' | 'standby', timeoutMs = 30_000): Promise<void> {
  for (const endsAt = Date.now() + timeoutMs; ;) {
    const seen = await roleOf(server)
    if (seen === role) return
    if (Date.now() > endsAt) throw new Error(`Cannot wait longer for a server to be ${role}: it is ${seen}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Null: it is not ready. */
export async function roleOf(server: ServerProcess): Promise<string | null> {
  try {
    const response = await server.fetch('/healthz/ready')
    return response.status === 200 ? ((await response.json()) as { role: string }).role : null
  } catch {
    return null
  }
}
