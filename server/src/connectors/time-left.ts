/** The time of a call. */
export interface CallTime {
  /** Of the call as a whole. */
  readonly timeoutMs: number
  /** Wall ms. */
  readonly startedAtMs: number
  /** When the job's time is up, wall ms; null: never. */
  readonly deadlineAtMs: number | null
}

/** Returns the time that a call still has, by its own time-out and its job's deadline, whichever comes first: whole ms, 1 and up. */
export function timeLeftMs({ timeoutMs, startedAtMs, deadlineAtMs }: CallTime, nowMs: number): number {
  const ofCall = timeoutMs - Math.max(0, nowMs - startedAtMs)
  const left = deadlineAtMs === null ? ofCall : Math.min(ofCall, deadlineAtMs - nowMs)
  return Math.max(1, Math.floor(left))
}
