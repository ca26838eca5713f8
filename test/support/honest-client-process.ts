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
  let answers = 0
  let slowestMs = 0
  for (; answers < requests.length || !stopped; answers++) {
    const { path, init } = requests[answers % requests.length]!
    const startMs = performance.now()
    const response = await fetch(new URL(path, url), init)
    await response.arrayBuffer()
    statuses.add(response.status)
    slowestMs = Math.max(slowestMs, performance.now() - startMs)
  }
  return { statuses: [...statuses], slowestMs }
}
