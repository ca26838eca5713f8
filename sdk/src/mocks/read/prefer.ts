import { limits } from '../engine/limits.ts'

/** The seconds of `Prefer: wait=N`, at most what the server waits; null when there are none that can be read. */
export function preferredWaitSeconds(request: Request): number | null {
  for (const preference of (request.headers.get('prefer') ?? '').split(',')) {
    const [name = '', value = ''] = preference.split(';')[0]!.split('=')
    if (name.trim().toLowerCase() !== 'wait') continue
    const seconds = /^"?(\d{1,9})"?$/.exec(value.trim())?.[1]
    return seconds === undefined ? null : Math.min(Number(seconds), limits.maxWaitSeconds)
  }
  return null
}
