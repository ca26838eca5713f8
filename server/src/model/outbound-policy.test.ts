import { expect, test } from 'vitest'
import { completeChannel } from './complete-channel.ts'
import { withinRules } from './outbound-policy.ts'

const connector = { type: 'http', url: 'https://shop.example', allowPrivateAddresses: true } as const
const payload = { resolveUrl: 'https://pim.example/{id}' }
const fileOnly = { outbound: { allowPrivateAddresses: 'file-only' }, dev: false } as const

test('withinRules takes the permission from the connector and its payload, and else changes nothing', () => {
  const config = completeChannel({ connector, payload })
  expect(withinRules(config, 'file', fileOnly)).toBe(config)
  expect(withinRules(config, 'api', fileOnly)).toEqual({
    ...config,
    connector: { ...config.connector, allowPrivateAddresses: false },
    payload: { ...config.payload, allowPrivateAddresses: false },
  })
  const own = completeChannel({
    connector: { type: 'module', path: '/x.mjs' },
    payload: { ...payload, allowPrivateAddresses: true },
  })
  expect(withinRules(own, 'api', fileOnly)).toMatchObject({
    connector: own.connector,
    payload: { allowPrivateAddresses: false },
  })
})

test('withinRules takes a channel as an earlier version stored it, without a payload', () => {
  const { payload: _none, ...stored } = completeChannel({ connector })
  expect(withinRules(stored as never, 'api', fileOnly).payload).toBeUndefined()
})
