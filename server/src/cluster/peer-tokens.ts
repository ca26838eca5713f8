import { createHash, hkdfSync, timingSafeEqual } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import type { Clock } from '../runtime/clock.ts'

/** How long a token is valid: a recorded one is worthless soon. */
const LIFE_SECONDS = 60
/** A cached one is renewed when it has this much left. */
const RENEW_SECONDS = 20
/** By how much the clocks of two servers may differ. */
const CLOCK_TOLERANCE_SECONDS = 30
const TYPE = 'waybill-peer+jwt'
/** A valid one has some 200 characters. */
const MAX_TOKEN_LENGTH = 1024
/** A cluster has a few servers, each with a token at a time. */
const MAX_REMEMBERED = 32

/** Derives a key for one purpose of the cluster's secret. */
export function clusterKey(secret: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, 'waybill cluster', purpose, 32))
}

/**
 * Tokens with which servers of a cluster prove themselves: JWTs (HS256) with a key that is derived of its secret, for the address to which they are sent.
 * A token is signed once in 40 s, and its signature checked once.
 */
export class PeerTokens {
  readonly #key: Uint8Array
  readonly #address: string
  readonly #clock: Clock
  readonly #made = new Map<string, { readonly token: Promise<string>; readonly renewAtMs: number }>()
  #remembered: readonly { readonly digest: Buffer; readonly untilMs: number }[] = []

  /** @param address that of this server, for which others must have signed */
  constructor({
    secret,
    address,
    clock,
  }: {
    readonly secret: string
    readonly address: string
    readonly clock: Clock
  }) {
    this.#key = clusterKey(secret, 'peer token 1')
    this.#address = address
    this.#clock = clock
  }

  /** Returns a token for the server at this address. */
  tokenFor(address: string): Promise<string> {
    const nowMs = this.#clock.nowMs()
    const made = this.#made.get(address)
    if (made !== undefined && nowMs < made.renewAtMs) return made.token
    const nowSeconds = Math.floor(nowMs / 1000)
    const token = new SignJWT({})
      .setProtectedHeader({ alg: 'HS256', typ: TYPE })
      .setAudience(address)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + LIFE_SECONDS)
      .sign(this.#key)
    // Addresses of servers that are gone.
    for (const [other, { renewAtMs }] of this.#made) if (nowMs >= renewAtMs) this.#made.delete(other)
    this.#made.set(address, { token, renewAtMs: nowMs + (LIFE_SECONDS - RENEW_SECONDS) * 1000 })
    return token
  }

  /** Returns whether a token is one of the cluster, for this server, now. @param token the value of `Waybill-Peer`, of anybody */
  async isValid(token: string | string[] | undefined): Promise<boolean> {
    if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) return false
    const nowMs = this.#clock.nowMs()
    const digest = createHash('sha256').update(token).digest()
    this.#remembered = this.#remembered.filter(({ untilMs }) => nowMs < untilMs)
    // Every one is compared, each in constant time.
    let isKnown = false
    for (const known of this.#remembered) if (timingSafeEqual(known.digest, digest)) isKnown = true
    if (isKnown) return true
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: ['HS256'],
        typ: TYPE,
        audience: this.#address,
        requiredClaims: ['iat', 'exp', 'aud'],
        maxTokenAge: LIFE_SECONDS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: new Date(nowMs),
      })
      const remembered = { digest, untilMs: (payload.exp! + CLOCK_TOLERANCE_SECONDS) * 1000 }
      this.#remembered = [...this.#remembered.slice(1 - MAX_REMEMBERED), remembered]
      return true
    } catch {
      return false
    }
  }
}
