import { base64url, SignJWT, UnsecuredJWT } from 'jose'
import { beforeEach, expect, it } from 'vitest'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { clusterKey, PeerTokens } from './peer-tokens.ts'

const secret = 'a-secret-that-is-at-least-32-characters-long'
const ONE = 'http://10.0.0.1:7071'
const OTHER = 'http://10.0.0.2:7071'

let clock: FakeClock
let one: PeerTokens
let other: PeerTokens
beforeEach(() => {
  clock = new FakeClock()
  one = new PeerTokens({ secret, address: ONE, clock })
  other = new PeerTokens({ secret, address: OTHER, clock })
})

it('are valid at the server for which they were made, and nowhere else', async () => {
  const token = await one.tokenFor(OTHER)
  expect([await other.isValid(token), await other.isValid(token)]).toEqual([true, true])
  expect(await one.isValid(token)).toBe(false)
  const stranger = new PeerTokens({ secret: `${secret}.`, address: OTHER, clock })
  expect(await stranger.isValid(token)).toBe(false)
  expect(await other.isValid(await stranger.tokenFor(OTHER))).toBe(false)
})

it('are signed once in 40 s for each server, and end after 60 s, with 30 s for clocks that differ', async () => {
  const token = await one.tokenFor(OTHER)
  clock.advance(39_000)
  expect(await one.tokenFor(OTHER)).toBe(token)
  clock.advance(1000)
  const next = await one.tokenFor(OTHER)
  expect(next).not.toBe(token)
  clock.advance(49_000)
  expect([await other.isValid(token), await other.isValid(next)]).toEqual([true, true])
  clock.advance(1000)
  // Also one that was seen before.
  expect([await other.isValid(token), await other.isValid(next)]).toEqual([false, true])
})

it('are refused when they are forged, incomplete, of the future or no tokens at all', async () => {
  const key = clusterKey(secret, 'peer token 1')
  const nowSeconds = Math.floor(clock.nowMs() / 1000)
  const made = (typ = 'waybill-peer+jwt') => new SignJWT({}).setProtectedHeader({ alg: 'HS256', typ })
  const valid = made()
    .setAudience(OTHER)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + 60)
  const genuine = await valid.sign(key)
  expect(await other.isValid(genuine)).toBe(true)
  const [head, claims, signature] = genuine.split('.') as [string, string, string]
  const longer = base64url.encode(JSON.stringify({ aud: OTHER, iat: nowSeconds, exp: nowSeconds + 61 }))
  const forged = [
    `${head}.${longer}.${signature}`,
    `${head}.${claims}.${signature.slice(0, -2)}AA`,
    `${head}.${claims}.`,
    `${genuine}.`,
    new UnsecuredJWT({})
      .setAudience(OTHER)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + 60)
      .encode(),
    // Of the secret itself, of another purpose, of another kind.
    await valid.sign(new TextEncoder().encode(secret)),
    await valid.sign(clusterKey(secret, 'config hash 1')),
    await made('JWT')
      .setAudience(OTHER)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + 60)
      .sign(key),
    await made().setAudience(OTHER).setIssuedAt(nowSeconds).sign(key),
    await made()
      .setAudience(OTHER)
      .setExpirationTime(nowSeconds + 60)
      .sign(key),
    await made()
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + 60)
      .sign(key),
    // A long life of somebody's own choice ends as any other.
    await made()
      .setAudience(OTHER)
      .setIssuedAt(nowSeconds - 91)
      .setExpirationTime(nowSeconds + 9999)
      .sign(key),
    await made()
      .setAudience(OTHER)
      .setIssuedAt(nowSeconds + 31)
      .setExpirationTime(nowSeconds + 60)
      .sign(key),
    ...['', 'x', '..', 'x'.repeat(1025), `${genuine}${'x'.repeat(2000)}`, secret],
  ]
  for (const token of forged) expect([token, await other.isValid(token)]).toEqual([token, false])
  expect([await other.isValid(undefined), await other.isValid([genuine])]).toEqual([false, false])
})

it('that are valid are remembered up to a number', async () => {
  const key = clusterKey(secret, 'peer token 1')
  const nowSeconds = Math.floor(clock.nowMs() / 1000)
  for (let n = 0; n < 40; n++) {
    const token = await new SignJWT({ n })
      .setProtectedHeader({ alg: 'HS256', typ: 'waybill-peer+jwt' })
      .setAudience(OTHER)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + 60)
      .sign(key)
    expect(await other.isValid(token)).toBe(true)
  }
})
