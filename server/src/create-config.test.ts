import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { ConfigError, readCommand } from './config.ts'
import { type ConfigInput, createConfig } from './create-config.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-config-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

function refusal(input: object): string {
  try {
    createConfig({ dev: true, ...input })
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return 'none'
}

const http = { type: 'http', url: 'https://shop.example/' } as const

describe('createConfig', () => {
  it('makes what the command makes of the same file and flags', () => {
    writeFileSync(join(folder, 'index.mjs'), 'export default {}')
    const file: ConfigInput = {
      channels: {
        shop: {
          connector: { ...http, headers: { 'x-a': 'b' }, batchSize: 10 },
          rateLimit: { limit: 40, periodMs: 1000, burst: 10, unit: 'items' },
          retry: { maxAttempts: 3, rules: [{ status: ['500-599', 429], then: 'park' }] },
          circuit: null,
          credentials: { acme: { type: 'basic', username: 'acme', password: 'x' } },
        },
        index: { connector: { type: 'module', path: './index.mjs' } },
      },
      cors: { origins: ['https://ops.example'] },
      outbound: { allowPrivateAddresses: 'never' },
      limits: { maxDataBytes: 5_000_000 },
      subscriptions: { acme: { weight: 2, maxOpenJobs: 3 }, other: {} },
    }
    const path = join(folder, 'waybill.yaml')
    writeFileSync(path, stringify(file))
    const data = join(folder, 'data')
    const args = ['--config', path, '--store', 'memory', '--data', data, '--threads', '2', '--paused', '--port', '0']
    const command = readCommand(args, { WAYBILL_ADMIN_TOKEN: 'secret' })
    if (command.action !== 'serve') throw new Error('not serve')
    const settings = {
      store: 'memory',
      dataDir: 'data',
      threads: 2,
      paused: true,
      port: 0,
      adminToken: 'secret',
    } as const
    expect(createConfig({ ...file, ...settings, baseDir: folder })).toEqual({ ...command.config, configFile: null })
  })

  it('has the defaults of the command, relative to the working directory', () => {
    const command = readCommand(['--dev', '--config', join(folder, 'empty.yaml')], emptyFile())
    if (command.action !== 'serve') throw new Error('not serve')
    expect(createConfig({ dev: true })).toEqual({ ...command.config, configFile: null })
  })

  it('takes members that are undefined as absent', () => {
    const undefinedOnes = { store: undefined, adminToken: undefined, limits: undefined, channels: {} }
    const subscriptions = { acme: { weight: undefined } } as unknown as ConfigInput['subscriptions'] & object
    const channels = { shop: { connector: http, concurrency: undefined } }
    expect(createConfig({ dev: true, ...undefinedOnes, channels, subscriptions })).toEqual(
      createConfig({ dev: true, channels: { shop: { connector: http } }, subscriptions: { acme: {} } }),
    )
  })

  it('is not changed by what becomes of the input', () => {
    const headers: Record<string, string> = { 'x-a': 'b' }
    const config = createConfig({ dev: true, channels: { shop: { connector: { ...http, headers } } } })
    headers['x-a'] = 'c'
    expect(config.channels['shop']!.connector).toMatchObject({ headers: { 'x-a': 'b' } })
  })

  it.each([
    [{ chanels: {} }, '/chanels does not exist: did you mean channels?'],
    [{ store: 'redis' }, '/store must be one of disk, memory, postgres: current value is "redis"'],
    [{ threads: 0 }, '/threads must be >= 1: current value is 0'],
    [{ port: 70_000 }, '/port must be <= 65535: current value is 70000'],
    [{ dev: 'yes' }, '/dev must be boolean: current value is "yes"'],
    [{ host: '0.0.0.0' }, '/host must be localhost or a loopback address while dev is true: it is 0.0.0.0'],
    [{ dev: false }, '/adminToken must be set unless dev is true: it is missing'],
    [{ keyRing: 's3cret' }, '/keyRing must hold keys: key 1 is not 32 bytes in base64'],
    [{ keyRing: 's3cret', keyRingFile: 'keys' }, '/keyRing must hold keys: keyRingFile is set, too'],
    [{ subscriptions: { '*': {} } }, '/subscriptions/* is not a valid name'],
    [{ limits: { maxPendingItems: 0 } }, '/limits/maxPendingItems must be >= 1: current value is 0'],
    [
      { subscriptions: { acme: { maxOpenJobs: 0 } } },
      '/subscriptions/acme/maxOpenJobs must be >= 1: current value is 0',
    ],
    [
      { channels: { shop: { connector: http, concurrency: 'none' } } },
      '/channels/shop/concurrency must be integer: current value is "none"',
    ],
    [{ channels: { shop: { connector: { type: 'http' } } } }, '/channels/shop/connector/url is missing'],
    [
      {
        channels: {
          shop: { connector: { ...http, batchSize: 9 }, rateLimit: { limit: 1, periodMs: 1, unit: 'items' } },
        },
      },
      "/channels/shop/rateLimit/burst must be at least the connector's batchSize (9) with unit items: current value is 1",
    ],
    [
      {
        outbound: { allowPrivateAddresses: 'never' },
        channels: { shop: { connector: { ...http, allowPrivateAddresses: true } } },
      },
      '/channels/shop/connector/allowPrivateAddresses must be false while outbound.allowPrivateAddresses is never',
    ],
    [
      {
        outbound: { allowPrivateAddresses: 'never' },
        channels: { own: { connector: { type: 'module', path: './own.mjs', allowPrivateAddresses: true } } },
      },
      '/channels/own/connector/allowPrivateAddresses must be false while outbound.allowPrivateAddresses is never',
    ],
  ])('names the field that is wrong: %j', (input, message) => {
    expect(refusal(input)).toMatch(/^Cannot create the configuration as \//)
    expect(refusal(input)).toContain(message)
  })

  it('names all that is wrong, of every channel', () => {
    const own = { connector: { type: 'module', path: './nope.mjs' } }
    const shop = { connector: { ...http, url: 'nope' } }
    expect(refusal({ baseDir: folder, channels: { own, shop } }).split('\n')).toEqual([
      `Cannot create the configuration as /channels/own/connector/path must be a file, seen from baseDir: there is no ${join(folder, 'nope.mjs')}`,
      expect.stringContaining('/channels/shop/connector/url must be an absolute http or https URL'),
    ])
    writeFileSync(join(folder, 'file'), '')
    expect(refusal({ baseDir: folder, dataDir: 'file' })).toContain('/dataDir must be a folder: ')
  })

  it.each(['s3 cret', 5_333_777, ['s3cret'], 's3cret'.repeat(100), ''])(
    'never repeats an admin token: %j',
    (adminToken) => {
      const message = refusal({ adminToken })
      expect(message).toContain('/adminToken must be 1 to 512 visible ASCII characters without spaces: it is not')
      expect(message).not.toMatch(/s3|5333777/)
    },
  )
})

function emptyFile(): Record<string, string> {
  writeFileSync(join(folder, 'empty.yaml'), '')
  return {}
}
