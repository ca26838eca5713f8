import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { brotliCompressSync, zstdCompressSync } from 'node:zlib'
import type { Receipt } from '@waybill/spec'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gzipBomb } from '../support/gzip-bomb.ts'
import { ENVELOPE, JSON_BODY } from '../support/hostile-world.ts'
import { ServerProcess } from '../support/server-process.ts'

/*
 * Answers of target systems and token endpoints: any of them costs bounded memory and time, and brings no secret into the store.
 */

const SECRETS = [
  ...['client-s3cret', 'url-s3cret', 'header-s3cret', 'obtained-s3cret', 'basic-s3cret'],
  ...['cookie-s3cret', 'quoted-s3cret', 'inner-s3cret', 'fragment-s3cret', 'path-s3cret'],
]
const CLIENT_BASIC = Buffer.from('me:client%2Ds3cret').toString('base64')
const USER_BASIC = Buffer.from('me:basic-s3cret').toString('base64')
const MIB = 1024 * 1024

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const json = { 'content-type': 'application/json' }
const tokenAnswers: Record<string, Answer> = {
  ...Object.fromEntries(
    ['bomb', 'bombbr', 'bombzstd'].map((name): [string, Answer] => [
      name,
      (_request, response) =>
        response.writeHead(200, { ...json, 'content-encoding': bombs[name]![0] }).end(bombs[name]![1]),
    ]),
  ),
  endless: (_request, response) => {
    response.writeHead(200, json)
    writeEndlessly(response)
  },
  drip: (_request, response) => {
    response.writeHead(200, json)
    const drip = setInterval(() => response.write(' '), 50)
    response.once('close', () => {
      clearInterval(drip)
    })
  },
  echo: (request, response) => response.writeHead(400, json).end(JSON.stringify(echoOf(request))),
  good: (_request, response) =>
    response.writeHead(200, json).end(JSON.stringify({ access_token: 'obtained-s3cret', token_type: 'bearer' })),
}
/** Of 3.9 MB that become 3.6 GB, of 0.1 KB that become 64 MB, and of 25 KB that become 800 MB. */
const bombs: Record<string, [encoding: string, body: Buffer]> = {
  bomb: ['gzip', gzipBomb('', 'x', 3.6e9)],
  bombbr: ['br', brotliCompressSync(Buffer.alloc(64 * MIB, 'x'))],
  bombzstd: ['zstd', Buffer.concat(new Array<Buffer>(50).fill(zstdCompressSync(Buffer.alloc(16 * MIB, 'x'))))],
}
const endlessPart = Buffer.alloc(64 * 1024, ' ')
let sentBytes = 0

function writeEndlessly(response: ServerResponse): void {
  if (response.destroyed) return
  sentBytes += endlessPart.length
  response.write(endlessPart, () => {
    writeEndlessly(response)
  })
}

function echoOf({ url, rawHeaders }: IncomingMessage): object {
  return { error: 'invalid_request', error_description: `${url} ${rawHeaders.join(' ')}`.slice(-290), url, rawHeaders }
}

/** Returns the fields of a request as a target reads them. */
function fieldsOf({ headers }: IncomingMessage): object {
  const cookies = (headers.cookie ?? '').split('; ').map((pair) => pair.split('='))
  const [scheme, rest = ''] = (headers.authorization ?? '').split(' ')
  const signature = /signature="([^"]*)"/.exec(String(headers['x-signed']))?.[1]
  return {
    cookies: Object.fromEntries(cookies) as object,
    scheme,
    user: Buffer.from(rest, 'base64').toString(),
    signature,
  }
}

let target: Server
let server: ServerProcess

