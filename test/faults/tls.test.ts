import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls'
import type { Job, Limits } from '@waybill/spec'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readTlsFiles } from '../../server/src/config/tls-files.ts'
import { RequestTurns } from '../../server/src/http/request/request-turns.ts'
import { RawConnection } from '../support/raw-connection.ts'
import { selfSigned } from '../support/self-signed.ts'
import { ServerProcess } from '../support/server-process.ts'
import { usedBy } from '../support/hostile-world.ts'

/*
 * A server that speaks TLS itself: the bounds of its connections hold as without TLS, what does not speak TLS harms nobody, and a renewed
 * certificate is used without a restart.
 */

const ITEMS = 300
/** Memory that connections may take beside the base, whose clients send thousands of requests and read nothing. Without a bound it is gigabytes. */
const MEMORY_MIB = 250
/** Answers of 4 MiB on one connection. */
const PAGES = 8
/** An answer that is not read is cut off after 30 s, a handshake that does not end after 20 s. */
const CUT_MS = 36_000

let server: ServerProcess
let jobId: string
beforeAll(async () => {
  server = await ServerProcess.create({
    config: {
      tls: { certFile: 'cert.pem', keyFile: 'key.pem' },
      channels: { sandbox: { connector: { type: 'http', url: 'https://shop.invalid/' } } },
    },
  })
  await install(await selfSigned(['localhost', '127.0.0.1']))
  await server.start()
  const data = 'x'.repeat(40_000)
  const items = Array.from({ length: ITEMS }, (_, n) => `{"id":"sku-${n}","data":"${data}"}\n`).join('')
  const envelope = { channel: 'sandbox', objectType: 'product', action: 'update', runAt: '2100-01-01T00:00:00Z' }
  const accepted = await ask('POST /v1/jobs', `${JSON.stringify(envelope)}\n${items}`)
  expect(accepted.status).toBe(202)
  jobId = (JSON.parse(accepted.body) as Job).id
})
afterAll(() => server.remove())

async function install({ cert, key }: { readonly cert: string; readonly key: string }): Promise<void> {
  await writeFile(join(server.folder, 'cert.pem'), cert)
  await writeFile(join(server.folder, 'key.pem'), key)
}

/** Sends one request on a connection of its own. */
async function ask(request: string, body?: string): Promise<Awaited<ReturnType<RawConnection['answer']>>> {
  const connection = await RawConnection.open(server.url)
  await connection.sendHead(request, {
    connection: 'close',
    ...(body !== undefined && { 'content-type': 'application/x-ndjson', 'content-length': String(body.length) }),
  })
  if (body !== undefined) await connection.send(body)
  return connection.answer()
}

function address(): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(server.url)
  return { host: hostname, port: Number(port) }
}

async function serialNumber(options: ConnectionOptions = {}): Promise<string> {
  const socket: TLSSocket = connectTls({ ...address(), rejectUnauthorized: false, ...options })
  await once(socket, 'secureConnect')
  const { serialNumber: serial } = socket.getPeerCertificate()
  socket.destroy()
  return serial
}

test('answers over TLS say so, refusals of what cannot be read included', async () => {
  expect(server.url).toMatch(/^https:/)
  const hsts = { 'strict-transport-security': 'max-age=31536000' }
  const answer = await ask('GET /v1/limits')
  expect(answer).toMatchObject({ status: 200, headers: hsts })
  expect((JSON.parse(answer.body) as Limits).maxItemBytes).toBeGreaterThan(0)
  expect(await ask('GET /nowhere')).toMatchObject({ status: 404, headers: hsts })
  const connection = await RawConnection.open(server.url)
  await connection.send('no request\r\n\r\n')
  expect(await connection.answer()).toMatchObject({ status: 400, headers: hsts })
  await connection.closed()
})

