import type { JobEnd } from '../model/job.ts'
import type { LiveJob } from '../model/live-job.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import { endsOf, type OwnChanges } from './commit-shares.ts'
import type { CountedChange, CountedCommit, OutcomeCounts } from './count-outcomes.ts'
import type { DurableCommit } from './durable-commit.ts'

/** Commits of so long are one event: with 100 keys there are 700 commits a second, and counting each apart took 1 % of the processor time. */
const REPORT_EVERY_MS = 50
/** Items of an event; their records (64 bytes each) are kept until then. */
const MAX_REPORTED_ITEMS = 16_384

/** Reports durable commits, those of 50 ms together; the ends of jobs at once, after all commits before them. */
export class CommitReports {
  readonly #clock: Pick<Clock, 'after'>
  readonly #telemetry: Telemetry
  readonly #counts: OutcomeCounts
  #commits: CountedCommit[] = []
  #jobs = new Map<LiveJob, CountedChange>()
  #items = 0
  #cancel: (() => void) | null = null

  constructor(
    { clock, telemetry }: { readonly clock: Pick<Clock, 'after'>; readonly telemetry: Telemetry },
    counts: OutcomeCounts,
  ) {
    this.#clock = clock
    this.#telemetry = telemetry
    this.#counts = counts
  }

  add(commit: DurableCommit, changes: readonly OwnChanges[]): void {
    const ends = endsOf(changes)
    if (this.#telemetry.listens('outcomes.committed')) {
      let items = 0
      for (const { tally } of changes) {
        for (const [job, change] of tally.jobs) this.#note(job, change)
        items += tally.durable.count
      }
      this.#commits.push({ ...commit, items })
      this.#items += items
      if (ends.size > 0 || this.#items >= MAX_REPORTED_ITEMS) this.#report(ends)
      else this.#cancel ??= this.#clock.after(REPORT_EVERY_MS, () => this.#report(NO_ENDS))
    }
    for (const { record } of ends.keys()) this.#telemetry.emit('job.ended', record)
  }

  /** Reports what is kept. */
  flush(): void {
    if (this.#commits.length > 0) this.#report(NO_ENDS)
  }

  #report(ends: ReadonlyMap<LiveJob, JobEnd>): void {
    this.#cancel?.()
    this.#cancel = null
    const [commits, jobs] = [this.#commits, this.#jobs]
    this.#commits = []
    this.#jobs = new Map()
    this.#items = 0
    this.#telemetry.emit('outcomes.committed', this.#counts.eventOf(commits, { jobs, ends }))
  }

  #note(job: LiveJob, { succeeded, failed, cancelled }: CountedChange): void {
    const sum = this.#jobs.get(job)
    if (sum === undefined) {
      this.#jobs.set(job, { succeeded, failed, cancelled })
      return
    }
    sum.succeeded += succeeded
    sum.failed += failed
    sum.cancelled += cancelled
  }
}

const NO_ENDS: ReadonlyMap<LiveJob, JobEnd> = new Map()
