import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Operation, operations } from '@waybill/spec'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ENVELOPE, envelopeLine, HostileWorld, itemLines, JSON_BODY, NDJSON } from '../support/hostile-world.ts'
import { RawConnection } from '../support/raw-connection.ts'
import { ServerProcess } from '../support/server-process.ts'

/*
 * Access: nobody without the token, no web page under `--dev`; and the token shows nowhere.
 */

const TOKEN = 'wba_a-secret-that-shows-nowhere'
const SHOP_SECRET = 'another-secret-that-shows-nowhere'
const all: readonly Operation[] = Object.values(operations)

describe('without --dev', () => {
  let world: HostileWorld
  beforeAll(async () => {
    world = await HostileWorld.start({
      adminToken: TOKEN,
      config: { cors: { origins: ['https://app.example'] } },
      credentials: { default: { type: 'bearer', token: SHOP_SECRET } },
    })
  })
  afterAll(() => world.remove())

  /** A request to an operation that is in order but for its token. */
  function requestOf(operation: Operation, authorization?: string): [string, RequestInit] {
    const path = operation.path
      .replace(':jobId', `job_${'0'.repeat(32)}`)
      .replace(':index', '0')
      .replace(':channel', 'shop')
    const headers = { ...JSON_BODY, ...(authorization !== undefined && { authorization }) }
    const body = operation.requestBody === null ? null : JSON.stringify({ ...ENVELOPE, items: [{ id: 'sku' }] })
    return [path, { method: operation.method, headers, body }]
  }

  const secured = all.filter((operation) => operation.path.startsWith('/v1'))

  test('every operation under /v1 requires a token', () => {
    expect(secured.length).toBeGreaterThanOrEqual(20)
    expect(secured.filter((operation) => operation.scopes === null)).toEqual([])
  })

  test.each(secured.map((operation) => [operation.operationId, operation] as const))(
    '%s is refused without a token and with a wrong one',
    async (_, operation) => {
      const wrong = [
        ...[undefined, '', 'Bearer', 'Bearer wrong', `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(0, -1)}`, TOKEN],
        ...[`Basic ${Buffer.from(`admin:${TOKEN}`).toString('base64')}`, `Bearer ${TOKEN} ${TOKEN}`],
      ]
      for (const authorization of wrong) {
        const [path, init] = requestOf(operation, authorization)
        const response = await world.server.fetch(path, init)
        expect(response.status, String(authorization)).toBe(401)
        expect(response.headers.get('www-authenticate')).toBe('Bearer realm="waybill"')
        expect(await response.json()).toMatchObject({ code: 'unauthenticated', status: 401 })
      }
      const [path, init] = requestOf(operation, `bearer ${TOKEN}`)
      expect(await world.statusOf(path, init)).not.toBe(401)
    },
  )

  test('a refused upload is not read: nobody says 100, and the connection does not last', async () => {
    const asking = await RawConnection.open(world.server.url)
    await asking.sendHead('POST /v1/jobs', { ...NDJSON, expect: '100-continue', 'content-length': '1000000' })
    expect((await asking.answer()).status).toBe(401)
    expect(asking.saidContinue).toBe(false)
    asking.break()

    const sending = await RawConnection.open(world.server.url)
    await sending.sendHead('POST /v1/jobs', { ...NDJSON, 'transfer-encoding': 'chunked' })
    expect((await sending.answer()).status).toBe(401)
    for (let sentMiB = 0; !sending.over && sentMiB < 200; sentMiB++)
      await sending.sendChunk(Buffer.alloc(1024 * 1024, 'x'))
    expect(sending.over).toBe(true)
  })

  test('of two tokens in one request the first counts, whatever the second is', async () => {
    const connection = await RawConnection.open(world.server.url)
    const ask = async (...tokens: string[]): Promise<number> => {
      await connection.sendHead('GET /v1/jobs', { authorization: tokens.map((token) => `Bearer ${token}`) })
      return (await connection.answer()).status
    }
    expect(await ask('wrong', TOKEN)).toBe(401)
    expect(await ask(TOKEN, 'wrong')).toBe(200)
    connection.break()
  })

  test('health and documentation are open', async () => {
    for (const { path } of all.filter((operation) => operation.scopes === null))
      expect((await world.server.fetch(path)).status, path).toBe(200)
  })

  test('a page of another origin gets no permission to read the answer', async () => {
    const asked = { authorization: `Bearer ${TOKEN}`, origin: 'https://evil.example' }
    const read = await world.server.fetch('/v1/jobs', { headers: asked })
    expect(read.headers.get('access-control-allow-origin')).toBeNull()
    const preflight = await world.server.fetch('/v1/jobs', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    })
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull()
    expect(preflight.ok).toBe(false)
  })

  test('a page of a listed origin may ask and read', async () => {
    const asked = { authorization: `Bearer ${TOKEN}`, origin: 'https://app.example' }
    const read = await world.server.fetch('/v1/jobs', { headers: asked })
    expect(read.headers.get('access-control-allow-origin')).toBe('https://app.example')
    expect(read.headers.get('access-control-allow-credentials')).toBeNull()
    expect(read.headers.get('vary')).toContain('Origin')
    const preflight = await world.server.fetch('/v1/jobs', {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,idempotency-key',
      },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://app.example')
    // A refusal can be read as well.
    const refused = await world.server.fetch('/v1/jobs', { headers: { origin: 'https://app.example' } })
    expect(refused.status).toBe(401)
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://app.example')
  })

  test('SEC-2 no secret shows in an answer, in the log, or in the store', async () => {
    expect(await world.deliverSomething()).toEqual([])
    const paths = ['/v1/channels', '/v1/channels/shop', '/v1/jobs', '/v1/limits', '/openapi.json']
    for (const path of paths) {
      const text = await (await world.fetch(path)).text()
      expect(text).not.toContain(TOKEN)
      expect(text).not.toContain(SHOP_SECRET)
    }
    const broken = await world.post('/v1/jobs', `${TOKEN}\n`, NDJSON)
    expect(await broken.text()).not.toContain(TOKEN)
    expect(await world.statusOf(`/v1/jobs?access_token=${TOKEN}`)).toBe(400)
    expect(await world.server.stop()).toBe(0)
    expect(world.logFaults([TOKEN, SHOP_SECRET])).toEqual([])
    const store = await readFile(join(world.server.folder, 'data/waybill.db'))
    expect(store.includes(TOKEN)).toBe(false)
    expect(store.includes(SHOP_SECRET)).toBe(false)
  })
})

