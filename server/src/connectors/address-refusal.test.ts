import { afterEach, describe, expect, it, vi } from 'vitest'
import { addressRefusal, type Lookup } from './address-refusal.ts'

const url = new URL('https://pim.example/')
const found: Lookup = () => Promise.resolve([{ address: '10.0.0.1' }])

afterEach(() => {
  vi.useRealTimers()
})

describe('addressRefusal', () => {
  it.each([
    'http://LOCALHOST./',
    'http://shop.localhost/',
    'http://[::1]/',
    'http://127.1/',
    'http://localhost:8080/x',
  ])('refuses %s without a lookup', async (url) => {
    const lookup = vi.fn<Lookup>()
    expect(await addressRefusal(new URL(url), lookup)).toContain('is private')
    expect(lookup).not.toHaveBeenCalled()
  })

  it('refuses a name that leads to a private address', async () => {
    expect(await addressRefusal(url, found)).toContain('is private')
    expect(await addressRefusal(url, () => Promise.resolve([{ address: '93.184.216.34' }]))).toBeNull()
    expect(await addressRefusal(url, () => Promise.reject(new Error('ENOTFOUND')))).toBeNull()
  })

  it('waits for a name server for 2 s, and asks for two names at once', async () => {
    vi.useFakeTimers()
    const ends: (() => void)[] = []
    const silent: Lookup = () => new Promise((resolve) => ends.push(() => resolve([])))
    const waiting = [addressRefusal(url, silent), addressRefusal(url, silent)]
    expect(await addressRefusal(url, found)).toBeNull()
    await vi.advanceTimersByTimeAsync(2000)
    expect(await Promise.all(waiting)).toEqual([null, null])
    expect(await addressRefusal(url, found)).toBeNull()
    for (const end of ends) end()
    await vi.advanceTimersByTimeAsync(0)
    expect(await addressRefusal(url, found)).not.toBeNull()
  })
})
