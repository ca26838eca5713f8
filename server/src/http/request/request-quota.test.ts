import { describe, expect, it } from 'vitest'
import { FakePorts } from '../testing/fake-ports.ts'
import { RequestQuota } from './request-quota.ts'

const ADDRESS = '198.51.100.7'

/** Counts until it is refused. */
function spend(take: () => void): number {
  for (let taken = 0; taken < 2000; taken++) {
    try {
      take()
    } catch {
      return taken
    }
  }
  return Infinity
}

describe('requests of an address without a valid token', () => {
  it('do not keep it from opening a session when they are used up, and failed attempts at that do', () => {
    const quota = new RequestQuota(new FakePorts())
    expect(spend(() => quota.takeAnonymous(ADDRESS))).toBe(1000)
    expect(() => quota.refuseGuesser(ADDRESS)).not.toThrow()
    expect(spend(() => quota.takeGuess(ADDRESS))).toBe(1000)
    expect(() => quota.refuseGuesser(ADDRESS)).toThrow('one address must make at most 600 a minute')
    expect(() => quota.refuseGuesser('198.51.100.8')).not.toThrow()
  })

  it('are not used up by failed attempts to open a session', () => {
    const quota = new RequestQuota(new FakePorts())
    spend(() => quota.takeGuess(ADDRESS))
    expect(() => quota.takeAnonymous(ADDRESS)).not.toThrow()
  })
})
