import type { Job, UpdatedList, UpdateEvent } from '@waybill/spec'
import { changedLists, jobSummary, listedCounts, NOTHING_LISTED, updatedLists } from '@waybill/spec/rules'
import { hasScope, type MockCaller } from '../engine/access-tokens.ts'
import type { DroppedStream } from '../engine/faults.ts'
import { limits } from '../engine/limits.ts'
import type { MockJob } from '../engine/mock-job.ts'
import type { MockWorld } from '../engine/mock-world.ts'
import { channelState } from '../show/channel-view.ts'
import { createTextStream } from './text-streams.ts'

const TICK_MS = 1000
const HEARTBEAT_MS = limits.eventHeartbeatSeconds * 1000
const MAX_ENTRIES = 200

interface UpdateStreamOptions {
  /** It continues after an event: a mock keeps none. */
  readonly isResumed: boolean
  readonly caller: MockCaller
  readonly drop: DroppedStream | null
}

/** A stream of all jobs and channels: all channels at once, then once a second what changed, and in which lists. */
export function updateStream(
  { isResumed, caller, drop }: UpdateStreamOptions,
  { clock, book, channels, webhooks, startedAtMs, ending }: MockWorld,
): ReadableStream<Uint8Array> {
  const { stream, write, end } = createTextStream(drop, close)
  const changed = new Set<MockJob>()
  const shown = new Map<string, string>()
  const counts = new Map(book.all().map((job) => [job.id, listedCounts(book.show(job))] as const))
  let webhookMark = markOf(webhooks)
  const showsChannels = hasScope(caller, 'channels:read')
  let events = 0
  let writtenAtMs = clock.nowMs()
  let cancelTick = clock.after(TICK_MS, tick)

  function close(): void {
    cancelTick()
    book.watchers.delete(note)
    ending.signal.removeEventListener('abort', end)
  }

  function note(job: MockJob): void {
    changed.add(job)
  }

  function send(event: UpdateEvent['event'], data: object): void {
    if (event !== 'channels') events++
    writtenAtMs = clock.nowMs()
    write(`event: ${event}\nid: ${Math.floor(startedAtMs / 1000)}-1-${events}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  function showChannels(): void {
    const seesAll = hasScope(caller, 'admin')
    const changes = []
    for (const channel of channels.values()) {
      const state = channelState(channel, book.all(), { nowMs: clock.nowMs(), seesAll })
      const text = JSON.stringify(state)
      if (shown.get(channel.name) === text || changes.length === MAX_ENTRIES) continue
      shown.set(channel.name, text)
      changes.push({ name: channel.name, state })
    }
    if (changes.length > 0) send('channels', { channels: changes })
  }

  function listsOf(jobs: readonly MockJob[]): UpdatedList[] {
    const lists = new Set<UpdatedList>()
    for (const { id } of jobs) {
      const job = book.find(id)
      if (job === null) for (const list of ['dead_letters', 'executions'] as const) lists.add(list)
      else for (const list of changesOf(book.show(job))) lists.add(list)
    }
    const mark = markOf(webhooks)
    if (mark !== webhookMark) lists.add('webhooks')
    webhookMark = mark
    return updatedLists.filter((list) => lists.has(list))
  }

  function changesOf(job: Job): UpdatedList[] {
    const before = counts.get(job.id) ?? NOTHING_LISTED
    counts.set(job.id, listedCounts(job))
    return changedLists(job, before)
  }

  function tick(): void {
    cancelTick = clock.after(TICK_MS, tick)
    const next = [...changed].slice(0, MAX_ENTRIES)
    for (const job of next) changed.delete(job)
    const jobs = next.filter(({ id }) => book.find(id) !== null).map((job) => jobSummary(book.show(job)))
    const deleted = next.flatMap(({ id }) => (book.find(id) === null ? [id] : []))
    if (next.length > 0) send('jobs', { jobs, ...(deleted.length > 0 && { deleted }) })
    const lists = listsOf(next)
    if (lists.length > 0) send('lists', { lists })
    if (showsChannels) showChannels()
    if (clock.nowMs() - writtenAtMs < HEARTBEAT_MS) return
    writtenAtMs = clock.nowMs()
    write(': still here\n\n')
  }

  book.watchers.add(note)
  ending.signal.addEventListener('abort', end)
  write(': open\n\n')
  if (isResumed) send('resync', { reason: 'unknown_id' })
  if (showsChannels) showChannels()
  return stream
}

/** Differs whenever something of the webhooks has changed. */
function markOf({ endpoints, deliveries }: MockWorld['webhooks']): string {
  const made = endpoints.all().map(({ secrets, ...endpoint }) => ({ ...endpoint, secrets: secrets.length }))
  return JSON.stringify([made, deliveries.all().map(({ id, status, log }) => [id, status, log.length])])
}
