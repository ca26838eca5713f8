import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { completeChannel } from '../model/complete-channel.ts'
import { type Egress, OwnPorts } from '../model/egress.ts'
import { requestAccessToken } from './access-token.ts'
import { exchange } from './http-exchange.ts'
import { outboundAgent, type OutboundOptions } from './outbound-agent.ts'
import { PayloadResolver } from './payload/payload-resolver.ts'
import type { ResolveName } from './private-address.ts'
import { callOf, detailOf, httpConnector } from './testing/fake-http-calls.ts'

/** A target of calls; also where what should not be called would be noticed. */
const sink = createServer((request, response) => {
  called.push(request)
  response.end('{"access_token":"t","token_type":"bearer"}')
})
const called: IncomingMessage[] = []
/** Makes tunnels, of any address to the sink. */
const proxyServer = createServer()
const tunnels: { readonly to: string | undefined; readonly authorization: string | undefined }[] = []
let tunnelStatus = (_to: string): number => 200
const sockets = new Set<Socket>()
let port: number
let proxyPort: number

beforeAll(async () => {
  proxyServer.on('connect', ({ url = '', headers }: IncomingMessage, socket: Socket) => {
    tunnels.push({ to: url, authorization: headers['proxy-authorization'] })
    const status = tunnelStatus(url)
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n`)
      return
    }
    socket.write('HTTP/1.1 200 Made\r\n\r\n')
    const target = connect(port, '127.0.0.1')
    sockets.add(socket).add(target)
    socket.pipe(target).pipe(socket)
    for (const one of [socket, target]) one.on('error', () => undefined)
  })
  port = await listen(sink)
  proxyPort = await listen(proxyServer)
})
beforeEach(() => {
  called.length = 0
  tunnels.length = 0
  tunnelStatus = () => 200
})
afterAll(() => {
  for (const socket of sockets) socket.destroy()
  for (const server of [sink, proxyServer]) {
    server.close()
    server.closeAllConnections()
  }
})

async function listen(server: Server): Promise<number> {
  server.listen(0)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function egressOf(ownPorts: readonly number[], authorization: string | null | undefined = undefined): Egress {
  const own = new OwnPorts()
  for (const one of ownPorts) own.add(one)
  const proxy = { protocol: 'http:', host: '127.0.0.1', port: proxyPort } as const
  return { ownPorts: own.shared, proxy: authorization === undefined ? null : { ...proxy, authorization } }
}

/** Answers a name with these addresses, one list a lookup. */
function resolving(...answers: readonly (readonly string[])[]): { resolve: ResolveName; readonly asked: string[] } {
  const asked: string[] = []
  const resolve = (name: string, _options: object, callback: (error: null, all: object[]) => void): void => {
    const answer = answers[Math.min(asked.length, answers.length - 1)]!
    asked.push(name)
    callback(
      null,
      answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }
  return { resolve: resolve as unknown as ResolveName, asked }
}

async function statusOf(url: string, options: Partial<OutboundOptions>): Promise<number> {
  const agent = outboundAgent({ connections: 1, connectTimeoutMs: 2000, allowPrivateAddresses: true, ...options })
  const { origin, pathname: path } = new URL(url)
  const signal = AbortSignal.timeout(5000)
  try {
    return (await exchange(agent, { origin, path, headers: [], body: null, signal, maxBodyBytes: 1000 })).status
  } finally {
    await agent.destroy()
  }
}

const refusal = (code: string): object => expect.objectContaining({ code }) as object

describe('an outbound connection', () => {
  it('is made to the address that was checked, though a name is answered otherwise the second time', async () => {
    const { resolve, asked } = resolving(['192.0.2.1'], ['127.0.0.1'])
    const options = { resolve, allowPrivateAddresses: false }
    await expect(statusOf(`http://rebinding.example:${port}/`, options)).rejects.toEqual(refusal('PRIVATE_ADDRESS'))
    await expect(statusOf(`http://rebinding.example:${port}/`, options)).rejects.toEqual(refusal('PRIVATE_ADDRESS'))
    expect(asked).toHaveLength(2)
    expect(called).toEqual([])
  })

  it('never leads to a port of this process, by whichever name or address of this machine', async () => {
    const interfaces = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
    const own = interfaces.filter(({ address }) => !address.startsWith('fe80')).map(({ address }) => address)
    const hosts = [
      '127.0.0.1',
      '127.0.0.9',
      'localhost',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '0.0.0.0',
      '2130706433',
      '[::]',
    ]
    const options = { egress: egressOf([80, port]) }
    for (const host of [...hosts, ...own.map((one) => (one.includes(':') ? `[${one}]` : one))]) {
      await expect(statusOf(`http://${host}:${port}/`, options), host).rejects.toEqual(refusal('OWN_ADDRESS'))
    }
    const { resolve } = resolving(['127.0.0.1', '::ffff:7f00:1'])
    await expect(statusOf(`http://shop.example:${port}/`, { ...options, resolve })).rejects.toEqual(
      refusal('OWN_ADDRESS'),
    )
    expect(called).toEqual([])
    expect(await statusOf(`http://localhost:${port}/`, { egress: egressOf([1]) })).toBe(200)
  })

  it('is refused for connectors, payloads and token URLs alike', async () => {
    const url = `http://127.0.0.1:${port}`
    const egress = egressOf([port])
    const connector = httpConnector(url, {}, () => undefined, {}, { egress })
    const [answer] = await connector.deliver(callOf(['{"id":"a"}']))
    expect(detailOf(answer).error).toMatchObject({
      code: 'connection_failed',
      detail: expect.stringContaining('itself'),
    })
    await connector.close()

    const payload = completeChannel({
      connector: { type: 'http', url, allowPrivateAddresses: true },
      payload: { resolveUrl: `${url}/{id}` },
    }).payload!
    const config = { concurrency: 1, maxRetryAfterMs: 1000 }
    const resolver = new PayloadResolver(payload, { config, egress, allowPrivateAddresses: true, throttle() {} })
    const { signal } = new AbortController()
    const [resolved] = await resolver.resolve({ subscription: 'a', objectType: 'p', ids: ['x'], signal })
    expect(JSON.stringify(resolved)).toContain('must not be this server itself')
    await resolver.close()

    const dispatcher = outboundAgent({ connections: 1, connectTimeoutMs: 1000, allowPrivateAddresses: true, egress })
    const credentials = {
      type: 'oauth2_client_credentials',
      tokenUrl: `${url}/t`,
      clientId: 'a',
      clientSecret: 'b',
    } as const
    const token = requestAccessToken(credentials, { dispatcher, allowInsecure: true, timeoutMs: 1000 })
    await expect(token).rejects.toThrow('must not be this server itself')
    await dispatcher.destroy()
    expect(called).toEqual([])
  })
})