test('a connection carries out one request at a time, and reads the head of one more', async () => {
  let heads = 0
  class CountedRequest extends IncomingMessage {
    constructor(socket: Socket) {
      super(socket)
      heads++
    }
  }
  const answers: ServerResponse[] = []
  const tls = createTlsServer(
    { ...(await selfSigned(['localhost'])), IncomingMessage: CountedRequest },
    (_request, response) => answers.push(response),
  )
  new RequestTurns(tls)
  tls.listen(0, '127.0.0.1')
  await once(tls, 'listening')
  const connection = await RawConnection.open(`https://127.0.0.1:${(tls.address() as AddressInfo).port}`)
  await connection.send('GET / HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(1000))
  for (let n = 1; n <= 5; n++) {
    await expect.poll(() => answers.length).toBe(n)
    await expect.poll(() => heads).toBe(n + 1)
    answers[n - 1]!.end(`answer ${n}`)
    expect((await connection.answer()).body).toBe(`answer ${n}`)
  }
  connection.break()
  tls.close()
  tls.closeAllConnections()
})

test('2,000 requests at once on each of 50 connections, of which no answer is read, hold neither memory nor anybody up', async () => {
  const { memoryMiB, handles } = usedBy(server.pid)
  const attackers = await Promise.all(Array.from({ length: 50 }, () => RawConnection.open(server.url)))
  for (const connection of attackers) {
    connection.socket.pause()
    void connection.send(
      `GET /v1/jobs/${jobId}/items?include=data&pageSize=1000 HTTP/1.1\r\nhost: localhost\r\n\r\n`.repeat(2000),
    )
  }
  let mostMiB = 0
  for (let n = 0; n < 20; n++) {
    await sleep(100)
    expect((await ask('GET /v1/limits')).status).toBe(200)
    mostMiB = Math.max(mostMiB, usedBy(server.pid).memoryMiB)
  }
  console.log(`memory: ${Math.round(memoryMiB)} MiB idle, at most ${Math.round(mostMiB)} MiB`)
  expect(mostMiB).toBeLessThan(memoryMiB + MEMORY_MIB)
  for (const connection of attackers) connection.break()
  await expect.poll(() => usedBy(server.pid).handles, { timeout: 30_000 }).toBeLessThan(handles + 10)
})

test('files that cannot be used are refused by name, without their content', async () => {
  const { cert, key } = await selfSigned(['localhost'])
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const [certFile, keyFile] = [join(server.folder, 'other-cert.pem'), join(server.folder, 'other-key.pem')]
  const refusals: [string, string, RegExp][] = [
    [key, key, /tls\.certFile must be a certificate in PEM: .*other-cert\.pem/],
    [cert, cert, /tls\.keyFile must be a private key in PEM without a passphrase: .*other-key\.pem/],
    [cert, privateKey, /tls\.keyFile must be a private key in PEM without a passphrase/],
    [cert, (await selfSigned(['localhost'])).key, /tls\.keyFile must be the key of tls\.certFile/],
    ['', '', /tls\.certFile must be a certificate in PEM/],
  ]
  for (const [certText, keyText, message] of refusals) {
    await writeFile(certFile, certText)
    await writeFile(keyFile, keyText)
    expect(() => readTlsFiles({ certFile, keyFile, minVersion: 'TLSv1.2' })).toThrow(message)
  }
  expect(() => readTlsFiles({ certFile: server.folder, keyFile, minVersion: 'TLSv1.2' })).toThrow(/may read: .*EISDIR/)
})

test(
  'what does not speak TLS, does not end its handshake, or reads nothing is cut off',
  { timeout: 120_000 },
  async () => {
    const silent: Socket[] = []
    const cut: Promise<unknown>[] = []
    for (const bytes of ['GET / HTTP/1.1\r\nhost: a\r\n\r\n', randomBytes(5000), '\x16\x03\x01\x02\x00\x01', '']) {
      const socket = connect(address())
      socket.on('error', () => undefined).resume()
      cut.push(new Promise((resolve) => socket.once('close', resolve)))
      await once(socket, 'connect')
      socket.write(bytes)
      silent.push(socket)
    }
    const old = { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' } as const
    await expect(serialNumber(old)).rejects.toThrow()

    // More than the kernel takes for a client that reads nothing.
    const [unread, slow] = [await RawConnection.open(server.url), await RawConnection.open(server.url)]
    for (const connection of [unread, slow]) {
      connection.socket.pause()
      for (let n = 0; n < PAGES; n++)
        await connection.sendHead(`GET /v1/jobs/${jobId}/items?include=data&pageSize=1000`)
    }
    const reading = setInterval(() => {
      slow.socket.resume()
      setTimeout(() => slow.socket.pause(), 5)
    }, 1000)
    await sleep(CUT_MS)
    clearInterval(reading)
    slow.socket.resume()
    for (let n = 0; n < PAGES; n++) expect((await slow.answer()).status).toBe(200)
    unread.socket.resume()
    const readAll = async (): Promise<void> => {
      for (let n = 0; n < PAGES; n++) await unread.answer()
    }
    await expect(readAll()).rejects.toThrow('the connection is over')
    slow.break()
    await Promise.all(cut)
    expect((await ask('GET /v1/limits')).status).toBe(200)
  },
)

test('a renewed certificate is used after SIGHUP, and a faulty one is not', async () => {
  const before = await serialNumber()
  const idle = await RawConnection.open(server.url)
  await install(await selfSigned(['localhost', '127.0.0.1']))
  process.kill(server.pid, 'SIGHUP')
  await expect.poll(() => serialNumber()).not.toBe(before)
  const renewed = await serialNumber()
  await idle.sendHead('GET /v1/limits')
  expect((await idle.answer()).status).toBe(200)
  idle.break()

  await install({ ...(await selfSigned(['localhost'])), key: (await selfSigned(['localhost'])).key })
  process.kill(server.pid, 'SIGHUP')
  await expect.poll(() => server.output).toContain('TLS certificate not replaced')
  expect(server.output).toContain('tls.keyFile must be the key of tls.certFile')
  expect(server.output).not.toContain('BEGIN')
  expect(await serialNumber()).toBe(renewed)
})
