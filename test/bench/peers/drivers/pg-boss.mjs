import { PgBoss } from 'pg-boss'
import { batchesOf } from './batches.mjs'

export async function connect({ url, options: { policy, batchSize } }) {
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false })
  boss.on('error', (error) => {
    throw error
  })
  await boss.start()
  await boss.createQueue('bench', { policy })
  const ordered = policy === 'key_strict_fifo'
  return {
    async takeIn(items) {
      for (const batch of batchesOf(items)) {
        await boss.insert(
          'bench',
          batch.map((data) => ({ data, ...(ordered && { singletonKey: data.partitionKey ?? data.id }) })),
        )
      }
    },
    // fetch() and complete(), not work(): that one waits half a second after a batch that is not full.
    async deliver({ total, handle, isOver }) {
      for (let completed = 0; completed < total && !isOver();) {
        const jobs = await boss.fetch('bench', { batchSize })
        for (const { data } of jobs) handle(data)
        if (jobs.length > 0)
          await boss.complete(
            'bench',
            jobs.map(({ id }) => id),
          )
        completed += jobs.length
      }
    },
  }
}
