import { connect, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ProblemError } from '../../model/errors.ts'
import type { BodyStream } from '../../ingest/ingest-ports.ts'
import { codeOf, eventually, FakePorts, TOKEN } from '../testing/fake-ports.ts'
import { JOB_ID } from '../testing/fake-snapshot.ts'
import { hearEvents } from '../../runtime/testing/heard-events.ts'
import { buildHttp } from '../server.ts'

let ports: FakePorts
let app: FastifyInstance
let port: number
let received: Buffer[]
let readError: unknown
const sockets: Socket[] = []

beforeEach(async () => {
  ports = new FakePorts()
  received = []
  readError = null
  ports.ingest.submitJob = async ({ body }) => {
    await readAll(body)
    return { id: JOB_ID, status: 202, body: '{"id":"x"}', replayed: false }
  }
  app = buildHttp(ports)
  port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port)
})

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await app.close()
})

async function readAll(body: BodyStream): Promise<void> {
  try {
    for await (const chunk of body) received.push(Buffer.from(chunk))
  } catch (error) {
    readError = error
    throw error
  }
}

/** A raw connection that has sent the head of a `POST /v1/jobs`. */
function post(headers: Record<string, string>, path = '/v1/jobs') {
  const socket = connect(port, '127.0.0.1')
  sockets.push(socket)
  const wire = { socket, text: '', closed: false, write: (data: string | Buffer) => socket.write(data) }
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => (wire.text += text))
  socket.on('close', () => (wire.closed = true))
  socket.on('error', () => undefined)
  const all = { host: 'x', authorization: `Bearer ${TOKEN}`, 'content-type': 'application/x-ndjson', ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
  return wire
}

