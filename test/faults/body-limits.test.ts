import { gzipSync } from 'node:zlib'
import type { Item, Job } from '@waybill/spec'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gzipBomb } from '../support/gzip-bomb.ts'
import {
  type Body,
  ENVELOPE,
  envelopeLine,
  HostileWorld,
  itemLines,
  JSON_BODY,
  NDJSON,
  NOTHING_STORED,
  usedBy,
} from '../support/hostile-world.ts'
import { RawConnection } from '../support/raw-connection.ts'

/*
 * Bodies that are too large, packed wrongly, or packed to burst: 413 with the limit, 400 or 415, no job, and bounded memory.
 */

const KIB = 1024
const MIB = 1024 * KIB

let world: HostileWorld
let openJobPath: string
beforeAll(async () => {
  world = await HostileWorld.start()
  const open = await world.post('/v1/jobs', JSON.stringify({ ...ENVELOPE, open: true }), JSON_BODY)
  openJobPath = `/v1/jobs/${((await open.json()) as Job).id}`
})
afterAll(() => world.remove())

interface Wanted {
  readonly status: number
  readonly code: string
  readonly limit?: { readonly name: string; readonly value: number }
  readonly errors?: readonly object[]
}

async function expectRefused(path: string, body: Body, headers: Record<string, string>, wanted: Wanted): Promise<void> {
  const sent = withoutLength(body)
  const init: RequestInit = { method: 'POST', body: sent, headers, duplex: 'half' }
  const { problem } = await world.refused(path, init, sent === body ? undefined : () => withoutLength(body))
  expect(problem).toMatchObject(wanted)
}

/**
 * A large body without a `Content-Length`, so that it is refused where it becomes too large. By its length it would be refused at once, and a client
 * that has more than 8 MiB left may lose the answer with its connection.
 */
function withoutLength(body: Body): Body {
  return typeof body === 'string' && body.length > 8 * MIB ? new Blob([body]).stream() : body
}

const tooLarge = (name: string, value: number, code = 'body_too_large'): Wanted => ({
  status: 413,
  code,
  limit: { name, value },
})
const json = (value: object): string => JSON.stringify({ ...ENVELOPE, ...value })
const gzip = (type: Record<string, string>): Record<string, string> => ({ ...type, 'content-encoding': 'gzip' })

