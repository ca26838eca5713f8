import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readCommand } from '../config.ts'
import { createConfig } from '../create-config.ts'

const folder = mkdtempSync(join(tmpdir(), 'waybill-cluster-settings-'))
afterAll(() => rmSync(folder, { recursive: true }))

const SECRET = 'a-secret-that-is-at-least-32-characters-long'
const DATABASE = { WAYBILL_STORE: 'postgres', WAYBILL_DATABASE_URL: 'postgres://user@host/waybill' }
const ADDRESS = 'http://10.0.0.5:7071'

describe('the cluster', () => {
  const clusterOf = (file: string, env: Readonly<Record<string, string>> = {}, args: readonly string[] = []) => {
    const path = join(folder, 'waybill.yaml')
    writeFileSync(path, file)
    const command = readCommand([...args, '--config', path], { ...DATABASE, ...env })
    if (command.action !== 'serve') throw new Error(command.action)
    return command.config.cluster
  }
  const faultOf = (...args: Parameters<typeof clusterOf>): string => {
    try {
      clusterOf(...args)
    } catch (error) {
      return (error as Error).message
    }
    throw new Error('no fault')
  }

  it('is none unless it is set, and never one of a server that is embedded', () => {
    expect(clusterOf('')).toBe(null)
    expect(createConfig({ dev: true }).cluster).toBe(null)
    const cluster = { address: ADDRESS }
    expect(() => createConfig({ dev: true, cluster } as never)).toThrow('/cluster does not exist')
  })

  it('has its address from a flag, the environment or the file, and defaults', () => {
    const secret = { WAYBILL_CLUSTER_SECRET: SECRET }
    const expected = { address: ADDRESS, listen: { host: null, port: 7071 }, secret: SECRET, leaseSeconds: 10 }
    expect(clusterOf('', secret, ['--cluster-address', `${ADDRESS}/`])).toEqual(expected)
    expect(clusterOf('', { ...secret, WAYBILL_CLUSTER_ADDRESS: ADDRESS })).toEqual(expected)
    writeFileSync(join(folder, 'secret'), `${SECRET}\n`)
    const file = `cluster: { address: 'http://other:1', listen: '[::1]:7072', secretFile: ./secret, leaseSeconds: 1 }`
    expect(clusterOf(file)).toEqual({
      ...{ address: 'http://other:1', listen: { host: '::1', port: 7072 }, secret: SECRET, leaseSeconds: 1 },
    })
    expect(clusterOf(file, { WAYBILL_CLUSTER_ADDRESS: ADDRESS })).toMatchObject({ address: ADDRESS })
  })

  it.each([
    'https://10.0.0.5:7071',
    'http://10.0.0.5',
    'http://10.0.0.5:0',
    'http://10.0.0.5:70710',
    'http://user@10.0.0.5:7071',
    'http://10.0.0.5:7071/path',
    'http://0.0.0.0:7071',
    'http://[::]:7071',
    '10.0.0.5:7071',
  ])('is refused with address %s', (address) => {
    const env = { WAYBILL_CLUSTER_SECRET: SECRET, WAYBILL_CLUSTER_ADDRESS: address }
    expect(faultOf('', env)).toMatch(/^Cannot start as WAYBILL_CLUSTER_ADDRESS must be a URL such as/)
  })

  it('is refused with settings that do not fit, without a word of the secret', () => {
    const short = SECRET.slice(0, 31)
    const faults = [
      faultOf('cluster: {}', { WAYBILL_CLUSTER_SECRET: SECRET }),
      faultOf(`cluster: { address: '${ADDRESS}' }`),
      faultOf(`cluster: { address: '${ADDRESS}' }`, { WAYBILL_CLUSTER_SECRET: short }),
      faultOf(`cluster: { address: '${ADDRESS}', secretFile: ./none }`),
      faultOf(`cluster: { address: '${ADDRESS}', listen: '10.0.0.5' }`, { WAYBILL_CLUSTER_SECRET: SECRET }),
      faultOf(`cluster: { address: '${ADDRESS}', leaseSeconds: 61 }`, { WAYBILL_CLUSTER_SECRET: SECRET }),
      faultOf('', { WAYBILL_CLUSTER_ADDRESS: ADDRESS, WAYBILL_STORE: 'disk', WAYBILL_DATABASE_URL: '' }),
    ]
    expect(faults.map((fault) => fault.replaceAll(folder, ''))).toEqual([
      expect.stringMatching(/^Cannot start as cluster.address must be a URL/),
      'Cannot start as WAYBILL_CLUSTER_SECRET (or the file cluster.secretFile) must hold 32 to 4096 characters, the same on all servers: it has 0',
      'Cannot start as WAYBILL_CLUSTER_SECRET (or the file cluster.secretFile) must hold 32 to 4096 characters, the same on all servers: it has 31',
      'Cannot start as cluster.secretFile must be a file that this user may read: /none is none',
      'Cannot start as cluster.listen must be a host and a port such as 10.0.0.5:7071: it is not',
      'Cannot read /waybill.yaml:1 as cluster.leaseSeconds must be <= 60: current value is 61',
      'Cannot start as WAYBILL_CLUSTER_ADDRESS must not be set unless store is postgres: it is disk',
    ])
    expect(faults.join()).not.toContain(short)
  })
})