describe('a connection through outbound.proxy', () => {
  it('is a tunnel to the address that was checked, with the credentials of the proxy', async () => {
    const { resolve } = resolving(['198.18.0.1', '93.184.216.34', '8.8.8.8'])
    const options = { resolve, allowPrivateAddresses: false, egress: egressOf([port], 'Basic dTpw') }
    tunnelStatus = (to) => (to.startsWith('93.') ? 503 : 200)
    expect(await statusOf('http://shop.example/', options)).toBe(200)
    expect(tunnels.map(({ to }) => to)).toEqual(['93.184.216.34:80', '8.8.8.8:80'])
    expect(tunnels[0]!.authorization).toBe('Basic dTpw')
    expect(called[0]!.headers).toMatchObject({ host: 'shop.example' })
    expect(called[0]!.headers).not.toHaveProperty('proxy-authorization')
  })

  it('is not asked for what may not be called', async () => {
    const options = { allowPrivateAddresses: false, egress: egressOf([port], null) }
    for (const [url, code] of [
      ['http://127.0.0.1/', 'PRIVATE_ADDRESS'],
      ['http://[::ffff:10.0.0.1]/', 'PRIVATE_ADDRESS'],
    ] as const) {
      await expect(statusOf(url, options)).rejects.toEqual(refusal(code))
    }
    const rebound = { ...options, ...resolving(['10.0.0.1']) }
    await expect(statusOf('http://shop.example/', rebound)).rejects.toEqual(refusal('PRIVATE_ADDRESS'))
    const own = { ...options, allowPrivateAddresses: true }
    await expect(statusOf(`http://127.0.0.1:${port}/`, own)).rejects.toEqual(refusal('OWN_ADDRESS'))
    await expect(statusOf(`http://localhost:${port}/`, own)).rejects.toEqual(refusal('OWN_ADDRESS'))
    expect(tunnels).toEqual([])
  })

  it('fails with the status of the proxy, or as it is not there, without its credentials', async () => {
    const { resolve } = resolving(['93.184.216.34', '8.8.8.8'])
    const options = { resolve, egress: egressOf([], 'Basic c2VjcmV0') }
    tunnelStatus = () => 407
    const failure: unknown = await statusOf('http://shop.example/', options).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'PROXY_REFUSED', message: expect.stringContaining('it answered 407') })
    expect(String(failure)).not.toContain('c2VjcmV0')
    expect(tunnels).toHaveLength(1)
    const nobody = { ...options.egress, proxy: { ...options.egress.proxy!, port: 1 } }
    await expect(statusOf('http://shop.example/', { ...options, egress: nobody })).rejects.toThrow('ECONNREFUSED')
  })
})
