import { describe, expect, it } from 'vitest'
import { PageTokens } from './page-token.ts'

const refused = expect.objectContaining({
  code: 'bad_request',
  errors: [expect.objectContaining({ parameter: 'pageToken' })],
}) as unknown

describe('PageTokens', () => {
  const tokens = new PageTokens(new Uint8Array(32).fill(1))
  const scope = ['listJobs', 'default', ['ended'], undefined]
  const errorOf = (action: () => unknown): unknown => {
    try {
      return action()
    } catch (error) {
      return error
    }
  }

  it('returns a cursor for the scope it was signed for', () => {
    expect(tokens.cursorOf(tokens.tokenOf('4711/3', scope), scope)).toBe('4711/3')
    expect(tokens.cursorOf(undefined, scope)).toBeNull()
  })

  it('shows nothing of a place, nor how many digits it has', () => {
    const places = ['1', '17', '123456789.4711', '4711/3']
    const texts = places.map((place) => tokens.tokenOf(place, scope))
    expect(new Set(texts.map(({ length }) => length)).size).toBe(1)
    for (const [n, text] of texts.entries()) {
      const bytes = Buffer.from(text.split('.')[0]!, 'base64url').toString('latin1')
      expect(bytes).not.toContain(places[n])
      expect(tokens.cursorOf(text, scope)).toBe(places[n])
    }
    for (const odd of ['é'.repeat(100), 'a\u0000b', '\u0001', 'a\u0001\u0000', ''])
      expect(tokens.cursorOf(tokens.tokenOf(odd, scope), scope)).toBe(odd)
    // The same place in another list begins with other bytes.
    expect(tokens.tokenOf('17', ['listItems']).split('.')[0]).not.toBe(tokens.tokenOf('17', scope).split('.')[0])
  })

  it.each([
    ['another operation', (token: string) => tokens.cursorOf(token, ['listItems', ...scope.slice(1)])],
    ['another subscription', (token: string) => tokens.cursorOf(token, ['listJobs', 'acme', ...scope.slice(2)])],
    ['other filters', (token: string) => tokens.cursorOf(token, [...scope.slice(0, 2), ['open'], undefined])],
    ['another server', (token: string) => new PageTokens(new Uint8Array(32)).cursorOf(token, scope)],
    ['a changed cursor', (token: string) => tokens.cursorOf(`QUFB${token}`, scope)],
    ['a longer signature', (token: string) => tokens.cursorOf(`${token}AAAA`, scope)],
    ['padding', (token: string) => tokens.cursorOf(`${token}==`, scope)],
    ['further parts', (token: string) => tokens.cursorOf(`${token}.x`, scope)],
    ['no signature', (token: string) => tokens.cursorOf(token.split('.')[0], scope)],
  ])('refuses a token of %s', (_, take) => {
    expect(errorOf(() => take(tokens.tokenOf('17', scope)))).toEqual(refused)
  })
})
