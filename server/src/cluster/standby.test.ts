import { once } from 'node:events'
import { request as sendRequest, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { rootPaths } from '@waybill/spec/rules'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { forwardedCaller } from '../http/request/forwarded-caller.ts'
import { FakePorts } from '../http/testing/fake-ports.ts'
import { systemClock } from '../runtime/clock.ts'
import { silentLogger } from '../runtime/logger.ts'
import { ActiveServer } from './active-server.ts'
import { Forwarder } from './forwarder.ts'
import { type ForwardedHandler, PeerListener } from './peer-listener.ts'
import { PeerTokens } from './peer-tokens.ts'
import { StandbyListener } from './standby-listener.ts'

const secret = 'a-secret-that-is-at-least-32-characters-long'
const cleanups: (() => unknown)[] = []
let active: ActiveServer
let standby: StandbyListener
let forwarder: Forwarder
let peer: { readonly serverId: number; readonly address: string }
let peers: PeerListener

beforeEach(async () => {
  peer = { serverId: 1, address: `http://127.0.0.1:${await freePort()}` }
  peers = await startedPeers(peer.address)
  active = new ActiveServer()
  active.set(peer)
  forwarder = new Forwarder({
    tokens: new PeerTokens({ secret, address: 'http://127.0.0.1:1', clock: systemClock }),
    configHash: 'standby',
  })
  standby = new StandbyListener({
    ...{ host: '127.0.0.1', port: 0, tls: null, paths: rootPaths, leaseSeconds: 10, active, forwarder },
    ...{
      config: { ...new FakePorts().config, trustedProxies: ['127.0.0.1'] },
      clock: systemClock,
      logger: silentLogger,
    },
  })
  await standby.start()
  cleanups.push(
    () => standby.stop(),
    () => forwarder.close(),
  )
})

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function startedPeers(address: string): Promise<PeerListener> {
  const listener = new PeerListener({
    listen: { host: '127.0.0.1', port: Number(new URL(address).port) },
    tokens: new PeerTokens({ secret, address, clock: systemClock }),
    configHash: 'active',
    logger: silentLogger,
  })
  await listener.start()
  cleanups.push(() => listener.stop())
  return listener
}

/** The next request that is forwarded: it is answered by the test. */
function arrival(): { readonly response: Promise<ServerResponse> } {
  return { response: new Promise((resolve) => peers.serve((_, response) => resolve(response))) }
}

const url = (path: string): string => `http://127.0.0.1:${standby.port}${path}`
const echo: ForwardedHandler = (request, response) => {
  const pieces: Buffer[] = []
  response.writeContinue()
  request.on('data', (piece: Buffer) => pieces.push(piece))
  request.on('end', () => {
    response.setHeader('x-seen', JSON.stringify(request.rawHeaders))
    response.setHeader('x-caller', forwardedCaller(request) ?? 'none')
    response.setHeader('waybill-peer-secret', 'stays inside')
    response.writeHead(200).end(`${request.method} ${request.url} ${Buffer.concat(pieces).toString()}`)
  })
}

describe('a request at a standby', () => {
  it('is answered by the active server, with its caller and all of its headers, and none that it forged', async () => {
    peers.serve(echo)
    const answer = await fetch(url('/v1/jobs?x=%20'), {
      method: 'POST',
      body: 'the body',
      headers: {
        ...{ authorization: 'Bearer token', 'x-forwarded-for': '192.0.2.7', 'x-request-id': 'mine' },
        ...{ 'waybill-peer-caller': '10.0.0.9', 'waybill-peer': 'forged' },
      },
    })
    expect(await answer.text()).toBe('POST /v1/jobs?x=%20 the body')
    expect(answer.headers.get('x-caller')).toBe('192.0.2.7')
    expect(answer.headers.get('waybill-peer-secret')).toBe(null)
    const seen = JSON.parse(answer.headers.get('x-seen')!) as string[]
    const valuesOf = (name: string) => seen.filter((_, at) => at % 2 === 1 && seen[at - 1]!.toLowerCase() === name)
    expect([valuesOf('authorization'), valuesOf('x-request-id')]).toEqual([['Bearer token'], ['mine']])
    expect([valuesOf('waybill-peer-caller'), valuesOf('host')]).toEqual([['192.0.2.7'], [new URL(url('/')).host]])
    expect(valuesOf('waybill-peer')).toEqual([expect.stringMatching(/^ey[^ ]+$/)])
  })

  it.each(['GET', 'HEAD', 'DELETE', 'POST', 'PUT', 'OPTIONS', 'QUERY'])(
    'of method %s without a body passes',
    async (method) => {
      peers.serve(echo)
      const answer = await fetch(url('/v1/jobs'), { method })
      expect([answer.status, await answer.text()]).toEqual([200, method === 'HEAD' ? '' : `${method} /v1/jobs `])
    },
  )

  it('keeps its body until the active server asks for it, and sends none of it to one that refuses', async () => {
    let received = 0
    peers.serve((request, response) => {
      request.socket.on('data', (piece: Buffer) => (received += piece.length))
      response.writeHead(401).end('no')
    })
    const answer = await fetch(url('/v1/jobs'), { method: 'POST', body: 'x'.repeat(1_000_000) })
    expect([answer.status, await answer.text(), received]).toEqual([401, 'no', 0])
  })

  it('is sent again, once, to the server that became active meanwhile', async () => {
    const next = { serverId: 2, address: `http://127.0.0.1:${await freePort()}` }
    const others = await startedPeers(next.address)
    others.serve(echo)
    const answer = fetch(url('/v1/jobs'), { method: 'POST', body: 'the body' })
    await sleep(100)
    active.set(next)
    expect(await (await answer).text()).toBe('POST /v1/jobs the body')
  })

  it('is refused with a time for the next try while no server is active, or none can be reached', async () => {
    const refusals = [await fetch(url('/v1/jobs'), { method: 'POST', body: 'x'.repeat(100_000) })]
    active.set(null)
    refusals.push(await fetch(url('/v1/jobs')))
    active.set({ serverId: 3, address: `http://127.0.0.1:${await freePort()}` })
    refusals.push(await fetch(url('/v1/jobs'), { method: 'DELETE' }))
    active.set({ serverId: 4, address: peer.address.replace('127.0.0.1', 'localhost') })
    refusals.push(await fetch(url('/v1/jobs')))
    for (const refusal of refusals) {
      expect(refusal.status).toBe(503)
      expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThanOrEqual(3)
      expect(Number(refusal.headers.get('retry-after'))).toBeLessThanOrEqual(6)
      expect(await refusal.json()).toMatchObject({ code: 'owner_unavailable', instance: '/v1/jobs' })
    }
  })

  it('whose fate is unknown is refused if it changes nothing, else its connection is closed', async () => {
    peers.serve((request) => request.socket.destroy())
    expect((await fetch(url('/v1/jobs'))).status).toBe(503)
    await expect(fetch(url('/v1/jobs/1/cancel'), { method: 'POST' })).rejects.toThrow('fetch failed')
  })

  it('is ended when another server becomes active, as a frozen one never answers', async () => {
    const arrived = new Promise<void>((resolve) => peers.serve(() => resolve()))
    const answer = fetch(url('/v1/jobs'))
    await arrived
    forwarder.abort()
    expect((await answer).status).toBe(503)
  })

  it('is ended with its caller', async () => {
    const { response: arrived } = arrival()
    const outgoing = sendRequest(url('/v1/jobs'))
    outgoing.on('error', () => undefined)
    outgoing.end()
    const response = await arrived
    outgoing.destroy()
    await once(response, 'close')
  })

  it.each(['GET', 'DELETE', 'POST'])(
    'of method %s whose length is named as of the connection alone passes with its body, and so does the next one',
    async (method) => {
      peers.serve(echo)
      const head = `${method} /v1/jobs HTTP/1.1\r\nhost: a\r\nconnection: close, content-length\r\ncontent-length: 8\r\n\r\n`
      for (let n = 0; n < 3; n++) {
        const socket = connect(standby.port!, '127.0.0.1')
        socket.write(`${head}the body`)
        expect(await textOf(socket)).toMatch(new RegExp(`^HTTP/1.1 200 [^]*${method} /v1/jobs the body`))
        expect(await (await fetch(url('/v1/next'))).text()).toBe('GET /v1/next ')
      }
    },
  )

  it('with two lengths of its body is refused', async () => {
    peers.serve(echo)
    const socket = connect(standby.port!, '127.0.0.1')
    socket.end('POST /v1/jobs HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n')
    expect(await textOf(socket)).toMatch(/^HTTP\/1.1 400 [^]*Connection: close[^]*Transfer-Encoding must be chunked/)
  })
})

describe('an answer through a standby', () => {
  it('that breaks off is not whole for the caller either', async () => {
    peers.serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('id: 1\n\n')
      setTimeout(() => response.destroy(), 50)
    })
    const answer = await fetch(url('/v1/events'))
    await expect(answer.text()).rejects.toThrow('terminated')
  })

  it('that the caller does not take is not taken from the active server', async () => {
    const piece = Buffer.alloc(64 * 1024)
    let sent = 0
    peers.serve((_, response) => {
      response.writeHead(200)
      const write = (): void => {
        while (sent < 512 && !response.destroyed) {
          sent++
          if (!response.write(piece)) {
            response.once('drain', write)
            return
          }
        }
        response.end()
      }
      write()
    })
    const socket = connect(standby.port!, '127.0.0.1')
    socket.pause()
    socket.write('GET /v1/jobs HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
    let before = -1
    while (sent !== before || sent === 0) {
      before = sent
      await sleep(200)
    }
    // What the buffers of four sockets hold.
    expect(sent).toBeLessThan(512)
    let bytes = 0
    socket.on('data', (data: Buffer) => (bytes += data.length))
    socket.resume()
    await once(socket, 'close')
    expect(bytes).toBeGreaterThan(512 * piece.length)
  })
})

