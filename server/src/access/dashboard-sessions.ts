import { randomBytes } from 'node:crypto'
import type { Caller, Scope } from '../model/caller.ts'
import type { DashboardMode } from '../model/dashboard-mode.ts'
import type { TokenId } from '../model/ids.ts'
import type { WallTimes } from '../jobs/wall-times.ts'
import type { Clock } from '../runtime/clock.ts'
import type { AccessTokens } from './access-tokens.ts'
import { digestOf } from './token-text.ts'

/** A working day with its breaks: nobody types the token twice a day, and no session is left for the next. */
const SESSION_MS = 12 * 3600 * 1000
/** Sessions of one token, or of all who have none: its oldest one ends. */
const MAX_SESSIONS_PER_HOLDER = 64
/** Sessions of all: some 300 bytes each. */
const MAX_SESSIONS = 4096
/** As many random bytes as a token has. */
const SECRET_BYTES = 32
const SESSION_TEXT = /^wbs_[A-Za-z0-9_-]{43}$/

/** The scopes that are left to a session of a read-only dashboard. */
const readScopes: readonly Scope[] = [
  ...(['jobs:read', 'items:read', 'channels:read', 'dead-letters:read', 'audit:read', 'metrics'] as const),
]

export interface DashboardSessionsOptions {
  readonly mode: DashboardMode
  readonly clock: Pick<Clock, 'nowMs'>
  readonly times: Pick<WallTimes, 'at'>
  readonly tokens: Pick<AccessTokens, 'isValid' | 'onEnded'>
  /** @default MAX_SESSIONS, MAX_SESSIONS_PER_HOLDER */
  readonly limits?: { readonly sessions: number; readonly perHolder: number }
}

/** A session as it is opened. */
export interface OpenedSession {
  /** Its text, which only its holder has. */
  readonly text: string
  readonly expiresAtMs: number
}

interface Session {
  readonly caller: Caller
  readonly holder: string
  readonly expiresAtMs: number
  /** Ends the wait for its end. */
  readonly cancelEnd: () => void
}

/**
 * The sessions of the dashboard: each stands for the token that opened it, for 12 hours at most, and ends with it.
 *
 * In memory, by their digests: whoever reads the data folder finds none, and none outlives the process. A session that may only read has fewer
 * scopes, so that every operation refuses what it may not do. Called by `http`.
 */
export class DashboardSessions {
  readonly mode: DashboardMode
  readonly #options: DashboardSessionsOptions
  readonly #limits: NonNullable<DashboardSessionsOptions['limits']>
  /** By digest, the oldest first: all last equally long, but for those whose tokens expire sooner. */
  readonly #sessions = new Map<string, Session>()
  readonly #onEnded: ((session: string) => void)[] = []

  constructor(options: DashboardSessionsOptions) {
    this.mode = options.mode
    this.#options = options
    this.#limits = options.limits ?? { sessions: MAX_SESSIONS, perHolder: MAX_SESSIONS_PER_HOLDER }
    options.tokens.onEnded((id) => this.#endOf(id))
  }

  /** Opens a session for an authenticated caller. Beyond the limits the oldest ones end. */
  open(caller: Caller): OpenedSession {
    const nowMs = this.#options.clock.nowMs()
    const text = `wbs_${randomBytes(SECRET_BYTES).toString('base64url')}`
    const expiresAtMs = Math.min(nowMs + SESSION_MS, caller.token?.expiresAtMs ?? Infinity)
    const holder = holderOf(caller)
    this.#dropExpired(nowMs)
    const own = [...this.#sessions].filter(([, session]) => session.holder === holder)
    for (const [key] of own.slice(0, Math.max(0, own.length - this.#limits.perHolder + 1))) this.#end(key)
    if (this.#sessions.size >= this.#limits.sessions) this.#endOldestOfMost()
    const key = keyOf(text)
    const cancelEnd = this.#options.times.at(expiresAtMs, () => this.#end(key))
    this.#sessions.set(key, { caller: { ...this.#limited(caller), session: key }, holder, expiresAtMs, cancelEnd })
    return { text, expiresAtMs }
  }

  /** Returns the caller of a session and its end; null: there is none of this text, or it has ended. */
  find(text: string): { readonly caller: Caller; readonly expiresAtMs: number } | null {
    if (!SESSION_TEXT.test(text)) return null
    const session = this.#sessions.get(keyOf(text))
    if (session === undefined || session.expiresAtMs <= this.#options.clock.nowMs()) return null
    const { token } = session.caller
    return token === null || this.#options.tokens.isValid(token.id) ? session : null
  }

  /** Ends a session. Does nothing when there is none of this text. */
  close(text: string): void {
    this.#end(keyOf(text))
  }

  /** Calls back with each session that ends, as callers name it. */
  onEnded(listener: (session: string) => void): void {
    this.#onEnded.push(listener)
  }

  #limited(caller: Caller): Caller {
    if (this.mode === 'on') return caller
    const { scopes } = caller
    return { ...caller, scopes: new Set(readScopes.filter((scope) => scopes === 'all' || scopes.has(scope))) }
  }

  #dropExpired(nowMs: number): void {
    for (const [key, { expiresAtMs }] of this.#sessions) if (expiresAtMs <= nowMs) this.#end(key)
  }

  #endOf(id: TokenId): void {
    for (const [key, { caller }] of this.#sessions) if (caller.token?.id === id) this.#end(key)
  }

  /** The oldest session of the subscription that has most: no other one loses its own. */
  #endOldestOfMost(): void {
    const counts = new Map<string, number>()
    for (const { caller } of this.#sessions.values())
      counts.set(caller.subscription, (counts.get(caller.subscription) ?? 0) + 1)
    const most = Math.max(...counts.values())
    for (const [key, { caller }] of this.#sessions) {
      if (counts.get(caller.subscription) === most) return this.#end(key)
    }
  }

  #end(key: string): void {
    const session = this.#sessions.get(key)
    if (session === undefined) return
    this.#sessions.delete(key)
    session.cancelEnd()
    for (const listener of this.#onEnded) listener(key)
  }
}

function holderOf({ actor, token }: Caller): string {
  return token?.id ?? actor
}

function keyOf(text: string): string {
  return digestOf(text).toString('base64')
}
