import { setTimeout as sleep } from 'node:timers/promises'
import type { Execution, Job } from '@waybill/spec'
import { afterEach, expect, test } from 'vitest'
import { ChannelSwitch, CHANNELS_PRELOAD } from '../support/channel-switch.ts'
import {
  checkBlocked,
  checkEachDelivered,
  checkEndedBeforeNext,
  checkNoOverlap,
  checkOrder,
  checkProgress,
  checkRate,
  checkRepeats,
  checkRepeatsPerStart,
  checkStages,
} from '../support/check-record.ts'
import { Random } from '../support/random.ts'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { type FollowedJob, PersistentCaller } from '../support/switched-load.ts'

const LIMIT = { limit: 90, periodMs: 1000, burst: 45 }
/** As in rate.test.ts: the distance between the gate and the recorder's handler. */
const SLACK_MS = 400
const ITEMS_OF_OTHER = 2000
/** The other channel has a call in as many rounds. Each of them is some 100 ms of the same process, however busy the machine is. */
const HELD_ROUNDS = 20
/** Some ms are to be expected. */
const MAX_GAP_MS = 20_000

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** A storefront that answers within 3 ms: one item in 41 succeeds with its second call, one in 1,999 not before somebody decides on it. */
async function storefront(): Promise<RecordingConnector> {
  const connector = new RecordingConnector({
    answer: ({ items }) => ({
      kind: 'items',
      delayMs: items[0]!.index % 4,
      answer: ({ id, index, attempt }) => {
        const calls = id.startsWith('shop-') && index % 1999 === 7 ? 3 : index % 41 === 0 ? 1 : 0
        return attempt <= calls ? { kind: 'retry' } : { kind: 'succeeded' }
      },
    }),
  })
  await connector.start()
  cleanups.push(() => connector.stop())
  return connector
}

async function world() {
  const shop = await storefront()
  const other = await storefront()
  const connectorOf = ({ url }: RecordingConnector) => ({ type: 'http', url, batchSize: 10 })
  const retry = { maxAttempts: 3, backoff: { initialMs: 60, factor: 1, maxMs: 60 } }
  const server = await ServerProcess.create({
    fromSource: true,
    preload: CHANNELS_PRELOAD,
    config: {
      channels: {
        shop: { connector: connectorOf(shop), concurrency: 16, retry, rateLimit: { ...LIMIT, unit: 'calls' } },
        other: { connector: connectorOf(other), concurrency: 4, retry },
      },
    },
  })
  cleanups.push(() => server.remove())
  await server.start()
  return { shop, other, server, channels: new ChannelSwitch(server), caller: new PersistentCaller(server) }
}

const itemsOf = (count: number, name: string, keys: number) =>
  Array.from({ length: count }, (_, n) => ({ id: `${name}-${n}`, partitionKey: `${name}-${(n * 31) % keys}` }))

/** Three stages, each on another channel than the one before. */
async function submitStages(caller: PersistentCaller, n: number): Promise<Execution> {
  const job = (channel: string, stage: number) => ({
    ...{ channel, objectType: 'product', action: 'update' },
    items: Array.from({ length: 20 }, (_, at) => ({
      id: `x${n}-${stage}-${at}`,
      partitionKey: `x${n}-${stage}-${at}`,
    })),
  })
  const stages = ['other', 'shop', 'other'].map((channel, at) => ({ name: `s${at}`, jobs: [job(channel, at)] }))
  return caller.post<Execution>('/v1/executions', { id: `run-${n}`, stages })
}

/** It is awaited later: until then its failure is nobody's. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch((error: unknown) => console.log(String(error)))
  return promise
}

interface Plan {
  readonly rounds: number
  readonly items: number
  readonly seed: number
  /** A round in so many ends with `kill -9` of the process, at any moment of it; 0: none. */
  readonly killEvery: number
}

