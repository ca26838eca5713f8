import type { IncomingHttpHeaders } from 'node:http'
import type { RateLimitHeadersConfig } from '../model/channel.ts'
import { type Expression, ExpressionLanguage } from '../expressions/expression.ts'
import { at } from './templates/template-fault.ts'

/** The quota of the caller, as an answer reports it. */
interface Quota {
  /** Calls that are left, 0 and up. */
  readonly remaining: number
  /** Calls of a full quota; null: not reported. */
  readonly limit: number | null
  /** Time until the quota is full again. */
  readonly resetSeconds: number
}

type ReadQuota = (headers: IncomingHttpHeaders, nowMs: number) => Quota | null

/** Share of a quota below which calls are spread: what is above may be used at once, as long as it lasts. */
const SPREAD_BELOW = 0.2
/** A number of seconds above this is a time since 1970: GitHub and others report when, not how soon. */
const EPOCH_SECONDS = 1_000_000_000
/** Shopify's bucket empties in this time, whatever its size: 40 calls at 2/s, 80 at 4/s. */
const SHOPIFY_BUCKET_SECONDS = 20

/**
 * Reads from answers how much of a quota is left, so that a channel slows down before it is refused: from the last fifth on the calls that
 * are left are spread evenly until the quota is full again.
 */
export class RateLimitHeaders {
  readonly #read: ReadQuota

  /** @throws TemplateFault an expression is refused: the first one, with its pointer */
  constructor(config: RateLimitHeadersConfig) {
    this.#read = config === 'standard' ? standardQuota : config === 'shopify' ? shopifyQuota : ruledQuota(config)
  }

  /** How long no further call should start after an answer with these headers, ms; 0: no time. */
  holdMs(headers: IncomingHttpHeaders, nowMs: number): number {
    const quota = this.#read(headers, nowMs)
    if (quota === null) return 0
    const { remaining, limit, resetSeconds } = quota
    if (!(resetSeconds > 0) || !(remaining >= 0)) return 0
    if (remaining > (limit ?? 0) * SPREAD_BELOW) return 0
    return (resetSeconds * 1000) / (remaining + 1)
  }
}

/**
 * `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10), of several policies the one that leaves the fewest calls; else
 * the older `RateLimit-Limit`, `-Remaining` and `-Reset`, with or without `X-`.
 */
function standardQuota(headers: IncomingHttpHeaders, nowMs: number): Quota | null {
  const current = textOf(headers['ratelimit'])
  if (current !== null && /;\s*r=/.test(current)) {
    const policies = new Map(members(textOf(headers['ratelimit-policy']) ?? '').map(({ name, q }) => [name, q]))
    const quotas = members(current).map(({ name, r, t }) => ({
      remaining: r ?? NaN,
      limit: policies.get(name) ?? null,
      resetSeconds: t ?? NaN,
    }))
    return quotas.reduce<Quota | null>(
      (least, one) => (least === null || one.remaining < least.remaining ? one : least),
      null,
    )
  }
  for (const prefix of ['ratelimit-', 'x-ratelimit-']) {
    const remaining = numberOf(headers[`${prefix}remaining`])
    if (remaining === null) continue
    const limit = numberOf(headers[`${prefix}limit`])
    return { remaining, limit, resetSeconds: secondsUntil(numberOf(headers[`${prefix}reset`]) ?? NaN, nowMs) }
  }
  return null
}

/** `X-Shopify-Shop-Api-Call-Limit: 32/40`, a bucket that leaks: a call for each that has leaked is the pace that it allows. */
function shopifyQuota(headers: IncomingHttpHeaders): Quota | null {
  const [, used, limit] = /^(\d+)\/(\d+)$/.exec(textOf(headers['x-shopify-shop-api-call-limit']) ?? '') ?? []
  if (used === undefined || Number(limit) === 0) return null
  const remaining = Math.max(0, Number(limit) - Number(used))
  // `holdMs` divides by `remaining + 1`: what comes out is the time of one call.
  return { remaining, limit: Number(limit), resetSeconds: (SHOPIFY_BUCKET_SECONDS / Number(limit)) * (remaining + 1) }
}

/** Of expressions, for all others. */
function ruledQuota(config: Exclude<RateLimitHeadersConfig, string>): ReadQuota {
  const rule = (source: string, pointer: string): Expression => at(pointer, () => language.compile(source))
  const remaining = rule(config.remaining, '/remaining')
  const resetSeconds = rule(config.resetSeconds, '/resetSeconds')
  const limit = config.limit === undefined ? null : rule(config.limit, '/limit')
  return (headers, nowMs) => {
    try {
      const values = { headers, nowSeconds: nowMs / 1000 }
      const left = remaining.evaluate(values)
      const most = limit?.evaluate(values) ?? null
      const reset = resetSeconds.evaluate(values)
      if (typeof left !== 'number' || typeof reset !== 'number') return null
      return { remaining: left, limit: typeof most === 'number' ? most : null, resetSeconds: reset }
    } catch {
      return null // this answer does not have them
    }
  }
}

const language = new ExpressionLanguage({ headers: 'map', nowSeconds: 'double' })

/** The members of a list of structured fields (RFC 9651), as far as quotas need them: names and whole numbers as parameters. */
function members(field: string): { name: string; r: number | null; t: number | null; q: number | null }[] {
  return field.split(',').map((member) => {
    const parameter = (name: string): number | null => numberOf(new RegExp(`;\\s*${name}=(\\d+)`).exec(member)?.[1])
    return { name: member.split(';')[0]!.trim(), r: parameter('r'), t: parameter('t'), q: parameter('q') }
  })
}

function textOf(field: string | readonly string[] | undefined): string | null {
  return typeof field === 'string' ? field : (field?.join(',') ?? null)
}

/** Of a field that is a number; of the older ones, which may have a list of windows behind it, the first. */
function numberOf(field: string | readonly string[] | undefined): number | null {
  const [, number] = /^\s*(\d+(?:\.\d+)?)\s*(?:[,;].*)?$/.exec(textOf(field) ?? '') ?? []
  return number === undefined ? null : Number(number)
}

function secondsUntil(reset: number, nowMs: number): number {
  return reset > EPOCH_SECONDS ? reset - nowMs / 1000 : reset
}
