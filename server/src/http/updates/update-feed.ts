import type { Resync, UpdatedList } from '@waybill/spec'
import { jobSummary } from '@waybill/spec/rules'
import type { JobId } from '../../model/ids.ts'
import type { JobRecord } from '../../model/job.ts'
import type { JobSnapshot } from '../../progress/job-view.ts'
import { TimeSlice } from '../../runtime/time-slice.ts'
import { ChangedLists } from './changed-lists.ts'
import { ChannelStates, type ChannelStatesOptions } from './channel-states.ts'
import { eventText, type UpdateStream } from './update-stream.ts'

/** Entries of one event, and about how many bytes of jobs: whoever reads slowly holds one event in memory. */
const MAX_ENTRIES = 200
const MAX_EVENT_BYTES = 128 * 1024
/** Jobs that wait to be reported: more than this, and reading them again is faster. */
const MAX_CHANGED = 1000
/** Between two events that ask for that. */
const RESYNC_EVERY_MS = 5000
/** Events kept for streams that are opened again after a break. */
const MAX_KEPT_BYTES = 128 * 1024
/** A job that moved is looked at once more after this many ticks without a change: its speed and estimate fall although nothing happens. */
const LOOK_AGAIN_TICKS = 3
/** Jobs that are looked at once more. */
const MAX_MOVING = 1000

export interface UpdateFeedOptions extends Omit<ChannelStatesOptions, 'seesAll'> {
  /** Names the feed: no other one has, or had, this name. */
  readonly name: string
  readonly changes: {
    snapshot(record: JobRecord): JobSnapshot
    isAway(record: JobRecord): boolean
  }
}

/** Jobs and channels of one subscription: each event is made once, for all of its streams. */
export class UpdateFeed {
  readonly #options: UpdateFeedOptions
  /** In the order in which they changed first. */
  readonly #changed = new Map<JobId, JobRecord | JobSnapshot>()
  /** Ids of jobs that were deleted, not reported yet. */
  readonly #deleted = new Set<JobId>()
  readonly #moving = new Map<JobId, { readonly record: JobRecord; readonly version: number; readonly tick: number }>()
  /** More changed than is reported. */
  #overflow = false
  #resyncAtMs = -Infinity
  #ticks = 0
  /** The number of the last event of jobs. */
  #events = 0
  #kept: { readonly number: number; readonly event: Buffer }[] = []
  #keptBytes = 0
  readonly #lists: ChangedLists
  readonly #streams = new Map<UpdateStream, ChannelStates | null>()
  /** With the figures of all subscriptions, and without. */
  readonly #channelStates = new Map<boolean, ChannelStates>()
  /** When its last stream was closed; null: it has streams. */
  emptySinceMs: number | null = null

  constructor(options: UpdateFeedOptions) {
    this.#options = options
    this.#lists = new ChangedLists(options.clock.nowMs())
  }

  /** Notes that something of a list changed. */
  noteList(list: UpdatedList): void {
    this.#lists.note(list)
  }

