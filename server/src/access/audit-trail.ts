import { type AuditEntry, serverEntry } from '../model/audit.ts'
import { isHiddenChannel } from '../model/webhook-event.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { AuditCorrection, AuditFound, AuditQuery, AuditStore } from '../store/audit-store.ts'
import type { ExpiredJob } from '../store/job-store.ts'
import { AuditTallies, type TallyKind } from './audit-tallies.ts'

export interface AuditTrailOptions {
  readonly store: AuditStore
  readonly clock: Pick<Clock, 'nowMs' | 'after'>
  readonly logger: Logger
}

/** How long a count may be in memory alone: what a crash loses of it. */
const WRITE_AFTER_MS = 1000
/** After a write that failed: the store is full, or does not answer. */
const WRITE_AGAIN_MS = 10_000
const ENTRIES_A_WRITE = 1000
/** Corrections that wait while the store takes none; further ones are left out, and the entries say what was planned. */
const MAX_CORRECTIONS = 10_000

/**
 * The audit as requests write it. An entry of a change becomes durable with the change itself (`store/audited-act.ts`); this writes all others: requests that are only
 * counted, changes of which nothing is stored, and answers that differ from what was planned. Called by `http`.
 */
export class AuditTrail {
  readonly #options: AuditTrailOptions
  readonly #tallies: AuditTallies
  #corrections: AuditCorrection[] = []
  #cancelTimer: (() => void) | null = null
  #writing: Promise<void> | null = null
  #failing = false

  constructor(options: AuditTrailOptions) {
    this.#options = options
    this.#tallies = new AuditTallies((wallMs) => options.store.nextAuditSeq(wallMs))
  }

  /** Entries that are being counted. */
  get size(): number {
    return this.#tallies.size
  }

  /** Counts a request; within a second that is durable. */
  count(kind: TallyKind, entry: AuditEntry): void {
    this.#tallies.add(kind, entry, this.#options.clock.nowMs())
    this.#writeLater(WRITE_AFTER_MS)
  }

  /** Counts a job that the server has removed, by subscription and hour: there may be as many as there are items. Those that deliver webhooks are shown to nobody. */
  purged({ id: job, subscription, channel }: ExpiredJob): void {
    if (!isHiddenChannel(channel)) this.count('requests', serverEntry('purgeJob', { subscription, job, channel }))
  }

  /** Writes the entry of one request. Resolves when it is durable; if it cannot be, it is counted. */
  async record(entry: AuditEntry): Promise<void> {
    const { store, clock, logger } = this.#options
    const seq = store.nextAuditSeq(clock.nowMs())
    try {
      await store.writeAudit({ entries: [{ ...entry, seq }], corrections: [] })
    } catch (error) {
      logger.warn({ action: entry.action, error: String(error) }, 'Cannot write an entry of the audit: it is counted')
      this.count('requests', entry)
    }
  }

  /** Notes that a request was answered otherwise than its entries say; within a second that is durable. */
  correct(correction: AuditCorrection): void {
    if (this.#corrections.length >= MAX_CORRECTIONS) return
    this.#corrections.push(correction)
    this.#writeLater(WRITE_AFTER_MS)
  }

  list(query: AuditQuery): Promise<AuditFound> {
    return this.#options.store.listAudit(query)
  }

  /** Writes what waits. */
  async stop(): Promise<void> {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    await this.#writing
    await this.#write()
  }

  #writeLater(delayMs: number): void {
    if (this.#cancelTimer !== null || this.#writing !== null) return
    this.#cancelTimer = this.#options.clock.after(delayMs, () => {
      this.#cancelTimer = null
      this.#writing = this.#write().finally(() => {
        this.#writing = null
        if (this.#failing) this.#writeLater(WRITE_AGAIN_MS)
      })
    })
  }

  async #write(): Promise<void> {
    const { store, clock, logger } = this.#options
    this.#failing = false
    for (;;) {
      const entries = this.#tallies.take(ENTRIES_A_WRITE)
      const corrections = this.#corrections.splice(0, ENTRIES_A_WRITE)
      if (entries.length === 0 && corrections.length === 0) break
      try {
        await store.writeAudit({ entries, corrections })
      } catch (error) {
        this.#tallies.giveBack(entries)
        this.#corrections.unshift(...corrections)
        this.#failing = true
        logger.warn({ error: String(error) }, 'Cannot write the audit: it is tried again')
        break
      }
    }
    this.#tallies.forget(clock.nowMs())
  }
}
