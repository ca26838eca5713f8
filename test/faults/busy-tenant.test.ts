import { type Operation, operations, scopes } from '@waybill/spec'
import type { Channel, Job } from '@waybill/spec'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { HostileWorld } from '../support/hostile-world.ts'
import { operationPath } from '../support/operation-path.ts'
import { ADMIN_TOKEN, bearer, createToken, startTokenWorld, submitAs } from '../support/token-world.ts'

const all: readonly Operation[] = Object.values(operations)
const secured = all.filter((operation) => operation.scopes !== null)

let world: HostileWorld
beforeAll(async () => {
  world = await startTokenWorld()
})
afterAll(() => world.remove())

const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g

function withoutTimes(seen: object): string[] {
  return JSON.stringify(seen, null, 1).replace(TIME, 'TIME').split('\n')
}

/** Times as they are shown. Those of monotonic clocks move by a millisecond from one answer to the next. */
function timesIn(seen: object): number[] {
  // The end of what has ended is expected now, whenever that is.
  const text = JSON.stringify(seen).replace(/estimatedEndAt\\":\\"[^"]+/g, '')
  return [...text.matchAll(TIME)].map(([time]) => Date.parse(time))
}

describe('SEC-1 a tenant that works hard', () => {
  const BUSY_ITEMS = 10_000
  let quiet: string
  let busy: string
  let jobs: Job[]

  beforeAll(async () => {
    const own = scopes.filter((scope) => scope !== 'admin')
    quiet = (await createToken(world, own, { subscription: 'quiet' })).token
    busy = (await createToken(world, own, { subscription: 'busy' })).token
    const park = { retry: { rules: [{ code: ['ask'], then: 'park' }] } }
    const keyed = { partitionBy: '/data/key' }
    const ended = await submitAs(world, quiet, { items: [{ id: 'fails-q' }, { id: 'ok-q' }], executionId: 'of-quiet' })
    const parked = await submitAs(world, quiet, {
      ...{ ...park, ...keyed },
      items: ['parks-q', 'behind-q'].map((id) => ({ id, data: { key: 'k' } })),
    })
    const held = await submitAs(world, quiet, { channel: 'still', items: [{ id: 'sku-q' }] })
    const open = await submitAs(world, quiet, { open: true })
    const blocked = await submitAs(world, quiet, { items: [{ id: 'sku-q' }], dependsOn: [{ job: open.id }] })
    jobs = [ended, parked, held, open, blocked]
    await vi.waitFor(
      async () => {
        const [first, second] = await Promise.all([ended, parked].map(({ id }) => read<Job>(`/v1/jobs/${id}`)))
        expect([first!.done, second!.counts.waiting, second!.progress?.itemsPerSecond ?? 0]).toEqual([true, 1, 0])
      },
      { timeout: 30_000 },
    )
  }, 60_000)

  const read = async <T>(path: string, token = quiet): Promise<T> =>
    (await (await world.fetch(path, { headers: bearer(token) })).json()) as T

  /** Every answer that the quiet tenant can read, by path. */
  async function answers(): Promise<Record<string, unknown>> {
    const reads = secured.filter(({ method, operationId, scopes: wanted }) => {
      // Its own reads are in its audit, and the scope `metrics` is that of the operator's scraper.
      const moves = ['streamEvents', 'streamUpdates', 'listAudit', 'getMetrics', 'getStats'].includes(operationId)
      return method === 'GET' && !moves && !wanted!.includes('admin')
    })
    const ids = [
      ...jobs.map(({ id }) => ({ jobId: id, channel: 'shop', executionId: 'of-quiet' })),
      { jobId: jobs[1]!.id, index: '1', channel: 'still', executionId: 'of-quiet' },
    ]
    const paths = new Set(reads.flatMap((operation) => ids.map((named) => operationPath(operation, named))))
    const seen: Record<string, unknown> = {}
    for (const path of paths) {
      const answer = await world.fetch(path, { headers: { ...bearer(quiet), prefer: 'wait=0' } })
      const { status, headers } = answer
      const text = (await answer.text())
        .replace(/req_[0-9a-f]{32}/g, 'REQUEST')
        .replace(/("itemsPerBucket":\d+,"at":)"[^"]+"/, '$1AT')
        // Of the whole server, as getMetrics: for the same scope.
        .replace(/"disk":\{[^}]*\}/, '"disk":SPACE')
      seen[path] = [status, text, headers.get('etag'), headers.get('ratelimit'), headers.get('retry-after')]
    }
    return seen
  }

  test('changes no figure of another: what it reads stays as it was', async () => {
    const before = await answers()
    expect(Object.keys(before).length).toBeGreaterThanOrEqual(30)
    const items = Array.from({ length: BUSY_ITEMS }, (_, n) => ({ id: n % 50 === 0 ? `fails-${n}` : `busy-${n}` }))
    const job = await submitAs(world, busy, { items })
    const ofAdmin = (): Promise<Channel> => read<Channel>('/v1/channels/shop', ADMIN_TOKEN)
    await vi.waitFor(
      async () => {
        expect((await read<Job>(`/v1/jobs/${job.id}`, busy)).counts).toMatchObject({
          ...{ succeeded: expect.toSatisfy((count: number) => count > 100) as number },
          failed: expect.toSatisfy((count: number) => count > 5) as number,
        })
        expect((await ofAdmin()).state.runningCalls).toBeGreaterThan(0)
      },
      { timeout: 20_000, interval: 100 },
    )
    const during = await answers()
    // It has worked all the while, or nothing was shown.
    const { counts, done } = await read<Job>(`/v1/jobs/${job.id}`, busy)
    expect([done, counts.succeeded > 100]).toEqual([false, true])
    expect((await read<Channel>('/v1/channels/shop', busy)).state).toMatchObject({ runningCalls: null })
    expect(JSON.stringify(await read('/v1/audit'))).not.toContain('busy')
    expect(withoutTimes(during)).toEqual(withoutTimes(before))
    const moved = timesIn(during).filter((ms, n) => Math.abs(ms - timesIn(before)[n]!) > 50)
    expect(moved).toEqual([])
    await world.fetch(`/v1/jobs/${job.id}/cancel`, { method: 'POST', headers: bearer(busy) })
  }, 60_000)
})
