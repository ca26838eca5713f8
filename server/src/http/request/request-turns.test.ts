import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { eventually, FakeParts, fakeSnapshot, JOB_ID, TOKEN } from '../testing/fake-parts.ts'
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

const get = (path: string, ...headers: string[]): string =>
  [`GET ${path} HTTP/1.1`, 'host: a', `authorization: Bearer ${TOKEN}`, ...headers, '', ''].join('\r\n')

describe('RequestTurns', () => {
  it.each<[string, (parts: FakeParts) => FastifyInstance]>([
    ['a server', (parts) => buildHttp(parts)],
    [
      'a plugin',
      (parts) => {
        const host = Fastify()
        void host.register(async (scope) => {
          registerHttp(scope, parts)
        })
        return host
      },
    ],
  ])('let %s carry out one request of a connection at a time', async (_, build) => {
    const parts = new FakeParts()
    parts.show(fakeSnapshot(1, 'running'))
    const app = build(parts)
    ends.push(() => app.close())
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { socket, text } = await client(app.server)
    const poll = get(`/v1/jobs/${JOB_ID}`, 'prefer: wait=30', 'x-request-id: poll')
    socket.write((poll + get('/v1/limits', 'x-request-id: limits')).repeat(20))
    await eventually(() => parts.waits.size).toBe(1)
    // Another connection does not wait for it.
    const other = await client(app.server)
    other.socket.write(get('/v1/limits'))
    await eventually(other.text).toContain('maxWaitSeconds')
    expect(parts.waits.size).toBe(1)
    expect(text()).toBe('')
    socket.destroy()
    await eventually(() => parts.waits.size).toBe(0)
  })

  it('leave what follows an upgrade to its own protocol', async () => {
    const server = createServer((_request, response) => response.end())
    new RequestTurns(server)
    server.on('upgrade', (_request, socket: Socket, head: Buffer) => {
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n\r\n${head.toString()}`)
      socket.on('data', (bytes: Buffer) => socket.write(bytes.toString().toUpperCase()))
      socket.on('end', () => socket.end())
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    ends.push(() => new Promise((resolve) => server.close(resolve)))
    const { socket, text } = await client(server)
    socket.write(`${get('/')}${get('/', 'connection: upgrade', 'upgrade: shout')}hello `)
    await eventually(text).toContain('HELLO')
    socket.write('again')
    await eventually(text).toMatch(/HELLO AGAIN$/)
  })

  it('hands on bodies of any cut, and reads none of the next request with them', async () => {
    const seen: string[] = []
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (bytes: Buffer) => (body += bytes.toString()))
      request.on('end', () => {
        seen.push(body)
        response.end('ok')
      })
    })
    new RequestTurns(server)
    server.listen(0, '127.0.0.1')
    ends.push(() => server.close())
    await once(server, 'listening')
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
})
