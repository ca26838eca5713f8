import { Queue, Worker } from 'groupmq'
import { Redis } from 'ioredis'
import { batchesOf } from './batches.mjs'

export async function connect({ url, options }) {
  const redis = new Redis(url, { maxRetriesPerRequest: null })
  const queue = new Queue({ redis, namespace: 'bench', autoBatch: { size: 100, maxWaitMs: 10 } })
  return {
    async takeIn(items) {
      for (const batch of batchesOf(items))
        await Promise.all(batch.map((data) => queue.add({ groupId: data.partitionKey ?? data.id, data })))
    },
    deliver: ({ total, handle }) =>
      new Promise((resolve, reject) => {
        const worker = new Worker({ queue, ...options, handler: async ({ data }) => handle(data) })
        let completed = 0
        worker.on('completed', () => {
          if (++completed === total) resolve()
        })
        worker.on('error', reject)
        worker.on('failed', (job) => reject(new Error(`Job failed: ${job.failedReason}`)))
        worker.run().catch(reject)
      }),
  }
}
