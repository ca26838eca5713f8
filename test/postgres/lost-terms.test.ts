import { expect, test } from 'vitest'
import { PostgresCluster } from '../support/postgres-cluster.ts'
import { loseTerms } from '../support/lost-terms.ts'

test('REC-2 channels that another server takes over are given up, and nothing of the others is held up', async () => {
  const cluster = await PostgresCluster.start()
  try {
    const env = { WAYBILL_DATABASE_URL: await cluster.createDatabase() }
    expect(await loseTerms({ store: 'postgres', env })).toEqual([])
  } finally {
    await cluster.close()
  }
}, 300_000)
