// Shows the progress of a job while the command waits for it: a bar on a terminal, a line now and then in a log.

import type { Job } from '@waybill/spec'
import { Presets, SingleBar } from 'cli-progress'
import { countEnded, describeProgress, formatPercent } from './describe-job.ts'
import { formatCount } from './printable.ts'
import type { Terminal } from './terminal.ts'

export interface Progress {
  /** Shows the job as it is now. */
  show(job: Job): void
  /** Shows that the server no longer answers, or does again. */
  showAnswering(isAnswering: boolean): void
  /** Leaves what is shown, so that other lines may follow. */
  stop(): void
}

/** In a log: often enough to see that it continues, seldom enough to read. */
const linePeriodMs = 10_000
/** Whether the server answers, in words. */
export function describeAnswering(isAnswering: boolean): string {
  return isAnswering ? 'the server answers again' : 'the server does not answer: retrying'
}

/** @param now the time in milliseconds */
export function createProgress(terminal: Terminal, now: () => number = Date.now): Progress {
  return terminal.isWatched ? createBar(terminal) : createLines(terminal, now)
}

/** Shows nothing, for callers that read data only. */
export const noProgress: Progress = {
  show: () => undefined,
  showAnswering: () => undefined,
  stop: () => undefined,
}

function createBar(terminal: Terminal): Progress {
  const bar = new SingleBar(
    {
      format: '{bar} {percentage}%  {ended}/{items}  {state}',
      stream: terminal.stderr,
      barsize: 24,
      hideCursor: true,
      gracefulExit: false,
    },
    Presets.shades_classic,
  )
  let started = false
  let state = ''
  return {
    show(job) {
      const { total } = job.counts
      const shown = { ended: formatCount(countEnded(job)), items: formatCount(total), state: describeProgress(job) }
      ;({ state } = shown)
      if (!started) bar.start(Math.max(total, 1), countEnded(job), shown)
      started = true
      bar.setTotal(Math.max(total, 1))
      // A job without items is done from the beginning.
      bar.update(total === 0 && job.done ? 1 : countEnded(job), shown)
    },
    showAnswering(isAnswering) {
      if (started) bar.update({ state: isAnswering ? state : describeAnswering(false) })
    },
    stop() {
      if (started) bar.stop()
      started = false
    },
  }
}

function createLines(terminal: Terminal, now: () => number): Progress {
  let shownAtMs = Number.NEGATIVE_INFINITY
  let shownStatus = ''
  return {
    showAnswering(isAnswering) {
      terminal.say(describeAnswering(isAnswering))
    },
    show(job) {
      if (job.status === shownStatus && now() - shownAtMs < linePeriodMs) return
      shownStatus = job.status
      shownAtMs = now()
      const items = `${formatCount(countEnded(job))}/${formatCount(job.counts.total)}`
      terminal.say(`${job.id} ${formatPercent(job)}  ${items}  ${describeProgress(job)}`)
    },
    stop: () => undefined,
  }
}
