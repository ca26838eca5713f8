import { Queue, Worker } from 'bullmq'
import { batchesOf } from './batches.mjs'

export async function connect({ url, options }) {
  const connection = { url }
  const queue = new Queue('bench', { connection, defaultJobOptions: { removeOnComplete: true } })
  await queue.waitUntilReady()
  return {
    async takeIn(items) {
      for (const batch of batchesOf(items)) await queue.addBulk(batch.map((data) => ({ name: 'deliver', data })))
    },
    deliver: ({ total, handle }) =>
      new Promise((resolve, reject) => {
        const worker = new Worker('bench', async ({ data }) => handle(data), { connection, ...options, autorun: false })
        let completed = 0
        worker.on('completed', () => {
          if (++completed === total) resolve()
        })
        worker.on('error', reject)
        worker.on('failed', (_job, error) => reject(error))
        worker.run().catch(reject)
      }),
  }
}
