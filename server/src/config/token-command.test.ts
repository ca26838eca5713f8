import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { readTokenCommand } from './token-command.ts'

const read = (text: string) => readTokenCommand(text.split(' '), { defaultData: './waybill-data', env: {} })

it('reads a token to create', () => {
  expect(read('create --name ci --scopes jobs:read,jobs:write --scopes jobs:read')).toEqual({
    ...{ action: 'token', dataDir: resolve('waybill-data'), name: 'ci', subscription: 'default' },
    ...{ scopes: ['jobs:read', 'jobs:write'], expiresInMs: null, json: false, keyRing: null, keyRingFile: null },
  })
  expect(read('create --name ci --scopes admin --subscription acme --expires-in 90d --data /d --json')).toMatchObject({
    ...{ dataDir: '/d', subscription: 'acme', expiresInMs: 90 * 86_400_000, json: true },
  })
})

it.each([
  ['list', 'must be token create: it is "list"'],
  ['create --scopes admin', '--name must be a text of 1 to 128 characters: it is missing'],
  ['create --name ci', '--scopes must be some of jobs:read,'],
  ['create --name ci --scopes jobs', 'it is "jobs"'],
  ['create --name ci --scopes admin --expires-in 0d', '--expires-in must be'],
  ['create --name ci --scopes admin --expires-in 9999d', '--expires-in must be'],
  ['create --name ci --scopes admin --expires-in soon', 'it is "soon"'],
  ['create --name ci --scopes admin --jobs job_1', 'the arguments must be known'],
  [`create --name ${'x'.repeat(129)} --scopes admin`, '--name must be'],
])('refuses %s', (args, message) => {
  expect(() => read(args)).toThrow(message)
})
