// `npm run demo -- --observe`: the metrics of the run, and a Prometheus beside it where there is one.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Outcomes of items, jobs and calls, and how long they took. */
const MAIN_METRICS =
  /^waybill_(items_\w+_total|calls_total|dead_letters_total|jobs_ended_total|call_duration_seconds|commit_duration_seconds|store_bytes|trace_spans_dropped_total)/
const PROMETHEUS_ADDRESS = '127.0.0.1:9090'
/** The alert rules of the server, in a checkout. */
const ALERTS = fileURLToPath(new URL('../../server/observability/waybill-alerts.yml', import.meta.url))

/** Something that watches the demo from outside. */
export interface Observer {
  /** Prints the main metrics that are not 0, of histograms their sums and counts, unless Prometheus has them. */
  printMetrics(serverUrl: string): Promise<void>
  stop(): Promise<void>
}

/** Starts `prometheus` with a configuration for this server if it is on the PATH, and says so if it is not. */
export async function startObserver(serverUrl: string): Promise<Observer> {
  const prometheus = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((path) => join(path, 'prometheus'))
    .find((file) => existsSync(file))
  if (prometheus === undefined)
    console.log('There is no prometheus on the PATH: the main metrics are printed at the end.')
  const stop = prometheus === undefined ? () => Promise.resolve() : await startPrometheus(prometheus, serverUrl)
  return { printMetrics: prometheus === undefined ? printMetrics : () => Promise.resolve(), stop }
}

async function startPrometheus(program: string, serverUrl: string): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-prometheus-'))
  const file = join(folder, 'prometheus.yml')
  await writeFile(file, prometheusConfig(serverUrl))
  const args = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${folder}`,
    `--web.listen-address=${PROMETHEUS_ADDRESS}`,
    '--log.level=warn',
  ]
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  console.log(`Prometheus runs at http://${PROMETHEUS_ADDRESS}, with the alert rules of Waybill.`)
  return async () => {
    await ended(child)
    await rm(folder, { recursive: true, force: true })
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}

/** A configuration for one server of this machine that needs no token. */
export function prometheusConfig(serverUrl: string): string {
  const scrape = { job_name: 'waybill', static_configs: [{ targets: [new URL(serverUrl).host] }] }
  // JSON is YAML.
  return JSON.stringify({
    global: { scrape_interval: '2s', evaluation_interval: '2s' },
    ...(existsSync(ALERTS) && { rule_files: [ALERTS] }),
    scrape_configs: [scrape],
  })
}

async function printMetrics(serverUrl: string): Promise<void> {
  const text = await (await fetch(new URL('/metrics', serverUrl))).text()
  const shown = text.split('\n').filter((line) => MAIN_METRICS.test(line) && !/_bucket\{| 0$/.test(line))
  console.log(`\nMain metrics of the run (${new URL('/metrics', serverUrl).href} has all):\n`)
  for (const line of shown) console.log(`  ${line.replace(/^waybill_/, '')}`)
}
