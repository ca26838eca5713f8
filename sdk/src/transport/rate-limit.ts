import { clampDelay } from './sleep.ts'

/** How long an answer asks to wait because a quota is used up, in milliseconds; 0 is not at all. */
export interface QuotaWait {
  /** All requests, when it is requests that are counted. */
  requestsMs: number
  /** Requests to the same address, when it is what they bring that is counted: items, bytes. */
  addressMs: number
}

/** One policy of a list: its name, and its parameters as they stand. */
const member = /("[^"]*"|[^\s";,]+)((?:\s*;[^;,"]*(?:"[^"]*")?)*)/g

/**
 * Reads the `RateLimit` and `RateLimit-Policy` of an answer (draft-ietf-httpapi-ratelimit-headers). What cannot be read, has
 * something left, or does not say when there is more, asks for nothing.
 */
export function parseRateLimit(rateLimit: string, policy: string | null): QuotaWait {
  const wait: QuotaWait = { requestsMs: 0, addressMs: 0 }
  for (const [, name, parameters] of rateLimit.matchAll(member)) {
    if (findParameter(parameters, 'r') !== '0') continue
    const counted = [...(policy ?? '').matchAll(member)].find(([, other]) => other === name)?.[2]
    const kind = /^(|"requests")$/.test(findParameter(counted, 'qu')) ? 'requestsMs' : 'addressMs'
    wait[kind] = Math.max(wait[kind], clampDelay(Number(findParameter(parameters, 't')) * 1000))
  }
  return wait
}

function findParameter(parameters = '', name: string): string {
  return new RegExp(`;\\s*${name}=("[^"]*"|[^\\s;,]*)`).exec(parameters)?.[1] ?? ''
}
