import { base64url, CompactEncrypt, compactDecrypt } from 'jose'
import { describe, expect, it } from 'vitest'
import { KeyRing, newKeyText, readKeys, type RingKey } from './key-ring.ts'

function keysOf(...texts: readonly string[]): readonly RingKey[] {
  const keys = readKeys(texts.join('\n'))
  if (typeof keys === 'string') throw new Error(keys)
  return keys
}

const text = 'a secret with "quotes", ü and 😀'

describe('KeyRing', () => {
  it('opens what it sealed, in its context alone', () => {
    const ring = new KeyRing(keysOf(newKeyText()))
    const sealed = ring.seal(text, 'channel/shop')
    expect(ring.open(sealed, 'channel/shop')).toBe(text)
    expect(ring.open(ring.seal('', 'a'), 'a')).toBe('')
    expect(() => ring.open(sealed, 'channel/other')).toThrow(
      'Cannot open secret as it must be as it was sealed: it is one of "channel/shop", not of "channel/other"',
    )
    expect(ring.seal(text, 'channel/shop')).not.toBe(sealed)
  })

  it('seals JWE that another library opens, and opens what that seals', async () => {
    const [key] = keysOf(newKeyText())
    const ring = new KeyRing([key!])
    const { plaintext, protectedHeader } = await compactDecrypt(ring.seal(text, 'channel/shop'), key!.secret)
    expect(new TextDecoder().decode(plaintext)).toBe(text)
    expect(protectedHeader).toEqual({ alg: 'dir', enc: 'A256GCM', kid: key!.id, ctx: 'channel/shop' })
    const theirs = await new CompactEncrypt(new TextEncoder().encode(text))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: key!.id, ctx: 'channel/shop' })
      .encrypt(key!.secret)
    expect(ring.open(theirs, 'channel/shop')).toBe(text)
  })

  it('seals with its first key and opens with all of them', () => {
    const [older, newer] = [newKeyText(), newKeyText()]
    const sealed = new KeyRing(keysOf(older)).seal(text, 'x')
    const ring = new KeyRing(keysOf(newer, older))
    expect(ring.open(sealed, 'x')).toBe(text)
    const anew = ring.reseal(sealed)!
    expect([new KeyRing(keysOf(newer)).open(anew, 'x'), ring.reseal(anew)]).toEqual([text, null])
    expect(() => new KeyRing(keysOf(newer)).reseal(sealed)).toThrow('there is no key')
  })

  it('names the id of a key that is missing, and nothing else', () => {
    const [older] = keysOf(newKeyText())
    const sealed = new KeyRing([older!]).seal(text, 'x')
    expect(() => new KeyRing(keysOf(newKeyText())).open(sealed, 'x')).toThrow(
      expect.objectContaining({
        code: 'key_missing',
        message: `Cannot open secret as its key must be in the key ring: there is no key ${older!.id}`,
      }),
    )
  })

  it('refuses a sealed secret that was changed anywhere', () => {
    const ring = new KeyRing(keysOf(newKeyText()))
    const pieces = ring.seal(text, 'x').split('.')
    for (const at of [0, 2, 3, 4]) {
      for (const place of [0, pieces[at]!.length - 2]) {
        const changed = [...pieces]
        const old = changed[at]![place]!
        changed[at] = changed[at]!.slice(0, place) + (old === 'A' ? 'B' : 'A') + changed[at]!.slice(place + 1)
        expect(() => ring.open(changed.join('.'), 'x')).toThrow('Cannot open secret')
      }
    }
    const short = [...pieces.slice(0, 4), pieces[4]!.slice(0, 6)].join('.')
    for (const other of [short, '', 'clear text', '{}', 'bnVsbA....', base64url.encode('{"kid":1}') + '....']) {
      expect(() => ring.open(other, 'x')).toThrow(expect.objectContaining({ code: 'damaged' }))
    }
  })

  it('refuses other algorithms, whatever their header says', async () => {
    const [key] = keysOf(newKeyText())
    const theirs = await new CompactEncrypt(new TextEncoder().encode(text))
      .setProtectedHeader({ alg: 'A256KW', enc: 'A256GCM', kid: key!.id, ctx: 'x' })
      .encrypt(key!.secret)
    expect(() => new KeyRing([key!]).open(theirs, 'x')).toThrow('another way')
  })
})

describe('readKeys', () => {
  it('reads keys in every common form of base64, separated by lines or commas', () => {
    const bytes = Buffer.alloc(32, 0xfb)
    const [one, two] = [bytes.toString('base64'), newKeyText()]
    expect(keysOf(`${one},${two}\n`)).toHaveLength(2)
    expect(keysOf(`wbk_${bytes.toString('base64url')}`)).toEqual(keysOf(one))
    expect(keysOf(one)[0]!.secret).toEqual(bytes)
  })

  it('says what is wrong without repeating it', () => {
    const key = newKeyText()
    expect(readKeys(' \n')).toBe('it is empty')
    expect(readKeys(`${key}\nhunter2`)).toBe('key 2 is not 32 bytes in base64')
    expect(readKeys(`${key}\n${key.slice(4)}`)).toBe('key 2 is there twice')
    expect(readKeys(Array.from({ length: 33 }, newKeyText).join())).toMatch(/^it has 33 keys/)
  })
})
