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

/** Runs one side: a peer's failure is part of the comparison; ours is thrown. */
async function compare(setup: Setup, keys: Keys, options: PeersOptions): Promise<Comparison> {
  const { items, itemsOfOneKey, maxSeconds, rounds } = options
  const work = { items: keys === 1 ? itemsOfOneKey : items, keys, maxSeconds }
  const { id, peer, description, ordered } = setup
  const begun = { setup: { id, peer, description, ordered }, keys, measuredAt: new Date().toISOString() }
  const versions = [`${peer} ${peerVersion(peer)}`]
  const ours: Run[] = []
  const theirs: Run[] = []
  const fsyncsMs: number[] = []
  let missing: string | null = null
  const runTheirs = async (): Promise<void> => {
    try {
      const backend = await backendOf(setup)
      if (backend !== null) versions[1] = backend.version
      theirs.push(await runPeer(setup, (await backend?.empty()) ?? null, work))
      // A full database keeps working, vacuuming for one, beside the next run.
      await backend?.empty()
    } catch (error) {
      console.error(error)
      missing = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!
    }
  }
  for (let round = 0; round < rounds && missing === null; round++) {
    fsyncsMs.push(measureFsync().p50Ms)
    // Neither always runs on what the other has left behind.
    const oursFirst = round % 2 === 1
    if (oursFirst) ours.push(await runOurs(work))
    await runTheirs()
    if (!oursFirst && missing === null) ours.push(await runOurs(work))
  }
  const named = { ...begun, versions: versions.join(', ') }
  if (missing !== null) return { ...named, fsyncMs: null, ours: [], theirs: [], missing }
  return { ...named, fsyncMs: median(fsyncsMs), ours, theirs }
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
