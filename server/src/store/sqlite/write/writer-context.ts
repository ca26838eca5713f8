import type { DatabaseSync } from 'node:sqlite'
import { failpoint } from '../../../runtime/failpoint.ts'
import type { StoreCapacity } from '../../store-condition.ts'
import type { StoreError } from '../../store-error.ts'
import { Background } from '../thread/background.ts'
import { Checkpoints } from '../open/checkpoint.ts'
import { Counters } from '../tables/counters.ts'
import { DiskSpace } from '../open/disk-space.ts'
import { Erasure } from '../open/erasure.ts'
import { Folding } from '../outcomes/fold.ts'
import { OutcomeMaps } from '../../outcomes/outcome-maps.ts'
import { Reader } from '../read/reader.ts'
import { CommitMarks } from '../open/commit-marks.ts'
import { Removals } from './removals.ts'
import type { Reserve } from '../open/reserve.ts'
import { readBatch } from '../../../model/outcome-batch.ts'
import { prepareAll, writeSql, type WriteStatements } from '../tables/statements.ts'
import { Transactions } from '../thread/transactions.ts'
import { writeHandlers } from './write-handlers.ts'
import type { WriteHandlers } from './write-deps.ts'

/** The state of an opened writer. */
export interface WriterContext {
  readonly sql: WriteStatements
  readonly counters: Counters
  readonly maps: OutcomeMaps
  readonly folding: Folding
  readonly transactions: Transactions
  readonly marks: CommitMarks
  readonly background: Background
  readonly handlers: WriteHandlers
  readonly reader: Reader
  readonly checkpoints: Checkpoints | null
  readonly diskSpace: DiskSpace
  /** Frees space on a full disk, none of it for new work; false: there is none to free. */
  freeDiskSpace(): boolean
}

export interface OpenOptions {
  /** Null: in memory. */
  readonly reserve: Reserve | null
  readonly maxDataBytes: number | null
  onCapacity(capacity: StoreCapacity): void
  onFailure(error: StoreError): void
}

interface SegmentRow {
  readonly seq: number
  readonly records: Uint8Array
  readonly details: Uint8Array | null
}

/** Begins a start of the server: takes the next epoch, gives up drafts, and reads the segments of the last start. */
export function openWriterContext(
  db: DatabaseSync,
  { reserve, maxDataBytes, onCapacity, ...options }: OpenOptions,
): WriterContext {
  const sql = prepareAll(db, writeSql)
  sql.begin.run()
  const counters = new Counters(sql)
  sql.removeDrafts.run()
  sql.deleteDrafts.run()
  sql.abandonPartDrafts.run()
  FAILPOINT: failpoint('store.open.written')
  sql.commit.run()
  FAILPOINT: failpoint('store.open.durable')
  const maps = new OutcomeMaps(sql)
  for (const row of sql.listSegments.all() as unknown as SegmentRow[]) {
    maps.replay(row.seq, readBatch(row.records, row.details))
    counters.segmentSeq = Math.max(counters.segmentSeq, row.seq)
  }
  maps.keepLoaded()
  const erasure = new Erasure(db)
  const removals = new Removals(sql, erasure)
  const folding = new Folding({ sql, maps, counters, erasure })
  const marks = new CommitMarks({
    ...{ sql, epoch: counters.epoch, number: counters.commitMark },
    mayWrite: () => diskSpace.capacity === 'ample',
  })
  const transactions = new Transactions({ db, sql, counters, maps, marks })
  const checkpoints = reserve === null ? null : new Checkpoints(db, { maxBytes: reserve.targetBytes })
  const diskSpace = new DiskSpace({
    ...{ db, reserve, maxDataBytes },
    walBytes: () => checkpoints?.pendingBytes ?? 0,
    onChange: onCapacity,
  })
  const freeDiskSpace = (): boolean => {
    const given = diskSpace.giveReserve()
    return carry(checkpoints) || given
  }
  const background = new Background({
    ...{ db, sql, transactions, marks, maps, folding, removals, erasure, checkpoints, diskSpace, freeDiskSpace },
    ...options,
  })
  const handlers = writeHandlers({ sql, counters, maps, removals, erasure })
  const reader = new Reader(db)
  return {
    sql,
    counters,
    maps,
    folding,
    transactions,
    marks,
    background,
    handlers,
    reader,
    checkpoints,
    diskSpace,
    freeDiskSpace,
  }
}

/** Copies the WAL into the database, so that its space can be reused. @returns true if there was anything, and all of it was copied */
function carry(checkpoints: Checkpoints | null): boolean {
  if (checkpoints === null || checkpoints.pendingBytes === 0) return false
  try {
    checkpoints.carry()
    return checkpoints.pendingBytes === 0
  } catch {
    return false
  }
}
