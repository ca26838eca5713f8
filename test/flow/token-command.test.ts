import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ServerProcess } from '../support/server-process.ts'

/* `waybill-server token create` on the data folder of a server that is stopped. */

const MAIN = fileURLToPath(new URL('../../server/dist/main.js', import.meta.url))
let server: ServerProcess
beforeAll(async () => {
  server = await ServerProcess.create({ adminToken: 'wba_the-admin-token' })
})
afterAll(() => server.remove())

async function create(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const all = [MAIN, 'token', 'create', '--data', join(server.folder, 'data'), ...args]
  const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...said }
}

async function get(path: string, token: string): Promise<unknown> {
  return (await server.fetch(path, { headers: { authorization: `Bearer ${token}` } })).json()
}

test('makes a token that the next start knows, prints it once, and has it in the audit', async () => {
  const none = await create('--name', 'ci', '--scopes', 'jobs:read')
  expect([none.code, none.stdout, none.stderr]).toEqual([
    1,
    '',
    expect.stringContaining('must be the data folder of a server'),
  ])
  await server.start()
  const refused = await create('--name', 'ci', '--scopes', 'jobs:read')
  expect([refused.code, refused.stdout, refused.stderr]).toEqual([
    ...[1, ''],
    expect.stringMatching(
      /^Cannot create token as no server must run on .*: waybill tokens create, or POST .v1.tokens\n$/,
    ),
  ])
  await server.stop()

  const options = ['--subscription', 'acme', '--scopes', 'jobs:read,audit:read', '--expires-in', '90d']
  const plain = await create('--name', 'ci', ...options)
  expect([plain.code, plain.stdout]).toEqual([0, expect.stringMatching(/^wbt_[0-9a-f]{32}_[\w-]{43}\n$/)])
  expect(plain.stderr).not.toContain(plain.stdout.trim().slice(-43))
  const json = await create('--name', 'auditor', '--scopes', 'admin', '--json')
  const admin = JSON.parse(json.stdout) as { id: string; token: string; expiresAt: string | null }
  expect([json.code, admin.expiresAt]).toEqual([0, null])

  await server.start()
  const self = { subscription: 'acme', scopes: ['jobs:read', 'audit:read'], tokenName: 'ci', jobs: null }
  expect(await get('/v1/self', plain.stdout.trim())).toMatchObject(self)
  const actor = { kind: 'command', tokenId: null, tokenName: null }
  expect(await get('/v1/audit?actor=command', admin.token)).toMatchObject({
    entries: [{ actor, action: 'createToken', resource: { token: admin.id }, status: 201 }, { actor }],
  })
}, 60_000)
