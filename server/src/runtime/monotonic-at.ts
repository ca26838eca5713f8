import type { Clock } from './clock.ts'

/** A wall time (ms) as monotonic time (µs); may be negative for what was long ago. */
export function monotonicAt(clock: Pick<Clock, 'nowMs' | 'monotonicUs'>, wallMs: number): number {
  return clock.monotonicUs() + (wallMs - clock.nowMs()) * 1000
}

/** A monotonic time (µs) as wall time (ms). */
export function wallAt(clock: Pick<Clock, 'nowMs' | 'monotonicUs'>, monotonicUs: number): number {
  return clock.nowMs() + (monotonicUs - clock.monotonicUs()) / 1000
}
