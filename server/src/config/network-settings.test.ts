import { describe, expect, it } from 'vitest'
import { networkFaults, networkSettings } from './network-settings.ts'

const base = { folder: '/etc/waybill', name: 'the folder' }

describe('publicUrl', () => {
  it.each([
    ['https://Api.Example', 'https://api.example'],
    ['https://api.example:443/', 'https://api.example'],
    ['http://[2001:db8::1]:8080/shop/', 'http://[2001:db8::1]:8080/shop'],
    ['/', ''],
    ['/shop/bulk/', '/shop/bulk'],
  ])('%j begins links with %j', (publicUrl, prefix) => {
    expect(networkFaults({ publicUrl }, base)).toEqual([])
    expect(networkSettings({ publicUrl }, base).publicUrl).toBe(prefix)
  })

  it.each([
    ...[
      'shop',
      '//evil.example',
      'ftp://a',
      'https://',
      'https://u:p@a',
      'https://a?x',
      'https://a#x',
      'https://a:99999',
    ],
    ...['/a//b', '/a b', '/a/../b', 'https://a/./b', '/ä', '/a"b', 'javascript:alert(1)', '/%2e%2e', 'https://a\n'],
  ])('refuses %j', (publicUrl) => {
    const detail = expect.stringContaining('must be an http or https URL, or a path') as string
    expect(networkFaults({ publicUrl }, base)).toEqual([{ pointer: '/publicUrl', detail }])
  })
})

it('trustedProxies are addresses or networks', () => {
  const trustedProxies = ['10.0.0.1', '10.0.0.0/8', 'fd00::/8', 'proxy.internal', '10.0.0.0/40']
  const detail = 'must be an IP address or a network such as 10.0.0.0/8: it is not'
  expect(networkFaults({ trustedProxies }, base)).toEqual([
    { pointer: '/trustedProxies/3', detail },
    { pointer: '/trustedProxies/4', detail },
  ])
  expect(networkSettings({}, base).trustedProxies).toEqual([])
})
