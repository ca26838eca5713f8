import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { completeChannel } from '../model/complete-channel.ts'
import { connectorFaults } from './connector-faults.ts'
import { type HmacCredentials, RequestSignature } from './request-signature.ts'

const request = { method: 'PUT', path: '/p/1?a=b', body: Buffer.from('{"a":"é"}'), nowMs: 1_700_000_000_900 }
const secret = 'It\u2019s a secret'

function hmac(algorithm: string, content: string): Buffer {
  return createHmac(algorithm, secret).update(content).digest()
}

describe('a request signature', () => {
  it.each<[Partial<HmacCredentials>, string[]]>([
    [{}, ['x-signature', hmac('sha256', '{"a":"é"}').toString('hex')]],
    [
      { prefix: 'sha256=', encoding: 'base64' },
      ['x-signature', `sha256=${hmac('sha256', '{"a":"é"}').toString('base64')}`],
    ],
    [
      { algorithm: 'sha512', content: 'timestamp + "." + method + path + body', timestampHeader: 'x-time' },
      ['x-signature', hmac('sha512', '1700000000.PUT/p/1?a=b{"a":"é"}').toString('hex'), 'x-time', '1700000000'],
    ],
  ])('covers what its credentials say: %j', (options, headers) => {
    const signature = new RequestSignature({ type: 'hmac', header: 'x-signature', secret, ...options })
    expect(signature.headers(request)).toEqual(headers)
  })

  it('is refused as its channel is set, without its secret', () => {
    const hmac = { type: 'hmac' as const, header: 'x-signature', secret, content: 'bdy' }
    const connector = { type: 'http' as const, url: 'https://shop.example' }
    const faults = connectorFaults(completeChannel({ connector, credentials: { 'a/b': hmac } }))
    expect(faults).toMatchObject([{ pointer: '/credentials/a~1b/content', detail: expect.stringContaining('bdy') }])
    expect(JSON.stringify(faults)).not.toContain('secret')
  })
})
