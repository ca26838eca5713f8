import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Operation, type OperationId, operations } from '@waybill/spec'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { FullWorld } from '../support/full-world.ts'
import { JSON_BODY } from '../support/hostile-world.ts'
import { RawConnection } from '../support/raw-connection.ts'

/*
 * Each kind of thing that callers share, with the operations that hold a part of it: one caller takes all that it can get, by each of them, and another
 * one is served all the same. And what reads hold is given back when those who asked are gone.
 */

const MIB = 1024 * 1024
/** Where an operation that takes a part of several holds one for the longest time. */
const HELD_BY: Readonly<Record<string, readonly OperationId[]>> = {
  'bytes of large answers': [
    ...(['listJobs', 'listItems', 'getItem', 'getResults', 'getResultsCsv', 'getJobMap', 'listExecutions'] as const),
    ...(['getExecution', 'listDeadLetters', 'listDeadLetterGroups', 'listParked', 'listChannels', 'search'] as const),
    ...(['listCredentials', 'listTokens', 'listWebhookEndpoints', 'listWebhookDeliveries', 'getStats'] as const),
    ...(['listJobWebhookDeliveries', 'listAudit', 'listSubscriptions', 'listServers', 'getMetrics'] as const),
  ],
  'event streams': ['streamEvents', 'streamUpdates'],
  'long polls': ['getJob'],
  'threads of channel tests': ['testChannel'],
  replays: ['replayWebhookEvents'],
  'places of uploads': [
    ...(['submitJob', 'actOnJobs', 'appendItems', 'sealJob', 'retryJob', 'deliverItem', 'createExecution'] as const),
    ...(['retryDeadLetters', 'resolveParked', 'putChannel', 'putCredentials', 'createToken'] as const),
    ...(['createWebhookEndpoint', 'updateWebhookEndpoint', 'rotateWebhookSecret', 'enableWebhookEndpoint'] as const),
    ...(['updateJobWebhooks', 'rotateJobWebhookSecret', 'putSubscription'] as const),
  ],
  // Their answers are short, or the same bytes for all, and they are over as soon as they are carried out.
  nothing: [
    ...(['deleteJob', 'cancelJob', 'pauseJob', 'resumeJob', 'releaseJob', 'cancelExecution'] as const),
    ...(['pauseExecution', 'resumeExecution', 'deleteChannel', 'pauseChannel', 'resumeChannel'] as const),
    ...(['unblockChannel', 'deleteCredentials', 'revokeToken', 'deleteWebhookEndpoint'] as const),
    ...(['revokePreviousWebhookSecret', 'disableWebhookEndpoint', 'testWebhookEndpoint'] as const),
    ...(['deleteSubscription', 'getChannel', 'getWebhookEndpoint', 'getJobWebhooks', 'getSubscription'] as const),
    ...(['getSelf', 'getLimits', 'getLiveness', 'getReadiness', 'getOpenapi', 'getErrorDocs'] as const),
  ],
}
/** Within which everybody else is answered. */
const SERVED_MS = 30_000
const GIVEN_BACK_MIB = 30
const UNREAD = 100
const UNREAD_REQUESTS = 20
/** Above what there is for all: downloads of 512 KiB, uploads, replays. */
const DOWNLOADS = 140
const UPLOADS = 70
const REPLAYS = 40
/** Above a quarter. */
const STREAMS = 260
const LONG_POLLS = 1100
/** Often enough that nobody who does it counts as stalled. */
const MOVES_EVERY_MS = 1000

let full: FullWorld
let folder: string
let memoryUrl: string
/** Takes all it can. */
let greedy: Caller
let other: Caller
let taken: RawConnection[] = []
let moving: NodeJS.Timeout | undefined

interface Caller {
  readonly authorization: string
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-memory-'))
  const file = join(folder, 'url')
  full = await FullWorld.start({
    preload: new URL('../support/memory-preload.ts', import.meta.url),
    env: { TEST_MEMORY: file },
    config: { outbound: { allowPrivateAddresses: 'allowed' } },
  })
  memoryUrl = await readFile(file, 'utf8')
  greedy = await full.caller()
  other = await full.caller()
}, 240_000)
afterEach(leave)
afterAll(async () => {
  await full.remove()
  await rm(folder, { recursive: true })
})

