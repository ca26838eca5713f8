import { readStoppedFolder } from './stopped-folder.ts'
import { type DatabaseReport, verifyDatabase } from './verify-database.ts'

/**
 * Reads a whole data folder on which no server runs, and reports what is stored and what is wrong with it. Changes nothing.
 * @throws Error saying why it cannot be read
 */
export function verifyFolder(dataDir: string): DatabaseReport {
  return readStoppedFolder(dataDir, { refused: 'Cannot verify data folder', read: verifyDatabase })
}
