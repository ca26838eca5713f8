import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JobRef } from '../model/ids.ts'
import type { JobRecord } from '../model/job.ts'
import { liveJob, LiveJobs, markReplaced } from '../model/live-job.ts'
import type { GatheredLot, Lot } from './lot.ts'
import { gatherLot } from './lot-delivery.ts'
import { LoadTurns } from './load-turns.ts'
import { MAX_LOT_BYTES } from './lot-size.ts'
import { PayloadCache } from './payload-cache.ts'

const MB = 1024 * 1024
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

interface Shape {
  /** Of each job, the items in each of its chunks. */
  readonly jobs: readonly (readonly number[])[]
  readonly lineBytes: number
  readonly cacheBytes: number
  /** Turns that an answer of the store takes. */
  readonly turns?: () => number
}

/** Jobs in a store that answers late, under a cache that may be too small for them. */
function world({ jobs, lineBytes, cacheBytes, turns = () => 1 }: Shape) {
  const liveJobs = new LiveJobs()
  const bodies = new Map<string, Uint8Array>()
  const items: { ref: number; index: number; chunk: number }[] = []
  const replaced = new Map<string, Uint8Array>()
  const asked: string[] = []
  let loading = 0
  jobs.forEach((chunks, n) => {
    const ref = n + 1
    const job = liveJob({ ref, id: `job_${ref}`, subscription: 'default', envelope: {} } as unknown as JobRecord)
    let index = 0
    chunks.forEach((count, chunk) => {
      job.chunkStarts.push(index)
      const lines = []
      for (let item = 0; item < count; item++, index++) {
        items.push({ ref, index, chunk })
        lines.push(`${lineOf(ref, index, lineBytes)}\n`)
      }
      bodies.set(`${ref}/${chunk}`, Buffer.from(lines.join('')))
    })
    liveJobs.add(job)
  })
  const payloads = new PayloadCache({
    maxBytes: cacheBytes,
    store: {
      async loadChunks(chunks) {
        loading += chunks.length
        asked.push(...chunks.map(({ ref, chunk }) => `${ref}/${chunk}`))
        const found = chunks.map(({ ref, chunk }) => bodies.get(`${ref}/${chunk}`)?.slice() ?? null)
        for (let left = turns(); left > 0; left--) await turn()
        loading -= chunks.length
        return found
      },
      async loadReplacements(items) {
        await turn()
        return items.map(({ ref, index }) => replaced.get(`${ref}/${index}`) ?? null)
      },
    },
  })
  const loads = new LoadTurns(2)
  return {
    replace(ref: number, index: number, line: string): void {
      replaced.set(`${ref}/${index}`, Buffer.from(line))
      markReplaced(liveJobs.byRef(ref as JobRef)!, index)
    },
    ...{ liveJobs, bodies, items, asked, payloads, loads, lineBytes, loading: () => loading },
    gather: async (list: readonly { ref: number; index: number }[]) =>
      gatherLot(lotOf(list), { payloads, liveJobs, turns: loads }),
  }
}

function lineOf(ref: number, index: number, bytes: number): string {
  return `${ref}/${index}/`.padEnd(bytes, 'x')
}

function lotOf(list: readonly { ref: number; index: number }[]): Lot {
  return {
    channel: null as never,
    permits: 1,
    count: list.length,
    itemHandles: Uint32Array.from(list, (_, n) => n),
    jobRefs: Uint32Array.from(list, ({ ref }) => ref),
    indexes: Uint32Array.from(list, ({ index }) => index),
    attempts: Uint16Array.from(list, () => 1),
    throttled: new Uint16Array(list.length),
    batched: null,
  }
}

function textsOf({ count, bodies, starts, ends }: GatheredLot): string[] {
  return Array.from({ length: count }, (_, n) => Buffer.from(bodies[n]!).toString('utf8', starts[n], ends[n]))
}

