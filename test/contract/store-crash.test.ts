import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JobId } from '../../server/src/model/ids.ts'
import type { StoredItem } from '../../server/src/store/item-store.ts'
import type { Store } from '../../server/src/store/store.ts'
import { PER_COMMIT, SPREAD } from './store/crash-child.ts'
import { allItems, lineOf, textOf } from './store/fixtures.ts'
import { StoreWorld } from './store/world.ts'

const CHILD = new URL('./store/crash-child.ts', import.meta.url).pathname
/** When each process is killed: after this many acknowledgements, some before and some after the first fold. */
const KILLED_AFTER = [3, 40, 250, 100]

describe('store killed with kill -9', () => {
  let world: StoreWorld

  beforeEach(() => {
    world = new StoreWorld('disk')
  })

  afterEach(async () => {
    await world.close()
  })

  it('has all that was acknowledged, and nothing by halves', async () => {
    const said = { commits: new Set<number>(), published: new Set<string>(), publishing: new Set<string>() }
    let epoch = 0
    let firstCommit = 0
    for (const lines of KILLED_AFTER) {
      await runAndKill(firstCommit, lines, (what, value) => {
        if (what === 'commit') said.commits.add(Number(value))
        else said[what === 'published' ? 'published' : 'publishing'].add(value)
      })
      const store = await world.start()
      expect(store.epoch).toBeGreaterThan(epoch)
      epoch = store.epoch
      firstCommit = await checkOutcomes(store, said.commits)
      await checkJobs(store, said)
      said.publishing.clear()
      await store.stop()
    }
    expect(said.commits.size).toBeGreaterThan(KILLED_AFTER.length)
    expect(said.published.size).toBeGreaterThan(KILLED_AFTER.length)
  })

  async function runAndKill(
    firstCommit: number,
    lines: number,
    hear: (what: string, value: string) => void,
  ): Promise<void> {
    const child: ChildProcess = spawn(process.execPath, [CHILD, world.dataDir, String(firstCommit)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exit = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)))
    let heard = 0
    for await (const line of createInterface({ input: child.stdout! })) {
      const [what, value] = line.split(' ')
      hear(what!, value!)
      if (++heard === lines) child.kill('SIGKILL')
    }
    expect(await exit).toBe('SIGKILL')
  }
})

/** A commit is there whole or not at all; those acknowledged are there, each call once. @returns the first that is not there */
async function checkOutcomes(store: Store, acknowledged: ReadonlySet<number>): Promise<number> {
  const [job] = (await store.recover()).jobs
  if (job === undefined) {
    expect(acknowledged.size).toBe(0)
    return 0
  }
  const items = await allItems(store, job.ref)
  expect(items).toHaveLength(SPREAD * PER_COMMIT)
  for (let n = 0; n < SPREAD; n++) {
    const ofCommit = Array.from({ length: PER_COMMIT }, (_, at) => items[n + at * SPREAD]!)
    const logs = new Set(ofCommit.map(logOf))
    expect([n, [...logs]]).toEqual([n, logs.has('') && !acknowledged.has(n) ? [''] : [expectedLog(n)]])
  }
  const recovered: number[] = []
  await store.recoverChunks([job.ref], (chunks) => recovered.push(...chunks.flatMap((chunk) => [...chunk.verdicts])))
  expect(recovered).toEqual(items.map((item) => item.verdict))
  return recovered.indexOf(0)
}

function logOf(item: StoredItem): string {
  return item.log.map((call) => `${call.verdict} ${textOf(call.detail)}`).join(',')
}

function expectedLog(n: number): string {
  return `${n % 3 === 0 ? 2 : 1} ${n % 2 === 0 ? JSON.stringify({ commit: n }) : null}`
}

/** A job that was published is there with all its chunks; one that was not may be there whole, or not at all. */
async function checkJobs(
  store: Store,
  said: { published: ReadonlySet<string>; publishing: ReadonlySet<string> },
): Promise<void> {
  for (const id of said.publishing) {
    const job = await store.findJob(id as JobId)
    if (job === null) expect([id, said.published.has(id)]).toEqual([id, false])
    else
      expect((await allItems(store, job.ref)).map((item) => textOf(item.line))).toEqual(
        Array.from({ length: 6 }, (_, index) => lineOf(index)),
      )
  }
}
