import { parseRateLimit } from './rate-limit.ts'
import type { Timing } from './sleep.ts'

/** Quotas that the server has reported as used up. */
export interface Quotas {
  /** Takes note of what an answer says. */
  note(request: Request, headers: Headers): void
  /** How long this request is to wait, in milliseconds. */
  delayMs(request: Request): number
}

export function createQuotas(timing: Timing): Quotas {
  /** Until when requests wait: all of them, under the empty address, or those to one. */
  const endsMs = new Map<string, number>()

  return {
    note(request, headers) {
      const nowMs = timing.now()
      for (const [address, endMs] of endsMs) if (endMs <= nowMs) endsMs.delete(address)
      const { requestsMs, addressMs } = parseRateLimit(headers.get('RateLimit') ?? '', headers.get('RateLimit-Policy'))
      if (requestsMs > 0) endsMs.set('', nowMs + requestsMs)
      if (addressMs > 0) endsMs.set(nameAddress(request), nowMs + addressMs)
    },
    delayMs(request) {
      const endMs = Math.max(endsMs.get('') ?? 0, endsMs.get(nameAddress(request)) ?? 0)
      return Math.max(0, endMs - timing.now())
    },
  }
}

function nameAddress({ method, url }: Request): string {
  return `${method} ${url.replace(/\?.*/, '')}`
}
