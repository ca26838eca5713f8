import { describe, expect, it } from 'vitest'
import { addressGroup, readAddressRange } from '../../model/address-range.ts'
import { CallerAddresses } from './caller-address.ts'

describe('CallerAddresses', () => {
  const addresses = new CallerAddresses(['10.0.0.0/8', '2001:db8:1::/48', '192.0.2.9'])

  it.each([
    ['the connection without a header', '10.0.0.1', undefined, '10.0.0.1'],
    ['the connection when that is no trusted proxy', '203.0.113.1', '198.51.100.1', '203.0.113.1'],
    ['what a trusted proxy reports', '10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['IPv4 over IPv6 as IPv4', '::ffff:10.0.0.1', '::ffff:198.51.100.1', '198.51.100.1'],
    [
      'the first that is no trusted proxy, from the right',
      '10.0.0.1',
      '1.1.1.1, 198.51.100.1, 192.0.2.9',
      '198.51.100.1',
    ],
    ['the leftmost when all are trusted', '10.0.0.1', '10.0.0.3,10.0.0.2', '10.0.0.3'],
    ['addresses with ports', '10.0.0.1', '1.1.1.1, [2001:db8:2::1]:443, 10.0.0.2:80', '2001:db8:2::1'],
    ['a network of IPv6', '2001:db8:1::5', '2001:db8:2::1', '2001:db8:2::1'],
    ['the proxy that reports no address', '10.0.0.1', '1.1.1.1, unknown', '10.0.0.1'],
    ['the proxy that reports nothing', '10.0.0.1', '1.1.1.1, ', '10.0.0.1'],
    ['the proxy that reports a name with a break', '10.0.0.1', '1.1.1.1\u0000', '10.0.0.1'],
  ])('gives %s', (_, peer, forwarded, caller) => {
    expect(addresses.of(peer, forwarded)).toBe(caller)
  })

  it('reads no header without trusted proxies, and a bounded number of hops', () => {
    expect(new CallerAddresses([]).of('127.0.0.1', '198.51.100.1')).toBe('127.0.0.1')
    const hops = ['198.51.100.1', ...Array.from({ length: 1000 }, (_, n) => `10.0.1.${n % 250}`)]
    expect(addresses.of('10.0.0.1', hops.join(', '))).toMatch(/^10\.0\.1\./)
  })
})

describe('readAddressRange', () => {
  it.each([
    '',
    'localhost',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '10.0.0/8',
    '::ffff:10.0.0.0/104',
    'fe80::1%eth0',
    '1.1.1.1/-1',
  ])('refuses %j', (text) => {
    expect(readAddressRange(text)).toBeNull()
  })
})

it('addressGroup counts a network of 64 bits as one caller', () => {
  expect(addressGroup('2001:db8::1:2:3:4')).toBe('2001:db8:0:0::/64')
  expect(addressGroup('::ffff:10.0.0.1')).toBe('10.0.0.1')
  expect(addressGroup('10.0.0.1')).toBe('10.0.0.1')
})
