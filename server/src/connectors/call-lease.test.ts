import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HttpConnector } from './http-connector.ts'
import { payloadConfig } from './testing/fake-payloads.ts'
import { callOf, httpConnector } from './testing/fake-http-calls.ts'
import { PayloadResolver } from './payload/payload-resolver.ts'
import { withheld } from './withheld.ts'

const SLICE_BYTES = 16 * 1024

let server: Server
let origin = ''
let connector: HttpConnector | null = null
/** Requests whose head arrived, and those whose body did. */
let begun: { length: string | undefined }[] = []
let whole: string[] = []

beforeEach(async () => {
  begun = []
  whole = []
  server = createServer((request, response) => {
    begun.push({ length: request.headers['content-length'] })
    const chunks: Buffer[] = []
    request.on('error', () => {})
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      whole.push(Buffer.concat(chunks).toString())
      response.end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(async () => {
  await connector?.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

/** @param checks times at which the lease is held: then it is lost */
async function deliver(checks: number, dataBytes = 10) {
  let left = checks
  const lease = { shared: new SharedArrayBuffer(8), holds: () => left-- > 0 }
  connector = httpConnector(origin, {}, undefined, undefined, { lease })
  const answers = await connector.deliver(
    callOf([JSON.stringify({ id: 'sku-1', data: { text: 'x'.repeat(dataBytes) } })]),
  )
  return { answer: answers[0]!, checks: checks - left }
}

describe('a call under a lease that may end', () => {
  it('is made with one look at it, and a small body at once', async () => {
    const { answer, checks } = await deliver(100)
    expect([answer.succeeded, begun.length, whole.length, checks]).toEqual([true, 1, 1, 1])
  })

  it('is not sent when it has ended as its turn on a connection comes', async () => {
    const { answer } = await deliver(0)
    expect(answer).toMatchObject({ succeeded: false, withheld: true })
    expect(begun).toEqual([])
  })

  it('sends a large body whole, with its length', async () => {
    const { answer } = await deliver(1e6, 10 * SLICE_BYTES)
    expect(answer.succeeded).toBe(true)
    expect(whole[0]).toContain('x'.repeat(10 * SLICE_BYTES))
    expect(begun).toEqual([{ length: String(Buffer.byteLength(whole[0]!)) }])
  })

  it('ends a large body with the slice at which it has ended', async () => {
    const { answer, checks } = await deliver(6, 10 * SLICE_BYTES)
    expect(answer).toMatchObject({ succeeded: false, withheld: true })
    // Before the request, before five slices, and before the one that was not sent.
    expect(checks).toBe(7)
    expect(whole).toEqual([])
  })

  it('asks for no access token when it has ended, as a new one may end that of the next server', async () => {
    const lease = { shared: new SharedArrayBuffer(8), holds: () => false }
    connector = httpConnector(origin, {}, undefined, undefined, { lease })
    const credentials = {
      ...({ type: 'oauth2_client_credentials', tokenUrl: `${origin}/token` } as const),
      ...{ clientId: 'me', clientSecret: 'secret' },
    }
    const answers = await connector.deliver(callOf(['{"id":"sku-1"}'], { credentials }))
    expect(answers).toMatchObject([{ succeeded: false, withheld: true }])
    expect(begun).toEqual([])
  })

  it.each([1, 10])('asks for no payload when it has ended, %i ids at once', async (batchSize) => {
    const resolver = new PayloadResolver(payloadConfig(origin, { batchSize }), {
      ...{ config: { concurrency: 1, maxRetryAfterMs: 1000 }, allowPrivateAddresses: true, throttle: () => {} },
      lease: { shared: new SharedArrayBuffer(8), holds: () => false },
    })
    const { signal } = new AbortController()
    const payloads = await resolver.resolve({ subscription: 'acme', objectType: 'product', ids: ['sku-1'], signal })
    await resolver.close()
    expect(payloads).toEqual([{ failure: withheld }])
    expect(begun).toEqual([])
  })
})
