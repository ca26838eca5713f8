// Parked items wait for a decision for as long as a day: the command that waits for their job prints what to do.

import type { Job } from '@waybill/spec'

export interface ParkedWatch {
  /** Looks at every snapshot. */
  see(job: Job): void
  stop(): void
}

/** How many items of a job are parked. */
export function countParked({ waiting }: Job): number {
  return waiting.find(({ reason }) => reason === 'parked')?.items ?? 0
}

/** Whether only a decision moves the job on: parked items are left, those behind them, and no others. */
export function isOnlyParked(job: Job): boolean {
  const { waiting, counts, done } = job
  return (
    !done &&
    countParked(job) > 0 &&
    counts.running === 0 &&
    waiting.every(({ reason }) => reason === 'parked' || reason === 'partition')
  )
}

/**
 * Calls `notify` once, when nothing but parked items was left for so long without a break.
 * @param afterMs 0: as soon as it is seen
 */
export function watchParked(afterMs: number, notify: (job: Job) => void): ParkedWatch {
  let timer: ReturnType<typeof setTimeout> | undefined
  let last: Job | null = null
  let isNotified = false

  function fire(): void {
    isNotified = true
    notify(last!)
  }

  return {
    see(job) {
      last = job
      if (isNotified) return
      if (!isOnlyParked(job)) {
        clearTimeout(timer)
        timer = undefined
      } else if (afterMs === 0) fire()
      else timer ??= setTimeout(fire, afterMs)
    },
    stop() {
      clearTimeout(timer)
    },
  }
}
