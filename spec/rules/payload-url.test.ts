import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePayloadUrl, payloadPath, type PayloadUrl, plainPayloadUrl } from './payload-url.ts'

const ONE = { isBatch: false }
const MANY = { isBatch: true }

function parsed(text: string, options = ONE): PayloadUrl {
  const url = parsePayloadUrl(text, options)
  if (typeof url === 'string') throw new Error(url)
  return url
}

/** Ids that a client may submit, the strange ones among them. */
const hostileId = fc
  .oneof(
    fc.constantFrom(
      '.',
      '..',
      '...',
      '%2e',
      '%2E%2e',
      '/',
      '//',
      '../..',
      '?',
      '#',
      '?a=b',
      '#x',
      '\\',
      '%',
      '%00',
      '\r\n',
      '\r\nHost: x',
      ' ',
      '{id}',
      'é',
      '💶',
      '\u0000',
      'a/../b',
      '&',
      '=',
      '+',
      ';',
    ),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom('.', '/', '%', '2', 'e', '\r', '\n', '?', '#', '\\', 'ü'),
      minLength: 1,
      maxLength: 12,
    }),
  )
  .filter((id) => id.isWellFormed())

describe('parsePayloadUrl', () => {
  test.each([
    ['https://pim.example/{objectType}/{id}', ONE],
    ['http://127.0.0.1:8080/{id}', ONE],
    ['https://pim.example/items?type={objectType}&id={id}&key=k', ONE],
    ['https://pim.example/produits/été/{id}.json', ONE],
    ['https://pim.example/{objectType}/bulk', MANY],
    ['https://pim.example', MANY],
  ])('takes %s', (text, options) => {
    expect(typeof parsePayloadUrl(text, options)).toBe('object')
  })

  test.each([
    ['https://pim.example/products', ONE, '{id} once'],
    ['https://pim.example/{id}/{id}', ONE, 'it has it 2 times'],
    ['https://pim.example/{id}', MANY, 'without {id}'],
    ['https://pim.example/{ID}', ONE, 'no braces'],
    ['https://pim.example/{id', ONE, 'no braces'],
    ['https://pim.example/{{id}}', ONE, 'no braces'],
    ['https://pim.example/{item.id}/{id}', ONE, 'no braces'],
    ['https://{id}.example/', ONE, 'placeholders'],
    ['https://{objectType}.example/{id}', ONE, 'placeholders'],
    ['https://pim.example:{id}/', ONE, 'placeholders'],
    ['ftp://pim.example/{id}', ONE, 'http or https'],
    ['{id}', ONE, 'http or https'],
    ['/{id}', ONE, 'http or https'],
    ['https://user:secret@pim.example/{id}', ONE, 'without user name'],
    ['https://{id}@pim.example/', ONE, 'without user name'],
    ['https://pim.example/x#{id}', ONE, 'fragment'],
    ['https://pim.example/{id}/..', ONE, '. or ..'],
    ['https://pim.example/\uE000/{id}', ONE, 'private characters'],
    ['https://pim.example/%ee%80%80/{id}', ONE, 'private characters'],
  ])('refuses %s', (text, options, detail) => {
    const fault = parsePayloadUrl(text, options)
    expect(fault).toContain(detail)
    expect(fault).not.toContain('secret')
  })
})

describe('payloadPath', () => {
  test('puts each part in its place, percent-encoded', () => {
    const url = parsed('https://pim.example/v1/{objectType}/{id}.json?lang=de')
    expect(url.origin).toBe('https://pim.example')
    expect(payloadPath(url, { objectType: 'a b', id: 'sku/1?#' })).toBe('/v1/a%20b/sku%2F1%3F%23.json?lang=de')
    expect(payloadPath(parsed('https://pim.example?id={id}'), { objectType: 't', id: 'a&b' })).toBe('/?id=a%26b')
    expect(payloadPath(parsed('https://pim.example/{objectType}', MANY), { objectType: 'p' })).toBe('/p')
  })

  test.each([
    ['/{id}', '.'],
    ['/{id}', '..'],
    ['/x/{id}/y', '..'],
    ['/.{id}', '.'],
    ['/%2e{id}', '.'],
    ['/{objectType}{id}', '.'],
    ['/{id}?a=b', '..'],
  ])('gives none for %s with the id %s', (path, id) => {
    expect(payloadPath(parsed(`https://pim.example${path}`), { objectType: '.', id })).toBeNull()
  })

  test('a dot segment in a query, or as a part of a segment, is none', () => {
    expect(payloadPath(parsed('https://pim.example/x?id={id}'), { objectType: 't', id: '..' })).toBe('/x?id=..')
    expect(payloadPath(parsed('https://pim.example/x{id}'), { objectType: 't', id: '..' })).toBe('/x..')
    expect(payloadPath(parsed('https://pim.example/{id}'), { objectType: 't', id: '%2e%2e' })).toBe('/%252e%252e')
    expect(payloadPath(parsed('https://pim.example/{id}'), { objectType: 't', id: '\ud800' })).toBeNull()
  })

  test('no id changes the rest of the URL, and each arrives as it is', () => {
    const url = parsed('https://pim.example/a/{objectType}/b/{id}/c?d=e')
    fc.assert(
      fc.property(hostileId, hostileId, (objectType, id) => {
        const path = payloadPath(url, { objectType, id })
        if (path === null) {
          expect([objectType, id].some((part) => part === '.' || part === '..')).toBe(true)
          return
        }
        expect(path).toMatch(/^[\x21-\x7e]+$/)
        const read = new URL(url.origin + path)
        expect(read.pathname + read.search).toBe(path)
        expect([read.origin, read.search, read.hash]).toEqual(['https://pim.example', '?d=e', ''])
        const segments = read.pathname.split('/')
        expect(segments).toHaveLength(6)
        expect([decodeURIComponent(segments[2]!), decodeURIComponent(segments[4]!)]).toEqual([objectType, id])
      }),
      { numRuns: 2000 },
    )
  })
})

test('plainPayloadUrl has words for placeholders', () => {
  expect(new URL(plainPayloadUrl('https://pim.example/{objectType}/{id}?k={id}')).href).toBe(
    'https://pim.example/x/x?k=x',
  )
})
