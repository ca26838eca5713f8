import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { FAILPOINT_LISTENER, failpointNames } from '../../server/src/runtime/failpoint.ts'
import { migrations } from '../../server/src/store/sqlite/open/migrations.ts'
import type { Failpoint } from '../support/server-process.ts'
import { runFailpoints } from './failpoint-run.ts'

/** Reached only by the first start on a folder: once for every step. */
const ofMigrations: Failpoint[] = migrations.flatMap(() => [
  { name: 'store.migrate.written', hit: 1 },
  { name: 'store.migrate.durable', hit: 1 },
])
const others = failpointNames
  .filter((name) => !name.startsWith('store.migrate.'))
  .map((name): Failpoint => ({ name, hit: 1 }))

/** Some 60 starts of a server, one after another. */
const TIMEOUT_MS = 480_000

describe.concurrent('a process that is ended at every failpoint', () => {
  // Two servers at a time: this machine may have two cores.
  for (const half of [0, 1]) {
    const points = [...(half === 0 ? ofMigrations : []), ...others.filter((_, n) => n % 2 === half)]
    test(
      `REC-1 REC-5 PRG-3 loses nothing, announces nothing twice and breaks no order, part ${half + 1}`,
      async () => {
        expect(await runFailpoints(points)).toEqual([])
      },
      TIMEOUT_MS,
    )
  }
})

test('a failpoint that no process ever reaches is reported', async () => {
  const faults = await runFailpoints([{ name: 'store.migrate.durable', hit: migrations.length + 1 }])
  expect(faults).toEqual([`failpoint store.migrate.durable was not reached ${migrations.length + 1} times`])
})

test('nothing of failpoints is left in what is built', () => {
  const dist = fileURLToPath(new URL('../../server/dist/', import.meta.url))
  const files = readdirSync(dist).filter((file) => file.endsWith('.js'))
  expect(files).toContain('main.js')
  // As texts: `outcomes.durable` is a method, too.
  const names = failpointNames.flatMap((name) => [`"${name}"`, `'${name}'`, `\`${name}\``])
  const traces = [/failpoint/i, FAILPOINT_LISTENER, ...names]
  const left = files.filter((file) => {
    const text = readFileSync(dist + file, 'utf8')
    return traces.some((trace) => (typeof trace === 'string' ? text.includes(trace) : trace.test(text)))
  })
  expect(left).toEqual([])
})
