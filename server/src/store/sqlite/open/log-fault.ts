import { DATABASE_FILE, logOf } from './folder.ts'
import { readLogIndex } from './log-index.ts'
import { scanLog } from './scan-log.ts'

/** Why a database is not sound whose tables, or latest pages, were in its write-ahead log. */
export const LOST_LOG = `has lost its write-ahead log (${DATABASE_FILE}-wal is missing, empty or damaged), and what was stored last with it`

/**
 * Reads the write-ahead log that a server left which was ended by force. SQLite would take it up to its first faulty frame and forget the rest, as after a power
 * failure in the middle of a commit; here that is distinguished from damage. Changes nothing. Only while nobody uses the database, and before anybody does.
 * @returns what is wrong with the database, or null
 */
export function logFault(database: string): string | null {
  const log = scanLog(logOf(database))
  if (log === 'foreign') return LOST_LOG
  // Whether it may be empty, its mark knows (`commit-mark.ts`): a log is emptied at times, and after a power failure the index can be older.
  if (log === 'empty') return null
  if (log.damagedFrame !== null) {
    return `has a damaged write-ahead log (frame ${log.damagedFrame} of ${DATABASE_FILE}-wal is not as it was written), and has lost what was stored from there on`
  }
  const index = readLogIndex(`${database}-shm`)
  if (index === null || !index.salts.equals(log.salts) || index.frames <= log.soundFrames) return null
  return `has lost the end of its write-ahead log (${DATABASE_FILE}-wal has ${log.soundFrames} of ${index.frames} frames), and what was stored last with it`
}
