import type { Backlog } from './backlog.ts'
import type { ChannelLine } from './lines.ts'
import { STEP_ITEMS } from './partitions.ts'
import type { Waits } from './timer-heap.ts'

/** Items that wait for their retries and are made due, a bounded number in a step: those that waited when it was asked for, and no others. */
export class HastenedRetries {
  readonly #backlog: Backlog
  /** Channels, the waits there were, and how far that got. */
  readonly #entries: { readonly channel: ChannelLine; readonly waits: Waits; at: number }[] = []

  constructor(backlog: Backlog) {
    this.#backlog = backlog
  }

  get empty(): boolean {
    return this.#entries.length === 0
  }

  add(channel: ChannelLine): void {
    this.#entries.push({ channel, waits: this.#backlog.waits.all(), at: 0 })
    for (const job of this.#backlog.jobs()) if (job.subscription.channel === channel) job.lastRetryMs = 0
    channel.forgetRetryTimes()
  }

  step(): void {
    const entry = this.#entries[0]
    if (entry === undefined) return
    const { channel, waits } = entry
    entry.at = this.#backlog.makeDue(channel, { waits, from: entry.at, most: STEP_ITEMS })
    if (entry.at >= waits.ids.length) this.#entries.shift()
    this.#backlog.touched.add(channel)
  }
}
