import { describe, expect, it } from 'vitest'
import type { Caller } from '../model/caller.ts'
import type { TokenId } from '../model/ids.ts'
import type { DashboardMode } from '../model/dashboard-mode.ts'
import { WallTimes } from '../jobs/wall-times.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { DashboardSessions } from './dashboard-sessions.ts'

const HOUR_MS = 3_600_000
const admin: Caller = { subscription: 'default', scopes: 'all', actor: 'admin', token: null }

function caller(id: string, expiresAtMs: number | null = null): Caller {
  const token = { id: id as TokenId, name: id, expiresAtMs, jobs: null }
  return { subscription: 'shop', scopes: new Set(['jobs:read', 'jobs:write']), actor: 'token', token }
}

function world({
  mode = 'on',
  limits = { sessions: 10, perHolder: 3 },
}: { mode?: DashboardMode; limits?: { sessions: number; perHolder: number } } = {}) {
  const clock = new FakeClock()
  const ended = new Set<string>()
  const listeners: ((id: TokenId) => void)[] = []
  const tokens = {
    isValid: (id: TokenId) => !ended.has(id),
    onEnded: (listener: (id: TokenId) => void) => void listeners.push(listener),
  }
  const sessions = new DashboardSessions({ mode, clock, times: new WallTimes(clock), tokens, limits })
  const revoke = (id: string): void => listeners.forEach((listener) => listener(id as TokenId))
  return { clock, sessions, revoke, ended }
}

describe('DashboardSessions', () => {
  it('finds the caller of a session for 12 hours', () => {
    const { clock, sessions } = world()
    const { text, expiresAtMs } = sessions.open(admin)
    expect(text).toMatch(/^wbs_[A-Za-z0-9_-]{43}$/)
    expect(expiresAtMs - clock.nowMs()).toBe(12 * HOUR_MS)
    expect(sessions.find(text)?.caller).toMatchObject(admin)
    expect(sessions.find(`${text}x`)).toBeNull()
    clock.advance(12 * HOUR_MS)
    expect(sessions.find(text)).toBeNull()
  })

  it('ends a session with its token: when it expires, is revoked or is no longer valid', () => {
    const { clock, sessions, revoke, ended } = world()
    const short = sessions.open(caller('tok_a', clock.nowMs() + HOUR_MS))
    const revoked = sessions.open(caller('tok_b'))
    const invalid = sessions.open(caller('tok_c'))
    expect(short.expiresAtMs - clock.nowMs()).toBe(HOUR_MS)
    revoke('tok_b')
    ended.add('tok_c')
    expect([short, revoked, invalid].map(({ text }) => sessions.find(text) !== null)).toEqual([true, false, false])
    clock.advance(HOUR_MS)
    expect(sessions.find(short.text)).toBeNull()
  })

  it('leaves a read-only session only scopes that read, and none that its token lacks', () => {
    const { sessions } = world({ mode: 'read-only' })
    const scopesOf = (of: Caller) => [...(sessions.find(sessions.open(of).text)!.caller.scopes as Set<string>)]
    expect(scopesOf(caller('tok_a'))).toEqual(['jobs:read'])
    expect(scopesOf(admin)).toContain('audit:read')
    expect(scopesOf(admin).filter((scope) => /write|admin/.test(scope))).toEqual([])
  })

  it('ends the oldest sessions beyond the limits of one holder and of all', () => {
    const { sessions } = world({ limits: { sessions: 4, perHolder: 2 } })
    const own = [1, 2, 3].map(() => sessions.open(admin).text)
    expect(own.map((text) => sessions.find(text) !== null)).toEqual([false, true, true])
    const others = ['tok_a', 'tok_b', 'tok_c'].map((id) => sessions.open(caller(id)).text)
    expect([...own, ...others].map((text) => sessions.find(text) !== null)).toEqual([
      ...[false, false, true],
      ...[true, true, true],
    ])
  })

  it('ends the oldest of the subscription that has most, and none of another one', () => {
    const { sessions } = world({ limits: { sessions: 4, perHolder: 3 } })
    const own = sessions.open(admin).text
    const others = ['tok_a', 'tok_b', 'tok_c', 'tok_d'].map((id) => sessions.open(caller(id)).text)
    expect([own, ...others].map((text) => sessions.find(text) !== null)).toEqual([true, false, true, true, true])
  })

  it('reports each session that ends: closed, with its token, beyond a limit, or after 12 hours', () => {
    const { clock, sessions, revoke } = world({ limits: { sessions: 10, perHolder: 2 } })
    const ended: string[] = []
    sessions.onEnded((session) => ended.push(session))
    const open = (of: Caller): { text: string; session: string } => {
      const { text } = sessions.open(of)
      return { text, session: sessions.find(text)!.caller.session! }
    }
    const [closed, revoked, late] = [open(admin), open(caller('tok_a')), open(caller('tok_b'))]
    sessions.close(closed.text)
    expect(sessions.find(closed.text)).toBeNull()
    revoke('tok_a')
    const [first] = [open(admin), open(admin), open(admin)]
    expect(ended).toEqual([closed.session, revoked.session, first.session])
    clock.advance(12 * HOUR_MS)
    expect(ended).toHaveLength(6)
    expect(ended).toContain(late.session)
  })
})
