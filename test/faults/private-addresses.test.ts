import { type Channel, operations, type Problem, type Receipt } from '@waybill/spec'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ENVELOPE, JSON_BODY } from '../support/hostile-world.ts'
import { type CallerHeaders, LittleCallers } from '../support/little-callers.ts'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'

/*
 * Private addresses: the operator decides whether channels may call them, and an admin token cannot override it.
 */

const TOKEN = 'wba_0123456789abcdef'
const connector = new RecordingConnector()
let server: ServerProcess
let little: LittleCallers

beforeAll(async () => {
  await connector.start()
  server = await ServerProcess.create({
    adminToken: TOKEN,
    config: { outbound: { allowPrivateAddresses: 'allowed' } },
  })
  await server.start()
  little = new LittleCallers(server, TOKEN)
})

afterAll(async () => {
  await server.remove()
  await connector.stop()
})

function ask(method: string, path: string, body?: object, caller?: CallerHeaders): Promise<Response> {
  const headers = { ...JSON_BODY, authorization: `Bearer ${TOKEN}`, prefer: 'wait=10', ...caller }
  return server.fetch(path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
}

const put = (name: string, url: string, allowPrivateAddresses: boolean, caller?: CallerHeaders) =>
  ask(
    'PUT',
    `/v1/channels/${name}`,
    { connector: { type: 'http', url, allowPrivateAddresses }, retry: { maxAttempts: 1 } },
    caller,
  )

async function deliver(channel: string): Promise<Receipt['item']> {
  const response = await ask('POST', '/v1/items', { ...ENVELOPE, channel, item: { id: 'sku-1' } })
  return ((await response.json()) as Receipt).item
}

test('a permission given over the API ends when the operator forbids it', async () => {
  expect((await put('own', connector.url, true)).status).toBe(201)
  expect(await deliver('own')).toMatchObject({ status: 'succeeded' })

  await server.stop()
  const file = { connector: { type: 'http', url: connector.url, allowPrivateAddresses: true } }
  await server.configure({ channels: { file } })
  await server.start()
  const calls = connector.calls.length
  const shown = (await (await ask('GET', '/v1/channels/own')).json()) as Channel
  expect(shown.connector).toMatchObject({ allowPrivateAddresses: false })
  expect(server.output).toContain('channel may no longer call private addresses')
  const refused = await deliver('own')
  expect(refused).toMatchObject({ status: 'failed', error: { code: 'connection_failed' } })
  expect(refused?.error?.detail).toContain('private')
  expect(connector.calls).toHaveLength(calls)
  expect(await deliver('file')).toMatchObject({ status: 'succeeded' })
})

test.each(['127.0.0.1', 'LOCALHOST.', 'shop.localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1'])(
  'a channel set over the API cannot lead to %s, with the permission or without',
  async (host) => {
    const url = connector.url.replace('127.0.0.1', host)
    for (const [allowed, pointer] of [
      [true, '/connector/allowPrivateAddresses'],
      [false, '/connector/url'],
    ] as const) {
      const response = await put('new', url, allowed)
      expect(response.status).toBe(400)
      expect(((await response.json()) as Problem).errors).toMatchObject([{ pointer }])
      expect((await put('new', url, allowed, await little.enoughFor(operations.putChannel))).status).toBe(400)
      // Without the scope, names are not looked up, nor is it said what they lead to.
      expect((await put('new', url, allowed, await little.shortOf(operations.putChannel)!)).status).toBe(403)
    }
  },
)
