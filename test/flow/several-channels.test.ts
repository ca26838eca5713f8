import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CreatedAccessToken, Job, Problem } from '@waybill/spec'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { checkEachDelivered, checkNoOverlap, checkStages } from '../support/check-record.ts'
import { JSON_BODY } from '../support/hostile-world.ts'
import { type Delivery, RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { submit, untilDone } from '../support/submit.ts'
import type { CountedWork } from '../support/work-counter-preload.ts'

/*
 * The limits that channels of a process share, on a real server: calls and quotas of a subscription, threads, the slice of the event loop, and jobs that
 * wait for the end of a job of another channel.
 */

const ADMIN_TOKEN = 'wba_the-admin-token-of-these-tests'
const NAMES = ['one', 'two', 'three']
/** Calls take this long, so that they overlap. */
const CALL_MS = 40
const PATIENCE = { timeout: 60_000, interval: 50 }
/** Of an item of a module that computes. */
const BURN_MS = 300
/** About 10 ms: a step costs some 10 ns. As in loop-steps.test.ts. */
const MAX_STEPS = 1_000_000
const ITEMS_EACH = 1000

const modules = {
  burn: `export default { deliverItem() { const end = performance.now() + ${BURN_MS}; while (performance.now() < end); } }`,
  quick: 'export default { deliverItem() {} }',
}

let connector: RecordingConnector
let server: ServerProcess
/** Of jobs that are limited: calls that run, the most at once, and calls by channel. */
const limited = { jobs: new Set<string>(), running: 0, most: 0, calls: new Map<string, number>() }

function noteCall({ jobId, channel }: Delivery): void {
  if (!limited.jobs.has(jobId)) return
  limited.running++
  limited.most = Math.max(limited.most, limited.running)
  limited.calls.set(channel, (limited.calls.get(channel) ?? 0) + 1)
  // Before the answer is sent: a call that the server sees ended is not counted any more.
  setTimeout(() => limited.running--, CALL_MS - 5)
}

beforeAll(async () => {
  connector = new RecordingConnector({
    answer: (delivery) => {
      noteCall(delivery)
      return { kind: 'items', answer: () => ({ kind: 'succeeded' }), delayMs: CALL_MS }
    },
  })
  await connector.start()
  const http = () => ({ connector: { type: 'http', url: connector.url, allowPrivateAddresses: true }, concurrency: 6 })
  const module = (name: string) => ({ connector: { type: 'module', path: `./${name}.mjs` }, concurrency: 2 })
  const channels = {
    ...Object.fromEntries(NAMES.map((name) => [name, http()])),
    burn: module('burn'),
    ...Object.fromEntries(NAMES.map((name) => [`quick-${name}`, module('quick')])),
  }
  server = await ServerProcess.create({
    adminToken: ADMIN_TOKEN,
    args: ['--no-dev', '--threads', '2'],
    config: {
      channels,
      subscriptions: { limited: { maxRunningCalls: 5 }, small: { maxPendingItems: 10, maxOpenJobs: 2 } },
    },
  })
  for (const [name, text] of Object.entries(modules)) await writeFile(join(server.folder, `${name}.mjs`), text)
  await server.start()
}, 120_000)

afterAll(async () => {
  await server.remove()
  await connector.stop()
})

async function call<T>(method: string, path: string, token = ADMIN_TOKEN, body?: unknown) {
  const answer = await server.fetch(path, {
    ...{ method, headers: { authorization: `Bearer ${token}`, ...(body !== undefined && JSON_BODY) } },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as T }
}

async function tokenOf(subscription: string): Promise<string> {
  const body = { name: 'test', scopes: ['jobs:read', 'jobs:write'], subscription }
  return (await call<CreatedAccessToken>('POST', '/v1/tokens', ADMIN_TOKEN, body)).body.token!
}

const envelopeOf = (channel: string) => ({ channel, objectType: 'product', action: 'update' })
const itemsOf = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `sku-${n}` }))

