import { maxDelayMs } from './sleep.ts'

/**
 * Reads a `Retry-After`: seconds or an HTTP date.
 * @param value the header's value; null when there is none
 * @param nowMs milliseconds since 1970
 * @returns milliseconds from now, at least 0 and never more than a timer can take; null when there is none or it cannot be read
 */
export function parseRetryAfter(value: string | null, nowMs: number): number | null {
  const text = value?.trim() ?? ''
  // A fraction is not in the standard, and sent all the same.
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Math.ceil(Number(text) * 1000), maxDelayMs)
  // Date.parse takes more than HTTP dates, among it bare and negative numbers: a date has a letter.
  const atMs = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(atMs) ? null : Math.min(Math.max(0, atMs - nowMs), maxDelayMs)
}
