import { describe, expect, it } from 'vitest'
import { addressRefusal } from './address-refusal.ts'

describe('addressRefusal', () => {
  it.each([
    'http://LOCALHOST./',
    'http://shop.localhost/',
    'http://[::1]/',
    'http://127.1/',
    'http://localhost:8080/x',
  ])('refuses %s without a lookup', async (url) => {
    expect(await addressRefusal(new URL(url))).toContain('is private')
  })
})
