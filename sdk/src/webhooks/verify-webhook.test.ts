import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isWaybillError } from '../errors.ts'
import { isWebhookVerificationError, signWebhook, verifyWebhook, type VerifyWebhookOptions } from './index.ts'

const secret = secretOf(1)
const otherSecret = secretOf(2)
const id = 'evt_0198c2f04b7e7c3fa1d2b3c4d5e6f708'
const timestamp = 1_768_464_080
const event = { id, type: 'job.ended', timestamp: '2026-01-15T08:01:20.000Z', data: { job: { id: 'job_1' } } }
const body = JSON.stringify(event)

beforeEach(() => void vi.useFakeTimers({ now: timestamp * 1000, toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

function secretOf(byte: number, length = 32): string {
  return `whsec_${Buffer.alloc(length, byte).toString('base64')}`
}

async function headersOf(changes: Record<string, string | undefined> = {}, signed: { body?: string } = {}) {
  const signature = await signWebhook(secret, { id, timestamp, body, ...signed })
  const all = { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signature, ...changes }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

async function codeOf(changes: Partial<VerifyWebhookOptions>): Promise<string> {
  try {
    await verifyWebhook({ body, headers: await headersOf(), secrets: secret, ...changes })
    return 'verified'
  } catch (error) {
    if (!isWebhookVerificationError(error)) throw error
    expect(isWaybillError(error)).toBe(true)
    expect(error.message).not.toContain(secret.slice(6, 20))
    return error.code
  }
}

describe('verifyWebhook', () => {
  it.each([
    ['text', body],
    ['bytes', new TextEncoder().encode(body)],
    ['a buffer', new TextEncoder().encode(body).buffer],
    ['a part of a buffer', Buffer.from(`x${body}x`).subarray(1, -1)],
  ])('returns the event of a body that is %s', async (_, given) => {
    expect(await verifyWebhook({ body: given, headers: await headersOf(), secrets: secret })).toEqual(event)
  })

  it('takes the headers of fetch, and those of Node whatever their case', async () => {
    const headers = await headersOf()
    const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]))
    expect(await codeOf({ headers: new Headers(headers) })).toBe('verified')
    expect(await codeOf({ headers: upper })).toBe('verified')
  })

  it('tries every secret with every signature', async () => {
    const other = await signWebhook(otherSecret, { id, timestamp, body })
    const { 'webhook-signature': own } = await headersOf()
    const headers = await headersOf({ 'webhook-signature': `v1a,AAAA v1,%% ${other} ${own!}` })
    expect(await codeOf({ headers, secrets: [secretOf(3), secret] })).toBe('verified')
    expect(await codeOf({ headers, secrets: [otherSecret] })).toBe('verified')
    expect(await codeOf({ headers, secrets: [secretOf(3), secretOf(4)] })).toBe('no_match')
  })

  it.each([
    ['missing_header', { 'webhook-id': undefined }],
    ['missing_header', { 'webhook-timestamp': '' }],
    ['missing_header', { 'webhook-signature': undefined }],
    ['bad_timestamp', { 'webhook-timestamp': '2026-01-15' }],
    ['bad_timestamp', { 'webhook-timestamp': '1768464080.5' }],
    ['bad_timestamp', { 'webhook-timestamp': '9'.repeat(400) }],
    ['no_match', { 'webhook-timestamp': String(timestamp - 1) }],
    ['no_match', { 'webhook-id': 'evt_other' }],
    ['no_match', { 'webhook-signature': 'v1,' }],
    ['no_match', { 'webhook-signature': `v2,${'A'.repeat(43)}=` }],
  ])('refuses with %s headers of %j', async (code, changes) => {
    expect(await codeOf({ headers: await headersOf(changes) })).toBe(code)
  })

  it('refuses a header that is there twice', async () => {
    const headers = { ...(await headersOf()), 'Webhook-Id': id }
    expect(await codeOf({ headers })).toBe('missing_header')
  })

  it.each([
    [300, 'verified'],
    [301, 'too_old'],
    [-300, 'verified'],
    [-301, 'too_new'],
  ])('takes a signature of %i s ago as %s', async (ageSeconds, expected) => {
    vi.setSystemTime((timestamp + ageSeconds) * 1000)
    expect(await codeOf({})).toBe(expected)
    expect(await codeOf({ toleranceSeconds: 301 })).toBe('verified')
    expect(await codeOf({ toleranceSeconds: 10 })).toBe(ageSeconds > 0 ? 'too_old' : 'too_new')
  })

  it.each([Number.NaN, -1])('refuses a tolerance of %d', async (toleranceSeconds) => {
    await expect(codeOf({ toleranceSeconds })).rejects.toThrow(TypeError)
  })

  it.each([
    ['none', []],
    ['no prefix', secret.slice(6)],
    ['no base64', 'whsec_****'],
    ['broken base64', 'whsec_AAAAA'],
    ['too short', secretOf(1, 23)],
    ['too long', secretOf(1, 65)],
    ['one of two', [secret, 'wbt_x']],
  ])('refuses secrets: %s', async (_, secrets) => {
    expect(await codeOf({ secrets })).toBe('bad_secret')
  })

  it.each([24, 64])('takes a secret of %i bytes', async (length) => {
    const signature = await signWebhook(secretOf(5, length), { id, timestamp, body })
    const headers = await headersOf({ 'webhook-signature': signature })
    expect(await codeOf({ headers, secrets: secretOf(5, length) })).toBe('verified')
  })

  it.each(['', '[]', 'null', '7', '{', JSON.stringify({ ...event, id: 'evt_x' }), JSON.stringify({ id })])(
    'refuses a signed body that is no event: %j',
    async (odd) => {
      expect(await codeOf({ body: odd, headers: await headersOf({}, { body: odd }) })).toBe('bad_body')
    },
  )

  it('refuses a signed text whose border between header and body was moved', async () => {
    const signature = await signWebhook(secret, { id, timestamp, body: `x.${timestamp}.${body}` })
    const headers = await headersOf({ 'webhook-id': `${id}.${timestamp}.x`, 'webhook-signature': signature })
    expect(await codeOf({ headers })).toBe('bad_body')
  })

  it('returns an event of a type that it does not know', async () => {
    const later = JSON.stringify({ ...event, type: 'job.renamed' })
    const found = await verifyWebhook({ body: later, headers: await headersOf({}, { body: later }), secrets: secret })
    expect(found).toEqual({ ...event, type: 'job.renamed' })
  })
})

describe('beside the library of Standard Webhooks', () => {
  const events = fc.record({ type: fc.string(), data: fc.json().map((text) => JSON.parse(text) as unknown) })
  const keys = fc.uint8Array({ minLength: 24, maxLength: 64 })

  it('verifies what the other has signed, and the other way round', async () => {
    await fc.assert(
      fc.asyncProperty(events, keys, async (made, key) => {
        const text = JSON.stringify({ ...event, ...made })
        const given = `whsec_${Buffer.from(key).toString('base64')}`
        const peer = new Webhook(given)
        const theirs = peer.sign(id, new Date(timestamp * 1000), text)
        const headers = {
          'webhook-id': id,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': await signWebhook(given, { id, timestamp, body: text }),
        }
        expect(headers['webhook-signature']).toBe(theirs)
        expect(peer.verify(text, headers)).toEqual(JSON.parse(text))
        const found = await verifyWebhook({
          body: text,
          headers: { ...headers, 'webhook-signature': theirs },
          secrets: given,
        })
        expect(found).toEqual(JSON.parse(text))
      }),
      { numRuns: 50 },
    )
  })

  it('agrees on every change of one bit', async () => {
    const peer = new Webhook(secret)
    const headers = (await headersOf()) as Record<string, string>
    await fc.assert(
      fc.asyncProperty(fc.nat(body.length * 8 - 1), async (bit) => {
        const bytes = Buffer.from(body)
        bytes[bit >> 3]! ^= 1 << (bit & 7)
        expect(() => peer.verify(bytes, headers)).toThrow()
        expect(await codeOf({ body: bytes, headers })).toBe('no_match')
      }),
      { numRuns: 30 },
    )
  })
})
