import { describe, expect, it } from 'vitest'
import { requestedUrl } from './endpoint-url.ts'

const stored = 'https://hooks.example/waybill?key=abc123secret'

function requested(text: string, over: { allowPrivateAddresses?: boolean; stored?: string | null } = {}) {
  const result = requestedUrl(text, { allowPrivateAddresses: false, stored: null, ...over })
  return 'url' in result ? result.url : result.fault
}

describe('the URL of an endpoint', () => {
  it('is https, and http only where private addresses are allowed', () => {
    expect(requested('https://hooks.example/a?b=c')).toBe('https://hooks.example/a?b=c')
    expect(requested('http://hooks.example/a')).toBe('must be https: it is http')
    expect(requested('http://hooks.example/a', { allowPrivateAddresses: true })).toBe('http://hooks.example/a')
    expect(requested('https://')).toBe('must be an absolute http or https URL')
  })

  it('has neither credentials nor a fragment', () => {
    expect(requested('https://me:secret@hooks.example/')).toBe('must be without user name and password')
    expect(requested('https://hooks.example/#top')).toBe('must be without a fragment')
  })

  it('keeps what is masked while its origin stays', () => {
    expect(requested('https://hooks.example/waybill?key=***', { stored })).toBe(stored)
    expect(requested('https://hooks.example/other?key=***', { stored })).toBe(
      'https://hooks.example/other?key=abc123secret',
    )
    expect(requested('https://evil.example/waybill?key=***', { stored })).toContain('only while the origin is')
    expect(requested('https://hooks.example/waybill?key=***')).toContain('there is none stored')
    expect(requested('https://hooks.example/waybill?other=***', { stored })).toContain('there is none stored')
  })
})