const all: readonly Operation[] = Object.values(operations)
const reads = all.filter(({ method }) => method === 'GET')
const ofPlace = (place: string): [string, Operation][] => HELD_BY[place]!.map((id) => [id, operations[id]])

test('every operation holds something of one kind, or nothing', () => {
  expect(Object.values(HELD_BY).flat().sort()).toEqual(Object.keys(operations).sort())
  const withBody = all.filter(({ requestBody }) => requestBody !== null).map(({ operationId }) => operationId)
  const uploads = ['places of uploads', 'threads of channel tests', 'replays'].flatMap((place) => HELD_BY[place]!)
  expect(uploads.sort()).toEqual(withBody.sort())
})

/** Opens connections of the greedy caller, which are broken when the test is over. */
async function take(count: number): Promise<readonly RawConnection[]> {
  const opened = await Promise.all(Array.from({ length: count }, () => RawConnection.open(full.world.server.url)))
  taken.push(...opened)
  return opened
}

/** Moves all that the greedy caller holds a little. */
function keepMoving(move: () => void): void {
  moving = setInterval(move, MOVES_EVERY_MS)
}

function leave(): void {
  clearInterval(moving)
  for (const connection of taken) connection.break()
  taken = []
}

/** The answer to somebody else: in time, and no refusal for what the greedy caller holds. */
async function served({ method, operationId, requestBody }: Operation, path: string, init: RequestInit = {}) {
  const ofBody = requestBody === null ? {} : { body: '{}', headers: JSON_BODY }
  const response = await full.world.fetch(path, {
    ...{ method, signal: AbortSignal.timeout(SERVED_MS), ...ofBody, ...init },
    headers: { ...other, ...ofBody.headers, ...init.headers },
  })
  if (response.status === 503) throw new Error(`${operationId} of another caller: 503 ${await response.text()}`)
  // It is served when its answer begins: a stream of events does not end, and how fast the others come depends on the machine.
  await response.body?.cancel()
  return response
}

async function heldBytes(): Promise<number> {
  return Number(await (await fetch(memoryUrl)).text())
}

describe('a read that the greedy caller does not take', () => {
  let idle: number
  beforeAll(async () => {
    // Once everything was read, what is kept for the next time is kept.
    for (const operation of reads) await served(operation, full.pathOf(operation))
    idle = await heldBytes()
  })

  test.each(reads.map((operation) => [operation.operationId, operation] as const))(
    '%s is answered to others, and gives its memory back',
    async (_, operation) => {
      const path = full.pathOf(operation)
      const request = `GET ${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: ${greedy.authorization}\r\n\r\n`
      for (const [n, connection] of (await take(UNREAD)).entries()) {
        connection.socket.pause()
        // Some ask for one answer alone: these may hold more.
        void connection.send(request.repeat(n % 2 === 0 ? 1 : UNREAD_REQUESTS))
      }
      for (let n = 0; n < 3; n++) expect((await served(operation, path)).status).toBe(200)
      leave()
      const more = async (): Promise<number> => ((await heldBytes()) - idle) / MIB
      await expect.poll(more, { timeout: SERVED_MS }).toBeLessThan(GIVEN_BACK_MIB)
    },
  )
})

describe('slow readers of', () => {
  test.each([['getResults', operations.getResults] as const, ['getResultsCsv', operations.getResultsCsv] as const])(
    '%s leave others theirs',
    async (_, operation) => {
      const path = full.pathOf(operation)
      const readers = await take(DOWNLOADS)
      for (const { socket } of readers) socket.on('data', () => socket.pause())
      await Promise.all(readers.map((connection) => connection.sendHead(`GET ${path}`, { ...greedy })))
      keepMoving(() => {
        for (const { socket } of readers) socket.resume()
      })
      for (let n = 0; n < 3; n++) expect((await served(operation, path)).status).toBe(200)
    },
  )
})

