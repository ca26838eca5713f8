// One bar a channel and stage: what the server says of the job, drawn anew with every snapshot. Plain lines where there is no terminal.

import type { Job } from '@waybill/sdk'
import { MultiBar, Presets, type SingleBar } from 'cli-progress'

const FORMAT = '  {channel} {bar} {percentage}%  {ended}/{total}  {rate} items/s  {state}'
const NAME_WIDTH = 14

export class ProgressBars {
  readonly #bars: MultiBar | null

  constructor() {
    this.#bars = process.stdout.isTTY
      ? new MultiBar(
          { format: FORMAT, barsize: 28, hideCursor: true, clearOnComplete: false, autopadding: true },
          Presets.shades_classic,
        )
      : null
  }

  /** Adds a bar for a job; the returned function draws its snapshots. */
  add(channel: string, total: number): (job: Job) => void {
    const bar = this.#bars?.create(total, 0, { channel: channel.padEnd(NAME_WIDTH), ended: 0, rate: 0, state: '' })
    return (job) => {
      if (bar === undefined) printLine(channel, job)
      else drawBar(bar, job)
    }
  }

  /** Leaves the bars as they are and lets other lines follow. */
  stop(): void {
    this.#bars?.stop()
  }
}

function drawBar(bar: SingleBar, job: Job): void {
  bar.update(endedItems(job), {
    ended: endedItems(job),
    rate: Math.round(job.progress?.itemsPerSecond ?? 0),
    state: describeState(job),
  })
}

function printLine(channel: string, job: Job): void {
  const percent = Math.floor((100 * endedItems(job)) / job.counts.total)
  console.log(`  ${channel.padEnd(NAME_WIDTH)} ${String(percent).padStart(3)} %  ${describeState(job)}`)
}

function endedItems({ counts }: Job): number {
  return counts.succeeded + counts.failed + counts.cancelled
}

function describeState(job: Job): string {
  if (job.done) return job.counts.failed === 0 ? 'done' : `done, ${job.counts.failed} failed`
  const eta = job.progress?.etaSeconds
  const reason = job.waiting[0]?.reason.replace('_', ' ')
  return [eta == null ? null : `${Math.ceil(eta)} s left`, reason && `waits for ${reason}`].filter(Boolean).join(', ')
}
