import { expect, it } from 'vitest'
import { createClient, createClientIn } from './create-client.ts'
import { answer, createFakeServer, inTurn } from './testing/fake-server.ts'
import { createFakeTiming } from './testing/fake-timing.ts'

it.each([
  ...[
    'localhost:8080',
    'waybill.test',
    '',
    'https://waybill.test/?a=1',
    'https://waybill.test/v1',
    'https://waybill.test/v1/',
  ].map((url) => [url, `an http or https URL without /v1, query and hash: current value is "${url}"`]),
  ['https://me:secret@waybill.test', 'without user name and password: give the client a token'],
])('createClient refuses the baseUrl %j', (baseUrl, wanted) => {
  expect(() => createClient({ baseUrl })).toThrow(new TypeError(`Cannot create client as baseUrl must be ${wanted}`))
})

it.each([
  ['https://waybill.test', 'https://waybill.test/v1/channels'],
  ['https://waybill.test/', 'https://waybill.test/v1/channels'],
  ['https://shop.test/behind/a/prefix/', 'https://shop.test/behind/a/prefix/v1/channels'],
])('createClient with the baseUrl %j asks %s', async (baseUrl, expected) => {
  const server = createFakeServer(inTurn(answer(200, { channels: [] })))
  await createClientIn(createFakeTiming(), { baseUrl, fetch: server.fetch }).channels.list()
  expect(server.requests[0]!.url.href).toBe(expected)
})
