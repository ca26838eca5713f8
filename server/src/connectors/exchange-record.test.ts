import { describe, expect, it } from 'vitest'
import { completeChannel } from '../model/complete-channel.ts'
import type { ChannelConfig, Credentials } from '../model/channel.ts'
import { silentLogger } from '../runtime/logger.ts'
import { createConnector } from './create-connector.ts'
import { ExchangeRecord } from './exchange-record.ts'
import { SecretMask } from './secret-mask.ts'
import { callOf } from './testing/fake-http-calls.ts'

const mask = new SecretMask(['url-secret-1', 'h3ader-secret'])
const headers = { 'X-Tenant': 'h3ader-secret', 'X-Short': 'eu', Accept: 'text/plain' }
const { connector } = completeChannel({ connector: { type: 'http', url: 'https://shop.example/', headers } })

function record(credentials: Credentials | null = null): ExchangeRecord {
  return new ExchangeRecord(connector, { credentials, isDryRun: false })
}

function requestWith(headers: string[], credentials: Credentials | null = null, body: string | Buffer = '') {
  const one = record(credentials)
  one.onRequest({ method: 'PUT', url: 'https://shop.example/a?key=***', headers, body }, mask)
  return one.request!
}

function answerWith(body: Buffer, headers: Record<string, string | string[]> = {}, unread: string | null = null) {
  const one = record()
  one.onAnswer({ status: 200, headers, body, unread }, mask)
  return one.answer!
}

const valuesOf = (headers: readonly { name: string; value: string }[]): Record<string, string> =>
  Object.fromEntries(headers.map(({ name, value }) => [name, value]))

describe('the shown headers of a request', () => {
  it('hide credentials, whoever sets them, and what the channel sets, however short', () => {
    const sent = [
      'Authorization',
      'Bearer x',
      'cookie',
      'a=b',
      'x-tenant',
      'h3ader-secret',
      'x-short',
      'eu',
      'accept',
      'text/plain',
    ]
    expect(valuesOf(requestWith(sent).headers)).toEqual({
      Authorization: '***',
      cookie: '***',
      'x-tenant': '***',
      'x-short': '***',
      accept: 'text/plain',
    })
  })

  it('show what a template sets in place of the header of the channel', () => {
    expect(valuesOf(requestWith(['x-short', 'us']).headers)).toEqual({ 'x-short': 'us' })
  })

  it('hide a header of credentials and a signature by their names', () => {
    const own: Credentials = { type: 'header', name: 'X-Api-Key', value: 'abc' }
    expect(valuesOf(requestWith(['x-api-key', 'other'], own).headers)).toEqual({ 'x-api-key': '***' })
    const hmac: Credentials = { type: 'hmac', header: 'X-Signature', secret: 's', timestampHeader: 'X-Time' }
    const sent = ['X-Signature', 'sha256=00ff', 'X-Time', '1800000000']
    expect(valuesOf(requestWith(sent, hmac).headers)).toEqual({ 'X-Signature': '***', 'X-Time': '1800000000' })
  })

  it('are bounded in number and length', () => {
    const many = Array.from({ length: 300 }, (_, n) => [`x-${n}`, 'v'.repeat(5000)]).flat()
    const { headers } = requestWith(many)
    expect([headers.length, headers[0]!.value.length]).toEqual([200, 4096])
  })
})

