import { MAX_WAIT_SECONDS } from '../../model/limits.ts'

/**
 * The seconds of `Prefer: wait=N` (RFC 7240), at most 30; null when it was not asked for or cannot be read, which the RFC says
 * to ignore. Of several the first counts.
 */
export function preferredWaitSeconds(header: string | string[] | undefined): number | null {
  const preferences = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',')
  for (const preference of preferences) {
    const [pair = ''] = preference.split(';')
    const [name = '', value = ''] = pair.split('=').map((part) => part.trim())
    if (name.toLowerCase() !== 'wait') continue
    const seconds = /^"?(\d{1,9})"?$/.exec(value)?.[1]
    return seconds === undefined ? null : Math.min(Number(seconds), MAX_WAIT_SECONDS)
  }
  return null
}
