import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, type RunningBackend } from './backend.ts'

const START_TIMEOUT_MS = 10_000
/** The settings that BullMQ's authors advise for production: docs.bullmq.io/guide/going-to-production. */
const ADVISED = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--maxmemory-policy', 'noeviction']

/** Starts the `redis-server` that is on the PATH, on this machine only. @throws Error there is none, or it does not start */
export async function startRedis(): Promise<RunningBackend> {
  const program = findOnPath('redis-server')
  if (program === null) throw new Error('redis-server is not on the PATH')
  const folder = mkdtempSync(join(tmpdir(), 'waybill-bench-redis-'))
  const port = await freePort()
  const child = spawn(
    program,
    ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', '', ...ADVISED],
    {
      stdio: 'ignore',
    },
  )
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    rmSync(folder, { recursive: true })
  }
  for (const deadlineMs = performance.now() + START_TIMEOUT_MS; ; await sleep(20)) {
    if ((await command(port, 'PING').catch(() => '')) === '+PONG') break
    if (performance.now() < deadlineMs && child.exitCode === null) continue
    await stop()
    throw new Error(`redis-server did not answer within ${START_TIMEOUT_MS} ms`)
  }
  return {
    version: `Redis ${/v=([\d.]+)/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[1]}`,
    async empty() {
      await command(port, 'FLUSHALL')
      return `redis://127.0.0.1:${port}`
    },
    stop,
  }
}

export function findOnPath(program: string, path: string = process.env.PATH ?? ''): string | null {
  for (const folder of path.split(delimiter)) {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return join(folder, program)
    } catch {
      // Not here.
    }
  }
  return null
}

/** One command on a connection of its own. @returns the first line of the answer */
function command(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${text}\r\n`))
    socket.once('data', (answer) => {
      socket.destroy()
      resolve(answer.toString().split('\r\n')[0]!)
    })
    socket.once('error', reject)
  })
}
