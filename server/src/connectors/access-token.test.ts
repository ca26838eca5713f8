import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Credentials, HttpConnectorConfig } from '../model/channel.ts'
import { FLAG_RETRYABLE } from '../model/outcome-batch.ts'
import { callOf, httpConnector, detailOf } from './testing/fake-http-calls.ts'
import { answerJson, FakeShop } from './testing/fake-shop.ts'
import type { HttpConnector } from './http-connector.ts'

const shop = new FakeShop()
let origin = ''
let connector: HttpConnector

function connect(options: Partial<HttpConnectorConfig> = {}): HttpConnector {
  connector = httpConnector(origin, options)
  return connector
}

beforeEach(async () => {
  origin = await shop.start()
  shop.requests.length = 0
  shop.answer = (_request, response) => response.end()
})

afterEach(async () => {
  await connector.close()
  await shop.stop()
})

const oauth = (): Credentials => ({
  type: 'oauth2_client_credentials',
  tokenUrl: `${origin}/token?key=url-secret`,
  clientId: 'me',
  clientSecret: 'client-secret',
})
const token = { access_token: 'tok-12345678', token_type: 'Bearer' }
const seconds = (expires_in: unknown) => (response: ServerResponse) => {
  answerJson(response, { ...token, expires_in })
}

describe('access tokens of an http connector', () => {
  it('renews a token once for all calls that were refused with it, however late they are answered', async () => {
    let tokens = 0
    const held: (() => void)[] = []
    shop.answer = (request, response) => {
      if (request.url === '/token') {
        answerJson(response, { access_token: `t${++tokens}`, token_type: 'Bearer', expires_in: 3600 })
      } else if (request.headers.authorization === 'Bearer t1') {
        held.push(() => response.writeHead(401).end())
      } else response.writeHead(200).end()
    }
    const credentials: Credentials = {
      type: 'oauth2_client_credentials',
      tokenUrl: `${origin}/token`,
      clientId: 'me',
      clientSecret: 'secret',
    }
    connect()
    const call = () => connector.deliver(callOf(['{"id":"a"}'], { credentials }))
    const refused = [call(), call(), call()]
    await expect.poll(() => held.length).toBe(3)
    held[0]!()
    expect((await refused[0]!)[0]).toMatchObject({ httpStatus: 401, flags: FLAG_RETRYABLE })
    expect((await call())[0]).toMatchObject({ succeeded: true })
    held[1]!()
    held[2]!()
    for (const late of refused.slice(1))
      expect((await late)[0]).toMatchObject({ httpStatus: 401, flags: FLAG_RETRYABLE })
    expect((await call())[0]).toMatchObject({ succeeded: true })
    expect(tokens).toBe(2)
  })

  it('fetches an access token once for many calls, and another one when it is refused', async () => {
    let tokens = 0
    shop.answer = (request, response) => {
      if (request.url === '/token')
        answerJson(response, { access_token: `t${++tokens}`, token_type: 'Bearer', expires_in: 3600 })
      else
        response.writeHead(request.headers.authorization === 'Bearer t1' && shop.requests.length > 5 ? 401 : 200).end()
    }
    const credentials: Credentials = {
      type: 'oauth2_client_credentials',
      tokenUrl: `${origin}/token`,
      clientId: 'me',
      clientSecret: 's:1',
      scope: 'write',
    }
    connect()
    await Promise.all([1, 2, 3].map(() => connector.deliver(callOf(['{"id":"a"}'], { credentials }))))
    expect(tokens).toBe(1)
    const request = shop.requests.find(({ url }) => url === '/token')!
    expect(request.text).toContain('grant_type=client_credentials')
    expect(request.text).toContain('scope=write')
    await connector.deliver(callOf(['{"id":"a"}'], { credentials }))
    const [refused] = await connector.deliver(callOf(['{"id":"a"}'], { credentials }))
    expect(refused).toMatchObject({ httpStatus: 401, flags: FLAG_RETRYABLE })
    const [accepted] = await connector.deliver(callOf(['{"id":"a"}'], { credentials }))
    expect(accepted?.succeeded).toBe(true)
    expect(tokens).toBe(2)
  })

  it('reports without a secret that no access token was received', async () => {
    shop.answer = (_request, response) => answerJson(response, { error: 'invalid_client' }, { status: 401 })
    const credentials: Credentials = {
      type: 'oauth2_client_credentials',
      tokenUrl: `${origin}/token`,
      clientId: 'me',
      clientSecret: 'hush',
    }
    const [answer] = await connect().deliver(callOf(['{"id":"a"}'], { credentials }))
    expect(detailOf(answer).error).toMatchObject({
      code: 'token_request_failed',
      title: 'No access token for the call',
    })
    expect(detailOf(answer).error?.detail).toContain(`${origin}/token: received status 401`)
    expect(detailOf(answer).error?.detail).toContain('invalid_client')
    expect(answer?.detail).not.toContain('hush')
  })

  it.each<[string, (response: ServerResponse) => void, string]>([
    [
      'gzip that becomes a thousand times as much',
      (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(30_000_000))),
      'longer than 64 KiB',
    ],
    ['a body without end', (response) => void endlessly(response, Buffer.alloc(65_536, ' ')), 'longer than 64 KiB'],
    [
      'broken gzip',
      (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('{"access_token"'),
      'not valid gzip',
    ],
    [
      'a redirect',
      (response) => response.writeHead(302, { location: 'https://login.example/x?key=url-secret' }).end(),
      'must not redirect (to https://login.example/x); received status 302',
    ],
    [
      'HTML',
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>client-secret</html>'),
      'received status 200 with 26 bytes of text/html',
    ],
    ['a status alone', (response) => response.writeHead(503).end(), 'received status 503'],
    ['an empty answer', (response) => response.writeHead(204).end(), 'must have a body'],
    ['JSON without a token', (response) => answerJson(response, { token_type: 'Bearer' }), 'access_token'],
    [
      'a token that no header can carry',
      (response) => answerJson(response, { ...token, access_token: 'tok\r\nx: 1' }),
      'visible ASCII',
    ],
    ['a negative expires_in', seconds(-1), 'expires_in'],
    ['an expires_in that is no number', seconds('soon'), 'expires_in'],
    ['a broken connection', (response) => response.socket?.destroy(), 'ECONNRESET'],
    [
      'an error that echoes the secret',
      (response) =>
        answerJson(response, { error: 'invalid_client', error_description: 'client-secret' }, { status: 400 }),
      'status 400 with 62 bytes of application/json, error invalid_client (***)',
    ],
  ])('names the token endpoint when it answers with %s', async (_name, answer, detail) => {
    shop.answer = (request, response) => {
      if (request.url.startsWith('/token')) answer(response)
      else response.end()
    }
    const [failed] = await connect().deliver(callOf(['{"id":"a"}'], { credentials: oauth() }))
    expect(detailOf(failed).error).toMatchObject({ code: 'token_request_failed', origin: 'engine', retryable: true })
    expect(detailOf(failed).error!.detail).toContain(`Cannot get an access token from ${origin}/token: `)
    expect(detailOf(failed).error!.detail!.replaceAll('other side closed', 'ECONNRESET')).toContain(detail)
    expect(failed!.detail).not.toMatch(/client-secret|url-secret|tok-1|tok\\r/)
    expect(shop.requests.map(({ url }) => url)).toEqual(['/token?key=url-secret'])
  })

  it("names a token endpoint that is slower than the call's time, and uses its token later", async () => {
    let release = (): void => {}
    shop.answer = (request, response) => {
      if (request.url.startsWith('/token')) {
        release = () => {
          response.end('}')
        }
        response.writeHead(200, { 'content-type': 'application/json' }).write(JSON.stringify(token).slice(0, -1))
      } else response.end()
    }
    const abort = new AbortController()
    const delivery = connect().deliver(callOf(['{"id":"a"}'], { credentials: oauth(), signal: abort.signal }))
    while (shop.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 2))
    abort.abort(new DOMException('too late', 'TimeoutError'))
    const [failed] = await delivery
    expect(failed).toMatchObject({ succeeded: false, uncalled: true })
    expect(detailOf(failed).error).toMatchObject({ code: 'token_request_failed' })
    expect(detailOf(failed).error?.detail).toContain(`${origin}/token`)
    release()
    const [delivered] = await connector.deliver(callOf(['{"id":"a"}'], { credentials: oauth() }))
    expect(delivered?.succeeded).toBe(true)
    expect(shop.requests.filter(({ url }) => url.startsWith('/token'))).toHaveLength(1)
  })

  it.each([
    [0, 2],
    ['3600', 1],
    [1e300, 1],
  ])('takes an expires_in of %j', async (expiresIn, requests) => {
    shop.answer = (request, response) => {
      if (request.url.startsWith('/token')) seconds(expiresIn)(response)
      else response.end()
    }
    connect()
    for (const id of ['a', 'b']) {
      const [answer] = await connector.deliver(callOf([JSON.stringify({ id })], { credentials: oauth() }))
      expect(answer?.succeeded).toBe(true)
    }
    expect(shop.requests.filter(({ url }) => url.startsWith('/token'))).toHaveLength(requests)
  })
})

/** Sends a body until the connection is closed. */
function endlessly(response: ServerResponse, chunk: Buffer): void {
  if (response.headersSent) {
    if (!response.destroyed) response.write(chunk, () => endlessly(response, chunk))
  } else {
    response.writeHead(200, { 'content-type': 'application/json' })
    endlessly(response, chunk)
  }
}
