import { EventEmitter } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EventStreams } from './event-stream.ts'
import { eventually, FakePorts, TOKEN } from '../testing/fake-ports.ts'
import { fakeSnapshot, JOB_ID } from '../testing/fake-snapshot.ts'
import { buildHttp } from '../server.ts'
import { hearEvents } from '../../runtime/testing/heard-events.ts'

let ports: FakePorts
let app: FastifyInstance
let url: string
const sockets: Socket[] = []

beforeEach(async () => {
  ports = new FakePorts()
  app = buildHttp(ports)
  url = await app.listen({ port: 0, host: '127.0.0.1' })
})

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await app.close()
})

/** Opens the stream and collects its events. */
function open(headers: Record<string, string> = {}) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  sockets.push(socket)
  const stream = { socket, text: '', closed: false, events: () => eventsOf(stream.text) }
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => (stream.text += text.replaceAll(/x{50,}/g, '')))
  socket.on('close', () => (stream.closed = true))
  const lines = Object.entries({ host: 'x', authorization: `Bearer ${TOKEN}`, ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  socket.write(`GET /v1/jobs/${JOB_ID}/events HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
  return stream
}

function eventsOf(text: string): [event: string, id: string, status: string][] {
  return [...text.matchAll(/event: (\w+)\nid: (\d+)\ndata: (.*)\n/g)].map(([, event, id, data]) => [
    event!,
    id!,
    (JSON.parse(data!) as { status: string }).status,
  ])
}

describe('streamEvents', () => {
  it('closes without end when the lease is lost, and opens none until it is held again', async () => {
    ports.show(fakeSnapshot(5, 'running'))
    const stream = open({ connection: 'close' })
    await eventually(stream.events).toEqual([['job', '5', 'running']])
    ports.holdsLease = false
    for (const listener of ports.leaseListeners) listener()
    await eventually(() => stream.closed).toBe(true)
    expect(stream.text).not.toContain('event: end')
    const refused = open({ connection: 'close' })
    await eventually(() => refused.closed).toBe(true)
    expect(refused.text).toMatch(/^HTTP\/1.1 503 .*owner_unavailable/s)
    ports.holdsLease = true
    const again = open({ connection: 'close' })
    await eventually(again.events).toEqual([['job', '5', 'running']])
    // Lost between two looks: the event itself is checked.
    ports.holdsLease = false
    ports.show(fakeSnapshot(6, 'running'))
    await eventually(() => again.closed).toBe(true)
    expect(again.events()).toEqual([['job', '5', 'running']])
  })

  it('begins with the job at once, follows it, and closes after its end', async () => {
    ports.show(fakeSnapshot(5, 'pending'))
    const heard = hearEvents(ports.telemetry, 'event_stream.opened', 'event_stream.closed')
    const stream = open()
    await eventually(stream.events).toEqual([['job', '5', 'pending']])
    expect(heard).toEqual([['event_stream.opened', { open: 1 }]])
    expect(stream.text).toContain('content-type: text/event-stream')
    expect(stream.text).toContain('cache-control: private, no-cache')
    expect(stream.text).toMatch(/x-request-id: req_/)
    ports.show(fakeSnapshot(6, 'running'))
    await eventually(() => stream.events().length).toBe(2)
    ports.show(fakeSnapshot(7, 'ended'))
    await eventually(() => stream.events().at(-1)).toEqual(['end', '7', 'ended'])
    await eventually(() => stream.text.endsWith('0\r\n\r\n')).toBe(true)
    expect(heard.slice(1)).toEqual([['event_stream.closed', { open: 0 }]])
    expect(ports.listeners.size).toBe(0)
    expect(ports.clock.pending).toBe(0)
  })

  it('shows a job that has ended, and its end', async () => {
    ports.show(fakeSnapshot(7, 'ended'))
    const stream = open()
    await eventually(stream.events).toEqual([
      ['job', '7', 'ended'],
      ['end', '7', 'ended'],
    ])
  })

  it('answers 204 when the end was seen', async () => {
    ports.show(fakeSnapshot(7, 'ended'))
    const stream = open({ 'last-event-id': '7' })
    await eventually(() => stream.text).toMatch(/^HTTP\/1.1 204/)
    expect(ports.listeners.size).toBe(0)
  })

  it('continues after the last event seen', async () => {
    ports.show(fakeSnapshot(6, 'running'))
    const stream = open({ 'last-event-id': '6' })
    await eventually(() => ports.clock.pending).toBe(1)
    ports.show(fakeSnapshot(7, 'ended'))
    await eventually(stream.events).toEqual([['end', '7', 'ended']])
  })

  it.each(['5', 'abc'])('begins with the job when Last-Event-ID is %s', async (id) => {
    ports.show(fakeSnapshot(6, 'running'))
    const stream = open({ 'last-event-id': id })
    await eventually(stream.events).toEqual([['job', '6', 'running']])
  })

  it('loses no end that comes while the job is looked up', async () => {
    ports.show(fakeSnapshot(6, 'running'))
    const { find } = ports.progress
    ports.progress.find = async (id, subscription) => {
      const before = await find(id, subscription)
      ports.show(fakeSnapshot(7, 'ended'))
      return before
    }
    const stream = open()
    await eventually(stream.events).toEqual([
      ['job', '6', 'running'],
      ['end', '7', 'ended'],
    ])
  })

  it('keeps a quiet stream open with a comment every 15 s', async () => {
    ports.show(fakeSnapshot(6, 'running'))
    const stream = open()
    await eventually(stream.events).toHaveLength(1)
    for (let beats = 1; beats <= 3; beats++) {
      ports.clock.advance(15_000)
      await eventually(() => stream.text.split('\n: ').length - 1).toBe(beats)
    }
  })

  it('closes without an end when the server stops', async () => {
    ports.show(fakeSnapshot(6, 'running'))
    const stream = open()
    await eventually(stream.events).toHaveLength(1)
    await app.close()
    await eventually(() => stream.closed).toBe(true)
    expect(stream.events()).toEqual([['job', '6', 'running']])
    expect(ports.listeners.size).toBe(0)
  })

  it('ends when the client disconnects', async () => {
    ports.show(fakeSnapshot(6, 'running'))
    const stream = open()
    await eventually(stream.events).toHaveLength(1)
    stream.socket.destroy()
    await eventually(() => ports.listeners.size).toBe(0)
    expect(ports.clock.pending).toBe(0)
  })

  it('skips versions for a slow reader, and still sends it the end', async () => {
    const padding = 'x'.repeat(500_000)
    const big = (version: number, ended = false) => {
      const snapshot = fakeSnapshot(version, ended ? 'ended' : 'running')
      return { ...snapshot, json: JSON.stringify({ ...snapshot.job, padding }) }
    }
    ports.show(big(1))
    const stream = open()
    await eventually(stream.events).toHaveLength(1)
    stream.socket.pause()
    for (let version = 2; version < 200; version++) {
      ports.show(big(version))
      await new Promise((resolve) => setImmediate(resolve))
    }
    ports.show(big(200, true))
    stream.socket.resume()
    await eventually(() => stream.events().at(-1)?.[0]).toBe('end')
    expect(stream.events().length).toBeLessThan(150)
  })

  it('disconnects a reader that takes nothing for a minute', async () => {
    ports.show(fakeSnapshot(1, 'running'))
    const stream = open()
    await eventually(stream.events).toHaveLength(1)
    stream.socket.pause()
    const padding = 'x'.repeat(20_000_000)
    ports.show({ ...fakeSnapshot(2, 'running'), json: JSON.stringify({ padding }) })
    await eventually(() => ports.clock.pending).toBe(1)
    ports.clock.advance(60_000)
    await eventually(() => ports.listeners.size).toBe(0)
  })
})

describe('EventStreams', () => {
  it('refuses more streams of one caller than a quarter of what it may hold', () => {
    const { clock, telemetry } = ports
    const streams = new EventStreams({ clock, telemetry, maxStreams: 8 })
    const reply = { raw: new EventEmitter() }
    const prepare = (caller: string): unknown => streams.prepare(reply as never, caller)
    for (const caller of ['mine', 'mine', 'another']) prepare(caller)
    expect(() => prepare('mine')).toThrow('one caller may have at most 2 open')
    reply.raw.emit('close')
    prepare('mine')
  })
})
