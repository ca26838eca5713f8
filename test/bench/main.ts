/*
 * `npm run bench`: speed and size on the disk store. Prints one table per subject and asserts nothing. README.md describes the rows.
 * `-- --items 200000 --rounds 3 --pending 1000000` are the defaults; `--only restart,memory` measures only these; `--out FOLDER`
 * writes the rows as JSON and Markdown, and those of growth as a plot, too; `--most 10000000` lets growth go that far. `npm run bench:quick` (`--quick`) measures the rows of the hot paths with fewer items, once, in less than a minute.
 */
import { parseArgs } from 'node:util'
import type { BenchOptions } from './bench-options.ts'
import { measureBlocked } from './blocked.ts'
import { measureChannels } from './channels.ts'
import { measureClientCall } from './client-call.ts'
import { measureDelivery } from './delivery.ts'
import { measureFlatMemory } from './flat-memory.ts'
import { measureGrowth } from './growth.ts'
import { measureHttpDelivery, measureHttpGap } from './http-delivery.ts'
import { measureHttpTemplates } from './http-templates.ts'
import { measureIngest } from './ingest.ts'
import { measureMemory } from './memory.ts'
import { measurePostgres } from './postgres.ts'
import { measurePostgresBytes } from './postgres-bytes.ts'
import { machineLine, newReport, type Row, tableOf } from './report.ts'
import { measureRates } from './rates.ts'
import { measureHealth, measureLatency } from './responsiveness.ts'
import { measureRestart } from './restart.ts'
import { measureTelemetry } from './telemetry.ts'
import { measureTelemetryShare } from './telemetry-share.ts'
import { measureTimeline } from './timeline.ts'
import { measureTurnaround } from './turnaround.ts'
import { measureUnread } from './unread.ts'
import { measureUpload } from './upload.ts'
import { writeReport } from './write-report.ts'

const subjects: Readonly<Record<string, (options: BenchOptions) => Promise<Row[]>>> = {
  turnaround: measureTurnaround,
  timeline: measureTimeline,
  delivery: measureDelivery,
  postgres: measurePostgres,
  'postgres-bytes': measurePostgresBytes,
  telemetry: measureTelemetry,
  'telemetry-share': measureTelemetryShare,
  'http-gap': measureHttpGap,
  http: measureHttpDelivery,
  templates: measureHttpTemplates,
  ingest: measureIngest,
  health: measureHealth,
  latency: measureLatency,
  rates: measureRates,
  restart: measureRestart,
  memory: measureMemory,
  flat: measureFlatMemory,
  growth: measureGrowth,
  blocked: measureBlocked,
  channels: measureChannels,
  unread: measureUnread,
  upload: measureUpload,
  call: measureClientCall,
}
/** The benchmarks that a change to a hot path affects. */
const quickSubjects = ['turnaround', 'delivery', 'http-gap', 'http', 'ingest', 'health']

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    items: { type: 'string' },
    rounds: { type: 'string' },
    pending: { type: 'string' },
    most: { type: 'string', default: '1000000' },
    out: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
})
const defaults = values.quick
  ? { subjects: quickSubjects, items: 100_000, rounds: 1, pending: 400_000 }
  : { subjects: Object.keys(subjects), items: 200_000, rounds: 3, pending: 1_000_000 }
const options: BenchOptions = {
  items: Number(values.items ?? defaults.items),
  rounds: Number(values.rounds ?? defaults.rounds),
  pending: Number(values.pending ?? defaults.pending),
  most: Number(values.most),
}

const startedMs = performance.now()
const report = newReport()
console.log(machineLine(report))
const rows: Row[] = []
for (const name of values.only?.split(',') ?? defaults.subjects) {
  const measure = subjects[name]
  if (measure === undefined) {
    const known = Object.keys(subjects).join(', ')
    throw new Error(`Cannot measure as --only must name some of ${known}: current value is ${name}`)
  }
  const measured = await measure(options)
  // All in one table at the end if that is soon.
  if (!values.quick) console.log(`\n${name}\n\n${tableOf(measured)}`)
  rows.push(...measured)
}
if (values.quick) console.log(`\n${tableOf(rows)}`)
console.log(`\n${((performance.now() - startedMs) / 1000).toFixed(0)} s`)
if (values.out !== undefined) writeReport(values.out, { ...report, rows })
