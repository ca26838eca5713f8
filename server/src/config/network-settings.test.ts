import { describe, expect, it } from 'vitest'
import { egressProxyFaults, readEgressProxy } from './egress-proxy.ts'
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

describe('outbound.proxy', () => {
  it('is a URL, whose user name and password become the header', () => {
    const authorization = `Basic ${Buffer.from('u@x:p:w').toString('base64')}`
    const proxy = { protocol: 'http:', host: 'proxy', port: 3128, authorization }
    expect(readEgressProxy('http://u%40x:p%3Aw@proxy:3128')).toEqual(proxy)
    expect(readEgressProxy('https://[::1]/')).toEqual({
      protocol: 'https:',
      host: '::1',
      port: 443,
      authorization: null,
    })
    expect(readEgressProxy(undefined)).toBeNull()
  })

  it.each([
    'proxy:3128',
    'socks5://s3cret@proxy',
    'http://s3cret:x@proxy/path',
    'http://proxy?s3cret',
    7,
    'http://%:s3cret@proxy',
  ])('is refused without being repeated: %j', (text) => {
    const [fault, ...others] = egressProxyFaults(text)
    expect(fault).toMatchObject({ pointer: '/outbound/proxy' })
    expect(JSON.stringify(fault)).not.toContain('s3cret')
    expect(others).toEqual([])
  })
})
