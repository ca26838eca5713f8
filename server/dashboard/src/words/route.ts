/*
 * Addresses of pages, behind the `#` of the dashboard's one file: the server never sees them, and they work below any prefix.
 */

export type Route =
  | { readonly page: ListPage; readonly query: URLSearchParams }
  | { readonly page: 'job'; readonly jobId: string; readonly query: URLSearchParams }
  | { readonly page: 'item'; readonly jobId: string; readonly index: number; readonly query: URLSearchParams }
  | { readonly page: 'channel'; readonly name: string; readonly query: URLSearchParams }
  | { readonly page: 'execution'; readonly executionId: string; readonly query: URLSearchParams }
  | { readonly page: 'missing'; readonly query: URLSearchParams }

export const listPages = [
  ...(['now', 'jobs', 'executions', 'channels', 'failures', 'decisions', 'webhooks', 'server'] as const),
]
export type ListPage = (typeof listPages)[number]

/** Reads the part of an address behind its `#`. Never throws: an address that is none leads to the page `missing`. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s)
  const query = new URLSearchParams(search)
  const segments = path.split('/').filter((segment) => segment !== '')
  const decoded = segments.map(decode)
  if (decoded.includes(null)) return { page: 'missing', query }
  const [first = 'now', second, third, fourth] = decoded as string[]
  if (segments.length <= 1) return isListPage(first) ? { page: first, query } : { page: 'missing', query }
  if (segments.length === 2 && second !== undefined) {
    if (first === 'jobs') return { page: 'job', jobId: second, query }
    if (first === 'channels') return { page: 'channel', name: second, query }
    if (first === 'executions') return { page: 'execution', executionId: second, query }
  }
  const isItem = segments.length === 4 && first === 'jobs' && third === 'items' && /^\d{1,9}$/.test(fourth ?? '')
  if (isItem) return { page: 'item', jobId: second!, index: Number(fourth), query }
  return { page: 'missing', query }
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment)
  } catch {
    return null
  }
}

function isListPage(name: string): name is ListPage {
  return (listPages as readonly string[]).includes(name)
}

type Query = Readonly<Record<string, string | readonly string[] | null | undefined>>

/** Returns the address of a list; filters without a value are left out. */
export function listHref(page: ListPage, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const one of typeof value === 'string' ? [value] : (value ?? [])) if (one !== '') search.append(name, one)
  }
  const text = search.toString()
  return `#/${page}${text === '' ? '' : `?${text}`}`
}

export function jobHref(jobId: string): string {
  return `#/jobs/${encodeURIComponent(jobId)}`
}

export function itemHref(jobId: string, index: number): string {
  return `${jobHref(jobId)}/items/${index}`
}

export function channelHref(name: string): string {
  return `#/channels/${encodeURIComponent(name)}`
}

export function executionHref(executionId: string): string {
  return `#/executions/${encodeURIComponent(executionId)}`
}
