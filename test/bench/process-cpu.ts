import { readFileSync } from 'node:fs'

/** As Linux counts for every program. */
const TICKS_PER_SECOND = 100

/** Processor time that a process has used so far, all of its threads, in s. Of Linux; elsewhere it throws. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name of the program, in brackets, may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}
