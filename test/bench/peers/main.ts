/*
 * `npm run bench:peers`: Waybill and each of its peers alternately, on the same work, in rounds. Prints the report and writes
 * results.md, results.json and results.svg; figures of setups that are not measured this time are kept. README.md says what each
 * figure means. `-- --rounds 3 --items 20000 --items-of-one-key 2000 --seconds 3` are the defaults; `--only bullmq,pg-boss-fifo` measures
 * only these; `--out <folder>` is where the files go.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { median } from '../figures.ts'
import type { Keys } from '../load.ts'
import { measureFsync } from '../measure-fsync.ts'
import type { RunningBackend } from './backend.ts'
import { type Comparison, mergeComparisons } from './comparison.ts'
import { installPeers, peerVersion } from './install-peers.ts'
import { markdownOf, type PeersReport, plotOf } from './peers-report.ts'
import { parsePeersOptions, type PeersOptions } from './peers-options.ts'
import type { Run } from './run.ts'
import { runOurs } from './run-ours.ts'
import { runPeer } from './run-peer.ts'
import { type Backend, type Setup, setups } from './setups.ts'
import { startPostgres } from './start-postgres.ts'
import { startRedis } from './start-redis.ts'

const starts: Readonly<Record<Exclude<Backend, 'none'>, () => Promise<RunningBackend>>> = {
  redis: startRedis,
  postgres: startPostgres,
}
/** Each is started once, and when it is needed; one that cannot be is not tried again. */
const backends = new Map<Backend, Promise<RunningBackend>>()

function backendOf({ backend }: Setup): Promise<RunningBackend> | null {
  if (backend === 'none') return null
  let running = backends.get(backend)
  if (running === undefined) {
    running = starts[backend]()
    backends.set(backend, running)
  }
  return running
}

async function compare(setup: Setup, keys: Keys, options: PeersOptions): Promise<Comparison> {
  const { items, itemsOfOneKey, maxSeconds, rounds } = options
  const work = { items: keys === 1 ? itemsOfOneKey : items, keys, maxSeconds }
  const { id, peer, description, ordered } = setup
  const begun = {
    setup: { id, peer, description, ordered },
    keys,
    measuredAt: new Date().toISOString(),
  }
  const versions = [`${peer} ${peerVersion(peer)}`]
  const ours: Run[] = []
  const theirs: Run[] = []
  const fsyncsMs: number[] = []
  try {
    const backend = await backendOf(setup)
    if (backend !== null) versions.push(backend.version)
    for (let round = 0; round < rounds; round++) {
      fsyncsMs.push(measureFsync().p50Ms)
      const turns = [
        async () => ours.push(await runOurs(work)),
        async () => theirs.push(await runPeer(setup, backend === null ? null : await backend.empty(), work)),
      ]
      // Neither always runs on what the other has left behind.
      for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn()
    }
    return { ...begun, fsyncMs: median(fsyncsMs), versions: versions.join(', '), ours, theirs }
  } catch (error) {
    console.error(error)
    const missing = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!
    return { ...begun, fsyncMs: null, versions: versions.join(', '), ours: [], theirs: [], missing }
  }
}

async function stopBackends(): Promise<void> {
  for (const running of backends.values()) await (await running.catch(() => null))?.stop()
}

function readReport(file: string): readonly Comparison[] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as PeersReport).comparisons : []
}

function write(report: PeersReport, out: string): void {
  mkdirSync(out, { recursive: true })
  writeFileSync(join(out, 'results.json'), `${JSON.stringify(report, null, 2)}\n`)
  writeFileSync(join(out, 'results.md'), markdownOf(report))
  const plot = plotOf(report)
  if (plot !== null) writeFileSync(join(out, 'results.svg'), plot)
}

const options = parsePeersOptions(process.argv.slice(2))
installPeers()
const measured: Comparison[] = []
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void stopBackends().finally(() => process.exit(1))
  })
}
try {
  for (const setup of options.setups) {
    for (const keys of setup.keys) {
      console.error(`${setup.id}, ${keys === null ? 'unique keys' : `keys: ${keys}`}`)
      measured.push(await compare(setup, keys, options))
    }
  }
} finally {
  await stopBackends()
}
const cores = cpus()
const comparisons = mergeComparisons(
  readReport(join(options.out, 'results.json')),
  measured,
  setups.map(({ id }) => id),
)
const report = {
  machine: { node: process.version, cpu: cores[0]?.model ?? 'unknown', cores: cores.length },
  comparisons,
}
write(report, options.out)
console.log(markdownOf({ ...report, comparisons: measured }))
