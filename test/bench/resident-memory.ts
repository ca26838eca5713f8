import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerProcess } from '../support/server-process.ts'

const EVERY_MS = 200

/** Resident memory of the whole process as it is now, MB: all threads, libraries and SQLite's caches. */
export function residentMb(server: ServerProcess): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(server.pid)], { encoding: 'utf8' })) / 1024
}

/** The least within the last seconds of a quiet time: garbage collection is not forced, so it gets time. */
export async function restingMb(
  server: ServerProcess,
  { seconds, looks }: { seconds: number; looks: number },
): Promise<number> {
  await sleep((seconds - looks) * 1000)
  let least = Infinity
  for (let look = 0; look < looks; look++) {
    await sleep(1000)
    least = Math.min(least, residentMb(server))
  }
  return least
}

/** The most while something runs, MB. */
export async function peakMb(server: ServerProcess, run: () => Promise<unknown>): Promise<number> {
  let most = residentMb(server)
  const timer = setInterval(() => {
    most = Math.max(most, residentMb(server))
  }, EVERY_MS)
  try {
    await run()
  } finally {
    clearInterval(timer)
  }
  return Math.max(most, residentMb(server))
}