function post<T = Job>(token: string, channel: string, members: object) {
  return call<T>('POST', '/v1/jobs', token, { ...envelopeOf(channel), ...members })
}

async function submitted(token: string, channel: string, members: object): Promise<Job> {
  const { status, body } = await post(token, channel, members)
  expect([status, body]).toEqual([202, expect.anything()])
  return body
}

async function ended(token: string, { id }: Job): Promise<Job> {
  const read = async (): Promise<Job> => (await call<Job>('GET', `/v1/jobs/${id}`, token)).body
  await vi.waitFor(async () => expect((await read()).done).toBe(true), PATIENCE)
  return read()
}

test('maxRunningCalls over three channels is used up and never exceeded, and each of them has calls', async () => {
  const token = await tokenOf('limited')
  await Promise.all(NAMES.map((name) => call('POST', `/v1/channels/${name}/pause`)))
  const jobs = await Promise.all(NAMES.map((name) => submitted(token, name, { items: itemsOf(120) })))
  for (const { id } of jobs) limited.jobs.add(id)
  await Promise.all(NAMES.map((name) => call('POST', `/v1/channels/${name}/resume`)))
  // Together they could run 18.
  await vi.waitFor(() => expect(limited.most).toBe(5), PATIENCE)
  await vi.waitFor(() => expect(NAMES.every((name) => (limited.calls.get(name) ?? 0) > 0)).toBe(true), PATIENCE)
  for (const job of jobs) expect((await ended(token, job)).counts.succeeded).toBe(120)
  expect(limited.most).toBe(5)
}, 90_000)

test('quotas count the items and the open jobs of all channels', async () => {
  const token = await tokenOf('small')
  await Promise.all(NAMES.map((name) => call('POST', `/v1/channels/${name}/pause`)))
  const held = [
    await submitted(token, 'one', { items: itemsOf(4) }),
    await submitted(token, 'two', { items: itemsOf(4) }),
  ]
  const refused = await post<Problem>(token, 'three', { items: itemsOf(3) })
  expect([refused.status, refused.body.code]).toEqual([429, 'quota_exceeded'])
  held.push(await submitted(token, 'three', { items: itemsOf(2) }))
  // Another subscription has quotas of its own.
  const other = await tokenOf('other')
  held.push(await submitted(other, 'one', { items: itemsOf(30) }))
  await Promise.all(NAMES.map((name) => call('POST', `/v1/channels/${name}/resume`)))
  for (const job of held.slice(0, 3)) expect((await ended(token, job)).outcome).toBe('succeeded')
  await ended(other, held[3]!)
  // What has ended does not count, on whichever channel it was.
  await ended(token, await submitted(token, 'three', { items: itemsOf(10) }))

  for (const name of NAMES.slice(0, 2)) expect((await post(token, name, { open: true })).status).toBe(201)
  const third = await post<Problem>(token, 'three', { open: true })
  expect([third.status, third.body.code]).toEqual([429, 'quota_exceeded'])
}, 90_000)

test('a module that computes without a pause leaves other modules their share of the threads', async () => {
  const token = await tokenOf('computing')
  // Two threads for some minutes, if it had both.
  const burning = await submitted(token, 'burn', { items: itemsOf(1000) })
  const countsOf = async () => (await call<Job>('GET', `/v1/jobs/${burning.id}`, token)).body.counts
  await vi.waitFor(async () => expect((await countsOf()).succeeded).toBeGreaterThan(3), PATIENCE)
  for (let round = 0; round < 2; round++) {
    const jobs = await Promise.all(NAMES.map((name) => submitted(token, `quick-${name}`, { items: itemsOf(200) })))
    for (const job of jobs) expect((await ended(token, job)).counts.succeeded).toBe(200)
  }
  const during = await countsOf()
  expect(during.pending + during.running).toBeGreaterThan(0)
  // It is not held up for good either.
  await vi.waitFor(async () => expect((await countsOf()).succeeded).toBeGreaterThan(during.succeeded), PATIENCE)
  await call('POST', `/v1/jobs/${burning.id}/cancel`, token)
  await ended(token, burning)
}, 200_000)

