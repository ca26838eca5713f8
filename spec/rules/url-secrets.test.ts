import { describe, expect, it } from 'vitest'
import { hasMaskedValue, maskUrl, unmaskUrl, urlSecrets } from './url-secrets.ts'

describe('maskUrl', () => {
  it.each([
    ['https://hooks.example/services/T0/B0/SECRET', 'https://hooks.example/services/***/***/***'],
    ['https://api.example/bot123456:ABC-DEF/sendMessage', 'https://api.example/***/sendMessage'],
    ['https://h.example/api/webhooks/123456789012345678/x7Gk', 'https://h.example/api/webhooks/***/***'],
    ['https://h.example/7a0c1f64-6a5e-4c9e-9f5e-0c6f5f3f1b2a', 'https://h.example/***'],
    ['https://h.example/hooks\\SECRET', 'https://h.example/hooks\\***'],
    ['https://h.example/a%62c/deliver', 'https://h.example/***/deliver'],
    ['https://h.example/SECRET?key=k3y#end', 'https://h.example/***?key=***'],
    ['https://h.example//hooks//SECRET/', 'https://h.example//hooks//***/'],
    ['https:///h.example/SECRET', 'https:///h.example/***'],
  ])('shows no secret of the path: %s', (url, masked) => {
    expect(maskUrl(url)).toBe(masked)
  })

  it.each([
    ...['https://shop.example', 'https://shop.example/', 'http://127.0.0.1:8080/deliver', 'https://[::1]:8080/v1'],
    ...['https://shop.example/rest/V1/stock-levels', 'https://shop.example/admin/api/2026-01/graphql.json'],
    ...['https://shop.example/api/v1.2/itemUpdates', 'https://shop.example/storefront12/eu-west-1/o_auth2/Deliver'],
  ])('shows what reads as names: %s', (url) => {
    expect(maskUrl(url)).toBe(url)
    expect(urlSecrets(url)).toEqual([])
  })
})

describe('unmaskUrl', () => {
  const stored = 'https://h.example/services/T0/SECRET?key=k3y'

  it('keeps the segments that read *** at their place', () => {
    expect(hasMaskedValue('https://h.example/services/***/***')).toBe(true)
    expect(unmaskUrl('https://h.example/services/***/***?key=***', stored)).toBe(stored)
    expect(unmaskUrl('https://h.example/hooks/T1/***', stored)).toBe('https://h.example/hooks/T1/SECRET')
    expect(unmaskUrl('https://h.example//services/***/***', stored)).toBe('https://h.example//services/T0/SECRET')
  })

  it.each(['v2/services/***/***', 'services/***', '***/T0/SECRET', 'services/T0/SECRET/***'])(
    'keeps none where a *** stands for no secret of the path: %s',
    (path) => {
      expect(unmaskUrl(`https://h.example/${path}`, stored)).toBe(null)
    },
  )
})

describe('urlSecrets', () => {
  it('has the segments that are not shown, as written and decoded', () => {
    expect(urlSecrets('https://h.example/services/S%C3%A9CRET')).toEqual(['S%C3%A9CRET', 'SéCRET'])
    expect(urlSecrets('https://h.example/services/SÉC')).toEqual(['SÉC', 'S%C3%89C'])
    expect(urlSecrets('https://h.example/%zz')).toEqual(['%zz'])
  })
})
