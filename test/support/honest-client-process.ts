/*
 * A client in a process of its own, whose answers do not wait for what a test does: sends the configured requests, one after the
 * other, until it is stopped, and reports the statuses.
 */

export interface HonestTask {
  readonly url: string
  readonly requests: readonly { readonly path: string; readonly init?: RequestInit }[]
}

export interface HonestReport {
  readonly statuses: readonly number[]
  readonly slowestMs: number
  /** 99 of 100 were answered within it. */
  readonly p99Ms: number
}

let asking: Promise<HonestReport> | null = null
let stopped = false

process.on('message', (task: HonestTask | null) => {
  if (task !== null) {
    stopped = false
    asking = ask(task)
    return
  }
  stopped = true
  void asking!.then((report) => process.send!(report))
})

/** Asks everything at least once. */
async function ask({ url, requests }: HonestTask): Promise<HonestReport> {
  const statuses = new Set<number>()
  const tookMs: number[] = []
  let answers = 0
  for (; answers < requests.length || !stopped; answers++) {
    const { path, init } = requests[answers % requests.length]!
    const startMs = performance.now()
    const response = await fetch(new URL(path, url), init)
    await response.arrayBuffer()
    statuses.add(response.status)
    tookMs.push(performance.now() - startMs)
  }
  tookMs.sort((one, other) => one - other)
  return { statuses: [...statuses], slowestMs: tookMs.at(-1)!, p99Ms: tookMs[Math.floor(tookMs.length * 0.99)]! }
}
