/** The longest wait that a channel can allow: a day. */
export const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1000

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const TIME = '(?<hour>\\d{2}):(?<minute>\\d{2}):(?<second>\\d{2})'
const MONTH = `(?<month>${MONTHS.join('|')})`
/** The three forms of an HTTP-date that a recipient must read (RFC 9110, section 5.6.7). */
const DATE_FORMS = [
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\\d{2}) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`),
  new RegExp(`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\\d{2})-${MONTH}-(?<year>\\d{2}) ${TIME} GMT$`),
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${MONTH} (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})$`),
]

/**
 * Returns how long an answer asks to wait, in ms, at most `maxMs` (RFC 9110, section 10.2.3). Null when the header is absent or invalid, or
 * names no future time (`0`, a date that has passed): then the channel's own backoff decides.
 * @param header the field's value; of a repeated field the first counts
 */
export function parseRetryAfter(
  header: string | readonly string[] | undefined,
  { nowMs, maxMs }: { readonly nowMs: number; readonly maxMs: number },
): number | null {
  const value = (typeof header === 'string' ? header : header?.[0])?.trim()
  if (value === undefined || value === '') return null
  const delayMs = /^\d+$/.test(value) ? Number(value) * 1000 : parseHttpDate(value, nowMs) - nowMs
  return delayMs > 0 ? Math.min(delayMs, maxMs) : null
}

/** Wall ms of an HTTP-date, NaN when it is none. */
function parseHttpDate(text: string, nowMs: number): number {
  for (const form of DATE_FORMS) {
    const fields = form.exec(text)?.groups
    if (fields === undefined) continue
    const [day, hour, minute, second] = [fields['day'], fields['hour'], fields['minute'], fields['second']].map(
      Number,
    ) as [number, number, number, number]
    if (hour > 23 || minute > 59 || second > 60) return NaN
    const year = fullYear(fields['year']!, nowMs)
    const month = MONTHS.indexOf(fields['month']!)
    if (new Date(Date.UTC(year, month, day)).getUTCDate() !== day) return NaN
    return Date.UTC(year, month, day, hour, minute, second)
  }
  return NaN
}

/** A year of two digits that would be more than 50 years ahead is the last one with these digits (RFC 9110, section 5.6.7). */
function fullYear(digits: string, nowMs: number): number {
  if (digits.length > 2) return Number(digits)
  const thisYear = new Date(nowMs).getUTCFullYear()
  const year = thisYear - (thisYear % 100) + Number(digits)
  return year > thisYear + 50 ? year - 100 : year
}
