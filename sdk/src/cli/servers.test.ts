import type { Server } from '@waybill/spec'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMockWaybill } from '../mocks/index.ts'
import { runCli } from './run-cli.ts'
import { createFakeCli } from './testing/fake-cli.ts'

const baseUrl = 'http://waybill.test'
const startedAt = '2026-01-15T08:00:00.000Z'
const at = '2026-01-15T09:30:00.000Z'
const quietUntil = '2026-01-15T09:30:45.000Z'
const mock = createMockWaybill({
  baseUrl,
  servers: [
    {
      ...{ id: 'srv_7', name: 'north', role: 'active', startedAt, address: 'http://10.0.0.5:7071' },
      takeover: { kind: 'lease_ended', at, quietUntil },
    },
    { id: 'srv_9', name: 'south', draining: true, startedAt, beatAgeSeconds: 61, configMatches: false },
  ],
})
const server = setupServer(...mock.handlers)
beforeAll(() => server.listen())
afterAll(() => server.close())

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { cli, stdout, stderr } = createFakeCli({ XDG_CONFIG_HOME: '/dev/null', WAYBILL_URL: baseUrl })
  const code = await runCli(cli, ['servers', ...args])
  return { code, stdout: stdout.text, stderr: stderr.text }
}

test('waybill servers lists the servers for people', async () => {
  const { code, stdout, stderr } = await run()
  expect(code).toBe(0)
  expect(stdout.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^SERVER +NAME +ROLE +VERSION +STARTED +LAST SIGN +CONFIG +ADDRESS$/),
    expect.stringMatching(
      new RegExp(`^srv_7 +north +active +mock +${startedAt} +0 s ago +same +http://10.0.0.5:7071$`),
    ),
    expect.stringMatching(new RegExp(`^srv_9 +south +standby, stopping +mock +${startedAt} +1 min ago +differs$`)),
  ])
  expect(stderr).toBe(
    `north took over at ${at}: the server before it gave no more sign of life; calls start at ${quietUntil}\nOrder: 0 turns of keys checked, each passed to a later item\n`,
  )
})

test('waybill servers --json prints a line for each, and waybill servers -q the table alone', async () => {
  const { stdout, stderr } = await run('--json')
  const lines = stdout.trimEnd().split('\n')
  expect(lines.map((line) => (JSON.parse(line) as Server).role)).toEqual(['active', 'standby'])
  expect(stderr).toBe('')
  expect((await run('-q')).stderr).toBe('')
})
