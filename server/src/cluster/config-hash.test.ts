import { expect, it } from 'vitest'
import { createConfig } from '../create-config.ts'
import { configHash } from './config-hash.ts'

const secret = 'a-secret-that-is-at-least-32-characters-long'
const cluster = { address: 'http://10.0.0.1:7071', listen: { host: null, port: 7071 }, secret, leaseSeconds: 10 }
const connector = { type: 'http', url: 'https://shop.example/deliver' } as const
const input = {
  adminToken: 'a-token-of-the-admin',
  channels: { shop: { connector, credentials: { default: { type: 'bearer', token: 'abc' } } } },
} as const

it('is the same on servers that differ in places, ports and sizes alone, in any order of names', () => {
  const one = { ...createConfig({ ...input, port: 1, host: '10.0.0.1', threads: 2, dataDir: 'one' }), cluster }
  const base = createConfig({ ...input, port: 2, host: '10.0.0.2', threads: 4, dataDir: 'two' })
  const reversed = Object.fromEntries(Object.entries(base).reverse()) as typeof base
  const other = { ...reversed, cluster: { ...cluster, address: 'http://10.0.0.2:7071' } }
  expect(configHash(other, ['k1'])).toBe(configHash(one, ['k1']))
  expect(configHash(one, ['k1'])).toMatch(/^[0-9a-f]{32}$/)
})

it('is another one when anything else differs, also what is secret', () => {
  const base = { ...createConfig(input), cluster }
  const others = [
    configHash(base, ['k1']),
    configHash(base, ['k2']),
    configHash({ ...base, cluster: { ...cluster, leaseSeconds: 9 } }, ['k1']),
    configHash({ ...base, cluster: { ...cluster, secret: `${secret}.` } }, ['k1']),
    configHash({ ...createConfig({ ...input, adminToken: 'another-token-of-it' }), cluster }, ['k1']),
    configHash({ ...createConfig({ ...input, paused: true }), cluster }, ['k1']),
    configHash(
      {
        ...createConfig({
          ...input,
          channels: { shop: { connector, credentials: { default: { type: 'bearer', token: 'abd' } } } },
        }),
        cluster,
      },
      ['k1'],
    ),
  ]
  expect(new Set(others).size).toBe(others.length)
})

it('of a module is that of its place beside the file', () => {
  const config = createConfig({ adminToken: 'a-token-of-the-admin' })
  const hashOf = (folder: string) => {
    const [base] = Object.values(createConfig({ ...input }).channels)
    const module = { type: 'module', path: `${folder}/shop.mjs`, batchSize: 1, timeoutMs: 1000 } as never
    const channels = { shop: { ...base!, connector: module } }
    return configHash({ ...config, channels, configFile: `${folder}/waybill.yaml`, cluster }, [])
  }
  expect(hashOf('/etc/waybill')).toBe(hashOf('/srv/other'))
})
