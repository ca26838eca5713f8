import type { AccessToken, Scope } from '@waybill/spec'
import type { MockClock } from './mock-clock.ts'
import { limits } from './limits.ts'
import { randomHex } from './random.ts'

/** An access token, with its text. */
export interface MockToken {
  readonly record: AccessToken
  readonly text: string
}

/** The caller of a request. */
export interface MockCaller {
  readonly kind: 'admin' | 'token' | 'dev'
  readonly subscription: string
  /** Null: all. */
  readonly scopes: readonly Scope[] | null
  /** Null: it has none. */
  readonly token: AccessToken | null
}

/** The access tokens of a mock. Jobs are of one subscription: a token of another one sees the same. */
export interface MockTokens {
  /** Newest first. */
  all(): AccessToken[]
  find(id: string): AccessToken | null
  add(record: Omit<AccessToken, 'id' | 'createdAt'>): MockToken
  /** Returns false for an unknown id. */
  revoke(id: string): boolean
  /** The token with this text; null: it was revoked, or has expired; undefined: it was never one of the mock. */
  byText(text: string): AccessToken | null | undefined
}

const TEXT_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** As many as 32 bytes take. */
const SECRET_LENGTH = 43

export function createMockTokens({ clock, random }: { clock: MockClock; random: () => number }): MockTokens {
  const tokens = new Map<string, MockToken>()
  const texts = new Map<string, string>()
  let lastMs = 0

  function newId(): string {
    lastMs = Math.max(lastMs + 1, clock.nowMs())
    return `tok_${Math.floor(lastMs).toString(16).padStart(12, '0')}7${randomHex(random, 3)}8${randomHex(random, 15)}`
  }

  const expiredSinceMs = ({ expiresAt }: AccessToken): number =>
    expiresAt === null ? -1 : clock.nowMs() - Date.parse(expiresAt)

  function find(id: string): AccessToken | null {
    const record = tokens.get(id)?.record
    if (record === undefined) return null
    return expiredSinceMs(record) < limits.expiredTokenSeconds * 1000 ? record : null
  }

  return {
    all: () => [...tokens.keys()].flatMap((id) => find(id) ?? []).reverse(),
    find,
    add(given) {
      const id = newId()
      const secret = Array.from({ length: SECRET_LENGTH }, () => TEXT_ALPHABET[Math.floor(random() * 64)]!).join('')
      const text = `wbt_${id.slice('tok_'.length)}_${secret}`
      const token = { record: { id, ...given, createdAt: new Date(clock.nowMs()).toISOString() }, text }
      tokens.set(id, token)
      texts.set(text, id)
      return token
    },
    revoke: (id) => tokens.delete(id),
    byText(text) {
      const id = texts.get(text)
      if (id === undefined) return undefined
      const record = find(id)
      return record !== null && expiredSinceMs(record) < 0 ? record : null
    },
  }
}

/** Whether the caller may do what needs this scope. */
export function hasScope({ scopes }: MockCaller, scope: Scope): boolean {
  return scopes === null || scopes.includes('admin') || scopes.includes(scope)
}