test('PRG-3 a job waits for the end of jobs of other channels, and names those that have not ended', async () => {
  const token = await tokenOf('chained')
  await call('POST', '/v1/channels/two/pause')
  const first = await submitted(token, 'one', { items: itemsOf(8) })
  const held = await submitted(token, 'two', { items: itemsOf(8) })
  const both = [first, held].map(({ id }) => ({ job: id, require: 'succeeded' }))
  const last = await submitted(token, 'three', { items: itemsOf(8), dependsOn: both })
  const afterLast = await submitted(token, 'one', { items: itemsOf(8), dependsOn: [{ job: last.id }] })
  await ended(token, first)
  const read = async ({ id }: Job): Promise<Job> => (await call<Job>('GET', `/v1/jobs/${id}`, token)).body
  const waits = [{ reason: 'dependency', items: 8, jobs: [held.id] }]
  await vi.waitFor(async () => expect((await read(last)).waiting).toMatchObject(waits), PATIENCE)
  expect((await read(afterLast)).waiting).toMatchObject([{ reason: 'dependency', jobs: [last.id] }])
  expect(connector.calls.some(({ jobId }) => jobId === last.id)).toBe(false)
  await call('POST', '/v1/channels/two/resume')
  for (const job of [held, last, afterLast]) expect((await ended(token, job)).outcome).toBe('succeeded')
  const stages = [
    { first: first.id, second: last.id },
    { first: held.id, second: last.id },
    { first: last.id, second: afterLast.id },
  ]
  const jobs = [first, held, last, afterLast].map(({ id }) => ({ jobId: id, keys: new Array<string>(8).fill('') }))
  const calls = connector.calls.filter(({ jobId }) => jobs.some((job) => job.jobId === jobId))
  expect([...checkStages(calls, stages), ...checkEachDelivered(calls, jobs), ...checkNoOverlap(calls)]).toEqual([])
}, 90_000)

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

test('100 busy channels hold the event loop for no longer than a slice, counted in steps', async () => {
  const channel = () => ({ connector: { type: 'http', url: connector.url, batchSize: 100 }, concurrency: 2 })
  const names = Array.from({ length: 100 }, (_, n) => `channel-${n}`)
  const config = { channels: Object.fromEntries([...names, 'gate'].map((name) => [name, channel()])) as object }
  const counting = await ServerProcess.create({
    ...{ config, fromSource: true, store: 'memory' },
    preload: new URL('../support/work-counter-preload.ts', import.meta.url),
    env: { TEST_WORK_COUNTER: join(server.folder, 'counter') },
  })
  cleanups.push(() => counting.remove())
  await counting.start()
  const counterUrl = await readFile(join(server.folder, 'counter'), 'utf8')
  const counted = async (): Promise<CountedWork> => (await (await fetch(counterUrl)).json()) as CountedWork
  await counting.fetch('/v1/channels/gate/pause', { method: 'POST' })
  const gate = await submit(counting, { channel: 'gate' }, itemsOf(1))
  const items = Array.from({ length: ITEMS_EACH }, (_, n) => ({ id: `sku-${n}`, partitionKey: `key-${n % 100}` }))
  const jobs: Job[] = []
  for (const channel of names) jobs.push(await submit(counting, { channel, dependsOn: [{ job: gate.id }] }, items))
  await counted()
  // All of them become eligible at the same moment: 100 schedulers have places to give, then lots to send, and commits to apply.
  await counting.fetch('/v1/channels/gate/resume', { method: 'POST' })
  for (const { id } of jobs) expect((await untilDone(counting, id)).counts.succeeded).toBe(ITEMS_EACH)
  const { maxSteps, steps } = await counted()
  expect(steps).toBeGreaterThan(10 * MAX_STEPS)
  expect(maxSteps).toBeLessThan(MAX_STEPS)
}, 240_000)
