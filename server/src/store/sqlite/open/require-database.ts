import { statSync } from 'node:fs'
import { join } from 'node:path'
import { DATABASE_FILE, damagedFolder, isNewFolder } from './folder.ts'
import { logFault } from './log-fault.ts'

/** Refuses a folder that was used and has lost its database, or what its log held: continuing would hide the loss. @throws StoreError `damaged` */
export function requireDatabase(dataDir: string): void {
  if (isNewFolder(dataDir)) return
  const database = join(dataDir, DATABASE_FILE)
  const bytes = statSync(database, { throwIfNoEntry: false })?.size
  if (bytes === undefined) throw damagedFolder(dataDir, 'is missing, though a server has used the folder')
  if (bytes === 0) throw damagedFolder(dataDir, 'has 0 bytes')
  const fault = logFault(database)
  if (fault !== null) throw damagedFolder(dataDir, fault)
}
