import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Item, ItemPage, Job } from '@waybill/spec'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createServer } from '../app.ts'
import { readCommand } from '../config.ts'
import { CHANNELS_LISTENER } from '../runtime/failpoint.ts'
import type { AdoptedChannels } from './adopted-channels.ts'
import { IdleChannels } from './idle-channels.ts'

const MODULE = fileURLToPath(new URL('../dispatch/testing/no-op.fixture.ts', import.meta.url))
const PERIOD_MS = 50
const ITEMS = 6

let folder: string
let app: FastifyInstance
let channels: AdoptedChannels

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-channels-'))
  const file = join(folder, 'waybill.yaml')
  const rateLimit = { limit: 1, periodMs: PERIOD_MS, burst: 1 }
  writeFileSync(
    file,
    JSON.stringify({ channels: { shop: { connector: { type: 'module', path: MODULE }, rateLimit } } }),
  )
  const args = ['--store', 'memory', '--data', folder, '--dev', '--threads', '1', '--config', file]
  const command = readCommand(args, {})
  if (command.action !== 'serve') throw new Error('not serve')
  const listener = Symbol.for(CHANNELS_LISTENER)
  Object.assign(globalThis, { [listener]: (offered: AdoptedChannels) => (channels = offered) })
  try {
    app = await createServer(command.config)
  } finally {
    Reflect.deleteProperty(globalThis, listener)
  }
})

afterAll(async () => {
  await app.close()
  rmSync(folder, { recursive: true })
})

async function submit(): Promise<Job> {
  const items = Array.from({ length: ITEMS }, (_, n) => ({ id: `sku-${n}`, partitionKey: `key-${n % 2}` }))
  const payload = { channel: 'shop', objectType: 'product', action: 'update', items }
  return (await app.inject({ method: 'POST', url: '/v1/jobs', payload })).json<Job>()
}

async function read(id: string, seconds: number): Promise<Job> {
  const headers = seconds === 0 ? {} : { prefer: `wait=${seconds}` }
  return (await app.inject({ method: 'GET', url: `/v1/jobs/${id}`, headers })).json<Job>()
}

async function untilDone({ id }: Job): Promise<Job> {
  for (;;) {
    const job = await read(id, 8)
    if (job.done) return job
  }
}

/** A job is shown as it was up to 2 s ago. */
async function untilWaits({ id }: Job, waiting: readonly object[]): Promise<void> {
  const look = async (): Promise<void> => expect((await read(id, 0)).waiting).toMatchObject(waiting)
  await vi.waitFor(look, { timeout: 30_000, interval: 100 })
}

async function pause(verb: 'pause' | 'resume'): Promise<void> {
  await app.inject({ method: 'POST', url: `/v1/channels/shop/${verb}` })
}

function startsByKey(items: readonly Item[]): (string | null)[][] {
  return [0, 1].map((key) => items.filter(({ index }) => index % 2 === key).map(({ startedAt }) => startedAt))
}

test('a channel without jobs has no runtime, and continues with its next job where its gate, order and answers are', async () => {
  const ended = vi.spyOn(IdleChannels.prototype, 'lastJobEnded')
  const startMs = performance.now()
  await untilDone(await submit())
  expect(ended.mock.calls).toEqual([['shop']])
  ended.mockRestore()
  expect(channels.runtimes).toBe(1)
  await channels.dropUnused('shop')
  expect(channels.runtimes).toBe(0)
  expect(channels.ports.explainWaiting.channel('shop', 'default')).toEqual([])

  await pause('pause')
  const second = await submit()
  expect(channels.runtimes).toBe(1)
  await channels.dropUnused('shop')
  expect(channels.runtimes).toBe(1) // it has a job
  await untilWaits(second, [
    { reason: 'partition', items: ITEMS - 2 },
    { reason: 'paused', items: 2 },
  ])
  await pause('resume')
  expect(await untilDone(second)).toMatchObject({ outcome: 'succeeded', counts: { succeeded: ITEMS } })
  // A burst of one: the second job began where the first one left the gate.
  expect(performance.now() - startMs).toBeGreaterThan((2 * ITEMS - 1) * PERIOD_MS - 1)
  const { items } = (await app.inject({ method: 'GET', url: `/v1/jobs/${second.id}/items` })).json<ItemPage>()
  expect(items).toHaveLength(ITEMS)
  for (const starts of startsByKey(items)) expect(starts).toEqual(starts.toSorted())
})

test('a channel whose runtime was dropped can be released and adopted', async () => {
  await untilDone(await submit())
  await channels.dropUnused('shop')
  await channels.release('shop')
  const late = await submit()
  expect(channels.runtimes).toBe(0)
  await channels.adopt('shop')
  expect(await untilDone(late)).toMatchObject({ outcome: 'succeeded', counts: { succeeded: ITEMS } })
  await channels.dropUnused('shop')
  expect([channels.runtimes, channels.liveJobs.size]).toEqual([0, 0])
})