describe('the health of a standby', () => {
  const ready = async () => {
    const answer = await fetch(url('/healthz/ready'))
    return [answer.status, (await answer.json()) as Record<string, unknown>] as const
  }
  const answering =
    (status: number, body: object): ForwardedHandler =>
    (_, response) => {
      response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '7' }).end(JSON.stringify(body))
    }

  it('is that of the active server, in another role', async () => {
    peers.serve(answering(200, { status: 'ok', role: 'active', components: {} }))
    expect(await ready()).toEqual([200, { status: 'ok', role: 'standby', components: {} }])
    active.set({ ...peer })
    peers.serve(answering(503, { code: 'disk_full' }))
    expect(await ready()).toEqual([503, { code: 'disk_full' }])
  })

  it('is bad while there is no active server, and it lives all the same', async () => {
    expect(await ready()).toMatchObject([503, { code: 'owner_unavailable' }])
    active.set(null)
    expect(await ready()).toMatchObject([503, { code: 'owner_unavailable' }])
    expect(await (await fetch(url('/healthz/live'))).json()).toEqual({ status: 'ok' })
  })

  it('asks the active server once a second at most', async () => {
    let asked = 0
    peers.serve((request, response) => {
      asked++
      answering(200, { status: 'ok' })(request, response)
    })
    const startMs = performance.now()
    await Promise.all(Array.from({ length: 20 }, ready))
    expect(asked).toBeLessThanOrEqual(1 + Math.ceil((performance.now() - startMs) / 1000))
  })
})