beforeAll(async () => {
  target = createServer((request, response) => {
    const [, kind, name] = /^\/(token|deliver)\/(\w+)/.exec(request.url ?? '') ?? []
    request.resume().once('end', () => {
      if (kind === 'token') tokenAnswers[name!]!(request, response)
      else if (name === 'endless' || Object.hasOwn(bombs, name!)) tokenAnswers[name!]!(request, response)
      else if (name === 'parts') response.writeHead(200, json).end(JSON.stringify(fieldsOf(request)))
      else response.writeHead(name === 'failed' ? 500 : 200, json).end(JSON.stringify(echoOf(request)))
    })
  })
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(target.address() as AddressInfo).port}`
  const channel = (path: string, credentials: object | null) => ({
    connector: {
      type: 'http',
      url: `${origin}/deliver/${path}/path-s3cret?key=url-s3cret`,
      headers: { 'x-api-key': 'header-s3cret' },
      timeoutMs: path === 'slow' ? 1000 : 10_000,
      allowPrivateAddresses: true,
    },
    retry: { maxAttempts: 1 },
    credentials: credentials === null ? {} : { default: credentials },
  })
  const oauth = (name: string) => ({
    type: 'oauth2_client_credentials',
    tokenUrl: `${origin}/token/${name}/path-s3cret?key=url-s3cret`,
    clientId: 'me',
    clientSecret: 'client-s3cret',
  })
  const basic = { type: 'basic', username: 'me', password: 'basic-s3cret' }
  server = await ServerProcess.create({
    config: {
      channels: {
        ...Object.fromEntries(
          Object.keys(bombs).flatMap((name) => [
            [`token-${name}`, channel('ok', oauth(name))],
            [name, channel(name, null)],
          ]),
        ),
        'token-endless': channel('ok', oauth('endless')),
        'token-drip': channel('slow', oauth('drip')),
        'token-echo': channel('ok', oauth('echo')),
        endless: channel('endless', null),
        'echo-ok': channel('ok', oauth('good')),
        'echo-failed': channel('failed', oauth('good')),
        'echo-basic': channel('failed', basic),
        'echo-parts': {
          connector: {
            type: 'http',
            url: `${origin}/deliver/parts#fragment-s3cret`,
            headers: {
              cookie: 'lang=en; sid=cookie-s3cret',
              authorization: `Basic ${Buffer.from('me:inner-s3cret').toString('base64')}`,
              'x-signed': 'Signature keyId="me",signature="quoted-s3cret"',
            },
            allowPrivateAddresses: true,
          },
        },
      },
    },
  })
  await server.start()
})

afterAll(async () => {
  await server.remove()
  target.closeAllConnections()
  await new Promise((resolve) => target.close(resolve))
})

async function deliver(channel: string): Promise<NonNullable<Receipt['item']>> {
  const response = await server.fetch('/v1/items', {
    method: 'POST',
    headers: { ...JSON_BODY, prefer: 'wait=20' },
    body: JSON.stringify({ ...ENVELOPE, channel, item: { id: 'sku-1' } }),
  })
  const receipt = (await response.json()) as Receipt
  expect(receipt, channel).toMatchObject({ done: true })
  return receipt.item
}

/** The most memory that the server had so far. */
function peakMiB(): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) / 1024
}

test('answers of token endpoints are bounded, and the error names the endpoint', async () => {
  await deliver('echo-ok')
  const before = peakMiB()
  for (const name of [...Object.keys(bombs), 'endless', 'drip']) {
    const { error } = await deliver(`token-${name}`)
    expect(error, name).toMatchObject({ code: 'token_request_failed', origin: 'engine' })
    expect(error?.detail, name).toMatch(
      new RegExp(`^Cannot get an access token from http://127.0.0.1:\\d+/token/${name}/[*]{3}: `),
    )
  }
  expect(peakMiB() - before).toBeLessThan(150)
  expect(sentBytes).toBeLessThan(40 * MIB)
})

test('answers of target systems are bounded, and a delivered item stays delivered', async () => {
  const before = peakMiB()
  for (const name of [...Object.keys(bombs), 'endless']) {
    const item = await deliver(name)
    expect(item, name).toMatchObject({ status: 'succeeded', warnings: [{ code: 'result_dropped' }] })
  }
  expect(peakMiB() - before).toBeLessThan(150)
  expect(sentBytes).toBeLessThan(80 * MIB)
})

test('answers that echo their request bring no secret into answers, the store or the log', async () => {
  const items = []
  for (const name of ['token-echo', 'echo-ok', 'echo-failed', 'echo-basic', 'echo-parts'])
    items.push(await deliver(name))
  expect(items.map(({ status }) => status)).toEqual(['failed', 'succeeded', 'failed', 'failed', 'succeeded'])
  for (const item of items) expect(JSON.stringify(item)).toContain('***')
  expect(items.at(-1)?.result).toMatchObject({ cookies: { lang: 'en', sid: '***' }, scheme: 'Basic' })
  const letters = await (await server.fetch('/v1/dead-letters')).text()
  const channels = await (await server.fetch('/v1/channels')).text()
  await server.stop()
  const folder = join(server.folder, 'data')
  const files = readdirSync(folder).map((file) => readFileSync(join(folder, file)))
  for (const secret of [...SECRETS, CLIENT_BASIC, USER_BASIC]) {
    expect(`${JSON.stringify(items)}${letters}${channels}`, secret).not.toContain(secret)
    expect(server.output, secret).not.toContain(secret)
    for (const file of files) expect(file.includes(secret), secret).toBe(false)
  }
})
