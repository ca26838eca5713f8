import { readFileSync, readlinkSync } from 'node:fs'
import { readBootId } from './boot-id.ts'

/** A process among all that ran since the boot of a machine. */
export interface ProcessIdentity {
  /** The boot, and the processes that see each other's numbers; null, or empty: unknown. */
  readonly place: string | null
  /** Its number and the time of its start. */
  readonly process: string
}

/** Returns who this process is. */
export function readProcess(): ProcessIdentity {
  return { place: placeOfProcesses(), process: `${process.pid}/${startOf(process.pid) ?? ''}` }
}

/** True when it is certain that a process of this machine has ended; false when it runs, or is of another place. */
export function isProcessGone({ place, process }: ProcessIdentity): boolean {
  if (place === null || place === '' || place !== placeOfProcesses()) return false
  const [pid, start] = process.split('/')
  return start !== '' && startOf(Number(pid)) !== start
}

/** Linux only; a container sees other processes than its host. */
function placeOfProcesses(): string | null {
  const bootId = readBootId()
  if (bootId === null) return null
  try {
    return `${bootId} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return null
  }
}

/** When a process was started, in ticks since the boot; null: it does not run (proc(5): field 3 is its state, field 22 its start). */
function startOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null)
  } catch {
    return null
  }
}
