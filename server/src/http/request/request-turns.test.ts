import { once } from 'node:events'
import {
  createServer,
  IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { eventually, FakePorts, TOKEN } from '../testing/fake-ports.ts'
import { fakeSnapshot, JOB_ID } from '../testing/fake-snapshot.ts'
import { RequestTurns } from './request-turns.ts'
import { buildHttp, registerHttp } from '../server.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function client(server: Server): Promise<{ readonly socket: Socket; readonly text: () => string }> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  await once(socket, 'connect')
  let text = ''
  socket.on('data', (bytes) => (text += bytes.toString('latin1')))
  socket.on('error', () => undefined)
  ends.push(() => socket.destroy())
  return { socket, text: () => text }
}

async function serve(listener: RequestListener, options: ServerOptions = {}): Promise<Server> {
  const server = createServer(options, listener)
  new RequestTurns(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => {
    server.close()
    server.closeAllConnections()
  })
  return server
}

const get = (path: string, ...headers: string[]): string =>
  [`GET ${path} HTTP/1.1`, 'host: a', `authorization: Bearer ${TOKEN}`, ...headers, '', ''].join('\r\n')

describe('RequestTurns', () => {
  it.each<[string, (ports: FakePorts) => FastifyInstance]>([
    ['a server', (ports) => buildHttp(ports)],
    [
      'a plugin',
      (ports) => {
        const host = Fastify()
        void host.register(async (scope) => {
          registerHttp(scope, ports)
        })
        return host
      },
    ],
  ])('make %s carry out one request of a connection at a time', async (_, build) => {
    const ports = new FakePorts()
    ports.show(fakeSnapshot(1, 'running'))
    const app = build(ports)
    ends.push(() => app.close())
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { socket, text } = await client(app.server)
    const poll = get(`/v1/jobs/${JOB_ID}`, 'prefer: wait=30', 'x-request-id: poll')
    socket.write((poll + get('/v1/limits', 'x-request-id: limits')).repeat(20))
    await eventually(() => ports.waits.size).toBe(1)
    // Another connection does not wait for it.
    const other = await client(app.server)
    other.socket.write(get('/v1/limits'))
    await eventually(other.text).toContain('maxWaitSeconds')
    expect(ports.waits.size).toBe(1)
    expect(text()).toBe('')
    socket.destroy()
    await eventually(() => ports.waits.size).toBe(0)
  })

  it('leave what follows an upgrade to its own protocol', async () => {
    const server = await serve((_request, response) => response.end())
    server.on('upgrade', (_request, socket: Socket, head: Buffer) => {
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n\r\n${head.toString().toUpperCase()}`)
      socket.on('data', (bytes: Buffer) => socket.write(bytes.toString().toUpperCase()))
      socket.on('end', () => socket.end())
    })
    const { socket, text } = await client(server)
    socket.write(`${get('/')}${get('/', 'connection: upgrade', 'upgrade: shout')}hello `)
    await eventually(text).toContain('\r\n\r\nHELLO ')
    socket.write('again')
    await eventually(text).toMatch(/HELLO AGAIN$/)
  })

  it('passes on bodies of any cut, and reads none of the next request with them', async () => {
    const seen: string[] = []
    const server = await serve((request, response) => {
      let body = ''
      request.on('data', (bytes: Buffer) => (body += bytes.toString()))
      request.on('end', () => {
        seen.push(body)
        response.end('ok')
      })
    })
    // A body that looks like heads, and is longer than a read.
    const body = `${'x'.repeat(99)}\r\n\r\n`.repeat(2000)
    const post = `POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n${body}`
    const all = Buffer.from(post.repeat(3))
    for (const cut of [1, post.length - body.length, post.length - body.length + 3, 65_536, all.length]) {
      seen.length = 0
      const { socket } = await client(server)
      socket.setNoDelay(true)
      socket.write(all.subarray(0, cut))
      await new Promise((resolve) => setImmediate(resolve))
      socket.write(all.subarray(cut))
      await eventually(() => seen.length).toBe(3)
      expect(seen.every((one) => one === body)).toBe(true)
      socket.destroy()
    }
  })
  it('reads the head of one more request while one is carried out, however many a read brings', async () => {
    let heads = 0
    class CountedRequest extends IncomingMessage {
      constructor(socket: Socket) {
        super(socket)
        heads++
      }
    }
    const answers: ServerResponse[] = []
    const server = await serve((_request, response) => answers.push(response), { IncomingMessage: CountedRequest })
    const { socket, text } = await client(server)
    socket.write(get('/').repeat(1000))
    for (let n = 1; n <= 5; n++) {
      await eventually(() => answers.length).toBe(n)
      await eventually(() => heads).toBe(n + 1)
      answers[n - 1]!.end(`answer ${n}`)
      await eventually(text).toContain(`answer ${n}`)
    }
  })

  it('carries out what follows the offer of an upgrade that the server declines', async () => {
    const seen: string[] = []
    const server = await serve(({ url }, response) => {
      seen.push(url!)
      response.end()
    })
    const offer = ['connection: upgrade', 'upgrade: shout'] as const
    const requests = [get('/1', ...offer), get('/2', ...offer), get('/3')].join('')
    const { socket } = await client(server)
    socket.write(requests)
    await eventually(() => seen).toEqual(['/1', '/2', '/3'])
    // Byte by byte too.
    for (const byte of requests) socket.write(byte)
    await eventually(() => seen).toEqual(['/1', '/2', '/3', '/1', '/2', '/3'])
  })

  it('refuses what is no request behind others, when these are answered', async () => {
    const server = await serve((_request, response) => response.end('well'))
    const { socket, text } = await client(server)
    socket.write(`${get('/').repeat(3)}this is none\r\n\r\n${get('/')}`)
    await once(socket, 'close')
    expect(text().match(/HTTP\/1.1 \d+/g)).toEqual([...Array.from({ length: 3 }, () => 'HTTP/1.1 200'), 'HTTP/1.1 400'])
  })

  it('carries out nothing behind the last answer of a connection', async () => {
    let requests = 0
    const server = await serve((_request, response) => {
      requests++
      response.setHeader('connection', 'close').end()
    })
    const { socket, text } = await client(server)
    socket.write(get('/').repeat(2000))
    await once(socket, 'close')
    expect(requests).toBe(1)
    expect(text()).toContain('200 OK')
  })

  describe('of many callers', () => {
    /** Each request holds the event loop for a millisecond. Returns the callers, in the order of their requests' begin. */
    async function busyServer(): Promise<{ readonly server: Server; readonly begun: string[] }> {
      const begun: string[] = []
      const server = await serve(({ headers }, response) => {
        begun.push(headers.authorization!)
        for (const untilMs = performance.now() + 1; performance.now() < untilMs;);
        response.end()
      })
      return { server, begun }
    }
    const ask = (caller: string): string => `GET / HTTP/1.1\r\nhost: a\r\nauthorization: ${caller}\r\n\r\n`

    it('lets another caller begin between those of one with many requests on many connections', async () => {
      const { server, begun } = await busyServer()
      const many = await Promise.all(Array.from({ length: 50 }, () => client(server)))
      const other = await client(server)
      for (const { socket } of many) socket.write(ask('many').repeat(200))
      for (let n = 1; n <= 5; n++) {
        const before = begun.length
        await eventually(() => begun.length - before).toBeGreaterThan(100)
        const writtenAt = begun.length
        other.socket.write(ask('other'))
        await eventually(() => begun.filter((caller) => caller === 'other').length).toBe(n)
        expect(begun.lastIndexOf('other') - writtenAt).toBeLessThan(6)
      }
    })

    it('begins no more of a caller while those that have waited are at work', async () => {
      const held: ServerResponse[] = []
      const begun: string[] = []
      const server = await serve(({ headers }, response) => {
        begun.push(headers.authorization!)
        held.push(response)
      })
      const many = await Promise.all(Array.from({ length: 30 }, () => client(server)))
      for (const { socket } of many) socket.write(ask('many').repeat(2))
      await eventually(() => held.length).toBe(30)
      for (const response of held.splice(0)) response.end()
      await eventually(() => held.length).toBe(8)
      const other = await client(server)
      other.socket.write(ask('other').repeat(2))
      await eventually(() => begun.filter((caller) => caller === 'other').length).toBe(1)
      expect(begun.length).toBeLessThanOrEqual(39)
      // Those that wait for something themselves hold up nobody for long.
      await eventually(() => begun.length).toBe(61)
    })

    it('lets all wait at once whose requests are the first of their connections', async () => {
      const held: ServerResponse[] = []
      const server = await serve((_request, response) => held.push(response))
      const polls = await Promise.all(Array.from({ length: 200 }, () => client(server)))
      for (const { socket } of polls) socket.write(ask('many'))
      await eventually(() => held.length).toBe(200)
    })
  })
})
