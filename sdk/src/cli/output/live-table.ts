import type { Channel, ChannelSummary, JobSummary, UpdateEvent } from '@waybill/spec'
import { describeState, describeWaits } from './describe-channel.ts'
import { formatPercent } from './describe-job.ts'
import { countOf, formatCount, formatSeconds } from './printable.ts'
import { formatTable } from './table.ts'

/** Ended jobs that are kept beside those that are shown: an update of one may come late. */
const KEPT_ENDED = 100

/** Jobs and channels as they are now, for people. */
export class LiveTable {
  readonly #channels = new Map<string, ChannelSummary>()
  readonly #jobs = new Map<string, JobSummary>()
  readonly #shownJobs: number

  /** @param shownJobs how many jobs at most */
  constructor(shownJobs: number) {
    this.#shownJobs = shownJobs
  }

  /** Begins anew with what was read. */
  reset(channels: readonly Pick<Channel, 'name' | 'state'>[], jobs: readonly JobSummary[]): void {
    this.#channels.clear()
    this.#jobs.clear()
    for (const { name, state } of channels) this.#channels.set(name, { name, state })
    for (const job of jobs) this.#jobs.set(job.id, job)
  }

  /** Takes over what changed. */
  apply(update: UpdateEvent): void {
    if (update.event === 'channels')
      for (const channel of update.data.channels) this.#channels.set(channel.name, channel)
    if (update.event !== 'jobs') return
    for (const id of update.data.deleted ?? []) this.#jobs.delete(id)
    for (const job of update.data.jobs)
      if (job.version >= (this.#jobs.get(job.id)?.version ?? 0)) this.#jobs.set(job.id, job)
    for (const job of this.#newestFirst()
      .filter(({ done }) => done)
      .slice(KEPT_ENDED))
      this.#jobs.delete(job.id)
  }

  lines(): string[] {
    const channels = [...this.#channels.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
    const jobs = this.#newestFirst()
    const unfinished = jobs.filter(({ done }) => !done)
    const shown = [...unfinished, ...jobs.filter(({ done }) => done)].slice(0, this.#shownJobs)
    return [
      ...formatTable(
        ['CHANNEL', 'STATE', 'ITEMS/S', 'RUNNING', 'PENDING', 'WAITING', 'WAITS FOR'],
        channels.map(channelRow),
      ),
      '',
      ...formatTable(
        ['JOB', 'STATUS', 'DONE', 'ITEMS', 'FAILED', 'ITEMS/S', 'LEFT', 'CHANNEL', 'WAITS FOR'],
        shown.map(jobRow),
      ),
      '',
      `${countOf(unfinished.length, 'job')} unfinished`,
    ]
  }

  #newestFirst(): JobSummary[] {
    return [...this.#jobs.values()].sort((a, b) =>
      a.createdAt === b.createdAt ? 0 : a.createdAt > b.createdAt ? -1 : 1,
    )
  }
}

function channelRow(channel: ChannelSummary): string[] {
  const { state } = channel
  const { counts, itemsPerSecond } = state
  return [
    channel.name,
    describeState(channel),
    itemsPerSecond.toFixed(1),
    ...[counts.running, counts.pending, counts.waiting].map(formatCount),
    describeWaits(state),
  ]
}

function jobRow(job: JobSummary): string[] {
  const { counts, progress } = job
  return [
    job.id,
    job.outcome ?? job.status,
    formatPercent(job),
    formatCount(counts.total),
    formatCount(counts.failed),
    (progress?.itemsPerSecond ?? 0).toFixed(1),
    job.done || progress?.etaSeconds == null ? '' : formatSeconds(progress.etaSeconds),
    job.channel,
    job.done ? '' : describeWaits(job),
  ]
}
