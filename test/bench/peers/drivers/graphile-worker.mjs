import { Logger, makeWorkerUtils, run } from 'graphile-worker'
import { setTimeout as sleep } from 'node:timers/promises'
import { batchesOf } from './batches.mjs'

/** How often it is asked whether the last completions are stored, after the last handler has ended. */
const POLL_MS = 5
const logger = new Logger(() => () => {})

export async function connect({ url, options }) {
  const utils = await makeWorkerUtils({ connectionString: url, logger })
  await utils.migrate()
  return {
    async takeIn(items) {
      for (const batch of batchesOf(items)) {
        await utils.addJobs(
          batch.map((payload) => ({
            identifier: 'deliver',
            payload,
            ...(options.namedQueues && { queueName: payload.partitionKey ?? payload.id }),
          })),
        )
      }
    },
    async deliver({ total, handle }) {
      let handled = 0
      let allHandled
      const untilAllHandled = new Promise((resolve) => (allHandled = resolve))
      await run({
        preset: { worker: { connectionString: url, ...options.worker } },
        logger,
        noHandleSignals: true,
        taskList: {
          deliver: async (payload) => {
            handle(payload)
            if (++handled === total) allHandled()
          },
        },
      })
      await untilAllHandled
      const isLeft = 'select exists (select from graphile_worker.jobs) as left'
      for (;;) {
        const { rows } = await utils.withPgClient((client) => client.query(isLeft))
        if (!rows[0].left) return
        await sleep(POLL_MS)
      }
    },
  }
}
