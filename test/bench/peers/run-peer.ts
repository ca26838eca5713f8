import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Run, toRun, type Work } from './run.ts'
import type { Setup } from './setups.ts'

const PROCESS = fileURLToPath(new URL('./drivers/run.mjs', import.meta.url))
/** A peer that has not measured by then hangs: starting and taking in are not bounded by the work's own time. */
const HANG_MS = 60_000

interface Measured {
  readonly intakeMs: number
  readonly deliveryMs: number
  readonly starts: Uint32Array
}

/** One run in a new process. @param url of an empty database; null if the peer needs none @throws Error the peer failed; with all it printed */
export async function runPeer(setup: Setup, url: string | null, work: Work): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-bench-peer-'))
  const child = fork(PROCESS, { serialization: 'advanced', stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  let output = ''
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  let timer: NodeJS.Timeout | undefined
  try {
    const measured = new Promise<Measured>((resolve, reject) => {
      const fail = (how: string): void => reject(new Error(`${setup.id} ${how}:\n${output.slice(-2000)}`))
      child.once('message', (message) => resolve(message as Measured))
      child.once('exit', (code) => fail(`ended with code ${code}`))
      timer = setTimeout(() => fail(`measured nothing within ${HANG_MS} ms`), HANG_MS)
    })
    child.send({ driver: setup.driver, options: setup.options, url, folder, work })
    return toRun(work, await measured)
  } finally {
    clearTimeout(timer)
    await new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) resolve(null)
      else child.once('exit', resolve).kill('SIGKILL')
    })
    rmSync(folder, { recursive: true })
  }
}
