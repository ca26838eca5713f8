import { DatabaseSync } from 'node:sqlite'
import { keyIdOf } from '../../../secrets/key-ring.ts'
import { readSql } from '../tables/statements.ts'
import { refuseMigrated } from './migration-mark.ts'
import { readStoppedFolder } from './stopped-folder.ts'

/**
 * Calls back with the ids of the keys that secrets of a data folder are sealed with. No server runs on it, and none starts before that has returned: it would
 * seal its secrets with a key that is about to be removed.
 * @throws Error saying why it cannot be read
 */
export function withSealingKeys<T>(dataDir: string, use: (ids: ReadonlySet<string>) => T): T {
  const refused = 'Cannot prune keys'
  refuseMigrated(dataDir, refused)
  return readStoppedFolder(dataDir, { refused, makesLock: true, read: (file) => use(keysOf(file, refused)) })
}

function keysOf(file: string, refused: string): ReadonlySet<string> {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    const rows = db.prepare(readSql.listSealed).all() as { sealed: string }[]
    return new Set(rows.map(({ sealed }) => keyIdOf(sealed)))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`${refused} as this version must be able to read ${file}: ${why}`)
  } finally {
    db.close()
  }
}