describe('the end of a standby', () => {
  it('lets what it forwards end', async () => {
    const { response } = arrival()
    const place = url('/v1/jobs')
    const answer = fetch(place)
    const arrived = await response
    const stopped = standby.stop(60_000)
    arrived.end('late')
    expect(await (await answer).text()).toBe('late')
    await stopped
    await expect(fetch(place)).rejects.toThrow('fetch failed')
  })

  it('ends the connections of its callers with their answers', async () => {
    peers.serve(echo)
    expect((await fetch(url('/v1/jobs'))).headers.get('connection')).toBe('keep-alive')
    standby.endConnections()
    const answer = await fetch(url('/v1/jobs'))
    expect([answer.status, answer.headers.get('connection')]).toEqual([503, 'close'])
  })
})

describe('the peer port', () => {
  it('answers 401 without a valid token, reads nothing, and ends the connection', async () => {
    let called = false
    peers.serve(() => (called = true))
    const socket = connect(Number(new URL(peer.address).port), '127.0.0.1')
    socket.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\nwaybill-peer: x\r\n\r\n')
    expect(await textOf(socket)).toMatch(/^HTTP\/1.1 401 [^]*Connection: close/i)
    expect(called).toBe(false)
  })

  it('ends the oldest of many connections that have shown no token', async () => {
    const port = Number(new URL(peer.address).port)
    const sockets: Socket[] = []
    for (let n = 0; n < 260; n++) {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => undefined)
      socket.resume()
      await once(socket, 'connect')
      sockets.push(socket)
    }
    await expect
      .poll(() => sockets.filter((socket) => socket.closed || socket.readableEnded).length, { timeout: 30_000 })
      .toBeGreaterThanOrEqual(4)
    peers.serve(echo)
    expect((await fetch(url('/v1/jobs'))).status).toBe(200)
    for (const socket of sockets) socket.destroy()
  })

  it('lets what runs end when it is drained, and passes nothing more on', async () => {
    const { response } = arrival()
    const answer = fetch(url('/v1/jobs'))
    const arrived = await response
    const drained = peers.drain(60_000)
    expect((await fetch(url('/v1/jobs'))).status).toBe(503)
    arrived.end('late')
    expect(await (await answer).text()).toBe('late')
    await drained
  })
})

async function textOf(socket: AsyncIterable<Buffer>): Promise<string> {
  let text = ''
  try {
    for await (const piece of socket) text += piece.toString('latin1')
  } catch {
    // It may be reset behind the answer.
  }
  return text
}

async function freePort(): Promise<number> {
  const server: Server = createTcpServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