  /** Notes that something of a job changed. */
  note(job: JobRecord | JobSnapshot): void {
    if (this.#overflow || this.#deleted.has(job.id)) return
    this.#changed.set(job.id, job)
    this.#refuseTooMany()
  }

  /** Notes that a job was deleted. */
  noteDeleted(id: JobId): void {
    if (this.#overflow) return
    this.#changed.delete(id)
    this.#moving.delete(id)
    this.#deleted.add(id)
    this.#lists.noteDeleted()
    this.#refuseTooMany()
  }

  #refuseTooMany(): void {
    if (this.#changed.size + this.#deleted.size <= MAX_CHANGED) return
    this.#overflow = true
    this.#changed.clear()
    this.#moving.clear()
    this.#deleted.clear()
  }

  /** Whether a job is to be reported, or all are. */
  isNoted(id: JobId): boolean {
    return this.#overflow || this.#changed.has(id)
  }

  /** The id of the present moment. */
  readonly lastId = (): string => `${this.#options.name}-${this.#events}`

  /**
   * Adds a stream: what it missed after its last event comes at once, and all channels with it. Returns how to remove it.
   * @param shown.seesAll null: it shows no channels
   */
  join(
    stream: UpdateStream,
    shown: { readonly lastEventId: string | null; readonly seesAll: boolean | null },
  ): () => void {
    const { seesAll, lastEventId } = shown
    const states = seesAll === null ? null : this.#statesFor(seesAll)
    this.#streams.set(stream, states)
    this.emptySinceMs = null
    this.#catchUp(stream, lastEventId)
    if (states !== null) {
      void states.look().then(() => {
        stream.channelsLeft = states.names
        this.#sendChannelsLeft(stream, states)
      })
    }
    return () => {
      this.#streams.delete(stream)
      if (this.#streams.size === 0) this.emptySinceMs = this.#options.clock.nowMs()
    }
  }

  /** Reports what changed since the last tick. */
  async tick(): Promise<void> {
    if (this.#streams.size === 0) return
    this.#ticks++
    if (this.#overflow) this.#resync()
    else {
      await this.#reportJobs()
      this.#reportLists()
    }
    await this.#reportChannels()
  }

  #catchUp(stream: UpdateStream, lastEventId: string | null): void {
    if (lastEventId === null) return
    const seen = this.#numberOf(lastEventId)
    const first = this.#kept[0]?.number ?? this.#events + 1
    if (seen === null || seen > this.#events || seen + 1 < first) {
      stream.resync('unknown_id')
      return
    }
    const missed = this.#kept.filter(({ number }) => number > seen)
    if (missed.length > 0) stream.send(Buffer.concat(missed.map(({ event }) => event)))
  }

  /** Returns the number of one of its events; null: the id is none of its own. */
  #numberOf(eventId: string): number | null {
    const prefix = `${this.#options.name}-`
    const number = eventId.slice(prefix.length)
    return eventId.startsWith(prefix) && /^\d{1,15}$/.test(number) ? Number(number) : null
  }

  #resync(): void {
    const nowMs = this.#options.clock.nowMs()
    if (nowMs - this.#resyncAtMs < RESYNC_EVERY_MS) return
    this.#resyncAtMs = nowMs
    this.#overflow = false
    this.#lists.take()
    const reason: Resync['data']['reason'] = 'too_many_changes'
    this.#emit('resync', JSON.stringify({ reason }))
  }

  async #reportJobs(): Promise<void> {
    const slice = new TimeSlice('updates')
    const shown: { readonly id: JobId; readonly text: string }[] = []
    let bytes = 0
    for (const { job, hasChanged } of this.#due()) {
      if (slice.over) await slice.next()
      // It may have changed too much meanwhile.
      if (this.#overflow) return
      // It changes again when somebody runs its channel.
      if (!('json' in job) && this.#options.changes.isAway(job)) continue
      const text = this.#textOf(job, hasChanged)
      if (text === null) continue
      shown.push({ id: job.id, text })
      bytes += text.length
      if (shown.length === MAX_ENTRIES || bytes >= MAX_EVENT_BYTES) break
    }
    // One may have been deleted meanwhile.
    const texts = shown.flatMap(({ id, text }) => (this.#deleted.has(id) ? [] : [text]))
    const deleted = [...this.#deleted].slice(0, MAX_ENTRIES)
    for (const id of deleted) this.#deleted.delete(id)
    if (deleted.length > 0) this.#emit('jobs', `{"jobs":[${texts.join()}],"deleted":${JSON.stringify(deleted)}}`)
    else if (texts.length > 0) this.#emit('jobs', `{"jobs":[${texts.join()}]}`)
  }

  /** Takes the jobs to report one by one: first those that changed, then those to be looked at once more. */
  *#due(): Generator<{ readonly job: JobRecord | JobSnapshot; readonly hasChanged: boolean }> {
    for (const [id, job] of this.#changed) {
      this.#changed.delete(id)
      yield { job, hasChanged: true }
    }
    for (const { record, tick } of this.#moving.values()) {
      if (tick > this.#ticks - LOOK_AGAIN_TICKS) return
      yield { job: record, hasChanged: false }
    }
  }

  /** Returns the summary of a job as JSON; null: it was reported as it is. */
  #textOf(subject: JobRecord | JobSnapshot, hasChanged: boolean): string | null {
    const { id, version, job, done } = 'json' in subject ? subject : this.#options.changes.snapshot(subject)
    const before = this.#moving.get(id)
    this.#moving.delete(id)
    this.#lists.noteJob(job, this.#options.clock.nowMs())
    // A snapshot may be half a second old: what changed since is seen at the next look.
    const isMoving = !done && (hasChanged || (job.progress?.itemsPerSecond ?? 0) > 0)
    if (isMoving && this.#moving.size < MAX_MOVING && !('json' in subject))
      this.#moving.set(id, { record: subject, version, tick: this.#ticks })
    return before?.version === version ? null : JSON.stringify(jobSummary(job))
  }

  #reportLists(): void {
    // What changed too much is reported by the next tick.
    const lists = this.#overflow ? [] : this.#lists.take()
    if (lists.length > 0) this.#emit('lists', JSON.stringify({ lists }))
  }

  async #reportChannels(): Promise<void> {
    for (const [seesAll, states] of this.#channelStates) {
      const streams = [...this.#streams].filter(([, of]) => of === states).map(([stream]) => stream)
      if (streams.length === 0) {
        this.#channelStates.delete(seesAll)
        continue
      }
      await states.look()
      const changes = states.takeChanges(MAX_ENTRIES)
      const event = changes.length === 0 ? null : eventText('channels', this.lastId(), channelsJson(changes))
      for (const stream of streams) {
        if (stream.channelsLeft !== null && stream.channelsLeft.length > 0) this.#sendChannelsLeft(stream, states)
        if (event !== null) stream.send(event)
      }
    }
  }

  #sendChannelsLeft(stream: UpdateStream, states: ChannelStates): void {
    if (!stream.canSend) return
    const next = states.jsonOf(stream.channelsLeft?.splice(0, MAX_ENTRIES) ?? [])
    if (next.length > 0) stream.send(eventText('channels', this.lastId(), channelsJson(next)))
  }

  #statesFor(seesAll: boolean): ChannelStates {
    let states = this.#channelStates.get(seesAll)
    if (states === undefined)
      this.#channelStates.set(seesAll, (states = new ChannelStates({ ...this.#options, seesAll })))
    return states
  }

  #emit(name: 'jobs' | 'lists' | 'resync', json: string): void {
    const number = ++this.#events
    const event = eventText(name, this.lastId(), json)
    this.#kept.push({ number, event })
    this.#keptBytes += event.length
    while (this.#keptBytes > MAX_KEPT_BYTES && this.#kept.length > 0)
      this.#keptBytes -= this.#kept.shift()!.event.length
    for (const stream of this.#streams.keys()) stream.send(event)
  }
}

function channelsJson(channels: readonly string[]): string {
  return `{"channels":[${channels.join()}]}`
}