function submit(body: string | Blob | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  return fetch(`http://127.0.0.1:${port}/v1/jobs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/x-ndjson', ...headers },
    body,
  })
}

describe('submitJob', () => {
  it('passes on the body as it arrives and answers with the job', async () => {
    const seen: unknown[] = []
    const { submitJob } = ports.ingest
    ports.ingest.submitJob = (request) => {
      seen.push({ ...request, body: null })
      return submitJob(request)
    }
    const answer = await submit('{}\n{"id":"a"}\n', {
      'idempotency-key': '"k 1"',
      'content-type': 'Application/X-NDJSON; charset=utf-8',
    })
    expect(answer.status).toBe(202)
    expect(answer.headers.get('location')).toBe(`/v1/jobs/${JOB_ID}`)
    expect(answer.headers.has('idempotent-replayed')).toBe(false)
    expect(await answer.text()).toBe('{"id":"x"}')
    expect(Buffer.concat(received).toString()).toBe('{}\n{"id":"a"}\n')
    expect(seen).toEqual([
      {
        subscription: 'default',
        caller: 'token:admin',
        mediaType: 'application/x-ndjson',
        idempotencyKey: '"k 1"',
        trace: null,
        mayAddWebhook: true,
        body: null,
      },
    ])
  })

  it('marks a replayed answer', async () => {
    ports.ingest.submitJob = async () => ({ id: JOB_ID, status: 201, body: '{}', replayed: true })
    const answer = await submit('{}')
    expect([answer.status, answer.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
  })

  it.each(['text/csv', 'application/json-patch+json', ''])('takes no %j', async (type) => {
    const answer = await submit(new Blob(['x']), { 'content-type': type })
    expect([answer.status, await codeOf(answer)]).toEqual([415, 'unsupported_media_type'])
  })

  it('unpacks gzip', async () => {
    const text = 'line\n'.repeat(100_000)
    expect((await submit(gzipSync(text), { 'content-encoding': 'gzip' })).status).toBe(202)
    expect(Buffer.concat(received).toString()).toBe(text)
  })

  it.each(['br', 'gzip, gzip', 'deflate'])('unpacks no %s', async (encoding) => {
    const answer = await submit('x', { 'content-encoding': encoding })
    expect([answer.status, await codeOf(answer)]).toEqual([415, 'unsupported_media_type'])
  })

  it.each([
    ['no gzip', Buffer.from('plain text, not packed')],
    ['cut', gzipSync('line\n'.repeat(10_000)).subarray(0, 50)],
    ['changed', changed(gzipSync('line\n'.repeat(10_000)))],
    ['empty', Buffer.alloc(0)],
    ['followed by junk', Buffer.concat([gzipSync('x'), Buffer.from('junk')])],
  ])('refuses gzip that is %s', async (_, body) => {
    const answer = await submit(body, { 'content-encoding': 'gzip' })
    expect([answer.status, await codeOf(answer)]).toEqual([400, 'bad_request'])
  })

  it('stops unpacking at the limit of the decoded size', async () => {
    const bomb = gzipSync(Buffer.alloc(40 * 1024 * 1024))
    const answer = await submit(bomb, { 'content-encoding': 'gzip', 'content-type': 'application/json' })
    expect(answer.status).toBe(413)
    expect(await answer.json()).toMatchObject({
      code: 'body_too_large',
      limit: { name: 'maxJsonBodyBytes', value: 16_777_216 },
    })
    expect(Buffer.concat(received).length).toBeLessThanOrEqual(16_777_216)
  })

  it('refuses a Content-Length above the limit before anything is sent', async () => {
    const wire = post({ 'content-length': '17000000', 'content-type': 'application/json', expect: '100-continue' })
    await eventually(() => wire.text).toMatch(/^HTTP\/1.1 413/)
  })

  it('answers 100 to a client that waits for it, once the body is read', async () => {
    const wire = post({ 'content-length': '3', expect: '100-continue' })
    await eventually(() => wire.text).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    wire.write('abc')
    await eventually(() => wire.text).toContain('HTTP/1.1 202')
    expect(Buffer.concat(received).toString()).toBe('abc')
  })

  it('answers no 100 to a client that may not send', async () => {
    const wire = post({ 'content-length': '3', expect: '100-continue', authorization: 'Bearer wrong' })
    await eventually(() => wire.text).toMatch(/^HTTP\/1.1 401/)
  })

  it('throws into the reader when the client disconnects', async () => {
    const wire = post({ 'content-length': '1000' })
    wire.write('abc')
    await eventually(() => received.length).toBe(1)
    wire.socket.destroy()
    await eventually(() => readError).toMatchObject({ name: 'AbortedError' })
    expect(ports.clock.pending).toBe(0)
  })

  it('throws into the reader when the client disconnects in the middle of gzip', async () => {
    const wire = post({ 'content-length': '100000', 'content-encoding': 'gzip' })
    wire.write(gzipSync(Buffer.alloc(1000)).subarray(0, 15))
    await eventually(() => ports.clock.pending).toBe(1)
    wire.socket.destroy()
    await eventually(() => readError).toMatchObject({ name: 'AbortedError' })
  })

  it('answers 408 to a client that stops sending for 30 s', async () => {
    const wire = post({ 'content-length': '1000' })
    wire.write('abc')
    await eventually(() => received.length).toBe(1)
    await eventually(() => ports.clock.pending).toBe(1)
    ports.clock.advance(30_000)
    await eventually(() => wire.text).toMatch(/^HTTP\/1.1 408/)
    expect(wire.text).toContain('"code":"request_timeout"')
  })

  it('answers 408 to a client that sends a byte now and then', async () => {
    const wire = post({ 'content-length': '1000' })
    for (let n = 0; n < 4; n++) {
      wire.write('a')
      await eventually(() => received.length).toBe(n + 1)
      await eventually(() => ports.clock.pending).toBe(1)
      ports.clock.advance(9000)
    }
    await eventually(() => wire.text).toMatch(/^HTTP\/1.1 408/)
  })

  it('does not count the time for which it does not read itself', async () => {
    let resume = (): void => undefined
    ports.ingest.submitJob = async ({ body }) => {
      for await (const chunk of body) {
        received.push(Buffer.from(chunk))
        await new Promise<void>((resolve) => (resume = resolve))
      }
      return { id: JOB_ID, status: 202, body: '{}', replayed: false }
    }
    const wire = post({ 'content-length': '6' })
    wire.write('abc')
    await eventually(() => received.length).toBe(1)
    ports.clock.advance(3_600_000)
    resume()
    wire.write('def')
    await eventually(() => received.length).toBe(2)
    resume()
    await eventually(() => wire.text).toMatch(/^HTTP\/1.1 202/)
  })
})

describe('an early refusal', () => {
  beforeEach(() => {
    ports.ingest.submitJob = async ({ body }) => {
      for await (const chunk of body) {
        received.push(Buffer.from(chunk))
        throw new ProblemError({ code: 'unknown_channel', detail: 'no such channel' })
      }
      throw new Error('no body')
    }
  })

  it('is answered while the client still sends, and leaves the connection usable', async () => {
    const wire = post({ 'content-length': '1000000' })
    wire.write('x'.repeat(1000))
    await eventually(() => wire.text).toMatch(/^HTTP\/1.1 400/)
    wire.write('x'.repeat(999_000))
    wire.write('GET /healthz/live HTTP/1.1\r\nhost: x\r\n\r\n')
    await eventually(() => wire.text).toContain('{"status":"ok"}')
    expect(ports.clock.pending).toBe(0)
  })

  it('reaches a client that sends everything before it reads', async () => {
    const answer = await submit('x'.repeat(5_000_000))
    expect([answer.status, await codeOf(answer)]).toEqual([400, 'unknown_channel'])
  })

  it('closes the connection of a client that has more than 8 MiB left', async () => {
    const wire = post({ 'content-length': '1000000000' })
    wire.write('x'.repeat(1000))
    await eventually(() => wire.text).toMatch(/^HTTP\/1.1 400/)
    const piece = 'x'.repeat(1024 * 1024)
    for (let n = 0; n < 20 && !wire.closed; n++) {
      wire.write(piece)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    await eventually(() => wire.closed).toBe(true)
  })

  it('closes the connection of a client that needs more than 5 s for the rest', async () => {
    const wire = post({ 'content-length': '1000000' })
    wire.write('x'.repeat(1000))
    await eventually(() => wire.text).toMatch(/^HTTP\/1.1 400/)
    await eventually(() => ports.clock.pending).toBe(1)
    ports.clock.advance(5000)
    await eventually(() => wire.closed).toBe(true)
  })

  it('drops the rest of a body that has no reader', async () => {
    const wire = post({ 'content-length': '1000000', authorization: 'Bearer wrong' })
    await eventually(() => wire.text).toMatch(/^HTTP\/1.1 401/)
    // One is of the line of the log about refused tokens.
    await eventually(() => ports.clock.pending).toBe(2)
    ports.clock.advance(5000)
    await eventually(() => wire.closed).toBe(true)
  })
})

describe('what is no request', () => {
  it.each([
    ['garbage', 'nonsense\r\n\r\n', /must be an HTTP\/1.1 request/],
    ['no Host', 'GET /v1/limits HTTP/1.1\r\n\r\n', /must have one Host/],
    ['too large headers', `GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, /at most 16 KiB/],
  ])('is answered as a problem: %s', async (_, text, detail) => {
    const socket = connect(port, '127.0.0.1')
    sockets.push(socket)
    let answer = ''
    socket.on('data', (data) => (answer += data.toString()))
    socket.on('error', () => undefined)
    socket.write(text)
    await eventually(() => answer).toMatch(/^HTTP\/1.1 400 Bad Request/)
    expect(answer).toMatch(/content-type: application\/problem\+json/)
    expect(answer).toMatch(/x-request-id: req_/)
    expect(answer).toMatch(detail)
  })
})

function changed(bytes: Uint8Array): Buffer<ArrayBuffer> {
  const copy = Buffer.from(bytes)
  copy[copy.length - 6]! ^= 0xff // in the checksum
  return copy
}

it('reports an upload from its place to its answer', async () => {
  const heard = hearEvents(ports.telemetry, 'upload.started', 'upload.ended')
  const { submitJob } = ports.ingest
  let open: readonly string[] = []
  ports.ingest.submitJob = (request) => {
    open = heard.map(([name]) => name)
    return submitJob(request)
  }
  await submit('{}')
  await eventually(() => heard.map(([name]) => name)).toEqual(['upload.started', 'upload.ended'])
  expect(open).toEqual(['upload.started'])
  expect(heard[0]![1]).toEqual({ operation: 'submitJob' })
  expect(heard[1]![1]).toEqual({ operation: 'submitJob', durationMs: 0 })
})
