import type { Channel } from '../limits/channel-registry.ts'
import type { LiveJobs } from '../model/live-job.ts'
import type { ExplainWaiting } from '../model/ports.ts'
import { isHiddenChannel } from '../model/webhook-event.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Service } from '../runtime/service.ts'

/** How often channels are looked at. */
const LOOK_EVERY_MS = 10_000
/** For how long nothing may move before a channel is degraded: longer than a call waits for its turn on a busy thread. */
const STANDSTILL_MS = 60_000

export interface StandstillsOptions {
  readonly clock: Pick<Clock, 'nowMs' | 'after'>
  readonly liveJobs: Pick<LiveJobs, 'values'>
  readonly channels: { get(name: string): Channel | undefined }
  readonly explainWaiting: Pick<ExplainWaiting, 'channel'>
  /** How many calls run in a channel now. */
  readonly runningCalls: (channel: Channel) => number
}

/** A channel that stands still for no known reason. */
export interface Standstill {
  /** When it was first seen so, wall ms. */
  readonly sinceMs: number
  /** Items that could start. */
  readonly readyItems: number
  readonly runningCalls: number
}

/** The work of a channel at one look. */
interface Seen {
  /** Items of live jobs that have ended, and those in flight: changes with every start and end. */
  moved: string
  ended: number
  inFlight: number
  jobs: number
  readonly subscriptions: Set<string>
  ready: number
  sinceMs: number
}

/**
 * Finds channels with items that could start, held by no known reason, of which none starts or ends. Looks at them every 10 s; costs nothing in between.
 */
export class Standstills implements Service {
  readonly #options: StandstillsOptions
  #seen: ReadonlyMap<string, Seen> = new Map()
  #cancel: (() => void) | null = null

  constructor(options: StandstillsOptions) {
    this.#options = options
  }

  start(): void {
    this.#cancel = this.#options.clock.after(LOOK_EVERY_MS, () => {
      this.look()
      this.start()
    })
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
  }

  /** The channels that had items that had not ended at the last look. */
  get busy(): readonly string[] {
    return [...this.#seen.keys()]
  }

  /** Whether a channel stands still; null: it does not. */
  of(name: string): Standstill | null {
    const { clock, channels, runningCalls } = this.#options
    const seen = this.#seen.get(name)
    const channel = channels.get(name)
    if (seen === undefined || channel === undefined) return null
    if (seen.ready === 0 || clock.nowMs() - seen.sinceMs < STANDSTILL_MS) return null
    return { sinceMs: seen.sinceMs, readyItems: seen.ready, runningCalls: runningCalls(channel) }
  }

  /** Looks at all channels that have items. */
  look(): void {
    const { clock, liveJobs, explainWaiting } = this.#options
    const now = new Map<string, Seen>()
    for (const { record, succeeded, failed, cancelled, inFlight } of liveJobs.values()) {
      const { channel } = record.envelope
      if (isHiddenChannel(channel)) continue
      let seen = now.get(channel)
      if (seen === undefined) {
        const counts = { moved: '', ended: 0, inFlight: 0, jobs: 0, ready: 0 }
        now.set(channel, (seen = { ...counts, subscriptions: new Set(), sinceMs: clock.nowMs() }))
      }
      seen.ended += succeeded + failed + cancelled
      seen.inFlight += inFlight
      seen.jobs++
      seen.subscriptions.add(record.subscription)
    }
    for (const [name, seen] of now) {
      for (const subscription of seen.subscriptions) {
        // Items that wait for a known reason, such as a rate limit, are none of these.
        const turn = explainWaiting.channel(name, subscription).find(({ reason }) => reason === 'backlog')
        seen.ready += turn?.items ?? 0
      }
      seen.moved = `${seen.jobs} ${seen.ended} ${seen.inFlight}`
      const before = this.#seen.get(name)
      if (before !== undefined && before.moved === seen.moved && before.ready > 0 && seen.ready > 0)
        seen.sinceMs = before.sinceMs
    }
    this.#seen = now
  }
}
