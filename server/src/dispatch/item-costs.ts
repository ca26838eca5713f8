import type { Channel } from '../limits/channel-registry.ts'
import type { JobRef } from '../model/ids.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import { type OutcomeBatch, OutcomeView } from '../model/outcome-batch.ts'

/** Items over which a measurement fades to nothing. */
const FADE_ITEMS = 256

/** Time per item, as a moving average. */
class ItemTime {
  #items = 0
  #ms = 0

  get msPerItem(): number {
    return this.#items === 0 ? 0 : this.#ms / this.#items
  }

  add(items: number, ms: number): void {
    const kept = Math.max(0, 1 - items / FADE_ITEMS)
    this.#items = this.#items * kept + items
    this.#ms = this.#ms * kept + ms
  }
}

/** Measures the cost of a job's items, relative to those of other jobs of the channel, by the time of their calls: the unit of fair turns. */
export class ItemCosts {
  readonly #liveJobs: Pick<LiveJobs, 'byRef'>
  readonly #jobs = new WeakMap<LiveJob, ItemTime>()
  readonly #channels = new Map<string, ItemTime>()

  constructor(liveJobs: Pick<LiveJobs, 'byRef'>) {
    this.#liveJobs = liveJobs
  }

  /** Takes the outcomes of calls. Items of one call have its start and end, and share its time. */
  add({ name, config }: Channel, batch: OutcomeBatch): void {
    const perCall = config.connector.type === 'sandbox' ? 1 : config.connector.batchSize
    const view = new OutcomeView(batch)
    for (let n = 0; n < view.count;) {
      const ref = view.jobRef(n)
      let items = 0
      let ms = 0
      while (n < view.count && view.jobRef(n) === ref) {
        const [startedAtMs, endedAtMs] = [view.startedAtMs(n), view.endedAtMs(n)]
        const first = n
        do n++
        while (
          n - first < perCall &&
          n < view.count &&
          view.jobRef(n) === ref &&
          view.startedAtMs(n) === startedAtMs &&
          view.endedAtMs(n) === endedAtMs
        )
        items += n - first
        ms += Math.max(0, endedAtMs - startedAtMs)
      }
      this.#timeOfChannel(name).add(items, ms)
      const job = this.#liveJobs.byRef(ref as JobRef)
      if (job !== undefined) this.#timeOfJob(job).add(items, ms)
    }
  }

  /** 1: as the channel's items on average, or nothing is known. */
  of(job: LiveJob): number {
    const own = this.#jobs.get(job)?.msPerItem ?? 0
    const average = this.#channels.get(job.record.envelope.channel)?.msPerItem ?? 0
    return own === 0 || average === 0 ? 1 : own / average
  }

  #timeOfJob(job: LiveJob): ItemTime {
    let time = this.#jobs.get(job)
    if (time === undefined) this.#jobs.set(job, (time = new ItemTime()))
    return time
  }

  #timeOfChannel(name: string): ItemTime {
    let time = this.#channels.get(name)
    if (time === undefined) this.#channels.set(name, (time = new ItemTime()))
    return time
  }
}