/** Releases and adopts `shop` while all kinds of work are under way on it, beside `other`, and returns the faults that its record has. */
async function switchChannels({ rounds, items, seed, killEvery }: Plan): Promise<string[]> {
  const random = new Random(seed)
  const { shop, other, server, channels, caller } = await world()
  const busy: FollowedJob[] = []
  let isOver = false
  const keepBusy = async (): Promise<void> => {
    for (let n = 0; !isOver; n++) {
      const job = await caller.submit({ channel: 'other' }, itemsOf(ITEMS_OF_OTHER, `other-${n}`, 40))
      busy.push(job)
      await caller.untilDone(job)
    }
  }
  const main = await caller.submit({ channel: 'shop', onExhausted: 'park' }, itemsOf(items, 'shop', 700))
  const accepted = [main]
  const executions: Execution[] = []
  const working = handled(keepBusy())
  const uploading = handled(caller.upload({ channel: 'shop' }, { uploads: 30, itemsEach: 20 }))
  const streaming = handled(caller.stream(main))
  const decide = async (): Promise<void> => {
    while (!isOver) {
      await caller.decide('shop')
      await sleep(200)
    }
  }
  const deciding = handled(decide())
  await sleep(2000)
  const fromMs = performance.now()
  /** Calls of the other channel until each round had ended. */
  const callsByRound = [other.callStartsMs.length]
  for (let round = 1; round <= rounds; round++) {
    if (round > 1) callsByRound.push(other.callStartsMs.length)
    await sleep(random.whole(0, 150))
    if (round % 10 === 0) await caller.look(main)
    if (killEvery > 0 && round % killEvery === 0) {
      const switching = channels.release('shop').then(() => channels.adopt('shop'))
      await Promise.race([switching.catch(() => {}), sleep(random.whole(0, 200))])
      await server.kill()
      await switching.catch(() => {})
      await server.start()
      continue
    }
    await channels.release('shop')
    if (round % 20 === 0) {
      // Its place is behind those that were accepted before; a list shows both.
      accepted.push(await caller.submit({ channel: 'shop', onExhausted: 'park' }, itemsOf(20, 'shop', 700)))
      const list = await caller.json<{ jobs: Job[] }>('/v1/jobs?channel=shop')
      main.seen.push(...list.jobs.filter(({ id }) => id === main.jobId))
    }
    if (round % 25 === 5) executions.push(await submitStages(caller, round))
    await sleep(random.whole(0, 30))
    await channels.adopt('shop')
  }
  const untilMs = performance.now()
  callsByRound.push(other.callStartsMs.length)
  console.log(
    `${rounds} rounds in ${Math.round(untilMs - fromMs)} ms; main job ${shop.calls.length} calls; refusals ${JSON.stringify([...caller.refusals])}`,
  )
  const uploaded = await uploading
  const ended = await Promise.all([...accepted, uploaded].map((job) => caller.untilDone(job)))
  const stages: { first: string; second: string }[] = []
  for (const { id, stages: made } of executions) {
    const jobs = made.flatMap((stage) => stage.jobs.map((job) => ({ jobId: job.id, keys: [], seen: [] })))
    for (const job of jobs) ended.push(await caller.untilDone(job))
    for (let n = 1; n < jobs.length; n++) stages.push({ first: jobs[n - 1]!.jobId, second: jobs[n]!.jobId })
    expect(await caller.json(`/v1/executions/${id}`)).toMatchObject({ done: true, outcome: 'succeeded' })
  }
  isOver = true
  await Promise.all([working, deciding])
  const { versions, opened } = await streaming
  const calls = [...shop.calls, ...other.calls]
  const faults = [
    // Its pace is a figure of `npm run bench -- --only channels`.
    ...checkNeverHeld(callsByRound),
    ...(killEvery === 0 ? checkGaps(other.callStartsMs, { fromMs, untilMs }) : []),
    ...checkNoOverlap(calls),
    ...checkOrder(shop.calls, accepted),
    ...checkEndedBeforeNext(calls),
    ...checkRepeats(calls),
    ...checkRepeatsPerStart(calls),
    ...checkStages(calls, stages),
    ...checkEachDelivered(calls, [...accepted, uploaded, ...busy], { mayRepeat: killEvery > 0 }),
    ...checkRate(shop.callStartsMs, LIMIT, SLACK_MS + shop.longestStallMs),
    ...[...accepted, uploaded, ...busy].flatMap(({ seen }) => checkProgress(seen)),
  ]
  for (const job of ended)
    if (job.outcome !== 'succeeded') faults.push(`REC-1 ${job.id} ended ${job.outcome}: ${JSON.stringify(job.counts)}`)
  for (const job of [...accepted, uploaded]) {
    const indexes = (await caller.results(job)).map(({ index }) => index)
    if (indexes.some((index, n) => index !== n) || indexes.length !== job.keys.length)
      faults.push(`REC-1 the results of ${job.jobId} are not its items: ${indexes.length} of ${job.keys.length}`)
  }
  const back = versions.findIndex((version, n) => n > 0 && version <= versions[n - 1]!)
  if (back > 0) faults.push(`PRG-1 a stream went back from version ${versions[back - 1]} to ${versions[back]}`)
  if (opened < 2) faults.push('No stream was closed by a release')
  return faults
}

