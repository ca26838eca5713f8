import { join } from 'node:path'
import { threadFile } from '../../runtime/thread-file.ts'
import type { Store } from '../store.ts'
import type { ThreadProgram } from '../thread/thread-line.ts'
import { createThreadedStore } from '../thread/threaded-store.ts'
import { damagedFolder, DATABASE_FILE } from './open/folder.ts'
import type { SqliteStoreOptions } from './store-options.ts'
import type { ThreadData } from './thread/thread-data.ts'

/** Makes a store on SQLite: a folder that survives the process, or memory. Does nothing before `start()`. */
export function createSqliteStore({ kind, dataDir, maxDataBytes = null, ...options }: SqliteStoreOptions): Store {
  const isOnDisk = kind === 'disk'
  if (isOnDisk && dataDir === null) {
    throw new RangeError('Cannot create store as kind disk must have a dataDir: current value is null')
  }
  const folder = isOnDisk ? dataDir : null
  const thread = (role: ThreadData['role']): ThreadProgram => ({
    name: `store-${role}`,
    file: threadFile('./thread/store-thread', import.meta.url),
    data: { role, dataDir: folder, maxDataBytes } satisfies ThreadData,
  })
  return createThreadedStore({
    ...options,
    program: {
      // In memory a second connection would see another database.
      threads: isOnDisk ? { writer: thread('writer'), reader: thread('reader') } : { writer: thread('writer') },
      damage: {
        fields: { file: join(dataDir ?? '', DATABASE_FILE) },
        message:
          'The data folder is damaged: no new work is accepted and no further call starts. Stop the server, restore a backup into an empty ' +
          `folder and start on that; waybill-server verify --data ${dataDir ?? ''} reports what is damaged`,
      },
      damagedAtStart: (error) => (folder === null ? error : damagedFolder(folder, `is damaged (${error.message})`)),
    },
  })
}
