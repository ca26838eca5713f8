import { describe, expect, test } from 'vitest'
import { failpointNames } from '../../server/src/runtime/failpoint.ts'
import { migrations } from '../../server/src/store/sqlite/migrations.ts'
import type { Failpoint } from '../support/server-process.ts'
import { runFailpoints } from './failpoint-run.ts'

/** Reached only by the first start on a folder: once for every step. */
const first: Failpoint[] = migrations.flatMap(() => [
  { name: 'store.migrate.written', hit: 1 },
  { name: 'store.migrate.durable', hit: 1 },
])
const names = failpointNames.filter((name) => !name.startsWith('store.migrate.'))

describe.concurrent('a process that is ended at every failpoint', () => {
  // Two servers at a time: this machine may have two cores.
  for (const half of [0, 1]) {
    const points = names.filter((_, n) => n % 2 === half).map((name): Failpoint => ({ name, hit: 1 }))
    test(`REC-1 REC-5 loses nothing, tells nothing twice and breaks no order, part ${half + 1}`, async () => {
      expect(await runFailpoints([...(half === 0 ? first : []), ...points])).toEqual([])
    })
  }
})
