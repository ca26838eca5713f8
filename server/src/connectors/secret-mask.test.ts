import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SecretMask } from './secret-mask.ts'

const SECRET = `pä/ss+w&"o'r<d>=%\\`

describe('SecretMask', () => {
  it.each([
    ['as it is', SECRET],
    ['as a JSON string', JSON.stringify(SECRET)],
    ['as a JSON string with escaped slashes', JSON.stringify(SECRET).replaceAll('/', '\\/')],
    [
      'with every letter escaped',
      [...SECRET].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
    ],
    ['in a URL', encodeURIComponent(SECRET)],
    ['in a form', new URLSearchParams({ key: SECRET }).toString()],
    [
      'in HTML',
      SECRET.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    ],
  ])('finds a secret %s', (_name, text) => {
    const masked = new SecretMask([SECRET]).text(`before ${text} after`)
    expect(masked).toContain('***')
    expect(masked).not.toMatch(/ss.{1,8}w|o.{1,8}r/)
  })

  it('hides a short secret where it stands alone, and none below four characters', () => {
    const mask = new SecretMask(['late', 'eu'])
    expect(mask.text('"late" is later than late, says eu')).toBe('"***" is later than ***, says eu')
  })

  it('leaves JSON text as it is unless it holds a secret, and valid when it does', () => {
    const mask = new SecretMask(['123456', 'hush-hush'])
    const text = '{"big": 9007199254740993, "b": "\\u0061"}'
    expect(mask.json(text)).toBe(text)
    expect(JSON.parse(mask.json('{"n":123456,"a":["hush-hush",{"hush-hush":true}]}'))).toEqual({
      n: '***',
      a: ['***', { '***': true }],
    })
    expect(mask.json(`${'['.repeat(50_000)}"hush-hush"${']'.repeat(50_000)}`)).toBe('"***"')
  })

  it('keeps JSON valid and free of the secret, whatever both are', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8 }), fc.json(), (secret, json) => {
        const value: unknown = { around: JSON.parse(json), echo: `<${secret}>` }
        const masked = new SecretMask([secret]).json(JSON.stringify(value))
        expect((JSON.parse(masked) as { echo: string }).echo).toBe('<***>')
      }),
    )
  })
})
