import type { JobActionReceipt } from '@waybill/spec'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakePorts, TOKEN } from '../testing/fake-ports.ts'
import { buildHttp } from '../server.ts'

let ports: FakePorts
let app: FastifyInstance

beforeEach(() => {
  ports = new FakePorts()
  app = buildHttp(ports)
})
afterEach(async () => {
  await app.close()
})

const act = (payload: object) =>
  app.inject({ method: 'POST', url: '/v1/jobs/actions', headers: { authorization: `Bearer ${TOKEN}` }, payload })
const preview = async (body: object) => (await act({ ...body, dryRun: true })).json<JobActionReceipt>()

describe('actOnJobs', () => {
  const wish = { action: 'pause', filter: { channels: ['shop'], createdAfter: '1970-01-01T00:00:09Z' } }

  it('counts, gives a selection, and acts on that', async () => {
    const { selection, expiresAt, ...rest } = await preview(wish)
    expect(rest).toEqual({ action: 'pause', dryRun: true, count: 12, remaining: 12 })
    expect(Date.parse(expiresAt) - ports.clock.nowMs()).toBe(600_000)
    const answer = await act({ ...wish, selection })
    expect(answer.statusCode).toBe(202)
    const counts = { count: 11, remaining: 1, unavailableChannels: ['search'] }
    expect(answer.json()).toEqual({ action: 'pause', dryRun: false, ...counts, selection, expiresAt })
    const filter = { subscription: 'default', channels: ['shop'], createdAfterMs: 9000 }
    expect(ports.asked).toMatchObject([{ action: 'pause', filter }, [{ action: 'pause', filter }, 34]])
  })

  it('refuses a selection of something else', async () => {
    const { selection } = await preview(wish)
    for (const other of [
      { ...wish, action: 'cancel' },
      { ...wish, filter: {} },
      { ...wish, filter: { ...wish.filter, channels: ['search'] } },
    ]) {
      expect((await act({ ...other, selection })).json()).toMatchObject({ status: 409, code: 'selection_invalid' })
    }
    for (const text of ['x', 'MS4y.eA', `${selection.slice(0, -2)}AA`])
      expect((await act({ ...wish, selection: text })).json()).toMatchObject({ code: 'selection_invalid' })
    expect(ports.asked).toHaveLength(1)
  })

  it('refuses one that is too old, or of another start', async () => {
    const { selection } = await preview(wish)
    const restarted = new FakePorts()
    Object.assign(restarted, { epoch: 8 })
    const again = buildHttp(restarted)
    const headers = { authorization: `Bearer ${TOKEN}` }
    const payload = { ...wish, selection }
    const answer = await again.inject({ method: 'POST', url: '/v1/jobs/actions', headers, payload })
    expect(answer.json()).toMatchObject({ status: 409, code: 'selection_expired' })
    await again.close()
    ports.clock.advance(600_000)
    expect((await act(payload)).json()).toMatchObject({ status: 409, code: 'selection_expired' })
  })

  it.each([
    [{ action: 'pause', filter: {} }, 'bad_request', '/selection'],
    [{ action: 'pause', filter: {}, dryRun: true, selection: 'x' }, 'bad_request', '/dryRun'],
    [{ action: 'pause', filter: {}, dryRun: false }, 'bad_request', '/dryRun'],
    [{ action: 'delete', filter: {}, dryRun: true }, 'bad_request', '/action'],
    [{ action: 'pause', dryRun: true }, 'bad_request', '/filter'],
    [{ action: 'pause', filter: { channel: 'shop' }, dryRun: true }, 'unknown_field', '/filter/channel'],
    [{ action: 'pause', filter: { statuses: [] }, dryRun: true }, 'bad_request', '/filter/statuses'],
  ])('refuses %j', async (body, code, pointer) => {
    expect((await act(body)).json()).toMatchObject({ code, errors: [{ pointer }] })
  })
})
