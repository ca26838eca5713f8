import type { AuditEntry, AuditSeq, NumberedAuditEntry } from '../model/audit.ts'
import type { JobId } from '../model/ids.ts'

/**
 * The audit. Entries of changes are not written here: a write that is made while an audited act runs (`audited-act.ts`) carries the act's entry,
 * which becomes durable in the same transaction, one for each job that the write makes or changes. The rules of every call stand in `store.ts`.
 */
export interface AuditStore {
  /** A new entry's number; synchronous, never given twice in one data folder. */
  nextAuditSeq(wallMs: number): AuditSeq

  /** Writes entries with their numbers and corrects answers, all or none. An entry whose number is stored takes its place, and its count is added. */
  writeAudit(change: AuditChange): Promise<void>

  /** Entries newest first. Looks at a bounded number of them: a page may be short, even empty, and be followed by another. */
  listAudit(query: AuditQuery): Promise<AuditFound>

  /** Removes entries that were made before a time, at most `limit`, oldest first. @returns how many */
  purgeAudit(beforeMs: number, limit: number): Promise<number>
}

export interface AuditChange {
  readonly entries: readonly NumberedAuditEntry[]
  readonly corrections: readonly AuditCorrection[]
}

/** The answer of a request differed from what its entries say. */
export interface AuditCorrection {
  readonly stored: StoredAct
  readonly status: number
  readonly code: string | null
}

/** Where the entries of an act are. */
export interface StoredAct {
  readonly firstSeq: AuditSeq
  /** Entries of no other act are among these numbers. */
  readonly size: number
}

export interface AuditQuery {
  /** Null: of all. */
  readonly subscription: string | null
  readonly limit: number
  /** Only entries before this one. */
  readonly beforeSeq?: AuditSeq
  /** Id of an access token, or a kind of caller. */
  readonly actor?: string
  readonly action?: string
  readonly jobId?: JobId
  readonly channel?: string
  readonly createdAfterMs?: number
  readonly createdBeforeMs?: number
}

export interface AuditFound {
  readonly entries: readonly NumberedAuditEntry[]
  /** Where the next page begins (`beforeSeq`); null: there is none. */
  readonly next: AuditSeq | null
}

/** An entry on its way with a write. */
export interface RidingEntry {
  readonly entry: AuditEntry
  /** Jobs that it concerns beside those that its path and the write name. */
  readonly jobs: readonly JobId[]
  readonly stored: StoredAct
}
