import type { FakeCluster } from './fake-cluster.ts'

const KINDS = ['kill', 'freeze', 'cut', 'away', 'drain', 'clock'] as const

/** Troubles a cluster at random for a while: deaths, freezes, partitions, outages of the database, drains, and wall clocks that are set. */
export function troubleAtRandom(cluster: FakeCluster, forMs: number): void {
  const { time } = cluster
  const untilMs = time.nowMs + forMs
  const next = (): void => {
    time.after(time.draw() * 20_000, () => {
      if (time.nowMs >= untilMs) return
      troubleOnce(cluster)
      next()
    })
  }
  next()
}

function troubleOnce(cluster: FakeCluster): void {
  const { time, machines } = cluster
  const machine = machines[Math.floor(time.draw() * machines.length)]!
  const longMs = time.draw() * 25_000
  const kind = KINDS[Math.floor(time.draw() * KINDS.length)]!
  if (kind === 'kill') cluster.kill(machine, longMs)
  else if (kind === 'freeze') cluster.freeze(machine, longMs)
  else if (kind === 'cut') cluster.cut(machine, longMs)
  else if (kind === 'away') cluster.away(longMs)
  else if (kind === 'drain') cluster.drain(machine, longMs)
  else machine.wallOffsetMs += (time.draw() - 0.5) * 200_000
}
