import { setTimeout as sleep } from 'node:timers/promises'
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
  readonly id?: string
  readonly done?: boolean
  /** Of a webhook delivery. */
  readonly endpointId?: string | null
  readonly event?: {
    readonly id: string
    readonly type: string
    readonly jobId: string | null
    readonly timestamp: string
  }
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
const OF_JOB = ['', '/results', '/results.csv', '/map']
/** Servers that continue the same work are equal when they have come to its end. */
const ALIKE_WITHIN_MS = 60_000
const LOOK_EVERY_MS = 250
/** Of two answers that differ, around the first difference. */
const SHOWN_BEFORE = 40
const SHOWN_AFTER = 90

/**
 * Reads two servers until they answer alike: each of them continues what was left to it, such as events that no endpoint has yet.
 * @returns the answers of the first one, and what differed at last: the path, and of both answers the text around the first difference
 */
export async function readUntilAlike(
  read: readonly [() => Promise<Map<string, string>>, () => Promise<Map<string, string>>],
): Promise<{ readonly answers: Map<string, string>; readonly differences: string[][] }> {
  for (const endsAtMs = performance.now() + ALIKE_WITHIN_MS; ;) {
    const [first, second] = [await read[0](), await read[1]()]
    const differences = differencesOf(first, second)
    if (differences.length === 0 || performance.now() > endsAtMs) return { answers: first, differences }
    await sleep(LOOK_EVERY_MS)
  }
}

/** Since when an item is parked, and until when, is kept by the monotonic clock: each start converts it anew. */
function isAlike(one: string, other: string): boolean {
  if (one === other) return true
  const [times, otherTimes] = [parkedTimes(one), parkedTimes(other)]
  if (one.replaceAll(PARKED_TIME, '') !== other.replaceAll(PARKED_TIME, '')) return false
  return times.every((ms, n) => Math.abs(ms - otherTimes[n]!) <= CONVERSION_MS)
}

const PARKED_TIME = /"(?:since|until)":"([^"]+)"/g
/** A busy machine may hold a thread up between its two clocks. */
const CONVERSION_MS = 1000

function parkedTimes(text: string): number[] {
  return Array.from(text.matchAll(PARKED_TIME), ([, time]) => Date.parse(time!))
}

function differencesOf(first: ReadonlyMap<string, string>, second: ReadonlyMap<string, string>): string[][] {
  const differences: string[][] = []
  for (const path of new Set([...first.keys(), ...second.keys()])) {
    const texts = [first.get(path) ?? 'not read', second.get(path) ?? 'not read'] as const
    if (isAlike(...texts)) continue
    let at = 0
    while (at < texts[0].length && texts[0][at] === texts[1][at]) at++
    const from = Math.max(0, at - SHOWN_BEFORE)
    differences.push([path, ...texts.map((text) => text.slice(from, at + SHOWN_AFTER))])
  }
  return differences
}

/**
 * Reads what the API shows to a caller of that which was over at a time: all lists, and everything of each job that had ended, byte by byte. Of what a
 * server changed since, or still changes, there are the ids; of webhook deliveries that it made since, the events.
 * @param token of a subscription; null: the administrator's
 * @param until ISO 8601
 */
export async function readEverything(
  server: ServerProcess,
  token: string | null,
  until: string,
): Promise<Map<string, string>> {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` }
  const answers = new Map<string, string>()
  const fetchText = async (path: string): Promise<string> => (await server.fetch(path, { headers })).text()
  const read = async (path: string): Promise<void> => void answers.set(path, withoutNow(await fetchText(path)))
  /** Where a page ends may depend on how busy the machine is: the entries of all pages count. */
  const readList = async (path: string, member: string, query = ''): Promise<Entry[]> => {
    const entries = await readPages(fetchText, path, member, query)
    // Each server gives ids of its own to what it makes, in an order of its own.
    const isMadeSince = (entry: Entry): boolean =>
      entry.event !== undefined && timeOf(entry.id ?? '') >= Date.parse(until)
    const made = entries.filter(isMadeSince).map((entry) => eventText(entry, until))
    const shown = entries
      .filter((entry) => !isMadeSince(entry))
      .map((entry) => (isOver(entry, until) ? withoutNow(JSON.stringify(entry)) : (entry.id ?? '')))
    answers.set(path, [...made.toSorted(), ...shown].join('\n'))
    return entries
  }
  for (const [path, member] of Object.entries(token === null ? ADMIN_LISTS : LISTS)) {
    const entries = await readList(path, member, path === '/v1/audit' ? `&createdBefore=${until}` : '')
    if (path !== '/v1/jobs') continue
    for (const { id } of entries.filter((entry) => isOver(entry, until))) {
      for (const rest of OF_JOB) {
        const text = await fetchText(`/v1/jobs/${id}${rest}`)
        answers.set(`/v1/jobs/${id}${rest}`, rest === '/map' ? withoutNow(text) : text)
      }
      await readList(`/v1/jobs/${id}/items`, 'items', '&include=data')
      await readList(`/v1/jobs/${id}/webhook-deliveries`, 'deliveries', '&include=body')
    }
  }
  if (token === null) for (const path of ADMIN_READS) await read(path)
  return answers
}

/** When a delivery was made, wall ms, by the UUIDv7 in its id. */
function timeOf(id: string): number {
  return Number.parseInt(/^whd_([0-9a-f]{12})/.exec(id)?.[1] ?? '0', 16)
}

/** The event of a delivery, and where it goes; of one that happened since, what it is about. */
function eventText({ endpointId, event }: Entry, until: string): string {
  const { id, type, jobId, timestamp } = event!
  return `${timestamp < until ? id : `${type} of ${jobId}`} to ${endpointId ?? 'the webhook of its job'}`
}

/** Whether nothing of it is to come, or of a time after this one. */
function isOver(entry: Entry, until: string): boolean {
  if (entry.done === false) return false
  const times = JSON.stringify(entry).matchAll(
    /"(?:at|(?:ended|created|failed|updated|started|lastProgress)At)":"([^"]+)"/g,
  )
  return Array.from(times).every(([, time]) => time! < until)
}

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
