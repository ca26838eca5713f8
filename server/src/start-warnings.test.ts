import { describe, expect, it } from 'vitest'
import { completeChannel } from './model/complete-channel.ts'
import { defaultSubscription } from './model/subscription.ts'
import { silentLogger } from './runtime/logger.ts'
import { warnOfDefaultCredentials, warnOfUnusedCredentials } from './start-warnings.ts'

const connector = { type: 'http', url: 'https://shop.test/deliver' } as const
const bearer = { type: 'bearer', token: 'secret-of-default' } as const

function logged(warn: (logger: typeof silentLogger) => void): object[] {
  const lines: object[] = []
  warn({ ...silentLogger, warn: (fields: object, message: string) => void lines.push({ ...fields, message }) })
  return lines
}

describe('warnOfDefaultCredentials', () => {
  const channels = {
    alone: completeChannel({ connector, credentials: { default: bearer } }),
    shared: completeChannel({ connector, credentials: { default: bearer, '*': bearer } }),
    other: completeChannel({ connector, credentials: { acme: bearer } }),
    payload: completeChannel({
      connector,
      payload: { resolveUrl: 'https://pim.test/{id}', credentials: { default: bearer } },
    }),
  }

  it('names channels whose credentials of default nobody else uses, where there is somebody else', () => {
    const expected = [
      { channel: 'alone', where: 'credentials' },
      { channel: 'payload', where: 'payload.credentials' },
    ]
    const acme = { subscription: 'acme' }
    expect(
      logged((logger) => warnOfDefaultCredentials({ channels, subscriptions: {} }, { tokens: [acme], logger })),
    ).toMatchObject(expected)
    const subscriptions = { acme: defaultSubscription }
    const warned = logged((logger) => warnOfDefaultCredentials({ channels, subscriptions }, { tokens: [], logger }))
    expect(warned).toMatchObject(expected)
    expect(JSON.stringify(warned)).not.toContain('secret-of-default')
  })

  it('is silent where there is only default', () => {
    const tokens = [{ subscription: 'default' }]
    expect(logged((logger) => warnOfDefaultCredentials({ channels, subscriptions: {} }, { tokens, logger }))).toEqual(
      [],
    )
  })
})

describe('warnOfUnusedCredentials', () => {
  it('names credentials that were set for another origin', () => {
    const own = completeChannel({ connector })
    const stored = ['https://shop.test', 'https://old.test'].map((origin, n) => ({
      ...({
        channel: 'shop',
        subscription: `s${n}`,
        target: 'connector',
        origin,
        credentials: bearer,
        updatedAtMs: 1,
      } as const),
    }))
    const channels = { list: () => [{ name: 'shop', own }] as never, credentialsOf: () => stored }
    const warned = logged((logger) => warnOfUnusedCredentials(channels, logger))
    expect(warned).toMatchObject([
      { channel: 'shop', subscription: 's1', target: 'connector', origin: 'https://old.test' },
    ])
    expect(JSON.stringify(warned)).not.toContain('secret-of-default')
  })
})
