import { stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { StoreSizes } from '../../store-sizes.ts'
import { DATABASE_FILE } from './folder.ts'

/** Measures the files of a data folder; null: they are not there, or may not be looked at. */
export async function folderSizes(dataDir: string): Promise<StoreSizes | null> {
  const file = join(dataDir, DATABASE_FILE)
  try {
    const [database, wal, disk] = await Promise.all([stat(file), walBytes(`${file}-wal`), statfs(dataDir)])
    return { storeBytes: database.size, walBytes: wal, freeBytes: disk.bavail * disk.bsize }
  } catch {
    return null
  }
}

/** There is none after a checkpoint that closed it. */
async function walBytes(file: string): Promise<number> {
  try {
    return (await stat(file)).size
  } catch {
    return 0
  }
}
