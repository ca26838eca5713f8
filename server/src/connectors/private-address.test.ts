import type { lookup as dnsLookup, LookupAddress } from 'node:dns'
import { describe, expect, it } from 'vitest'
import { isPrivateAddress, isPrivateLiteral, lookupThrough, PrivateAddressError } from './private-address.ts'

describe('isPrivateAddress', () => {
  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '224.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '240.0.0.1',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    'fd12:3456::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:db8::1',
    '[::1]',
    'fe80::1%eth0',
    'not an address',
    '',
  ])('is true for %s', (address) => {
    expect(isPrivateAddress(address)).toBe(true)
  })

  it.each([
    '8.8.8.8',
    '93.184.216.34',
    '172.32.0.1',
    '2606:4700:4700::1111',
    '::ffff:8.8.8.8',
    '[2606:4700:4700::1111]',
  ])('is false for %s', (address) => {
    expect(isPrivateAddress(address)).toBe(false)
  })
})

describe('isPrivateLiteral', () => {
  it('judges addresses and leaves names to their lookup', () => {
    expect(isPrivateLiteral(new URL('http://[::1]:80/').hostname)).toBe(true)
    expect(isPrivateLiteral(new URL('http://0x7f.1/').hostname)).toBe(true)
    expect(isPrivateLiteral(new URL('http://8.8.8.8/').hostname)).toBe(false)
    expect(isPrivateLiteral('shop.example')).toBe(false)
    expect(isPrivateLiteral('notlocalhost')).toBe(false)
  })
})

describe('isPrivateLiteral for names of this machine', () => {
  it.each(['localhost', 'LOCALHOST.', 'localhost.', 'shop.localhost', 'a.b.LocalHost.', '127.0.0.1.'])(
    'is true for %s',
    (hostname) => {
      expect(isPrivateLiteral(hostname)).toBe(true)
    },
  )
})

describe('lookupThrough', () => {
  const answering = (...addresses: LookupAddress[]): ReturnType<typeof lookupThrough> =>
    lookupThrough(((_name: string, _options: object, callback: (error: null, all: LookupAddress[]) => void) => {
      callback(null, addresses)
    }) as unknown as typeof dnsLookup)

  it('returns only public addresses', () => {
    const lookup = answering(
      { address: '10.0.0.1', family: 4 },
      { address: '8.8.8.8', family: 4 },
      { address: '::1', family: 6 },
    )
    lookup('shop.example', { all: true }, (error, addresses) => {
      expect(error).toBeNull()
      expect(addresses).toEqual([{ address: '8.8.8.8', family: 4 }])
    })
    lookup('shop.example', {}, (error, address, family) => {
      expect([error, address, family]).toEqual([null, '8.8.8.8', 4])
    })
  })

  it('is an error when no address is public', () => {
    let seen: unknown
    answering({ address: '::ffff:192.168.0.1', family: 6 })('shop.example', { all: true }, (error) => {
      seen = error
    })
    expect(seen).toBeInstanceOf(PrivateAddressError)
  })

  it('passes on the error of the resolver', () => {
    const failure = new Error('no such name')
    let seen: unknown
    lookupThrough(((_name: string, _options: object, callback: (error: Error, all: LookupAddress[]) => void) => {
      callback(failure, [])
    }) as unknown as typeof dnsLookup)('shop.example', {}, (error) => {
      seen = error
    })
    expect(seen).toBe(failure)
  })
})
