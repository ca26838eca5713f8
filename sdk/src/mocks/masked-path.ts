export const MASKED = '***'

const WORD = '[A-Z]?[a-z]{1,20}(?:[A-Z][a-z]{2,19})*[0-9]{0,3}'
const NUMBER = '[vV]?[0-9]{1,4}'
const NAME = new RegExp(`^(?:${WORD}|${NUMBER})(?:[-_.](?:${WORD}|${NUMBER}))*$`)

/** The URL with `***` for segments of its path that do not read as names, as they may be keys. */
export function maskPath(url: string): string {
  return mapPath(url, (segment) => (isName(segment) ? segment : MASKED))
}

/**
 * The URL with the stored segments at the places of those that read `***`.
 * @param refuse called when a `***` stands for no secret, or the path has another number of segments
 */
export function unmaskPath(url: string, stored: string, refuse: () => never): string {
  const segments = segmentsOf(stored)
  const isAlike = segmentsOf(url).length === segments.length
  return mapPath(url, (segment, n) => {
    if (segment !== MASKED) return segment
    const kept = segments[n]
    return !isAlike || kept === undefined || isName(kept) ? refuse() : kept
  })
}

function isName(segment: string): boolean {
  return segment.length <= 40 && NAME.test(segment)
}

function segmentsOf(url: string): string[] {
  const segments: string[] = []
  mapPath(url, (segment) => {
    segments.push(segment)
    return segment
  })
  return segments
}

function mapPath(url: string, change: (segment: string, n: number) => string): string {
  const [, origin, path, rest = ''] = /^([a-z][a-z0-9+.-]*:[/\\]*[^/\\?#]*)([^?#]*)(.*)$/is.exec(url) ?? []
  if (origin === undefined || path === undefined) return url
  let n = 0
  return `${origin}${path.replace(/[^/\\]+/g, (segment) => change(segment, n++))}${rest}`
}
