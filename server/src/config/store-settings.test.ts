import { describe, expect, it } from 'vitest'
import { readCommand } from '../config.ts'
import { createConfig } from '../create-config.ts'

const URL_ = 'postgres://user:the-password@host/waybill'

describe('the store', () => {
  const configOf = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const command = readCommand(args, { WAYBILL_CONFIG: '', ...env })
    if (command.action !== 'serve') throw new Error(command.action)
    return command.config
  }
  const faultOf = (work: () => unknown): string => {
    try {
      work()
    } catch (error) {
      return (error as Error).message
    }
    throw new Error('no fault')
  }

  it('is a folder unless something else is said', () => {
    expect(configOf([])).toMatchObject({ store: 'disk', databaseUrl: null })
    expect(configOf(['--store', 'memory'])).toMatchObject({ store: 'memory', databaseUrl: null })
    expect(createConfig({ dev: true })).toMatchObject({ store: 'disk', databaseUrl: null })
  })

  it('is a database with its URL, from a flag, the environment or an object', () => {
    const expected = { store: 'postgres', databaseUrl: URL_ }
    expect(configOf(['--store', 'postgres', '--database-url', URL_])).toMatchObject(expected)
    expect(configOf([], { WAYBILL_STORE: 'postgres', WAYBILL_DATABASE_URL: URL_ })).toMatchObject(expected)
    expect(createConfig({ dev: true, store: 'postgres', databaseUrl: URL_ })).toMatchObject(expected)
  })

  it('is refused with settings that do not fit it, without a word of the URL', () => {
    const faults = [
      faultOf(() => configOf(['--store', 'postgres'])),
      faultOf(() => configOf([], { WAYBILL_DATABASE_URL: URL_ })),
      faultOf(() => configOf(['--store', 'postgres'], { WAYBILL_DATABASE_URL: `my${URL_}` })),
      faultOf(() => configOf(['--store', 'postgres', '--database-url', 'postgres://user:the-password@host'])),
      faultOf(() => configOf(['--store', 'postgres', '--database-url', 'the-password'])),
      faultOf(() => createConfig({ dev: true, store: 'postgres', databaseUrl: 7 as unknown as string })),
      faultOf(() => createConfig({ dev: true, store: 'postgres', databaseUrl: URL_, limits: { maxDataBytes: 2e6 } })),
    ]
    const example = 'must be a URL such as postgres://user:password@host/database while store is postgres'
    expect(faults).toEqual([
      `Cannot start as --database-url ${example}: it is missing`,
      'Cannot start as WAYBILL_DATABASE_URL must not be set unless store is postgres: it is disk',
      `Cannot start as WAYBILL_DATABASE_URL ${example}: it begins with another scheme`,
      `Cannot start as --database-url ${example}: it names no database`,
      `Cannot start as --database-url ${example}: it is no URL`,
      `Cannot create the configuration as /databaseUrl ${example}: it is no text`,
      'Cannot create the configuration as /limits/maxDataBytes must not be set while store is postgres, whose size is limited by its operator: it is 2000000',
    ])
  })
})
