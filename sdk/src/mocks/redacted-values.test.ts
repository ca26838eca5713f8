import { setupServer } from 'msw/node'
import { expect, test } from 'vitest'
import { createClient } from '../create-client.ts'
import { createMockWaybill } from './create-mock-waybill.ts'

const baseUrl = 'http://waybill.test'
const SECRET = 'ann@shop.example'

async function textOf(path: string, token: string): Promise<string> {
  return (await fetch(baseUrl + path, { headers: { authorization: `Bearer ${token}` } })).text()
}

test('what a channel redacts is in no answer for a caller without the scope admin', async () => {
  const mock = createMockWaybill({ baseUrl, token: 'right' })
  const server = setupServer(...mock.handlers)
  server.listen()
  try {
    const admin = createClient({ baseUrl, token: 'right', retry: false })
    await admin.channels.put('shop', {
      connector: { type: 'http', url: 'https://shop.example/items' },
      retry: { rules: [{ status: [409], then: 'park' }] },
      redact: ['/data/email'],
    })
    mock.failItem('fails', { status: 422, detail: 'refused' })
    mock.failItem('parks', { status: 409, detail: 'conflict' })
    const scopes = ['jobs:read', 'items:read', 'dead-letters:read'] as const
    const { token } = await admin.tokens.create({ name: 'reader', scopes: [...scopes] })
    const envelope = { channel: 'shop', objectType: 'customer', action: 'update', partitionBy: '/data/email' } as const
    const items = ['ok', 'fails', 'parks'].map((id) => ({ id, data: { email: `${id}.${SECRET}` } }))
    const ended = await admin.jobs.submit({ ...envelope, items: items.slice(0, 2) })
    await ended.wait()
    const stuck = await admin.jobs.submit({ ...envelope, items: items.slice(2) })
    await expect.poll(async () => (await stuck.item(0)).waiting?.reason, { timeout: 30_000 }).toBe('parked')

    const job = `/v1/jobs/${ended.id}`
    const found = { '/v1/dead-letters': 'refused', '/v1/parked': 'conflict', [`${job}/results`]: 'succeeded' }
    for (const [path, text] of Object.entries({
      ...found,
      [`${job}/results.csv`]: 'succeeded',
      [`${job}/items`]: 'ok',
    })) {
      const seen = await textOf(path, token!)
      expect(seen, path).toContain(text)
      expect(seen, path).toContain('[redacted]')
      expect(seen, path).not.toContain(SECRET)
      expect(await textOf(path, 'right'), path).toContain(SECRET)
    }
    const guess = encodeURIComponent(`ok.${SECRET}`)
    for (const path of [`${job}/items?partitionKey=${guess}`, `/v1/search?q=${guess}`]) {
      expect(await textOf(path, token!), path).not.toContain(ended.id)
      expect(await textOf(path, 'right'), path).toContain(ended.id)
    }
  } finally {
    server.close()
    mock.reset()
  }
})
