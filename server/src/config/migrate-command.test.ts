import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { readMigrateCommand } from './migrate-command.ts'

const URL = 'postgres://u:s3cret@db/waybill'
const read = (args: string[], env: Record<string, string> = {}) =>
  readMigrateCommand(args, { defaultData: './waybill-data', env })

it('the folder and the database of a migration are given, or those of the environment', () => {
  expect(read(['--from', 'a', '--to', URL, '--json'], { WAYBILL_DATABASE_URL: 'postgres://b/c' })).toEqual({
    ...{ action: 'migrate', dataDir: resolve('a'), databaseUrl: URL, json: true },
  })
  expect(read([], { WAYBILL_DATABASE_URL: URL })).toEqual({
    ...{ action: 'migrate', dataDir: resolve('waybill-data'), databaseUrl: URL, json: false },
  })
})

it.each([
  [[], 'must be a URL such as postgres://user:password@host/database: it is missing'],
  [['--to', 'mysql://u:s3cret@db/x'], 'it begins with another scheme'],
  [['--to', 'postgres://u:s3cret@db'], 'it names no database'],
  [['--to', 's3cret'], 'it is no URL'],
  [[URL], 'the arguments must be known: one is without its option'],
  [['--to', URL, '--force'], "the arguments must be known: Unknown option '--force'"],
])('wrong arguments are refused without their URL: %j', (args, why) => {
  let message = ''
  try {
    read(args)
  } catch (error) {
    message = (error as Error).message
  }
  expect(message).toContain(why)
  expect(message).toMatch(/^Cannot migrate as /)
  expect(message).not.toContain('s3cret')
})
