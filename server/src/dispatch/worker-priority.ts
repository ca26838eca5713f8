import { getPriority, setPriority } from 'node:os'

/**
 * A thread of the server gets three times as much of a processor that both need; where nothing else needs it, this one has all of it.
 * 10 was too much: beside other busy programs an operator's module got a tenth of a core, and calls of a few milliseconds timed out.
 */
const NICE = 5
const MOST_NICE = 19

let yields = false

/**
 * Lets this thread yield to the server's own threads: an operator's code that takes all processors delays no read and no commit. Only on Linux, where 0
 * stands for the calling thread (setpriority(2), "C library/kernel differences"); elsewhere it would be the process. A second call does nothing.
 */
export function yieldPriority(): void {
  if (yields || process.platform !== 'linux') return
  yields = true
  try {
    setPriority(0, Math.min(getPriority(0) + NICE, MOST_NICE))
  } catch {
    // A sandbox may forbid it: the thread runs as every other.
  }
}
