import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Config, ConfigError, readCommand } from './config.ts'

let folder: string
let cwd: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-config-'))
  cwd = process.cwd()
  process.chdir(folder)
})

afterEach(() => {
  process.chdir(cwd)
  rmSync(folder, { recursive: true })
})

function config(args: string[] = [], env: Record<string, string> = {}): Config {
  const command = readCommand(args, env)
  if (command.action !== 'serve') throw new Error('not serve')
  return command.config
}

describe('readCommand', () => {
  it('has a default for everything', () => {
    expect(config()).toMatchObject({
      port: 8080,
      host: '127.0.0.1',
      store: 'disk',
      dataDir: join(process.cwd(), 'waybill-data'),
      dev: false,
      paused: false,
      adminToken: null,
      keyRing: null,
      keyRingFile: null,
      configFile: null,
      cors: { origins: [] },
      channels: {},
      limits: { maxPendingItems: 2_000_000, maxDataBytes: null },
      outbound: { allowPrivateAddresses: 'file-only' },
      dashboard: 'read-only',
      subscriptions: {},
    })
    expect(config().threads).toBeGreaterThanOrEqual(1)
  })

  it('takes every setting from the environment, and flags before it', () => {
    const env = {
      WAYBILL_PORT: '1',
      WAYBILL_HOST: '::1',
      WAYBILL_STORE: 'memory',
      WAYBILL_DATA: '/data',
      WAYBILL_THREADS: '3',
      WAYBILL_DEV: 'true',
      WAYBILL_ADMIN_TOKEN: 'abc',
    }
    expect(config([], env)).toMatchObject({
      port: 1,
      host: '::1',
      store: 'memory',
      dataDir: '/data',
      threads: 3,
      dev: true,
      adminToken: 'abc',
    })
    expect(config(['--port', '0', '--store=disk', '--no-dev'], env)).toMatchObject({
      port: 0,
      store: 'disk',
      dev: false,
      threads: 3,
    })
    expect(config([], { WAYBILL_PORT: '' })).toMatchObject({ port: 8080 })
    expect(config([], {}).metrics).toEqual({ counted: true, port: null, host: '127.0.0.1' })
    const metrics = { WAYBILL_METRICS_PORT: '9464', WAYBILL_METRICS_HOST: '0.0.0.0' }
    expect(config([], metrics).metrics).toEqual({ counted: true, port: 9464, host: '0.0.0.0' })
    expect(config(['--metrics-port=0'], metrics).metrics.port).toBe(0)
    expect(config([], { WAYBILL_METRICS: 'false' }).metrics.counted).toBe(false)
    expect(config(['--no-metrics'], {}).metrics.counted).toBe(false)
  })

  it('has a dashboard that is read-only unless it is asked for more, or for none', () => {
    const env = { WAYBILL_DASHBOARD: 'off' }
    expect(config(['--dev']).dashboard).toBe('on')
    expect(config(['--dev', '--dashboard', 'read-only']).dashboard).toBe('read-only')
    expect(config([], env).dashboard).toBe('off')
    expect(config(['--dashboard=on'], env).dashboard).toBe('on')
    expect(() => config(['--dashboard', 'yes'])).toThrow('--dashboard must be off or read-only or on: it is "yes"')
  })

  it('takes the key ring from a file or the environment', () => {
    const key = Buffer.alloc(32).toString('base64')
    expect(config([], { WAYBILL_KEY_RING: key })).toMatchObject({ keyRing: key, keyRingFile: null })
    expect(config([], { WAYBILL_KEY_RING_FILE: '/keys' })).toMatchObject({ keyRing: null, keyRingFile: '/keys' })
    const flag = config(['--key-ring', '/mine'], { WAYBILL_KEY_RING: key, WAYBILL_KEY_RING_FILE: '/keys' })
    expect(flag).toMatchObject({ keyRing: null, keyRingFile: '/mine' })
    expect(() => config([], { WAYBILL_KEY_RING: key, WAYBILL_KEY_RING_FILE: '/keys' })).toThrow('both are')
    const refusal = 'Cannot start as WAYBILL_KEY_RING must hold keys: key 1 is not 32 bytes in base64'
    expect(() => config([], { WAYBILL_KEY_RING: 's3cret' })).toThrow(refusal)
  })

  it('reads the commands of keys', () => {
    const inData = { dataDir: '/data', keyRingFile: '/data/key-ring' }
    expect(readCommand(['keys', 'rotate', '--data', '/data'], {})).toEqual({ action: 'rotate', ...inData })
    const env = { WAYBILL_DATA: '/data', WAYBILL_KEY_RING_FILE: '/keys' }
    expect(readCommand(['keys', 'prune'], env)).toEqual({ action: 'prune', dataDir: '/data', keyRingFile: '/keys' })
    expect(() => readCommand(['keys'], {})).toThrow('the command must be keys rotate or keys prune: it is keys')
    expect(() => readCommand(['keys', 'rotate', '--force'], {})).toThrow('it is keys rotate --force')
    expect(() => readCommand(['verify', '--key-ring', 'x'], {})).toThrow('--key-ring is one of keys')
    expect(() => readCommand(['keys', 'prune'], { WAYBILL_KEY_RING: 'x' })).toThrow('they are in WAYBILL_KEY_RING')
  })

  it('helps', () => {
    expect(readCommand(['--help'], {})).toEqual({ action: 'help' })
    expect(readCommand(['-v'], {})).toEqual({ action: 'version' })
  })

  it.each([
    [['--port', '65536'], {}, '--port must be a whole number from 0 to 65535: it is "65536"'],
    [['--port', '1e3'], {}, '--port must be'],
    [['--threads', '0'], {}, '--threads must be a whole number from 1'],
    [['--store', 'redis'], {}, '--store must be disk or memory or postgres: it is "redis"'],
    [[], { WAYBILL_STORE: 'redis' }, 'WAYBILL_STORE must be disk or memory or postgres'],
    [[], { WAYBILL_DEV: 'yes' }, 'WAYBILL_DEV must be true or false'],
    [[], { WAYBILL_ADMIN_TOKEN: 'two words' }, 'WAYBILL_ADMIN_TOKEN must be'],
    [['--metrics-port', '-1'], {}, '--metrics-port'],
    [['--no-metrics'], { WAYBILL_METRICS_PORT: '1' }, 'WAYBILL_METRICS_PORT needs metrics, so they must be counted'],
    [['--ports', '1'], {}, "Unknown option '--ports'"],
    [
      ['serve'],
      {},
      'must be backup, restore, verify, migrate, keys or token create, or none to start a server: it is "serve"',
    ],
    [['--port'], {}, 'argument missing'],
    [['--dev', '--host', '0.0.0.0'], {}, '--host must be localhost or a loopback address: it is 0.0.0.0'],
    [['--config', 'missing.yaml'], {}, 'missing.yaml as it must be a file that this user may read: ENOENT'],
  ])('refuses %j with %j', (args, env, message) => {
    expect(() => config(args, env as unknown as Record<string, string>)).toThrow(ConfigError)
    expect(() => config(args, env as unknown as Record<string, string>)).toThrow(message)
  })

  it('never reveals a token that it refuses', () => {
    expect(() => config([], { WAYBILL_ADMIN_TOKEN: 's3cret s3cret' })).toThrow(
      expect.not.stringContaining('s3cret') as never,
    )
  })
})