describe('the token that the server makes', () => {
  test('is in a file for this user only, is valid, is kept, and is not in the log', async () => {
    const server = await ServerProcess.create({ args: ['--no-dev'] })
    try {
      await server.start()
      const file = join(server.folder, 'data/admin-token')
      const token = (await readFile(file, 'utf8')).trim()
      expect(token.length).toBeGreaterThan(40)
      expect((await stat(file)).mode & 0o777).toBe(0o600)
      const headers = { authorization: `Bearer ${token}` }
      expect((await server.fetch('/v1/jobs', { headers })).status).toBe(200)
      expect((await server.fetch('/v1/jobs')).status).toBe(401)
      await server.stop()
      await server.start()
      expect((await server.fetch('/v1/jobs', { headers })).status).toBe(200)
      expect(server.output).toContain(file)
      expect(server.output).not.toContain(token)
    } finally {
      await server.remove()
    }
  })
})

describe('with --dev', () => {
  let world: HostileWorld
  beforeAll(async () => {
    world = await HostileWorld.start()
  })
  afterAll(() => world.remove())

  const local = ['localhost', 'localhost:8080', 'LOCALHOST', '127.0.0.1:1', '[::1]:8080', 'shop.localhost']
  const foreign = [
    ...['evil.example', 'localhost.evil.example', 'evil.example:8080', '127.0.0.1.evil.example', '127.0.0.256'],
    ...['0.0.0.0', '10.0.0.1', '[::]', '169.254.169.254', 'localhost@evil.example', 'evil.example/localhost', ''],
  ]
  const ask = async (headers: Record<string, string>): Promise<number> => {
    const connection = await RawConnection.open(world.server.url)
    await connection.sendHead('GET /v1/jobs', headers)
    const { status, body } = await connection.answer()
    if (status !== 200) expect(JSON.parse(body)).toMatchObject({ code: 'forbidden' })
    connection.break()
    return status
  }

  test.each(local)('the Host %s may come in', async (host) => {
    expect(await ask({ host })).toBe(200)
  })
  test.each(foreign)('the Host %j is refused', async (host) => {
    expect(await ask({ host })).toBe(403)
  })
  test.each(['http://localhost:3000', 'http://127.0.0.1:5173', 'https://[::1]'])(
    'a page of %s may come in',
    async (origin) => {
      expect(await ask({ origin })).toBe(200)
    },
  )
  test.each([
    'https://evil.example',
    'http://localhost.evil.example',
    'null',
    'file://',
    'http://localhost@evil.example',
    '',
  ])('a page of %j is refused', async (origin) => {
    expect(await ask({ origin })).toBe(403)
  })

  test('every operation refuses a foreign page, those that are open too', async () => {
    for (const operation of all) {
      const path = operation.path
        .replace(':jobId', `job_${'0'.repeat(32)}`)
        .replace(':index', '0')
        .replace(':channel', 'shop')
      const response = await world.fetch(path, {
        method: operation.method,
        headers: { origin: 'https://evil.example' },
      })
      expect(response.status, operation.operationId).toBe(403)
      expect(response.headers.get('access-control-allow-origin')).toBeNull()
      await response.body?.cancel()
    }
  })

  test('a token that is sent is checked all the same', async () => {
    expect(await world.statusOf('/v1/jobs', { headers: { authorization: 'Bearer wrong' } })).toBe(401)
  })

  test('the server is well and its log is clean', async () => {
    expect((await world.post('/v1/jobs', envelopeLine() + itemLines(1), NDJSON)).status).toBe(202)
    expect(await world.deliverSomething()).toEqual([])
    expect(world.logFaults()).toEqual([])
  })
})