describe('what is too large is answered 413 with the limit', () => {
  const longItem = `{"id":"long","data":"${'x'.repeat(MIB)}"}`
  const bodies: Record<string, readonly [string, () => Body, Record<string, string>, Wanted]> = {
    'a JSON body': [
      '/v1/jobs',
      () => json({ items: [{ id: 'a', data: 'x'.repeat(MIB / 2) }] }).padEnd(17 * MIB),
      JSON_BODY,
      tooLarge('maxJsonBodyBytes', 16 * MIB),
    ],
    'a packed JSON body': [
      '/v1/jobs',
      () => gzipSync(json({ items: [] }).padEnd(17 * MIB)),
      gzip(JSON_BODY),
      tooLarge('maxJsonBodyBytes', 16 * MIB),
    ],
    'a JSON body of too many items': [
      '/v1/jobs',
      () => json({ items: Array.from({ length: 10_001 }, () => ({ id: 'a' })) }),
      JSON_BODY,
      tooLarge('maxItemsPerJsonRequest', 10_000, 'too_many_items'),
    ],
    'an NDJSON body of too many items': [
      '/v1/jobs',
      () => gzipSync(envelopeLine() + '{"id":"a"}\n'.repeat(1_000_001), { level: 1 }),
      gzip(NDJSON),
      tooLarge('maxItemsPerNdjsonRequest', 1_000_000, 'too_many_items'),
    ],
    'an envelope': [
      '/v1/jobs',
      () => json({ items: [], metadata: { a: 'x'.repeat(64 * KIB) } }),
      JSON_BODY,
      tooLarge('maxEnvelopeBytes', 64 * KIB, 'line_too_large'),
    ],
    'the line of an envelope': [
      '/v1/jobs',
      () => envelopeLine({ metadata: { a: 'x'.repeat(64 * KIB) } }),
      NDJSON,
      { ...tooLarge('maxEnvelopeBytes', 64 * KIB, 'line_too_large'), errors: [{ line: 1 }] },
    ],
    'the line of an item': [
      '/v1/jobs',
      () => `${envelopeLine()}${itemLines(4)}${longItem}\n${itemLines(4)}`,
      NDJSON,
      { ...tooLarge('maxLineBytes', MIB, 'line_too_large'), errors: [{ line: 6 }] },
    ],
    'a line without end': [
      '/v1/jobs',
      () => envelopeLine() + 'x'.repeat(5 * MIB),
      NDJSON,
      { ...tooLarge('maxLineBytes', MIB, 'line_too_large'), errors: [{ line: 2 }] },
    ],
    'an item of a JSON body': [
      '/v1/jobs',
      () => json({ items: [] }).replace('[]', `[{"id":"a"},${longItem}]`),
      JSON_BODY,
      { ...tooLarge('maxItemBytes', MIB, 'line_too_large'), errors: [{ pointer: '/items/1' }] },
    ],
    'a single item': [
      '/v1/items',
      () => json({}).replace('}', `,"item":${longItem}}`),
      JSON_BODY,
      { ...tooLarge('maxItemBytes', MIB, 'line_too_large'), errors: [{ pointer: '/item' }] },
    ],
    'a part of NDJSON': ['append', () => itemLines(170, 100 * KIB), NDJSON, tooLarge('maxAppendBodyBytes', 16 * MIB)],
    'a part of JSON': ['append', () => '[]'.padEnd(17 * MIB), JSON_BODY, tooLarge('maxAppendBodyBytes', 16 * MIB)],
    'a part of too many items': [
      'append',
      () => itemLines(10_001),
      NDJSON,
      tooLarge('maxItemsPerAppend', 10_000, 'too_many_items'),
    ],
    'a small body': [
      'seal',
      () => `{"itemCount":0${' '.repeat(65 * KIB)}}`,
      JSON_BODY,
      tooLarge('maxControlBodyBytes', 64 * KIB),
    ],
  }
  test.each(Object.entries(bodies))('%s', async (_, [path, body, headers, wanted]) => {
    const paths: Record<string, string> = { append: `${openJobPath}/items?fromIndex=0`, seal: `${openJobPath}/seal` }
    await expectRefused(paths[path] ?? path, body(), headers, wanted)
  })

  test.each([
    ['JSON', JSON_BODY, tooLarge('maxJsonBodyBytes', 16 * MIB)],
    ['NDJSON', NDJSON, tooLarge('maxNdjsonBodyBytes', 1024 * MIB)],
  ])('%s by its Content-Length, before a byte of it was sent', async (_, headers, wanted) => {
    const connection = await RawConnection.open(world.server.url)
    await connection.sendHead('POST /v1/jobs', { ...headers, 'content-length': String(wanted.limit!.value + 1) })
    const { status, body } = await connection.answer()
    expect(status).toBe(413)
    expect(JSON.parse(body)).toMatchObject(wanted)
    connection.break()
  })
})

test('a line of exactly 1 MiB is taken and delivered', async () => {
  const item = (data: string): string => `{"id":"long","data":"${data}"}`
  const line = item('x'.repeat(MIB - item('').length))
  const accepted = await world.post('/v1/jobs', `${envelopeLine()}${line}\n`, NDJSON)
  expect(accepted.status).toBe(202)
  const { id } = (await accepted.json()) as Job
  expect((await world.untilDone(id)).outcome).toBe('succeeded')
  const one = (await (await world.fetch(`/v1/jobs/${id}/items/0`)).json()) as Item
  expect((one.data as string).length).toBe(MIB - item('').length)
})

describe('a client that continues sending after its refusal', () => {
  const refusal = { 'content-type': 'text/plain' }

  test('gets the answer, and may use the connection again when not much was left', async () => {
    const connection = await RawConnection.open(world.server.url)
    await connection.sendHead('POST /v1/jobs', { ...refusal, 'content-length': String(6 * MIB) })
    for (let sent = 0; sent < 6; sent++) await connection.send(Buffer.alloc(MIB, 'x'))
    expect((await connection.answer()).status).toBe(415)
    await connection.sendHead('GET /v1/limits')
    expect((await connection.answer()).status).toBe(200)
    connection.break()
  })

  test('loses the connection when it would send without end', async () => {
    const connection = await RawConnection.open(world.server.url)
    await connection.sendHead('POST /v1/jobs', { ...refusal, 'transfer-encoding': 'chunked' })
    expect((await connection.answer()).status).toBe(415)
    let sentMiB = 0
    for (; !connection.over && sentMiB < 500; sentMiB++) await connection.sendChunk(Buffer.alloc(MIB, 'x'))
    expect(connection.over).toBe(true)
  })

  test('sends nothing at all if it asked before', async () => {
    const connection = await RawConnection.open(world.server.url)
    const asking = { ...JSON_BODY, expect: '100-continue' }
    await connection.sendHead('POST /v1/jobs', { ...asking, 'content-length': String(17 * MIB) })
    expect((await connection.answer()).status).toBe(413)
    expect(connection.saidContinue).toBe(false)
    connection.break()
  })
})

