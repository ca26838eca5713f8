const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** The two largest units: `5 min 19 s`, `3 h 2 min`, `4 d`; below a second `320 ms`. @param ms 0 and up */
export function formatDuration(ms: number): string {
  if (ms < SECOND) return `${Math.round(ms)} ms`
  const seconds = Math.round(ms / SECOND)
  if (seconds < 60) return ms < 10 * SECOND && ms % SECOND !== 0 ? `${(ms / SECOND).toFixed(1)} s` : `${seconds} s`
  if (seconds * SECOND < HOUR) return join(seconds, [60, 'min'], [1, 's'])
  if (seconds * SECOND < DAY) return join(seconds, [3600, 'h'], [60, 'min'])
  return join(seconds, [86_400, 'd'], [3600, 'h'])
}

function join(seconds: number, [large, largeName]: [number, string], [small, smallName]: [number, string]): string {
  const whole = Math.floor(seconds / large)
  const rest = Math.floor((seconds % large) / small)
  return rest === 0 ? `${whole} ${largeName}` : `${whole} ${largeName} ${rest} ${smallName}`
}

/** `just now`, `12 s ago`, `in 4 min`. */
export function formatRelative(time: string, nowMs: number): string {
  const ms = Date.parse(time) - nowMs
  const distance = Math.abs(ms)
  if (distance < 2 * SECOND) return 'just now'
  const rounded = distance < MINUTE ? SECOND : distance < HOUR ? MINUTE : distance < DAY ? HOUR : DAY
  const text = formatDuration(Math.floor(distance / rounded) * rounded)
  return ms < 0 ? `${text} ago` : `in ${text}`
}

/** The time that is left, `0 s` at the least. */
export function formatLeft(time: string, nowMs: number): string {
  const seconds = Math.max(0, Math.ceil((Date.parse(time) - nowMs) / SECOND))
  return formatDuration(seconds * SECOND)
}

/** `14:02:11` */
export function formatClock(timeMs: number): string {
  return new Date(timeMs).toLocaleTimeString('en-GB')
}

/** `30 Nov 2026, 14:02:11` */
export function formatTime(time: string): string {
  return new Date(time).toLocaleString('en-GB', {
    ...({ day: 'numeric', month: 'short', year: 'numeric' } as const),
    ...({ hour: '2-digit', minute: '2-digit', second: '2-digit' } as const),
  })
}
