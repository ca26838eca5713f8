import type { FakeCluster } from '../../server/src/cluster/ownership/testing/fake-cluster.ts'

export interface Scenario {
  readonly name: string
  /** One way to the database or back, ms, at most; a fifth of the messages take up to this, the others a fifth of it. @default 1 */
  readonly maxDelayMs?: number
  /** Makes the trouble, and lets the cluster run until it is over. */
  readonly run: (cluster: FakeCluster) => void
}

const MINUTE_MS = 60_000
/** A deploy stops so many of 100 servers at once, and the next ones after a pause. */
const DEPLOYED_TOGETHER = 4
const DEPLOY_PAUSE_MS = 20_000
/** From the end of a process to the start of the next one at its place. */
const RESTART_MS = 5000

/** Stops servers with SIGTERM, and starts each again, a few at a time. */
function deploy(cluster: FakeCluster): void {
  const { machines } = cluster
  const together = Math.max(1, Math.round((machines.length * DEPLOYED_TOGETHER) / 100))
  for (let at = 0; at < machines.length; at += together) {
    for (const machine of machines.slice(at, at + together)) cluster.drain(machine, RESTART_MS)
    cluster.run(DEPLOY_PAUSE_MS)
  }
  cluster.run(2 * MINUTE_MS)
}

function lose(share: number): Scenario['run'] {
  return (cluster) => {
    for (const machine of cluster.machines.slice(0, Math.max(1, Math.round(cluster.machines.length * share))))
      cluster.kill(machine, null)
    cluster.run(1.5 * MINUTE_MS)
  }
}

export const scenarios: readonly Scenario[] = [
  { name: 'quiet', run: (cluster) => cluster.run(MINUTE_MS) },
  { name: 'rolling deploy', run: deploy },
  { name: 'loss of 1 %', run: lose(0.01) },
  { name: 'loss of 10 %', run: lose(0.1) },
  { name: 'loss of 50 %', run: lose(0.5) },
  {
    name: 'loss of 10 %, back after 1 min',
    run: (cluster) => {
      for (const machine of cluster.machines.slice(0, Math.ceil(cluster.machines.length / 10)))
        cluster.kill(machine, MINUTE_MS)
      cluster.run(4 * MINUTE_MS)
    },
  },
  {
    name: 'database away for 30 s',
    run: (cluster) => {
      cluster.away(30_000)
      cluster.run(1.5 * MINUTE_MS)
    },
  },
  { name: 'slow network, loss of 10 %', maxDelayMs: 400, run: lose(0.1) },
]
