import type { ServerProcess } from './server-process.ts'

/** Lists whose every page is read, and the member with their entries. */
const LISTS: Readonly<Record<string, string>> = {
  '/v1/jobs': 'jobs',
  '/v1/executions': 'executions',
  '/v1/dead-letters': 'deadLetters',
  '/v1/parked': 'parked',
  '/v1/webhook-deliveries': 'deliveries',
}
const ADMIN_LISTS: Readonly<Record<string, string>> = {
  ...LISTS,
  '/v1/audit': 'entries',
}
interface Entry {
  readonly id: string
  readonly done: boolean
}

const ADMIN_READS = [
  '/v1/channels/extra',
  '/v1/channels/extra/credentials',
  '/v1/tokens',
  '/v1/webhook-endpoints',
  '/v1/job-webhooks',
  '/v1/subscriptions',
]
/** Members that tell of now: how a job moves, when a map was read, which request failed. */
const OF_NOW = new Set(['version', 'progress', 'waiting', 'requestId'])
const OF_JOB = ['', '/results', '/results.csv', '/map', '/webhook-deliveries']

/**
 * Reads what the API shows to a caller, as text by path: all lists, and everything of each job and execution. Of ended jobs byte by byte, else without
 * what tells of now.
 * @param token of a subscription; null: the administrator's
 * @param auditedBefore the end of the audit that is read, ISO 8601
 */
export async function readEverything(
  server: ServerProcess,
  token: string | null,
  auditedBefore: string,
): Promise<Map<string, string>> {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` }
  const answers = new Map<string, string>()
  const readAs = async (path: string, shown: (text: string) => string): Promise<string> => {
    const response = await server.fetch(path, { headers })
    const text = await response.text()
    answers.set(path, `${response.status} ${shown(text)}`)
    return text
  }
  const read = (path: string): Promise<string> => readAs(path, withoutNow)
  /** Where a page ends may depend on how busy the machine is: the entries of all pages count. */
  const readList = async (path: string, member: string, query: string, shown: (text: string) => string) => {
    const pages = (page: string): Promise<string> => server.fetch(page, { headers }).then((answer) => answer.text())
    const entries = await readPages(pages, path, member, query)
    answers.set(`${path}?${query}`, `200 ${shown(JSON.stringify({ entries }))}`)
    return entries
  }
  for (const [path, member] of Object.entries(token === null ? ADMIN_LISTS : LISTS)) {
    const until = path === '/v1/audit' ? `&createdBefore=${auditedBefore}` : ''
    const entries = await readList(path, member, until, withoutNow)
    if (path === '/v1/jobs') {
      for (const { id, done } of entries) {
        const shown = done ? asIs : withoutNow
        for (const rest of OF_JOB) await readAs(`/v1/jobs/${id}${rest}`, rest === '/map' ? withoutNow : shown)
        await readList(`/v1/jobs/${id}/items`, 'items', '&include=data', shown)
      }
    }
    if (path === '/v1/executions') for (const { id } of entries) await read(`${path}/${id}`)
  }
  if (token === null) for (const path of ADMIN_READS) await read(path)
  return answers
}

const asIs = (text: string): string => text

function withoutNow(text: string): string {
  if (!text.startsWith('{') || text.includes('\n')) return text
  const isMap = text.includes('"itemsPerBucket"')
  return JSON.stringify(JSON.parse(text), (name, value: unknown) =>
    OF_NOW.has(name) || (isMap && name === 'at') ? undefined : value,
  )
}

async function readPages(
  read: (path: string) => Promise<string>,
  path: string,
  member: string,
  query = '',
): Promise<Entry[]> {
  const entries: Entry[] = []
  for (let token: string | undefined = ''; token !== undefined;) {
    const next = token === '' ? '' : `&pageToken=${encodeURIComponent(token)}`
    const text = await read(`${path}?pageSize=100${query}${next}`)
    const page = JSON.parse(text) as Record<string, unknown>
    if (!Array.isArray(page[member])) throw new Error(`Cannot read ${path}, required ${member}: ${text.slice(0, 500)}`)
    entries.push(...(page[member] as Entry[]))
    token = page['nextPageToken'] as string | undefined
  }
  return entries
}