/** The other channel had calls in every few rounds, however long they took. @param callsByRound until each of them had ended */
function checkNeverHeld(callsByRound: readonly number[]): string[] {
  const faults: string[] = []
  for (let round = HELD_ROUNDS; round < callsByRound.length; round++) {
    if (callsByRound[round] === callsByRound[round - HELD_ROUNDS])
      faults.push(`The other channel had no call from round ${round - HELD_ROUNDS} to ${round}`)
  }
  return faults.slice(0, 3)
}

/** The other channel had calls all the time. */
function checkGaps(startsMs: readonly number[], { fromMs, untilMs }: { fromMs: number; untilMs: number }): string[] {
  const times = [fromMs, ...startsMs.filter((ms) => ms > fromMs && ms < untilMs).sort((a, b) => a - b), untilMs]
  const gapMs = Math.max(...times.slice(1).map((ms, n) => ms - times[n]!))
  return gapMs > MAX_GAP_MS ? [`The other channel had no call for ${Math.round(gapMs)} ms`] : []
}

test('a channel that is released and adopted 200 times loses nothing, breaks no order, exceeds no rate and shows no count twice', async () => {
  const plan = { rounds: 200, items: 20_000, seed: 14, killEvery: 0 }
  expect(await switchChannels(plan)).toEqual([])
}, 400_000)

test('the same with kill -9 in between', async () => {
  const plan = { rounds: 40, items: 6000, seed: 41, killEvery: 8 }
  expect(await switchChannels(plan)).toEqual([])
}, 400_000)

test('a release frees the memory of the channel, and what is submitted before the next adoption is delivered by it', async () => {
  const { shop, channels, caller } = await world()
  await caller.post('/v1/channels/shop/pause', {})
  const first = await caller.submit({ channel: 'shop' }, itemsOf(1, 'early', 1))
  const emptyBytes = await channels.memoryBytes()
  const items = itemsOf(200_000, 'late', 50_000)
  const second = await caller.submit({ channel: 'shop' }, items)
  // All of its items have their places: they are in memory.
  await expect.poll(() => caller.call(`/v1/jobs/${second.jobId}`).then(({ status }) => status)).toBe(200)
  const fullBytes = await channels.memoryBytes()
  await channels.release('shop')
  const releasedBytes = await channels.memoryBytes()
  console.log({ emptyBytes, fullBytes, releasedBytes })
  // 28 bytes an item in the queue, 4 in the table of its job.
  expect(fullBytes - emptyBytes).toBeGreaterThan(200_000 * 32)
  expect(releasedBytes - emptyBytes).toBeLessThan((fullBytes - emptyBytes) / 5)
  const third = await caller.submit({ channel: 'shop' }, itemsOf(10, 'late', 50_000))
  await caller.post('/v1/channels/shop/resume', {})
  expect(shop.calls).toEqual([])
  await channels.adopt('shop')
  await caller.post(`/v1/jobs/${second.jobId}/cancel`, {})
  for (const job of [first, third]) expect(await caller.untilDone(job)).toMatchObject({ outcome: 'succeeded' })
  expect(await caller.untilDone(second)).toMatchObject({ done: true, outcome: 'cancelled' })
}, 120_000)

test('RAT-2 a Retry-After holds over a release', async () => {
  const connector = new RecordingConnector({
    answer: (_, call) =>
      call === 1
        ? { kind: 'status', status: 429, retryAfterSeconds: 4 }
        : { kind: 'items', answer: () => ({ kind: 'succeeded' }) },
  })
  await connector.start()
  cleanups.push(() => connector.stop())
  const server = await ServerProcess.create({
    fromSource: true,
    preload: CHANNELS_PRELOAD,
    config: { channels: { shop: { connector: { type: 'http', url: connector.url }, concurrency: 1 } } },
  })
  cleanups.push(() => server.remove())
  await server.start()
  const [channels, caller] = [new ChannelSwitch(server), new PersistentCaller(server)]
  const job = await caller.submit({ channel: 'shop' }, itemsOf(20, 'shop', 20))
  await expect.poll(() => connector.blocks.length, { timeout: 30_000 }).toBe(1)
  for (let n = 0; n < 3; n++) {
    await channels.release('shop')
    await channels.adopt('shop')
  }
  expect(await caller.untilDone(job)).toMatchObject({ outcome: 'succeeded' })
  expect(checkBlocked(connector.callStartsMs, connector.blocks, SLACK_MS + connector.longestStallMs)).toEqual([])
}, 60_000)
