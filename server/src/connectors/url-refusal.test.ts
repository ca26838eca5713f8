import { describe, expect, it } from 'vitest'
import { urlRefusal } from './url-refusal.ts'

describe('urlRefusal', () => {
  it.each([
    'http://127.0.0.1/',
    'http://10.1.2.3:80/x',
    'http://[::1]/',
    'http://169.254.169.254/',
    'http://localhost:1/',
  ])('refuses %s', async (url) => {
    expect(await urlRefusal(new URL(url))).toMatch(/is private$/)
  })

  it('takes a public address', async () => {
    expect(await urlRefusal(new URL('https://93.184.215.14/deliver'))).toBeNull()
  })

  it('leaves a name that cannot be looked up to the connection', async () => {
    expect(await urlRefusal(new URL('https://no-such-host.invalid/'))).toBeNull()
  })
})
