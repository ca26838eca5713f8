import Database from 'better-sqlite3'
import { join } from 'node:path'
import { better, defineQueue, defineWorker } from 'plainjob'
import { batchesOf } from './batches.mjs'

const nothing = () => {}
const logger = { error: console.error, warn: nothing, info: nothing, debug: nothing }

export async function connect({ folder }) {
  const queue = defineQueue({ connection: better(new Database(join(folder, 'plainjob.db'))), logger })
  return {
    async takeIn(items) {
      for (const batch of batchesOf(items)) queue.addMany('deliver', batch)
    },
    deliver: ({ total, handle, isOver }) =>
      new Promise((resolve, reject) => {
        let completed = 0
        const worker = defineWorker('deliver', ({ data }) => handle(JSON.parse(data)), {
          queue,
          logger,
          // It never yields to timers while it has work: the end of the time is checked here.
          onCompleted() {
            if (++completed < total && !isOver()) return
            worker.stop().then(resolve, reject)
          },
          onFailed: (_job, error) => reject(new Error(error)),
        })
        worker.start().catch(reject)
      }),
  }
}
