// All jobs and channels are followed by the SDK and by `waybill top`: real processes, real sockets.

import { createClient, type JobSummary, type UpdateEvent, type Waybill } from '@waybill/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CliWorld } from '../support/cli-world.ts'

let world: CliWorld
let waybill: Waybill
beforeAll(async () => {
  world = await CliWorld.create()
  waybill = createClient({ baseUrl: world.server.url })
})
afterAll(() => world?.remove())

/** Follows until an update is the one. @returns all of them */
async function followUntil(isLast: (update: UpdateEvent) => boolean, client = waybill): Promise<UpdateEvent[]> {
  const updates: UpdateEvent[] = []
  for await (const update of client.live.follow()) {
    updates.push(update)
    if (isLast(update)) return updates
  }
  throw new Error('Cannot follow as updates must not end: they did')
}

const jobsIn = (update: UpdateEvent): readonly JobSummary[] => (update.event === 'jobs' ? update.data.jobs : [])

describe('updates', () => {
  test('report a job from its start to its end, after the request to read', async () => {
    let id = ''
    const seen: JobSummary[] = []
    await followUntil((update) => {
      if (update.event === 'resync' && id === '')
        void waybill.jobs
          .submit({ channel: 'shop', objectType: 'price', action: 'update', items: [{ id: 's1' }, { id: 'bad2' }] })
          .then((job) => (id = job.id))
      seen.push(...jobsIn(update).filter((job) => job.id === id))
      return seen.at(-1)?.done === true
    })
    expect(seen.at(-1)).toMatchObject({ outcome: 'partial', counts: { total: 2, succeeded: 1, failed: 1 } })
    const map = await waybill.live.jobMap(id, { buckets: 1 })
    expect([map.total, map.counts.succeeded, map.counts.failed]).toEqual([2, [1], [1]])
  }, 60_000)

  test('end with the token, and a client that has none is refused', async () => {
    const token = await waybill.tokens.create({ name: 'viewer', scopes: ['jobs:read', 'channels:read'] })
    const viewer = createClient({ baseUrl: world.server.url, token: token.token! })
    const revoking: Promise<unknown>[] = []
    const following = followUntil((update) => {
      if (update.event === 'channels') revoking[0] ??= waybill.tokens.revoke(token.id)
      return false
    }, viewer)
    await expect(following).rejects.toMatchObject({ status: 401 })
    await revoking[0]
  }, 60_000)
})

describe('waybill top', () => {
  test('prints channels and unfinished jobs once', async () => {
    const { id } = await world.submit([{ id: 's1' }], ['--channel', 'stuck', '--detach'])
    const { code, stdout } = await world.cli.run(['top', '--once'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^CHANNEL +STATE +ITEMS\/S/)
    expect(stdout).toMatch(/^stuck +paused +0\.0 +0 +1 +0 +paused$/m)
    expect(stdout).toMatch(new RegExp(`^${id} +pending +0 % +1 +0 +0\\.0 +stuck +paused$`, 'm'))
    const json = await world.cli.run(['top', '--once', '--json', '--jobs', '1'])
    expect(JSON.parse(json.stdout)).toMatchObject({ channels: expect.any(Array) as unknown, jobs: [{ id }] })
  }, 60_000)

  test('follows them, and ends with Ctrl-C', async () => {
    const run = world.cli.start(['top', '--json'])
    let text = ''
    run.child.stdout!.setEncoding('utf8').on('data', (piece: string) => (text += piece))
    const deadline = Date.now() + 30_000
    const until = async (seen: () => boolean) => {
      while (!seen() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50))
      expect(text).toSatisfy(seen)
    }
    await until(() => text.includes('"event":"channels"'))
    const { id } = await world.submit([{ id: 's1' }])
    await until(() => text.includes(id))
    run.child.kill('SIGINT')
    expect((await run.end()).code).toBe(0)
  }, 60_000)
})
