import { writeSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

/*
 * Loaded into a server process: on SIGUSR2 it reports, as a line of JSON on stderr, how much CPU time the main thread has used at most
 * between two looks of its event loop at the events, since the last report. CPU time, as the machine may do other things in between.
 */

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

if (isMainThread) {
  let last = cpuMs()
  let longestStepMs = 0
  // A timer that is due runs in every round of the loop.
  setInterval(() => {
    const now = cpuMs()
    longestStepMs = Math.max(longestStepMs, now - last)
    last = now
  }, 1).unref()
  process.on('SIGUSR2', () => {
    writeSync(2, `${JSON.stringify({ longestStepMs })}\n`)
    longestStepMs = 0
  })
}
