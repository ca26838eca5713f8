// Calls that must compile and calls that must not: `check:types` reads this file, nothing runs it. A `@ts-expect-error` over a call that compiles
// is an error itself.

import { type Config, type ConfigInput, createConfig, type PluginOptions } from '@waybill/server'
import { expectTypeOf } from 'vitest'

const http = { type: 'http', url: 'https://shop.example/' } as const

export function configurations(): void {
  expectTypeOf(createConfig({ store: 'memory', dev: true })).toEqualTypeOf<Config>()
  createConfig({ adminToken: process.env['TOKEN'], channels: { shop: { connector: { ...http, batchSize: 10 } } } })
  createConfig({ dev: true, subscriptions: { acme: { maxOpenJobs: 3 } }, limits: { maxDataBytes: 1e9 } })
  // @ts-expect-error there is no such store
  createConfig({ store: 'redis' })
  // @ts-expect-error a misspelt field
  createConfig({ dev: true, chanels: {} })
  // @ts-expect-error an HTTP connector must have a url
  createConfig({ dev: true, channels: { shop: { connector: { type: 'http' } } } })
  // @ts-expect-error the configuration file is read by the command alone
  createConfig({ dev: true, configFile: 'waybill.yaml' })

  expectTypeOf<ConfigInput['store']>().toEqualTypeOf<'disk' | 'memory' | 'postgres' | undefined>()
  expectTypeOf<PluginOptions['config']>().toEqualTypeOf<Config>()
  expectTypeOf<PluginOptions['prefix']>().toEqualTypeOf<string | undefined>()
}
