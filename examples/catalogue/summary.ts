// The summary of the demo: per channel the items delivered, the rate, the failures and their reasons, and the storefronts' view.

import type { Channel, Job, JobHandle } from '@waybill/sdk'
import type { StorefrontReport } from './storefronts/shelf.ts'

/** The jobs of one channel, and what its storefront has seen of them. */
export interface ChannelRun {
  readonly channel: Channel
  readonly jobs: readonly { readonly handle: JobHandle; readonly ended: Job }[]
  readonly report: StorefrontReport
}

export interface Failure {
  readonly id: string
  readonly detail: string
  readonly attempts: number
}

const number = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
/** Failures shown per channel; `results` has them all. */
const SHOWN_FAILURES = 20

export async function printSummary(runs: readonly ChannelRun[], seconds: number): Promise<void> {
  console.log('\nSummary')
  for (const run of runs) await printChannel(run)
  const items = runs.reduce((sum, run) => sum + count(run, 'total'), 0)
  const violations = runs.reduce((sum, run) => sum + run.report.orderViolations, 0)
  console.log(
    `\n${number.format(items)} items in ${seconds.toFixed(1)} s (${number.format(items / seconds)} items/s), ` +
      `order violations seen by the storefronts: ${violations}`,
  )
}

async function printChannel(run: ChannelRun): Promise<void> {
  const { channel, report } = run
  const { limit, burst = 1, unit = 'calls' } = channel.rateLimit!
  const seconds = run.jobs.reduce((sum, { ended }) => sum + secondsOf(ended), 0)
  const items = count(run, 'total')
  const faults = Object.entries(report.faults).map(([fault, times]) => `${times} x ${fault}`)
  console.log(`\n  ${channel.name}`)
  console.log(
    `    ${number.format(items)} items, ${number.format(count(run, 'succeeded'))} succeeded, ${number.format(count(run, 'failed'))} failed, ` +
      `${seconds.toFixed(1)} s, ${number.format(items / seconds)} items/s`,
  )
  console.log(
    `    ${number.format(report.calls)} calls of up to ${channel.connector.batchSize} items; ` +
      `highest rate seen ${number.format(report.highestRate[unit])} ${unit}/s, ` +
      `allowed ${number.format(limit)} + ${number.format(burst)} at once; ${faults.join(', ') || 'no faults'}`,
  )
  console.log(
    `    ${report.orderViolations} order violations, ${report.repeats} repeats, ` +
      `${report.foreignRequests.length} requests that are not of its API`,
  )
  await printFailures(run)
}

async function printFailures(run: ChannelRun): Promise<void> {
  const failures: Failure[] = []
  for (const { handle } of run.jobs) {
    for await (const item of handle.results({ status: 'failed' })) {
      failures.push({ id: item.id, detail: item.error?.detail ?? 'no reason given', attempts: item.attempts })
    }
  }
  for (const { id, detail, attempts } of failures.slice(0, SHOWN_FAILURES)) {
    console.log(`    failed: ${id.padEnd(12)} ${detail}${attempts > 1 ? ` (${attempts} attempts)` : ''}`)
  }
  if (failures.length > SHOWN_FAILURES) console.log(`    and ${failures.length - SHOWN_FAILURES} more`)
}

function count(run: ChannelRun, what: 'total' | 'succeeded' | 'failed'): number {
  return run.jobs.reduce((sum, { ended }) => sum + ended.counts[what], 0)
}

function secondsOf(job: Job): number {
  return (Date.parse(job.endedAt!) - Date.parse(job.startedAt ?? job.createdAt)) / 1000
}
