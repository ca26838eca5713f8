import type { TermOf } from '../model/channel-term.ts'
import type { JobEvents } from '../model/webhook-event.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Service } from '../runtime/service.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import type { OutcomeStore } from '../store/outcome-store.ts'
import type { PassingError } from '../store/store-retries.ts'
import { ChannelLog } from './channel-log.ts'
import { CommitLine } from './commit-line.ts'
import { CommitReports } from './commit-reports.ts'
import { OutcomeCounts } from './count-outcomes.ts'

export interface CommitStageOptions {
  readonly store: Pick<OutcomeStore, 'commitOutcomes'>
  readonly clock: Clock
  readonly termOf: TermOf
  /** Called once when outcomes can no longer be made durable at all (I/O error, another server took over): the process must end. */
  readonly onFatal: (error: unknown) => void
  readonly logger: Logger
  readonly telemetry: Telemetry
  /** Makes the webhook events of what is committed. @default none */
  readonly events?: JobEvents
  /** Called after each commit. @default nobody */
  readonly onCommitted?: () => void
}

/** The commits that all channels of a process share: one line of transactions, their log and their counts. Stopped when no channel adds anything. */
export class CommitStage implements Service {
  readonly line: CommitLine
  readonly log: ChannelLog
  readonly counts = new OutcomeCounts()
  /** Outcomes that are about to be added. */
  readonly reading = new Set<Promise<void>>()
  readonly #reports: CommitReports

  constructor(options: CommitStageOptions) {
    this.#reports = new CommitReports(options, this.counts)
    this.log = new ChannelLog(options)
    this.line = new CommitLine({
      ...options,
      onCommitted: (changes, commit) => {
        options.onCommitted?.()
        // After the next items of the keys: nobody waits for what is counted.
        this.#reports.add(commit, changes)
      },
    })
  }

  /** Why commits fail that are tried again; null: they do not. */
  get commitRefusal(): PassingError['code'] | null {
    return this.line.refusal
  }

  /** Resolves when everything added so far is durable. @throws StoreError `disk_full`, `unavailable`: it is not yet; `closed`: it can never be */
  async durable(): Promise<void> {
    await Promise.all(this.reading)
    await this.line.durable()
  }

  /** Resolves when everything added is durable (or can never be). */
  async stop(): Promise<void> {
    await this.line.drain()
    this.#reports.flush()
    this.log.stop()
  }
}
