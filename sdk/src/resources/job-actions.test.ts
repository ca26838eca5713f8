import { expect, it } from 'vitest'
import { createClientIn } from '../create-client.ts'
import { answer, createFakeServer, inTurn } from '../testing/fake-server.ts'
import { createFakeTiming } from '../testing/fake-timing.ts'

it('previews an action on jobs, and carries it out until none is left', async () => {
  const receipt = (count: number, remaining: number) => ({ count, remaining, selection: 's', expiresAt: 'then' })
  const server = createFakeServer(
    inTurn(
      answer(200, receipt(12, 12)),
      answer(202, receipt(7, 5)),
      answer(202, { ...receipt(4, 0), unavailableChannels: ['shop'] }),
      answer(200, receipt(1, 1)),
      answer(202, receipt(0, 1)), // somebody else has it: it must not ask for ever
    ),
  )
  const { jobs } = createClientIn(createFakeTiming(), { baseUrl: 'https://waybill.test', fetch: server.fetch })
  const createdAfter = new Date(0)
  const preview = await jobs.previewAction('pause', { channel: 'shop', status: ['running'], createdAfter })
  const { action, count, expiresAt, unavailableChannels } = preview
  expect([action, count, expiresAt, unavailableChannels]).toEqual(['pause', 12, 'then', []])
  const unavailable: (readonly string[])[] = []
  expect(await preview.apply({ onUnavailable: (channels) => unavailable.push(channels) })).toBe(11)
  expect(unavailable).toEqual([['shop']])
  const filter = { channels: ['shop'], statuses: ['running'], createdAfter: '1970-01-01T00:00:00.000Z' }
  expect(server.requests.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
    { action: 'pause', filter, dryRun: true },
    { action: 'pause', filter, selection: 's' },
    { action: 'pause', filter, selection: 's' },
  ])
  expect(await (await jobs.previewAction('cancel')).apply()).toBe(0)
})
