/** The end of an operation that was called. */
export interface DeprecationNotice {
  /** `GET`, `POST` and so on. */
  method: string
  /** As the API describes it: `/v1/jobs/{jobId}`. */
  path: string
  /** When it was deprecated; null: the server names no time. */
  deprecatedAt: Date | null
  /** From then on it may be gone; null: not decided. */
  sunsetAt: Date | null
  /** Where to read on, relative to the server; null: nowhere. Nothing is requested from there. */
  link: string | null
}

/** Reads the headers `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and `Link` of an answer that has the first. */
export function readDeprecation(headers: Headers): Omit<DeprecationNotice, 'method' | 'path'> {
  const seconds = /^@(-?\d{1,12})$/.exec(headers.get('Deprecation') ?? '')?.[1]
  const sunset = Date.parse(headers.get('Sunset') ?? '')
  return {
    deprecatedAt: seconds === undefined ? null : new Date(Number(seconds) * 1000),
    sunsetAt: Number.isNaN(sunset) ? null : new Date(sunset),
    link: /<([^<>]*)>[^<]*;\s*rel="?deprecation\b/i.exec(headers.get('Link') ?? '')?.[1] ?? null,
  }
}