describe('bodies that do not end, of', () => {
  test.each(ofPlace('places of uploads'))('%s', async (_, operation) => {
    const path = full.pathOf(operation)
    const uploads = await take(UPLOADS)
    const head = { ...greedy, ...JSON_BODY, 'content-length': '64000' }
    await Promise.all(uploads.map((connection) => connection.sendHead(`${operation.method} ${path}`, head)))
    keepMoving(() => {
      for (const connection of uploads) void connection.send(' '.repeat(2048))
    })
    for (let n = 0; n < 3; n++) await served(operation, path)
  })
})

describe('streams that stay open, of', () => {
  test.each(ofPlace('event streams'))('%s', async (_, operation) => {
    const path = full.pathOf(operation)
    const streams = await take(STREAMS)
    await Promise.all(streams.map((connection) => connection.sendHead(`GET ${path}`, { ...greedy })))
    const begun = (status: number): number =>
      streams.filter(({ unread }) => unread.toString('latin1').startsWith(`HTTP/1.1 ${status}`)).length
    await expect.poll(() => begun(200) + begun(503), { timeout: SERVED_MS }).toBe(STREAMS)
    expect(begun(503)).toBeGreaterThan(0)
    expect((await served(operation, path)).status).toBe(200)
  })
})

describe('long polls that stay open, of', () => {
  test.each(ofPlace('long polls'))('%s', async (_, operation) => {
    const path = full.pathOf(operation).replace(full.places['jobId']!, full.openJob)
    const polls = await take(LONG_POLLS)
    const head = { ...greedy, prefer: 'wait=30' }
    await Promise.all(polls.map((connection) => connection.sendHead(`GET ${path}`, head)))
    const answered = (): readonly string[] =>
      polls.map(({ unread }) => unread.toString('latin1')).filter((text) => text !== '')
    // Beyond its share it does not wait.
    await expect.poll(() => answered().length, { timeout: 20_000 }).toBeGreaterThan(0)
    expect(answered().filter((text) => !text.startsWith('HTTP/1.1 200'))).toEqual([])
    const { headers } = await served(operation, path, { headers: { prefer: 'wait=1' } })
    expect(headers.get('preference-applied')).toBe('wait=1')
  })
})

describe('calls that are never answered, of', () => {
  const sockets = new Set<Socket>()
  let silent: Server
  beforeAll(async () => {
    silent = createServer((socket) => sockets.add(socket.on('error', () => undefined)))
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    const body = JSON.stringify({ connector: { type: 'http', url, timeoutMs: 120_000, allowPrivateAddresses: true } })
    const put = await full.world.fetch('/v1/channels/silent', { method: 'PUT', headers: JSON_BODY, body })
    expect(put.status).toBe(201)
  })
  afterAll(() => {
    for (const socket of sockets) socket.destroy()
    silent.close()
  })

  test.each(ofPlace('threads of channel tests'))('%s', async (_, operation) => {
    const body = JSON.stringify({ item: { id: 'a' }, send: true })
    const tests = await take(8)
    const head = { ...greedy, ...JSON_BODY, 'content-length': String(body.length) }
    for (const connection of tests) {
      await connection.sendHead('POST /v1/channels/silent/test', head)
      await connection.send(body)
    }
    await expect.poll(() => sockets.size, { timeout: SERVED_MS }).toBeGreaterThan(0)
    expect((await served(operation, full.pathOf(operation), { body })).status).toBe(200)
  })
})

describe('one after another, without an end:', () => {
  test.each(ofPlace('replays'))('%s', async (_, operation) => {
    const path = full.pathOf(operation)
    const body = JSON.stringify({ since: '2026-01-01T00:00:00Z' })
    const lines = Object.entries({ host: 'localhost', ...greedy, ...JSON_BODY, 'content-length': String(body.length) })
    const request = `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`
    for (const connection of await take(REPLAYS)) void connection.send(request.repeat(200))
    for (let n = 0; n < 20; n++) expect((await served(operation, path, { body })).status).toBe(202)
  })
})

test('the server is well, and its log is clean', async () => {
  expect(await full.world.deliverSomething()).toEqual([])
  expect(await full.world.server.stop()).toBe(0)
  expect(full.world.logFaults()).toEqual([])
})