describe('a packed body', () => {
  const whole = gzipSync(envelopeLine() + itemLines(2000, 100))
  const broken = Buffer.from(whole)
  broken[broken.length - 6]! ^= 0xff // of its checksum
  const bodies: Record<string, Body> = {
    'that is not packed': envelopeLine() + itemLines(1),
    'that is nothing': '',
    'that ends in its head': whole.subarray(0, 5),
    'that ends in the middle': whole.subarray(0, whole.length / 2),
    'that ends in its checksum': whole.subarray(0, -3),
    'whose checksum is wrong': broken,
    'with something after it': Buffer.concat([whole, Buffer.from('something')]),
    'that is packed twice': gzipSync(whole),
  }
  test.each(Object.entries(bodies))('%s is refused', async (_, body) => {
    await expectRefused('/v1/jobs', body, gzip(NDJSON), { status: 400, code: 'bad_request' })
  })

  const bombs: Record<string, readonly [string, string, Record<string, string>, string]> = {
    'of one line of zeros': [envelopeLine(), '\u0000', NDJSON, 'line_too_large'],
    'of blanks before its JSON': ['', ' ', JSON_BODY, 'body_too_large'],
    'of blank lines': [envelopeLine(), ' \n', NDJSON, 'items_missing'],
    'of broken items': [envelopeLine(), '{\n', NDJSON, 'invalid_item'],
  }
  test.each(Object.entries(bombs))(
    '%s that would unpack to 128 MiB is refused',
    async (_, [head, text, type, code]) => {
      const { problem } = await world.refused('/v1/jobs', {
        method: 'POST',
        body: gzipBomb(head, text, 128 * MIB),
        headers: gzip(type),
      })
      expect(problem.code).toBe(code)
    },
  )

  test('costs no memory to speak of, however many come at once', async () => {
    const bomb = gzipBomb('', ' ', 128 * MIB)
    const refusals = Array.from({ length: 8 }, () =>
      world.refused('/v1/jobs', { method: 'POST', body: bomb, headers: gzip(JSON_BODY) }),
    )
    const codes = new Set((await Promise.all(refusals)).map(({ problem }) => problem.code))
    expect([...codes].filter((code) => code !== 'overloaded')).toEqual(['body_too_large'])
    // Together they are 1 GiB; an idle server has about 130 MiB.
    expect(usedBy(world.server.pid).memoryMiB).toBeLessThan(800)
  })
})

describe('a body of another kind', () => {
  const whole = envelopeLine() + itemLines(1)
  const kinds: Record<string, Record<string, string>> = {
    Brotli: { ...NDJSON, 'content-encoding': 'br' },
    deflate: { ...NDJSON, 'content-encoding': 'deflate' },
    'gzip twice': { ...NDJSON, 'content-encoding': 'gzip, gzip' },
    'an encoding that nobody knows': { ...NDJSON, 'content-encoding': 'x'.repeat(1000) },
    text: { 'content-type': 'text/plain' },
    'a form': { 'content-type': 'multipart/form-data; boundary=x' },
    'something like JSON': { 'content-type': 'application/vnd.shop+json' },
    'no media type': { 'content-type': 'json' },
    'a media type of its parameters': { 'content-type': ';charset=utf-8' },
  }
  test.each(Object.entries(kinds))('(%s) is refused', async (_, headers) => {
    await expectRefused('/v1/jobs', whole, headers, { status: 415, code: 'unsupported_media_type' })
  })
})

test('the server is well, its log is clean, and nothing of all this is stored', async () => {
  expect((await world.post(`${openJobPath}/cancel`, '', {})).status).toBe(202)
  expect(await world.deliverSomething()).toEqual([])
  for (const { id } of await world.jobs()) await world.fetch(`/v1/jobs/${id}`, { method: 'DELETE' })
  await expect.poll(() => world.storedRows(), { timeout: 30_000 }).toMatchObject(NOTHING_STORED)
  expect(await world.server.stop()).toBe(0)
  expect(world.logFaults()).toEqual([])
})