describe('the shown body', () => {
  it('is null when there is none', () => {
    expect(requestWith([])).toMatchObject({ body: null, bodyBytes: 0, bodyTruncated: false })
  })

  it('is cut between two characters, after its secrets are hidden', () => {
    // The secret stands across the cut.
    const text = `${'é'.repeat(32 * 1024 - 4)}url-secret-1${'x'.repeat(100)}`
    const { body, bodyBytes, bodyTruncated } = answerWith(Buffer.from(text))
    expect([bodyBytes, bodyTruncated]).toEqual([Buffer.byteLength(text), true])
    expect(Buffer.byteLength(body!)).toBeLessThanOrEqual(64 * 1024)
    expect(body!.slice(-8)).toBe('***xxxxx')
  })

  it('is whole at exactly 64 KiB', () => {
    expect(answerWith(Buffer.alloc(64 * 1024, 'x'))).toMatchObject({ bodyBytes: 65_536, bodyTruncated: false })
    expect(answerWith(Buffer.alloc(64 * 1024 + 1, 'x'))).toMatchObject({ bodyBytes: 65_537, bodyTruncated: true })
  })

  it('is text whatever its bytes are', () => {
    expect(answerWith(Buffer.from([0xff, 0x41, 0x00])).body).toBe('\ufffdA\u0000')
  })

  it('is said to be cut where more was not read', () => {
    expect(answerWith(Buffer.from('abc'), {}, 'it is longer than 1 MiB')).toMatchObject({ bodyTruncated: true })
    expect(answerWith(Buffer.alloc(0), {}, 'it is not valid gzip')).toMatchObject({ body: null, bodyTruncated: false })
  })
})

it('the shown headers of an answer hide cookies and what they repeat of the request', () => {
  const { headers } = answerWith(Buffer.alloc(0), { 'set-cookie': ['a=1', 'b=2'], 'x-echo': 'was h3ader-secret' })
  expect(headers).toEqual([
    { name: 'set-cookie', value: '***' },
    { name: 'set-cookie', value: '***' },
    { name: 'x-echo', value: 'was ***' },
  ])
})

it('the shown answer hides a signature that it repeats, and so does what is kept of it', () => {
  const one = record({ type: 'hmac', header: 'X-Signature', secret: 's3cret-key' })
  one.onRequest({ method: 'PUT', url: '', headers: ['X-Signature', 'c0ffee00c0ffee'], body: '' }, mask)
  one.onAnswer(
    { status: 200, headers: { 'x-saw': 'c0ffee00c0ffee' }, body: Buffer.from('c0ffee00c0ffee'), unread: null },
    mask,
  )
  expect([one.answer!.headers[0]!.value, one.answer!.body]).toEqual(['***', '***'])
  expect(one.hideSent('{"result":"saw c0ffee00c0ffee"}')).toBe('{"result":"saw ***"}')
})

describe('a connector in a dry run', () => {
  async function dryRun(config: ChannelConfig, line: string, credentials: Credentials | null = null) {
    const observer = new ExchangeRecord(config.connector, { credentials, isDryRun: true })
    const setup = {
      channel: 'shop',
      config,
      allowPrivateAddresses: true,
      logger: silentLogger,
      throttle() {},
      observer,
    }
    const made = await createConnector(setup)
    try {
      const [answer] = await made.deliver(callOf([line], { credentials }))
      return { answer, request: observer.request }
    } finally {
      await made.close()
    }
  }

  const templated = (request: object): ChannelConfig =>
    completeChannel({
      connector: { type: 'http', url: 'https://shop.example/T0KENSEGMENT9/api?k=k3y&v=2', request } as never,
    })

  it('renders the request of the template, with the URL of the channel masked and that of the item as it is', async () => {
    const config = templated({ update: { method: 'PUT', path: '/p/{item.id}', query: { q: 'item.data' } } })
    const { answer, request } = await dryRun(config, '{"id":"ABCDEF123456","data":"a&b"}')
    expect(answer).toMatchObject({ succeeded: true })
    expect(request).toMatchObject({
      method: 'PUT',
      url: 'https://shop.example/***/api/p/ABCDEF123456?k=***&v=***&q=a%26b',
    })
  })

  it('signs it, as the content may be what fails', async () => {
    const config = templated({ update: { method: 'POST', path: '' } })
    const hmac = { type: 'hmac', header: 'X-Signature', secret: 'hmac-secret-1' } as const
    const { request } = await dryRun(config, '{"id":"a","data":1}', hmac)
    expect(request!.headers).toContainEqual({ name: 'X-Signature', value: '***' })
    const failing = { ...hmac, content: '[body][1]' }
    const refused = await dryRun(config, '{"id":"a","data":1}', failing)
    expect([refused.request, refused.answer!.succeeded]).toEqual([null, false])
    expect(refused.answer!.detail).toContain('request_not_made')
  })
})