describe('gatherLot', () => {
  it('finds what it saw in the cache though its own loads push it out', async () => {
    const here = world({ jobs: [new Array<number>(40).fill(1)], lineBytes: 1000, cacheBytes: 3003 })
    for (const chunk of [0, 1, 2]) here.payloads.put(1 as JobRef, chunk, here.bodies.get(`1/${chunk}`)!)
    const lot = await here.gather(here.items)
    expect({ lost: lot.lost, left: lot.left }).toEqual({ lost: [], left: [] })
    expect(textsOf(lot)).toEqual(here.items.map(({ ref, index }) => lineOf(ref, index, 1000)))
    expect(here.asked).toHaveLength(37)
  })

  it('finds everything for lots that are gathered at the same time and push out what the others need', async () => {
    const here = world({ jobs: [new Array<number>(60).fill(3)], lineBytes: 100, cacheBytes: 600 })
    const lots = await Promise.all([0, 1, 2, 3].map((from) => here.gather(here.items.filter((_, n) => n % 4 === from))))
    for (const lot of lots) expect([lot.count, lot.lost, lot.left]).toEqual([45, [], []])
    expect(here.loads.running).toBe(0)
  })

  it('loses only what the store says it does not have, and says of which chunk', async () => {
    const here = world({ jobs: [[2, 2, 2]], lineBytes: 10, cacheBytes: 1 })
    here.bodies.delete('1/1')
    const lot = await here.gather(here.items)
    expect(lot.lost).toEqual([
      { n: 2, chunk: 1 },
      { n: 3, chunk: 1 },
    ])
    expect(textsOf(lot)).toHaveLength(4)
  })

  it('returns the items of a job that ended while they were loaded, and never reports them lost', async () => {
    const here = world({ jobs: [[2], [2]], lineBytes: 10, cacheBytes: 1 })
    const gathered = here.gather(here.items)
    here.liveJobs.remove(here.liveJobs.byRef(1 as JobRef)!)
    here.bodies.delete('1/0')
    const lot = await gathered
    expect([lot.left, lot.lost, lot.count]).toEqual([[0, 1], [], 2])
  })

  it('takes no more than a lot holds; the rest is returned', async () => {
    const here = world({ jobs: [new Array<number>(20).fill(1)], lineBytes: 900_000, cacheBytes: 2 * MB })
    const lot = await here.gather(here.items)
    expect(lot.count + lot.left.length).toBe(20)
    expect(lot.bytes).toBeGreaterThanOrEqual(MAX_LOT_BYTES)
    expect(lot.bytes).toBeLessThan(MAX_LOT_BYTES + MB)
  })

  it.each([1, 4 * MB])(
    'sends the data that replaced an item, never what its chunk has, with %i bytes of cache',
    async (cacheBytes) => {
      const here = world({ jobs: [[3, 2], [2]], lineBytes: 100, cacheBytes })
      for (const [address, body] of here.bodies) {
        const [ref, chunk] = address.split('/').map(Number)
        here.payloads.put(ref as JobRef, chunk!, body)
      }
      here.replace(1, 1, 'short')
      here.replace(1, 4, 'long'.repeat(200_000))
      const lot = await here.gather(here.items)
      const wanted = here.items.map(({ ref, index }) => lineOf(ref, index, 100))
      expect(textsOf(lot)).toEqual(wanted.with(1, 'short').with(4, 'long'.repeat(200_000)))
      expect([lot.left, lot.lost]).toEqual([[], []])
    },
  )

  it('sends what was replaced before all else when not everything fits', async () => {
    const here = world({ jobs: [new Array<number>(20).fill(1)], lineBytes: 900_000, cacheBytes: 2 * MB })
    here.replace(1, 19, 'new')
    const lot = await here.gather(here.items)
    expect(lot.left).not.toContain(19)
    expect(textsOf(lot).at(-1)).toBe('new')
  })

  it('loads two lots at once at most; the others wait for their turn and lose nothing', async () => {
    const jobs = [new Array<number>(200).fill(1)]
    const here = world({ jobs, lineBytes: 50_000, cacheBytes: MB, turns: () => 3 })
    const all = Promise.all(Array.from({ length: 10 }, (_, n) => here.gather(here.items.slice(n * 20, n * 20 + 20))))
    let isOver = false
    void all.then(() => (isOver = true))
    let most = 0
    while (!isOver) {
      // Two lots, 16 chunks of each, are asked for and not answered yet.
      most = Math.max(most, here.loading())
      await turn()
    }
    expect(most).toBe(32)
    for (const lot of await all) expect([lot.count, lot.left, lot.lost]).toEqual([20, [], []])
    expect(here.loads.running).toBe(0)
  })

  it('returns items that lie in too many chunks for one lot', async () => {
    const here = world({ jobs: [new Array<number>(600).fill(1)], lineBytes: 20, cacheBytes: 1 })
    const lot = await here.gather(here.items)
    expect([lot.count, lot.left.length, lot.lost]).toEqual([512, 88, []])
  })

  it('gives up its turn when the store cannot read', async () => {
    const turns = new LoadTurns(1)
    const cannotRead = (): Promise<never> => Promise.reject(new Error('cannot read'))
    const here = world({ jobs: [[1], [1]], lineBytes: 10, cacheBytes: 1 })
    const payloads = new PayloadCache({ store: { loadChunks: cannotRead, loadReplacements: cannotRead } })
    const lots = [1, 2].map(() => gatherLot(lotOf(here.items), { payloads, liveJobs: here.liveJobs, turns }))
    for (const lot of lots) await expect(lot).rejects.toThrow('cannot read')
    expect(turns.running).toBe(0)
  })

  it('accounts for every item once, with its own line, whatever the sizes and the order of answers', async () => {
    const shape = fc.record({
      jobs: fc.array(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 40 }), {
        minLength: 1,
        maxLength: 4,
      }),
      lineBytes: fc.integer({ min: 12, max: 3000 }),
      cacheBytes: fc.integer({ min: 1, max: 60_000 }),
      gone: fc.double({ min: 0, max: 0.2, noNaN: true }),
      cached: fc.double({ min: 0, max: 1, noNaN: true }),
      lots: fc.integer({ min: 1, max: 6 }),
      seed: fc.integer(),
    })
    await fc.assert(
      fc.asyncProperty(shape, async ({ gone, cached, lots: lotCount, seed, ...options }) => {
        let state = seed >>> 0
        const random = (): number => {
          state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
          return state / 2 ** 32
        }
        const here = world({ ...options, turns: () => Math.floor(random() * 4) })
        for (const [name, body] of here.bodies) {
          const [ref, chunk] = name.split('/').map(Number) as [JobRef, number]
          if (random() < gone) here.bodies.delete(name)
          else if (random() < cached) here.payloads.put(ref, chunk, body)
        }
        const groups = Array.from({ length: lotCount }, (): typeof here.items => [])
        for (const item of here.items.toSorted(() => random() - 0.5))
          groups[Math.floor(random() * lotCount)]!.push(item)
        const lots = await Promise.all(groups.map((group) => here.gather(group)))
        lots.forEach((lot, at) => {
          const group = groups[at]!
          const found = textsOf(lot)
          expect(found.length + lot.left.length + lot.lost.length).toBe(group.length)
          found.forEach((text, n) => {
            expect(text).toBe(lineOf(lot.jobRefs[n]!, lot.indexes[n]!, here.lineBytes))
          })
          for (const { n, chunk } of lot.lost) {
            const { ref, index } = group[n]!
            expect(here.items.find((item) => item.ref === ref && item.index === index)!.chunk).toBe(chunk)
            expect(here.bodies.has(`${ref}/${chunk}`)).toBe(false)
          }
        })
        expect(here.loads.running).toBe(0)
        expect(here.payloads.bytes).toBeLessThanOrEqual(Math.max(here.lineBytes * 6 + 6, options.cacheBytes))
      }),
      { numRuns: 150 },
    )
  })
})
